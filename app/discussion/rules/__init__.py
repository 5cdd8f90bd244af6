"""Rules of the discussion. Pure: no Flask, no database, no clock, no randomness."""

from app.discussion.rules.words import (
    ARGUMENT_MAX,
    COMMENT_MAX,
    KIND_NAMES,
    MENTIONS_A_DAY,
    MOST_MENTIONS,
    OPEN_STATES,
    REASON_NAMES,
    SIDE_NAMES,
    VERDICT_NAMES,
    Kind,
    Reason,
    Side,
    Verdict,
    called_in,
    require_open,
    require_verdict,
)

__all__ = [
    "ARGUMENT_MAX",
    "COMMENT_MAX",
    "KIND_NAMES",
    "MENTIONS_A_DAY",
    "MOST_MENTIONS",
    "OPEN_STATES",
    "REASON_NAMES",
    "SIDE_NAMES",
    "VERDICT_NAMES",
    "Kind",
    "Reason",
    "Side",
    "Verdict",
    "called_in",
    "require_open",
    "require_verdict",
]
