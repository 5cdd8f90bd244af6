"""Rules of following. Pure: no Flask, no database, no clock, no randomness."""

from datetime import date
from enum import StrEnum

from app.i18n import N_

DIGEST_HOUR = 7
"""The Korean hour at which digests leave."""
MONDAY = 0
MOST_IN_DIGEST = 30


class Subject(StrEnum):
    """What can be followed. The values are the kinds of the record's subjects."""

    PLACE = "place"
    PROPOSAL = "proposal"
    ROUND = "round"
    PROJECT = "project"


SUBJECT_NAMES: dict[Subject, str] = {
    Subject.PLACE: N_("동네"),
    Subject.PROPOSAL: N_("의제"),
    Subject.ROUND: N_("토론"),
    Subject.PROJECT: N_("사업"),
}


class Rhythm(StrEnum):
    """How often somebody wants mail."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


RHYTHM_NAMES: dict[Rhythm, str] = {
    Rhythm.DAILY: N_("날마다 아침에"),
    Rhythm.WEEKLY: N_("한 주에 한 번, 월요일 아침에"),
    Rhythm.NEVER: N_("보내지 않기"),
}

OF_PLACE = frozenset(
    {
        "cycle.started",
        "cycle.stage_opened",
        "agenda.accepted",
        "agenda.meeting_called",
        "agenda.meeting_cancelled",
        "deliberation.opened",
        "deliberation.concluded",
        "plan.frozen",
        "plan.revised",
        "assembly.prepared",
        "assembly.opened",
        "assembly.closed",
        "assembly.counted",
        "execution.begun",
        "execution.completed",
        "execution.cancelled",
    }
)
"""What followers of a whole dong are told; followers of a single thing are told everything about it."""
DELAYS = frozenset({"execution.paused", "execution.called_out", "execution.milestone_moved"})
"""Acts that say that a promise is kept later than it was given."""
IMPLEMENTATION = DELAYS | {"execution.begun", "execution.completed", "execution.cancelled"}
"""What the authors of adopted opinions are told of the project that carries them out."""
UNTOLD = ("people.", "places.", "outbox.", "discussion.hidden", "discussion.restored", "agenda.synonyms_kept")
"""Acts that are no news about a thing: keeping house."""


def is_told(act: str) -> bool:
    """Tell whether an act is news at all."""
    return not act.startswith(UNTOLD)


def rhythms_due(day: date) -> list[Rhythm]:
    """Return whose digests leave on a day."""
    return [Rhythm.DAILY, Rhythm.WEEKLY] if day.weekday() == MONDAY else [Rhythm.DAILY]
