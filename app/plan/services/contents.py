"""The plan as a whole: its seven contents, the envelopes of its sources, its adoption by the council."""

from datetime import datetime

from sqlalchemy import select

from app.council.models import MeetingItem
from app.council.queries.meetings import quorum_of_meeting
from app.council.rules.meetings import ItemKind, Outcome
from app.cycle.models import Cycle
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import ChapterText, CouncilAdoption, Envelope, PlanVersion
from app.plan.permissions import can_draft, can_freeze
from app.plan.rules import FundSource
from app.plan.rules.workbench import MOST_WON, Chapter
from app.plan.services.drafting import NOT_COUNCIL, plan_of, require_text_open
from app.record.services import append


def keep_chapter(cycle: Cycle, chapter: Chapter, body: str, *, version: int, by: Person, at: datetime) -> ChapterText:
    """Write one of the seven contents.

    Raises:
        NotAllowed, Conflict, RuleViolation: neither council nor staff; changed meanwhile; the text is frozen.
    """
    if not can_draft(by, cycle.place, at):
        raise NotAllowed(NOT_COUNCIL)
    plan = plan_of(cycle, at=at)
    require_text_open(plan)
    row = session().scalar(
        select(ChapterText).where(ChapterText.plan_id == plan.id, ChapterText.chapter == chapter).with_for_update()
    )
    if row is None:
        row = ChapterText(plan_id=plan.id, chapter=chapter, body="", changed_at=at, version=0)
        session().add(row)
    claim_version(row, version)
    row.body, row.changed_at = body, at
    session().flush()
    return row


def set_envelope(cycle: Cycle, source: FundSource, year: int, amount_won: int, *, by: Person, at: datetime) -> Envelope:
    """Say how much a source offers in a year; said again, the newer figure holds. Every change stands in the record.

    Raises:
        NotAllowed, RuleViolation: neither staff nor chair; the text is frozen.
        InvalidInput: below zero, or a year that is not the plan's or the next.
    """
    if not can_freeze(by, cycle.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 재원의 한도를 정합니다."))
    plan = plan_of(cycle, at=at)
    require_text_open(plan)
    if not 0 <= amount_won <= MOST_WON:
        raise InvalidInput(N_("금액을 확인해 주세요."), field="amount_won")
    if not cycle.year <= year <= cycle.year + 1:
        raise InvalidInput(N_("연도를 확인해 주세요."), field="year")
    row = session().scalar(
        select(Envelope)
        .where(Envelope.plan_id == plan.id, Envelope.source == source, Envelope.year == year)
        .with_for_update()
    )
    if row is None:
        row = Envelope(plan_id=plan.id, source=source, year=year, amount_won=amount_won)
        session().add(row)
    else:
        row.amount_won = amount_won
    session().flush()
    append(
        cycle.place, "plan.envelope_set", role=by.staff_role(cycle.place, at) or Role.COMMITTEE_CHAIR,
        subject=f"plan:{plan.id}", at=at, values={"fund": source.value, "year": year, "amount_won": amount_won},
    )  # fmt: skip
    return row


def note_adoption(version_id: int, meeting_item_id: int, *, by: Person, at: datetime) -> CouncilAdoption:
    """Tie a frozen version to the council's decision that adopted it; noting it twice is noting it once.

    Raises:
        NotFound, NotAllowed: no such version or item; neither staff nor chair.
        InvalidInput: not a decision of this dong's whole council, not adopted, or decided before the version was frozen.
    """
    frozen = get_or_not_found(PlanVersion, version_id, lock=True)
    place = frozen.plan.place
    if not can_freeze(by, place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 의결을 잇습니다."))
    known = session().get(CouncilAdoption, frozen.id)
    if known is not None:
        return known
    item = get_or_not_found(MeetingItem, meeting_item_id)
    decision = item.decision
    is_ours = item.meeting.place_id == place.id and item.meeting.committee_id is None
    if not is_ours or item.kind is not ItemKind.DECISION or decision is None or decision.outcome is not Outcome.ADOPTED:
        raise InvalidInput(N_("이 동네 주민자치회가 가결한 안건만 고를 수 있습니다."), field="item")
    if decision.decided_at < frozen.frozen_at:
        raise InvalidInput(N_("판을 고정한 뒤에 한 의결이어야 합니다."), field="item")
    quorum = quorum_of_meeting(item.meeting)
    row = CouncilAdoption(version_id=frozen.id, meeting_item_id=item.id, noted_at=at)
    session().add(row)
    session().flush()
    append(
        place, "plan.council_adopted", role=by.staff_role(place, at) or Role.COMMITTEE_CHAIR,
        subject=f"plan:{frozen.plan_id}", at=at,
        values={
            "version": frozen.number, "meeting": item.meeting.title, "yes": decision.yes or 0, "no": decision.no or 0,
            "members": item.meeting.members_count or quorum.members, "needed": item.meeting.quorum_needed or quorum.needed,
            "present": quorum.present, "abstained": decision.abstained or 0, "recused": len(item.recusals),
        },
        document_hash=frozen.hash,
    )  # fmt: skip
    return row
