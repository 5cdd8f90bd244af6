"""What the discussion puts onto the pages of an agenda and of a meeting."""

from datetime import datetime

from app.agenda.models import Proposal, VillageMeeting
from app.agenda.panels import Panel
from app.agenda.rules import ProposalState
from app.deliberation.queries.signposts import evidence_panel
from app.discussion.permissions import can_facilitate
from app.discussion.queries import live
from app.discussion.queries.words import discussion_of
from app.people.models import Person


def of_agenda(proposal: Proposal, person: Person | None, at: datetime) -> list[Panel]:
    """Return why an agenda was made, and the head of its discussion; a draft has neither.

    What a meeting's agenda rests on stands there with its final counts; statements of opinion rounds that were linked
    otherwise follow. No statement is listed twice.
    """
    if proposal.state is ProposalState.DRAFT:
        return []
    evidence = live.evidence_of(proposal)
    found = [Panel("discussion/_evidence.html", {"evidence": evidence})] if evidence else []
    found += evidence_panel(proposal, told={each.statement_id for each in evidence if each.statement_id is not None})
    return [*found, Panel("discussion/_on_agenda.html", {"discussion": discussion_of(proposal, person, at)})]


def of_meeting(meeting: VillageMeeting, person: Person | None, at: datetime) -> list[Panel]:
    """Return the room of a meeting: how to come in while it runs, what it came to afterwards."""
    room = live.has_room(meeting)
    leads = can_facilitate(person, meeting.place, at) and not meeting.cycle.is_over
    if room is None:
        may_open = leads and meeting.held_at is None and meeting.cancelled_at is None
        return [Panel("discussion/_no_room.html", {})] if may_open else []
    values = {
        "state": live.state_of(room),
        "tables": [table for table in live.tables_of(room) if table.ideas],
        "leads": leads,
    }
    return [Panel("discussion/_on_meeting.html", values)]
