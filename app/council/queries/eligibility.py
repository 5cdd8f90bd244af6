"""What the rules of eligibility look at: the ordinance of a place, the facts of an application."""

from datetime import date, datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.council.models import (
    Application,
    Council,
    CouncilMember,
    CouncilTerm,
    DrawCommittee,
    DrawCommitteeMember,
    OpenCall,
)
from app.council.queries.calls import housemates, newest_dismissal
from app.council.queries.training import hours_of
from app.council.rules.calls import CallState, Document
from app.council.rules.eligibility import (
    BASIS_SETTINGS,
    EXCLUSION_SETTINGS,
    Answers,
    Exclusion,
    Facts,
    Finding,
    Ordinance,
    examine,
    papers_needed,
)
from app.council.rules.membership import MemberState
from app.db.session import session
from app.people.models import Person
from app.places.models import Place
from app.places.queries import InForce, setting, setting_with_origin
from app.privacy.sealing import reveal


def ordinance_of(place: Place) -> Ordinance:
    """Return what the settings of a place ask of a new member."""
    return Ordinance(
        min_age=setting(place, "council.member_min_age"),
        bases=frozenset(basis for basis, key in BASIS_SETTINGS.items() if setting(place, key)),
        min_months=setting(place, "council.basis.min_months"),
        in_municipality=setting(place, "council.basis.in_municipality"),
        exclusions=frozenset(each for each, key in EXCLUSION_SETTINGS.items() if setting(place, key)),
        cooling_off_months=setting(place, "council.cooling_off_months"),
        one_per_household=setting(place, "council.one_per_household"),
        training_minutes=setting(place, "council.training_hours_new") * 60,
        training_before=setting(place, "council.training_when") == "before",
        training_valid_months=setting(place, "council.training_valid_months"),
    )


def examine_answers(
    call: OpenCall, answers: Answers, *, born_on: date, person: Person | None, identity: bytes | None, at: datetime
) -> list[Finding]:
    """Check what somebody says about themselves before they apply."""
    facts = _facts(call, answers, born_on=born_on, person=person, identity=identity, homes=(), at=at)
    return examine(facts, ordinance_of(call.place))


def examine_application(application: Application, at: datetime) -> list[Finding]:
    """Check an application as it stands now; nothing once its details were blanked."""
    answers, born_on = answers_of(application), birth_date_of(application)
    if answers is None or born_on is None:
        return []
    facts = _facts(
        application.call, answers, born_on=born_on, person=application.person, identity=application.identity_index,
        homes=housemates(application), at=at,
    )  # fmt: skip
    return examine(facts, ordinance_of(application.call.place))


def needed_papers(application: Application) -> tuple[Document, ...]:
    """Return which papers must be seen before an applicant becomes a candidate."""
    answers = answers_of(application)
    if answers is None:
        return ()
    return papers_needed(answers, ordinance_of(application.call.place), recommended=application.track != "open")


def answers_of(application: Application) -> Answers | None:
    """Open what an applicant said about themselves."""
    text = reveal(application, Application.answers)
    return Answers.load(text) if text else None


def birth_date_of(application: Application) -> date | None:
    """Open an applicant's birth date."""
    text = reveal(application, Application.birth_date)
    return date.fromisoformat(text) if text else None


def bases_of_findings(place: Place, findings: list[Finding]) -> dict[str, InForce]:
    """Return the setting in force behind each finding, by key: its value and legal basis."""
    return {finding.setting: setting_with_origin(place, finding.setting) for finding in findings}


def _facts(
    call: OpenCall,
    answers: Answers,
    *,
    born_on: date,
    person: Person | None,
    identity: bytes | None,
    homes: tuple[str, ...],
    at: datetime,
) -> Facts:
    hours = hours_of(call.place, kst_date(at), person=person, identity=identity)
    return Facts(
        answers=answers,
        born_on=born_on,
        reference_on=call.reference_on,
        trained_minutes=hours.minutes,
        known_exclusions=_known_exclusions(call, person) if person is not None else frozenset(),
        known_dismissed_on=newest_dismissal(person.id) if person is not None else None,
        housemates=homes,
        training_open=call.state in {CallState.DRAFT, CallState.ANNOUNCED} and at < call.objections_until,
    )


def _known_exclusions(call: OpenCall, person: Person) -> frozenset[Exclusion]:
    found = set()
    elsewhere = session().scalar(
        select(func.count(CouncilMember.id))
        .join(CouncilTerm, CouncilTerm.id == CouncilMember.term_id)
        .join(Council, Council.id == CouncilTerm.council_id)
        .where(
            CouncilMember.person_id == person.id,
            CouncilMember.state == MemberState.SERVING,
            CouncilTerm.ends_on >= call.term.starts_on,
            Council.place_id != call.place_id,
        )
    )
    if elsewhere:
        found.add(Exclusion.OTHER_COUNCIL)
    draws = session().scalar(
        select(func.count(DrawCommitteeMember.id))
        .join(DrawCommittee, DrawCommittee.id == DrawCommitteeMember.committee_id)
        .where(DrawCommittee.call_id == call.id, DrawCommitteeMember.person_id == person.id)
    )
    if draws:
        found.add(Exclusion.DRAW_COMMITTEE)
    return frozenset(found)
