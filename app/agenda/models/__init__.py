"""Tables of the agenda, by task."""

from app.agenda.models.discovery import AgendaAsk, Endorsement, MeetingTask, OfficeInvitation, ProposalFile
from app.agenda.models.proposals import (
    CoAuthor,
    CoSignature,
    MeetingTopic,
    Proposal,
    ProposalCall,
    ProposalTerm,
    SynonymTable,
    VillageMeeting,
)

__all__ = [
    "AgendaAsk",
    "CoAuthor",
    "CoSignature",
    "Endorsement",
    "MeetingTask",
    "MeetingTopic",
    "OfficeInvitation",
    "Proposal",
    "ProposalCall",
    "ProposalFile",
    "ProposalTerm",
    "SynonymTable",
    "VillageMeeting",
]
