"""What a meeting comes to: the tables' results, and agendas that carry their evidence."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from app.agenda.models import MeetingTopic, Proposal
from app.agenda.rules import SOURCE_OF
from app.agenda.services import proposing
from app.db.session import claim_version, get_or_not_found, session
from app.deliberation.models import Statement
from app.deliberation.rules import StatementState
from app.deliberation.services import workbench
from app.discussion.models import Evidence, LiveRoom, TableIdea, TableSheet
from app.discussion.permissions import can_facilitate
from app.discussion.rules.live import IDEA_MAX, IDEAS_A_TABLE, MOST_EVIDENCE, Idea
from app.discussion.services.live import NOT_FACILITATOR
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.references import reference
from app.record.services import append


def enter_tables(
    meeting_id: int,
    people: Mapping[int, int],
    ideas: Mapping[int, Sequence[Idea]],
    *,
    version: int,
    by: Person,
    at: datetime,
) -> LiveRoom:
    """Write down what every table came to, all in one form; sent again, it replaces what was written.

    Args:
        meeting_id: which meeting.
        people: how many sat at each table.
        ideas: what each table came to, the most wanted first.
        version: of the room as the form showed it.
        by: a facilitator.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no room; not a facilitator; somebody else wrote meanwhile.
        InvalidInput: a table that is not there, too many or too long ideas, an impossible number.
        RuleViolation: an agenda was made of them already.
    """
    room = get_or_not_found(LiveRoom, meeting_id, lock=True)
    if not can_facilitate(by, room.meeting.place, at):
        raise NotAllowed(NOT_FACILITATOR)
    claim_version(room, version)
    used = session().scalar(
        select(func.count(Evidence.id)).where(Evidence.meeting_id == room.meeting_id, Evidence.table_no.is_not(None))
    )
    if used:
        raise RuleViolation(N_("이 결과로 이미 의제를 만들었습니다. 그대로 둡니다."))
    for table_no in {*people, *ideas}:
        found = ideas.get(table_no, ())
        if not 1 <= table_no <= room.tables or not 0 <= people.get(table_no, 0) <= 100:  # noqa: PLR2004 - seats
            raise InvalidInput(N_("%(n)s번 모둠의 사람 수를 확인해 주세요."), field=f"people_{table_no}", n=table_no)
        if len(found) > IDEAS_A_TABLE or any(
            not 2 <= len(idea.text) <= IDEA_MAX or not 0 <= idea.stickers <= 1000  # noqa: PLR2004 - a room full
            for idea in found
        ):
            raise InvalidInput(N_("%(n)s번 모둠의 결과를 확인해 주세요."), field=f"idea_{table_no}_1", n=table_no)
    for table in (TableSheet, TableIdea):
        session().execute(delete(table).where(table.meeting_id == room.meeting_id))
    for table_no, count in sorted(people.items()):
        session().add(TableSheet(meeting_id=room.meeting_id, table_no=table_no, people=count))
    for table_no, found in sorted(ideas.items()):
        for position, idea in enumerate(found, start=1):
            session().add(
                TableIdea(
                    meeting_id=room.meeting_id, table_no=table_no, position=position, text=idea.text,
                    stickers=idea.stickers,
                )
            )  # fmt: skip
    session().flush()
    return room


def make_agenda(
    meeting_id: int,
    words: proposing.Words,
    *,
    statement_ids: Sequence[int],
    idea_ids: Sequence[int],
    once: str,
    by: Person,
    at: datetime,
) -> Proposal:
    """Make an agenda out of a meeting that has ended: it carries the statements and ideas that speak for it.

    The counts are final by then and are copied, so that nobody needs to look them up, and nothing can change them. The
    same form sent twice makes one agenda.

    Raises:
        NotFound, NotAllowed: no room; neither council nor staff.
        RuleViolation: the meeting has not ended, or agendas are not being gathered.
        InvalidInput: no evidence, too much, or some of another meeting.
    """
    room = get_or_not_found(LiveRoom, meeting_id, lock=True)
    meeting = room.meeting
    if not can_facilitate(by, meeting.place, at):
        raise NotAllowed(NOT_FACILITATOR)
    if room.ended_at is None:
        raise RuleViolation(N_("모임을 마친 뒤에 의제로 만들 수 있습니다. 그래야 수가 더 바뀌지 않습니다."))
    statements = _statements(room, statement_ids)
    ideas = _ideas(room, idea_ids)
    if not 1 <= len(statements) + len(ideas) <= MOST_EVIDENCE:
        raise InvalidInput(N_("근거가 되는 문장이나 모둠 결과를 하나 이상 골라 주세요."), field="statements")
    source = SOURCE_OF[meeting.kind]
    proposal = proposing.write_proposal(
        meeting.place, meeting.cycle, words, source=source, once=f"meeting-{once}", by=by, at=at
    )
    if session().scalar(select(func.count(Evidence.id)).where(Evidence.proposal_id == proposal.id)):
        return proposal
    proposing.submit_proposal(proposal.id, by=by, at=at)
    session().add(
        MeetingTopic(meeting_id=meeting.id, proposal_id=proposal.id, outcome=N_("이 모임에서 나온 의제입니다."))
    )
    for position, statement in enumerate(statements, start=1):
        session().add(
            Evidence(
                proposal_id=proposal.id, meeting_id=meeting.id, position=position, text=statement.text,
                statement_id=statement.id, agree=statement.agree, worry=statement.worry, unsure=statement.unsure,
            )
        )  # fmt: skip
        workbench.link_proposal(statement.id, proposal.id, by=by, at=at)
    for position, idea in enumerate(ideas, start=len(statements) + 1):
        session().add(
            Evidence(
                proposal_id=proposal.id, meeting_id=meeting.id, position=position, text=idea.text,
                table_no=idea.table_no, stickers=idea.stickers,
            )
        )  # fmt: skip
    session().flush()
    append(
        meeting.place,
        "discussion.agenda_made",
        role=by.staff_role(meeting.place, at) or Role.COUNCIL_MEMBER,
        subject=f"proposal:{proposal.id}",
        at=at,
        values={
            "title": reference("proposal", proposal.id),
            "meeting": meeting.title,
            "evidence": len(statements) + len(ideas),
        },
    )
    return proposal


def _statements(room: LiveRoom, ids: Sequence[int]) -> list[Statement]:
    found = session().scalars(
        select(Statement).where(
            Statement.id.in_(ids),
            Statement.round_id == room.round_id,
            Statement.state == StatementState.PUBLISHED,
        )
    )
    rows = sorted(found, key=lambda row: (-row.agree, row.number))
    if len(rows) != len(set(ids)):
        raise InvalidInput(N_("이 모임의 문장만 고를 수 있습니다."), field="statements")
    return rows


def _ideas(room: LiveRoom, ids: Sequence[int]) -> list[TableIdea]:
    found = session().scalars(select(TableIdea).where(TableIdea.id.in_(ids), TableIdea.meeting_id == room.meeting_id))
    rows = sorted(found, key=lambda row: (-row.stickers, row.id))
    if len(rows) != len(set(ids)):
        raise InvalidInput(N_("이 모임의 모둠 결과만 고를 수 있습니다."), field="ideas")
    return rows
