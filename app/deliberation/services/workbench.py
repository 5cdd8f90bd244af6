"""The committees' work on statements: who looks after one, what they say to each other, which agenda it went into."""

from datetime import datetime

from sqlalchemy import select

from app.agenda.models import Proposal
from app.agenda.rules import PUBLIC_STATES
from app.db.session import claim_version, session
from app.deliberation.models import Statement, StatementNote, StatementProposal
from app.deliberation.permissions import acting_role
from app.deliberation.rules import LogAct, StatementState
from app.deliberation.services.moderating import load, note_in_log
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.record.references import reference
from app.record.services import append


def assign(
    statement_id: int,
    *,
    unit: str,
    due_at: datetime | None,
    is_handled: bool,
    version: int,
    by: Person,
    at: datetime,
) -> Statement:
    """Give a statement to a committee, with a deadline, or say that it is dealt with.

    Args:
        statement_id: which.
        unit: the committee; empty takes it back.
        due_at: until when.
        is_handled: whether the committee is done with it.
        version: what the person saw.
        by: a council member or staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such statement; neither council nor staff; changed meanwhile.
        InvalidInput: a deadline without a committee.
    """
    _, statement = load(statement_id, by, at)
    claim_version(statement, version)
    if due_at is not None and not unit:
        raise InvalidInput(N_("어느 분과가 맡는지 먼저 적어 주세요."), field="unit")
    statement.unit, statement.due_at = unit, due_at
    if is_handled and statement.handled_at is None:
        statement.handled_at = at
    elif not is_handled:
        statement.handled_at = None
    return statement


def write_note(statement_id: int, text: str, *, by: Person, at: datetime) -> StatementNote:
    """Leave a note that only council and staff read; the same words of the same person twice are one note.

    Raises:
        NotFound, NotAllowed: no such statement; neither council nor staff.
    """
    _, statement = load(statement_id, by, at)
    last = session().scalar(
        select(StatementNote)
        .where(StatementNote.statement_id == statement.id, StatementNote.author_id == by.id)
        .order_by(StatementNote.id.desc())
        .limit(1)
    )
    if last is not None and last.text == text:
        return last
    note = StatementNote(statement_id=statement.id, author_id=by.id, text=text, at=at)
    session().add(note)
    session().flush()
    return note


def link_proposal(statement_id: int, proposal_id: int, *, by: Person, at: datetime) -> StatementProposal:
    """Say in public that an agenda takes up a statement. Linking twice is linking once.

    Raises:
        NotFound, NotAllowed: no such statement or agenda here; neither council nor staff.
        RuleViolation: the statement is not shown.
    """
    found, statement = load(statement_id, by, at)
    proposal = session().get(Proposal, proposal_id)
    if proposal is None or proposal.place_id != found.place_id or proposal.state not in PUBLIC_STATES:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    if statement.state is not StatementState.PUBLISHED:
        raise RuleViolation(N_("올라가 있는 의견만 의제에 이을 수 있습니다."))
    known = session().scalar(
        select(StatementProposal).where(
            StatementProposal.statement_id == statement.id, StatementProposal.proposal_id == proposal.id
        )
    )
    if known is not None:
        return known
    link = StatementProposal(statement_id=statement.id, proposal_id=proposal.id, linked_by=by.id, linked_at=at)
    session().add(link)
    note_in_log(statement, LogAct.LINKED, role=acting_role(by, found.place, at), at=at, note=proposal.title)
    append(
        found.place,
        "deliberation.linked",
        role=acting_role(by, found.place, at),
        subject=f"statement:{statement.id}",
        at=at,
        values={"title": reference("proposal", proposal.id), "round": found.title, "number": statement.number},
    )
    return link


def unlink_proposal(statement_id: int, proposal_id: int, *, by: Person, at: datetime) -> None:
    """Take a link back, in public. What is not linked stays so.

    Raises:
        NotFound, NotAllowed: as `link_proposal`.
    """
    found, statement = load(statement_id, by, at)
    link = session().scalar(
        select(StatementProposal).where(
            StatementProposal.statement_id == statement.id, StatementProposal.proposal_id == proposal_id
        )
    )
    if link is None:
        return
    title = link.proposal.title
    session().delete(link)
    note_in_log(statement, LogAct.UNLINKED, role=acting_role(by, found.place, at), at=at, note=title)
