"""Rules of the agenda. Pure: no Flask, no database, no clock, no randomness."""

from app.agenda.rules.proposals import (
    BODY_MAX,
    FIELD_NAMES,
    FROM_MEETINGS,
    MEETING_NAMES,
    MOVES,
    PUBLIC_STATES,
    SOURCE_NAMES,
    SOURCE_OF,
    STATE_NAMES,
    TITLE_MAX,
    Field,
    MeetingKind,
    ProposalState,
    Source,
    is_initiative,
    require_move,
)

__all__ = [
    "BODY_MAX",
    "FIELD_NAMES",
    "FROM_MEETINGS",
    "Field",
    "MEETING_NAMES",
    "MOVES",
    "MeetingKind",
    "PUBLIC_STATES",
    "ProposalState",
    "SOURCE_NAMES",
    "SOURCE_OF",
    "STATE_NAMES",
    "Source",
    "TITLE_MAX",
    "is_initiative",
    "require_move",
]
