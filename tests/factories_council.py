"""Makes councils, calls and applicants through the use cases. Every function commits what it makes."""

import itertools
from datetime import date, datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.council.models import Application, Council, CouncilMember, CouncilTerm, OpenCall, TrainingCourse
from app.council.rules.calls import CallKind, Channel, Document
from app.council.rules.eligibility import Answers
from app.council.rules.membership import MemberState, Origin
from app.council.services import applying, calling, checking, schooling
from app.council.services.appointing import record_draw
from app.db.session import session, transaction
from app.people.models import Person, RoleGrant
from app.people.rules import Basis, Role, Sex
from app.places.models import Place
from app.places.queries import newest_change_id
from app.places.rules import PlaceKind
from app.places.services.settings import change_setting
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place, make_resident

DAY = timedelta(days=1)
_serial = itertools.count(1)


def make_council(
    place: Place | None = None, *, members: int = 0, seats: int = 30, starts_on: date = date(2026, 1, 1)
) -> tuple[Council, CouncilTerm, list[CouncilMember]]:
    """Make a council with a two-year term and members who have accounts and their role."""
    place = place or make_place(PlaceKind.DONG)
    people = [make_resident(place, f"위원{n + 1}") for n in range(members)]
    with transaction() as current:
        council = Council(place_id=place.id, founded_on=starts_on, seats=seats, created_at=NOW)
        current.add(council)
        current.flush()
        term = CouncilTerm(
            council_id=council.id, number=1, starts_on=starts_on,
            ends_on=date(starts_on.year + 2, starts_on.month, starts_on.day) - DAY, seats=seats,
        )  # fmt: skip
        current.add(term)
        current.flush()
        rows = []
        for n, person in enumerate(people):
            grant = RoleGrant(person_id=person.id, place_id=place.id, role=Role.COUNCIL_MEMBER, granted_at=NOW)
            current.add(grant)
            current.flush()
            row = CouncilMember(
                term_id=term.id, person_id=person.id, grant_id=grant.id, name=person.public_name, track="공개모집",
                origin=Origin.FOUNDING, state=MemberState.SERVING, sex=Sex.WOMAN if n % 2 else Sex.MAN,
                age_band="50대", area="", starts_on=starts_on, ends_on=term.ends_on, appointed_at=NOW, created_at=NOW,
            )  # fmt: skip
            current.add(row)
            rows.append(row)
    for person in people:
        session().refresh(person)
    return council, term, rows


def set_rule(place: Place, key: str, typed: str) -> None:
    """Let a place's ordinance say something."""
    if key == "council.training_hours_new":  # renewing never asks for more than beginning
        set_rule(place, "council.training_hours_renew", typed)
    clerk = make_holder(Role.DISTRICT_STAFF, place.parent or place)
    with transaction():
        change_setting(
            place.id, key, typed=typed, legal_basis="조례 제1조", seen=newest_change_id(place, key), by=clerk, at=NOW
        )


def make_call(
    term: CouncilTerm, *, clerk: Person, at: datetime = NOW, kind: CallKind = CallKind.FULL, areas: tuple[str, ...] = ()
) -> OpenCall:
    """Make a call that is announced at ``at`` and open for 20 days; objections are taken for another 7."""
    place = term.council.place
    first = kst_date(at)
    plan = calling.CallPlan(
        title="위원 모집", text="", reference_on=first, opens_at=kst_midnight(first),
        closes_at=kst_midnight(first + 20 * DAY), objections_until=kst_midnight(first + 27 * DAY), areas=areas,
    )  # fmt: skip
    with transaction():
        call = calling.plan_call(place, term, kind, plan, once=f"call-{next(_serial)}", by=clerk, at=at)
    with transaction():
        calling.announce_call(call.id, version=call.version, by=clerk, at=at)
    return call


def given(n: int, **changes: object) -> applying.ApplicationForm:
    """Return what an applicant gives; each number is another person."""
    values: dict[str, object] = {
        "track": "open", "organisation": "", "legal_name": f"김{n:04d}", "birth_date": date(1970 + n % 30, 3, 1),
        "phone": "010-1234-5678", "address": f"마당로 {n}", "sex": Sex.WOMAN if n % 2 else Sex.MAN, "area": "",
        "answers": Answers(Basis.RESIDENCE), "motive": "",
    }  # fmt: skip
    return applying.ApplicationForm(**{**values, **changes})  # type: ignore[arg-type]


def make_applicants(call: OpenCall, count: int, *, at: datetime = NOW, **changes: object) -> list[Application]:
    """Make applications of people with accounts."""
    rows = []
    for _ in range(count):
        person = make_person()
        with transaction():
            rows.append(
                applying.apply(
                    call.id, given(next(_serial), **changes), channel=Channel.ONLINE, once="1", by=person, at=at
                )
            )
    return rows


def make_candidates(
    call: OpenCall, count: int, *, clerk: Person, at: datetime = NOW, **changes: object
) -> list[Application]:
    """Make applications that were checked and are candidates; the place asks for no training."""
    rows = make_applicants(call, count, at=at, **changes)
    for row in rows:
        with transaction():
            checking.see_documents(row.id, set(Document), version=row.version, by=clerk, at=at)
            checking.decide_application(row.id, eligible=True, reason="", version=row.version, by=clerk, at=at)
    return rows


def make_drawn(
    seats: int, reserves: int, *, clerk: Person, place: Place, at: datetime = NOW
) -> tuple[OpenCall, list[str], list[str]]:
    """Make a call that was drawn: the first ``seats`` numbers are selected, the others are reserves in order."""
    set_rule(place, "council.size_min", "5")
    set_rule(place, "council.training_hours_new", "0")
    _council, term, _members = make_council(place, seats=seats)
    call = make_call(term, clerk=clerk, at=at)
    numbers = [row.number for row in make_candidates(call, seats + reserves, clerk=clerk, at=at)]
    late = at + 30 * DAY
    with transaction():
        calling.freeze_call(call.id, by=clerk, at=late)
    with transaction():
        record_draw(call.id, selected=numbers[:seats], ranked=numbers, document_hash="0" * 64, by=clerk, at=late)
    return call, numbers[:seats], numbers[seats:]


def make_course(place: Place, *, clerk: Person, at: datetime = NOW, hours: int = 6) -> TrainingCourse:
    """Make an announced course of one sitting that begins a day later."""
    with transaction():
        return schooling.plan_course(
            place, title="주민자치학교", text="", capacity=None,
            sessions=[schooling.SessionPlan("첫 시간", "주민센터", at + DAY, hours * 60)],
            once=f"course-{next(_serial)}", by=clerk, at=at,
        )  # fmt: skip
