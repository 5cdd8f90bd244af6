"""Saying something about an agenda: arguments, support, comments, and taking one's words back."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.agenda.models import Proposal
from app.agenda.rules import PUBLIC_STATES
from app.clock import kst_date, kst_midnight
from app.cycle.rules import require_not_over
from app.db.session import get_or_not_found, session
from app.discussion.models import Argument, ArgumentSupport, Comment, Mention
from app.discussion.permissions import can_speak, can_support, can_take_back
from app.discussion.queries.words import people_taking_part
from app.discussion.rules import (
    ARGUMENT_MAX,
    COMMENT_MAX,
    MENTIONS_A_DAY,
    MOST_MENTIONS,
    Side,
    called_in,
    require_open,
)
from app.discussion.signals import comment_written, somebody_called
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.services.limits import Limit, take

ARGUMENTS_OF_PERSON = Limit("discussion:arguments", 10, timedelta(hours=1))
COMMENTS_OF_PERSON = Limit("discussion:comments", 20, timedelta(hours=1))
NO_TEXT = N_("찾으시는 글이 없습니다.")
NOT_HERE = N_("이 동네 주민으로 확인된 분만 쓸 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
TOO_FAST = N_("짧은 시간에 글을 많이 쓰셨습니다. %(minutes)s분 뒤에 다시 써 주세요.")


def add_argument(proposal_id: int, *, side: Side, text: str, once: str, by: Person, at: datetime) -> Argument:
    """Put a thought into a column; the same form sent twice puts one.

    Raises:
        NotFound: no public agenda.
        NotAllowed: neither a verified resident nor of the council nor staff.
        RuleViolation: the agenda is over, or too many in an hour.
        InvalidInput: nothing said, too much said, or said already in the same column.
    """
    proposal = _open_proposal(proposal_id, by, at)
    known = session().scalar(select(Argument).where(Argument.author_id == by.id, Argument.once == once))
    if known is not None:
        return known
    require_open(proposal.state)
    require_not_over(is_over=proposal.cycle.is_over)
    if not 5 <= len(text) <= ARGUMENT_MAX:
        raise InvalidInput(N_("5자부터 %(most)s자까지 적어 주세요."), field="text", most=ARGUMENT_MAX)
    same = select(Argument.id).where(
        Argument.proposal_id == proposal.id, Argument.side == side, Argument.text == text,
        Argument.hidden_at.is_(None), Argument.withdrawn_at.is_(None),
    )  # fmt: skip
    if session().scalar(same) is not None:
        raise InvalidInput(N_("같은 생각이 이미 있습니다. 그 글에 공감해 주세요."), field="text")
    _slow_down(ARGUMENTS_OF_PERSON, by, at)
    argument = Argument(
        place_id=proposal.place_id, proposal_id=proposal.id, author_id=by.id, once=once, side=side, text=text,
        created_at=at, support_count=0,
    )  # fmt: skip
    session().add(argument)
    session().flush()
    return argument


def support_argument(argument_id: int, *, by: Person, at: datetime) -> Argument:
    """Agree that a thought counts; twice is once.

    Raises:
        NotFound: no such text, or it is not shown.
        NotAllowed: not a verified resident of the dong.
        RuleViolation: the agenda is over.
    """
    argument = _supportable(argument_id, by)
    row = {"argument_id": argument.id, "person_id": by.id, "supported_at": at}
    insert = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    session().execute(insert(ArgumentSupport).values(row).on_conflict_do_nothing())
    argument.support_count = _supporters(argument)
    return argument


def take_support_back(argument_id: int, *, by: Person, at: datetime) -> Argument:
    """Take one's support back; without support nothing changes.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `support_argument`.
    """
    argument = _supportable(argument_id, by)
    session().execute(
        delete(ArgumentSupport).where(ArgumentSupport.argument_id == argument.id, ArgumentSupport.person_id == by.id)
    )
    argument.support_count = _supporters(argument)
    return argument


def write_comment(
    proposal_id: int, *, text: str, answers_id: int | None, once: str, by: Person, at: datetime
) -> Comment:
    """Say something about an agenda, or answer somebody; the same form sent twice says it once.

    Whoever is called with ``@name`` or answered is told, at most `MENTIONS_A_DAY` times a day.

    Raises:
        NotFound: no public agenda, or nothing there to answer.
        NotAllowed: neither a verified resident nor of the council nor staff.
        RuleViolation: the agenda is over, or too many in an hour.
        InvalidInput: nothing said, or too much.
    """
    proposal = _open_proposal(proposal_id, by, at)
    known = session().scalar(select(Comment).where(Comment.author_id == by.id, Comment.once == once))
    if known is not None:
        return known
    require_open(proposal.state)
    require_not_over(is_over=proposal.cycle.is_over)
    if not 2 <= len(text) <= COMMENT_MAX:
        raise InvalidInput(N_("2자부터 %(most)s자까지 적어 주세요."), field="text", most=COMMENT_MAX)
    answered = _answerable(proposal, answers_id)
    _slow_down(COMMENTS_OF_PERSON, by, at)
    comment = Comment(
        place_id=proposal.place_id,
        proposal_id=proposal.id,
        thread_id=(answered.thread_id or answered.id) if answered else None,
        answers_id=answered.id if answered else None,
        author_id=by.id,
        once=once,
        text=text,
        created_at=at,
    )
    session().add(comment)
    session().flush()
    comment_written.send(comment, at=at)
    _call(comment, proposal, answered, by=by, at=at)
    return comment


def take_back(text: Argument | Comment, *, by: Person, at: datetime) -> None:
    """Take one's own words back: their place stays, so that answers keep their sense; the words are blanked.

    Raises:
        NotAllowed: somebody else's.
        RuleViolation: a moderator has hidden it.
    """
    if by.id != text.author_id:
        raise NotAllowed(N_("쓴 사람만 글을 거둘 수 있습니다."))
    if text.withdrawn_at is not None:
        return
    if not can_take_back(by, text):
        raise RuleViolation(N_("가려진 글은 거둘 수 없습니다. 동 담당자에게 물어보세요."))
    text.withdrawn_at = at
    text.text = ""


def _open_proposal(proposal_id: int, by: Person, at: datetime) -> Proposal:
    proposal = get_or_not_found(Proposal, proposal_id)
    if proposal.state not in PUBLIC_STATES:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    if not can_speak(by, proposal.place, at):
        raise NotAllowed(NOT_HERE)
    return proposal


def _supportable(argument_id: int, by: Person) -> Argument:
    argument = get_or_not_found(Argument, argument_id, lock=True)
    if argument.hidden_at is not None or argument.withdrawn_at is not None:
        raise NotFound(NO_TEXT)
    if not can_support(by, argument.proposal.place):
        raise NotAllowed(N_("이 동네 주민으로 확인된 분만 공감할 수 있습니다."))
    require_open(argument.proposal.state)
    require_not_over(is_over=argument.proposal.cycle.is_over)
    return argument


def _supporters(argument: Argument) -> int:
    query = select(func.count()).select_from(ArgumentSupport).where(ArgumentSupport.argument_id == argument.id)
    return session().scalar(query) or 0


def _answerable(proposal: Proposal, answers_id: int | None) -> Comment | None:
    if answers_id is None:
        return None
    answered = session().get(Comment, answers_id)
    if (
        answered is None
        or answered.proposal_id != proposal.id
        or answered.hidden_at is not None
        or answered.withdrawn_at is not None
    ):
        raise NotFound(NO_TEXT)
    return answered


def _call(comment: Comment, proposal: Proposal, answered: Comment | None, *, by: Person, at: datetime) -> None:
    called = called_in(comment.text, people_taking_part(proposal)) if "@" in comment.text else []
    if answered is not None and answered.author_id not in called:
        called = [answered.author_id, *called][:MOST_MENTIONS]
    today = kst_midnight(kst_date(at))
    for person_id in called:
        if person_id == by.id:
            continue
        # The caller's row is locked, so that two comments at once do not both ring the last bell of the day.
        get_or_not_found(Person, person_id, lock=True)
        rung = session().scalar(
            select(func.count(Mention.id)).where(
                Mention.person_id == person_id, Mention.is_told.is_(True), Mention.at >= today
            )
        )
        mention = Mention(comment_id=comment.id, person_id=person_id, at=at, is_told=(rung or 0) < MENTIONS_A_DAY)
        session().add(mention)
        session().flush()
        if mention.is_told:
            somebody_called.send(mention, at=at)


def _slow_down(limit: Limit, by: Person, at: datetime) -> None:
    wait = take((limit, str(by.id)), at=at)
    if wait is not None:
        raise RuleViolation(TOO_FAST, minutes=int(wait.total_seconds() // 60) + 1)
