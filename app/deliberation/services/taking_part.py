"""Who somebody is in a round: found, made at the first answer, and never twice."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, Statement, StatementAnswer
from app.deliberation.permissions import can_answer
from app.deliberation.queries.rounds import device_index
from app.deliberation.rules import Access, Answer, is_taking_answers
from app.deliberation.voice import Voice
from app.errors import NotAllowed, RuleViolation, SignInRequired
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.people.services.limits import Limit, take

NEW_DEVICE_FROM_ADDRESS = Limit("round-device:ip", 300, timedelta(hours=1))
"""A whole discussion may sit behind one address; a machine that invents devices is slowed down."""
CHANGES_OF_DEVICE = Limit("round-changes:device", 120, timedelta(minutes=10))
NO_COOKIE = N_(
    "이 브라우저가 쿠키를 받지 않아 답을 이어 갈 수 없습니다. 쿠키를 허용하거나 로그인하면 답할 수 있습니다."
)
TOO_FAST = N_("잠시 쉬었다가 다시 해 주세요. 한곳에서 너무 많은 답이 한꺼번에 들어왔습니다.")


def round_for_answers(round_id: int, at: datetime) -> OpinionRound:
    """Load a round that takes answers, and keep it from closing until this transaction ends.

    Raises:
        NotFound, RuleViolation: there is none; it takes no answers now.
    """
    found = session().scalar(
        select(OpinionRound)
        .where(OpinionRound.id == round_id)
        # Shared: answers do not wait for each other, only closing waits for them.
        .with_for_update(read=True, of=OpinionRound)
        .execution_options(populate_existing=True)
    )
    if found is None or not is_taking_answers(found.state, closes_at=found.closes_at, at=at):
        raise RuleViolation(N_("이 토론은 지금 답을 받지 않습니다."))
    return found


def require_may_answer(found: OpinionRound, voice: Voice) -> None:
    """Refuse somebody whom the round's access does not admit.

    Raises:
        SignInRequired: an account would help.
        NotAllowed: only verified residents answer here.
    """
    if can_answer(voice.person, found):
        return
    if voice.person is None:
        raise SignInRequired(N_("로그인하면 이 토론에 답할 수 있습니다."))
    if found.access is Access.RESIDENTS:
        raise NotAllowed(
            N_("이 토론은 이 동네 주민으로 확인된 분만 답합니다. 계정 화면에서 주민 확인을 할 수 있습니다.")
        )
    raise NotAllowed(N_("이 토론에 답할 수 없는 계정입니다."))


def join(found: OpinionRound, voice: Voice, *, at: datetime) -> Participant:
    """Return who a visitor is in a round, locked; made when they answer for the first time.

    A device that answered without an account becomes the person's when they sign in and answer for the first time.

    Raises:
        NotAllowed: neither an account nor a cookie.
        SignInRequired: on this device somebody answered with an account.
        RuleViolation: too many new devices from one address.
    """
    if voice.person is not None:
        return _join_as_person(found, voice, at)
    if voice.device is None:
        raise NotAllowed(NO_COOKIE)
    index = device_index(found.id, voice.device)
    participant = _locked(found, Participant.device_index == index)
    if participant is None:
        slow_down((NEW_DEVICE_FROM_ADDRESS, voice.address), at=at)
        _insert(found, at, device_index=index)
        participant = _locked(found, Participant.device_index == index)
    if participant is None:
        raise RuleViolation(TOO_FAST)
    if participant.person_id is not None:
        raise SignInRequired(N_("이 기기에서는 로그인해서 답하셨습니다. 다시 로그인하면 이어서 답할 수 있습니다."))
    return participant


def slow_down(*wanted: tuple[Limit, str], at: datetime) -> None:
    """Count an attempt and refuse it when there were too many.

    Raises:
        RuleViolation: a limit is used up.
    """
    if take(*wanted, at=at) is not None:
        raise RuleViolation(TOO_FAST)


def note_verification(participant: Participant, found: OpinionRound) -> None:
    """Count everything a participant has said among the verified residents' answers, from the moment they are one."""
    if participant.is_verified or not is_verified_resident(participant.person, found.place):
        return
    participant.is_verified = True
    rows = session().execute(
        select(StatementAnswer.statement_id, StatementAnswer.value)
        .where(StatementAnswer.participant_id == participant.id)
        .order_by(StatementAnswer.statement_id)
    )
    for statement_id, value in rows.all():
        count(statement_id, {verified_counter(Answer(value)): 1})


def on_account_closed(person: Person) -> None:
    """Forget who gave the answers of an account that is closed. What was said still counts; nobody can be asked for it."""
    session().execute(
        update(Participant)
        .where(Participant.person_id == person.id)
        .values(person_id=None, device_index=None)
        .execution_options(synchronize_session=False)
    )


def counter(answer: Answer) -> str:
    """Return the name of the counter of an answer."""
    match answer:
        case Answer.AGREE:
            return "agree"
        case Answer.UNSURE:
            return "unsure"
        case Answer.WORRY:
            return "worry"


def verified_counter(answer: Answer) -> str:
    """Return the name of the verified residents' counter of an answer."""
    return f"verified_{counter(answer)}"


def count(statement_id: int, changes: dict[str, int]) -> None:
    """Add to the counters of a statement, in the database, so that no two answers overwrite each other."""
    columns = Statement.__table__.c
    values = {name: columns[name] + by for name, by in changes.items() if by}
    if values:
        session().execute(
            update(Statement)
            .where(Statement.id == statement_id)
            .values(values)
            .execution_options(synchronize_session=False)
        )


def _join_as_person(found: OpinionRound, voice: Voice, at: datetime) -> Participant:
    person = voice.person
    if person is None:
        raise NotAllowed(NO_COOKIE)
    participant = _locked(found, Participant.person_id == person.id)
    if participant is None and voice.device is not None:
        mine = _locked(found, Participant.device_index == device_index(found.id, voice.device))
        if mine is not None and mine.person_id is None:
            mine.person_id = person.id
            session().flush()
            participant = mine
    if participant is None:
        _insert(found, at, person_id=person.id)
        participant = _locked(found, Participant.person_id == person.id)
    if participant is None:
        raise RuleViolation(TOO_FAST)
    note_verification(participant, found)
    return participant


def _locked(found: OpinionRound, condition: object) -> Participant | None:
    return session().scalar(
        select(Participant)
        .where(Participant.round_id == found.id, condition)  # type: ignore[arg-type]
        .with_for_update(of=Participant)
        .execution_options(populate_existing=True)
    )


def _insert(found: OpinionRound, at: datetime, **who: object) -> None:
    """Insert a participant unless another request of the same visitor was quicker."""
    dialect = session().get_bind().dialect.name
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Participant)
    session().execute(insert.values(round_id=found.id, is_verified=False, joined_at=at, **who).on_conflict_do_nothing())
