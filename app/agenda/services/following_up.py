"""What a meeting asked somebody to do, and what came of it."""

from datetime import datetime

from sqlalchemy import select

from app.agenda.models import MeetingTask, VillageMeeting
from app.agenda.permissions import can_minute
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append

NOT_MINUTER = N_("모임을 연 분과 위원, 담당자가 적습니다.")


def note_task(
    meeting_id: int,
    *,
    text: str,
    unit: str,
    proposal_id: int | None,
    due_at: datetime,
    once: str,
    by: Person,
    at: datetime,
) -> MeetingTask:
    """Write down what somebody will do after a meeting; the same form sent twice writes one line.

    Raises:
        NotFound, NotAllowed: no such meeting; not who may write its minutes.
        RuleViolation: it was not held.
        InvalidInput: a proposal that was not on the table, or a day that has passed.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id, lock=True)
    if not can_minute(by, meeting, at):
        raise NotAllowed(NOT_MINUTER)
    known = session().scalar(select(MeetingTask).where(MeetingTask.meeting_id == meeting.id, MeetingTask.once == once))
    if known is not None:
        return known
    if meeting.held_at is None:
        raise RuleViolation(N_("모임의 결과를 적은 뒤에 할 일을 적습니다."))
    if proposal_id is not None and proposal_id not in {topic.proposal_id for topic in meeting.topics}:
        raise InvalidInput(N_("이 모임에서 이야기한 의제만 고를 수 있습니다."), field="proposal")
    if due_at <= at:
        raise InvalidInput(N_("지난 날까지 할 수는 없습니다."), field="due_on")
    task = MeetingTask(
        meeting_id=meeting.id, once=once, proposal_id=proposal_id, text=text, unit=unit, due_at=due_at, noted_at=at
    )
    session().add(task)
    session().flush()
    append(
        meeting.place, "agenda.task_noted", role=Role.COUNCIL_MEMBER, subject=f"meeting:{meeting.id}", at=at,
        values={"title": meeting.title, "text": text, "unit": unit},
    )  # fmt: skip
    return task


def finish_task(task_id: int, *, meeting_id: int, result: str, version: int, by: Person, at: datetime) -> MeetingTask:
    """Say what came of a task.

    Raises:
        NotFound, NotAllowed, Conflict: no such task of that meeting; not who may write its minutes; changed meanwhile.
        RuleViolation: it is finished.
        InvalidInput: nothing said.
    """
    task = get_or_not_found(MeetingTask, task_id, lock=True)
    if task.meeting_id != meeting_id:
        raise NotFound(N_("찾으시는 할 일이 없습니다."))
    if not can_minute(by, task.meeting, at):
        raise NotAllowed(NOT_MINUTER)
    claim_version(task, version)
    if task.done_at is not None:
        raise RuleViolation(N_("이미 마친 일입니다."))
    if len(result) < 5:  # noqa: PLR2004 - a word or two
        raise InvalidInput(N_("어떻게 되었는지 적어 주세요."), field="result")
    task.result, task.done_at = result, at
    append(
        task.meeting.place, "agenda.task_done", role=Role.COUNCIL_MEMBER, subject=f"meeting:{task.meeting_id}", at=at,
        values={"title": task.meeting.title, "text": task.text},
    )  # fmt: skip
    return task
