"""Makes rounds of small-group grants and what comes of them, through the use cases. Every function commits what it makes."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import kst_midnight
from app.council.models import CouncilMeeting, CouncilMember, MeetingAttendance
from app.council.rules.meetings import MeetingKind, MeetingState
from app.council.rules.membership import MemberState, Origin
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.plan.rules import FundSource
from app.small_groups.models import GrantRound, GroupApplication
from app.small_groups.rules.applications import BudgetLine, Ruling, Wish
from app.small_groups.rules.rounds import Terms
from app.small_groups.services import applying, checking, deliberating, granting, people, reporting, rounds
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_council import make_council

DAY = timedelta(days=1)
CLOSES = kst_midnight(date(2026, 7, 11))
AFTER = CLOSES + DAY
"""A day after the closing."""
_serial = itertools.count(1)
DID = "한 달에 두 번 골목을 청소하고 화단에 꽃을 심었습니다. 이웃이 많이 늘었습니다."


def terms(**changes: Any) -> Terms:
    """Return terms that fit the defaults: open now, closing on 10 July 2026."""
    values: dict[str, Any] = {
        "envelope_won": 2_000_000, "max_won": 1_000_000, "most_groups": 3, "opens_at": kst_midnight(date(2026, 7, 1)),
        "closes_at": CLOSES, "starts_on": date(2026, 8, 1), "ends_on": date(2026, 11, 30),
        "report_due_on": date(2026, 12, 20),
    }  # fmt: skip
    return Terms(**{**values, **changes})


def wish(name: str = "꽃길지기", *, won: int = 600_000, **changes: Any) -> Wish:
    """Return what a group asks for."""
    values: dict[str, Any] = {
        "name": name, "purpose": "골목 화단을 함께 돌보고 이웃과 인사하며 지냅니다.", "months": {8: "꽃 심기", 9: "골목 잔치"},
        "lines": [BudgetLine("꽃모종", won - 100_000), BudgetLine("도구", 100_000)],
    }  # fmt: skip
    return Wish(**{**values, **changes})


def make_clerk(place: Place) -> Person:
    """Make somebody of the dong's staff."""
    return make_holder(Role.DONG_STAFF, place)


def make_round(
    clerk: Person | None = None, cycle: Cycle | None = None, *, at: datetime = NOW, **changes: Any
) -> GrantRound:
    """Make a round that is open now."""
    cycle = cycle or make_cycle(make_place(), Stage.DISCOVERY)
    clerk = clerk or make_clerk(cycle.place)
    words = rounds.Words("소모임 지원", "동네에 도움이 되는 모임을 찾습니다.", "조례 제3조", FundSource.SUBSIDY)
    with transaction():
        return rounds.announce_round(cycle, words, terms(**changes), once=f"round-{next(_serial)}", by=clerk, at=at)


def make_draft(
    row: GrantRound, *, people_count: int = 3, leader: Person | None = None, **changes: Any
) -> GroupApplication:
    """Make a draft with so many residents who confirmed, its leader among them."""
    leader = leader or make_resident(row.place)
    with transaction():
        made = applying.begin_application(row.id, wish(**changes), group_id=None, by=leader, at=NOW)
    word = f"word-{next(_serial)}"
    with transaction():
        people.make_link(made.id, word=word, by=leader, at=NOW)
    for _ in range(people_count - 1):
        neighbour = make_resident(row.place)
        with transaction():
            people.confirm(word, by=neighbour, at=NOW)
    return made


def make_application(row: GrantRound, **changes: Any) -> GroupApplication:
    """Make an application that was sent in."""
    made = make_draft(row, **changes)
    with transaction():
        applying.submit_application(made.id, by=made.leader, at=NOW)
    return made


def check(application: GroupApplication, clerk: Person, *, at: datetime = AFTER, **changes: Any) -> GroupApplication:
    """Find an application eligible."""
    values: dict[str, Any] = {"failed": [], "reason": "", "version": application.version}
    with transaction():
        return checking.check_application(application.id, **{**values, **changes}, by=clerk, at=at)


def make_sitting(place: Place, members: list[Person], *, at: datetime = AFTER) -> CouncilMeeting:
    """Make a council with these members and a meeting of it in session, all of them there."""
    _council, term, _rows = make_council(place)
    with transaction() as current:
        meeting = CouncilMeeting(
            place_id=place.id, term_id=term.id, kind=MeetingKind.REGULAR, state=MeetingState.IN_SESSION, title="7월 정기회의",
            where="회의실", starts_at=at, called_by=members[0].id, called_at=NOW, once=f"m-{next(_serial)}", opened_at=at,
            members_count=len(members), quorum_needed=len(members) // 2 + 1,
        )  # fmt: skip
        current.add(meeting)
        current.flush()
        for person in members:
            current.add(attendance(meeting, person, term_id=term.id, at=at))
    return meeting


def attendance(meeting: CouncilMeeting, person: Person, *, term_id: int, at: datetime) -> MeetingAttendance:
    """Return a line of an attendance list for somebody who is there, with a seat of their own."""
    member = CouncilMember(
        term_id=term_id, person_id=person.id, name=person.public_name, origin=Origin.FOUNDING,
        state=MemberState.SERVING, starts_on=date(2026, 1, 1), created_at=NOW,
    )  # fmt: skip
    session().add(member)
    session().flush()
    return MeetingAttendance(meeting_id=meeting.id, member_id=member.id, has_vote=True, is_present=True, noted_at=at)


def decide(
    row: GrantRound, rulings: dict[int, Ruling], clerk: Person, *, at: datetime = AFTER, **sitting: Any
) -> GrantRound:
    """Write down what was decided, by another body where no meeting is given."""
    values: dict[str, Any] = {"meeting_id": None, "body": "소모임 심의위원회", "decided_on": date(2026, 7, 12)}
    with transaction():
        return deliberating.conclude(
            row.id, rulings, deliberating.Sitting(**{**values, **sitting}), version=row.version, by=clerk, at=at
        )


def make_grant(
    clerk: Person, row: GrantRound, *, won: int = 600_000, paid: bool = True, **changes: Any
) -> GroupApplication:
    """Make a grant, paid out unless told otherwise; the round is decided with it."""
    made = check(make_application(row, **changes), clerk)
    decide(row, {made.id: Ruling(won, "골목에 꼭 필요한 모임입니다.")}, clerk)
    if paid:
        with transaction():
            granting.pay_out(
                made.id, granting.Payment(date(2026, 7, 20)), version=made.version, by=clerk, at=AFTER + 10 * DAY
            )
    session().refresh(made)
    return made


def make_report(application: GroupApplication, *, spent: int = 500_000, at: datetime = AFTER + 60 * DAY) -> None:
    """Write a report with one receipt and send it in."""
    leader = application.leader
    with transaction():
        reporting.write_report(application.id, reporting.Account(DID, 8, 64), version=1, by=leader, at=at)
    if spent:
        with transaction():
            reporting.add_receipt(application.id, receipt(spent, on=date(2026, 8, 2)), once="1", by=leader, at=at)
    with transaction():
        reporting.submit_report(application.id, by=leader, at=at)


def receipt(won: int, *, on: date, text: str = "") -> reporting.Spending:
    """Return money that was spent, with a paper."""
    content = f"영수증 {won}원 {text}".encode()
    return reporting.Spending("꽃모종", "꽃모종 50개", won, on, "receipt.txt", content)


def applications() -> list[GroupApplication]:
    """Return every application, oldest first."""
    return list(session().scalars(select(GroupApplication).order_by(GroupApplication.id)))
