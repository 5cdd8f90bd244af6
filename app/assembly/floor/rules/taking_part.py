"""Who takes part: those in the hall and, where the ordinance counts them, those who voted before. Pure."""

from dataclasses import dataclass

from app.errors import RuleViolation
from app.i18n import N_


@dataclass(frozen=True)
class TakingPart:
    """How many take part, against how many are needed.

    Attributes:
        present: electors in the hall now.
        came: electors who came, those who left included.
        fresh: of those who came, the ones known not to have voted before they came in.
        guests: people in the hall without a vote.
        advance: how many had voted when the doors opened.
        known: of them, those of whom the roll says who they are, so that they are recognised when they come in.
        needed: how many must take part.
        counts_advance: whether those who voted before count (setting ``assembly.quorum_counts``).
    """

    present: int
    came: int
    fresh: int
    guests: int
    advance: int
    known: int
    needed: int
    counts_advance: bool

    @property
    def counted(self) -> int:
        """How many are counted: never more than there are.

        Nobody is counted twice: to those who voted before, and are known, only those are added who had not voted when
        they came in. Somebody who voted with a code that belongs to nobody on the roll may be in the hall as well, so
        they are not added; but there are never fewer than came, nor than voted. Where the ordinance counts nobody who
        voted before, only electors in the hall count.
        """
        return max(self.came, self.advance, self.known + self.fresh) if self.counts_advance else self.present

    @property
    def is_met(self) -> bool:
        """Tell whether enough take part for the assembly to be held."""
        return self.counted >= self.needed

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.counted)


def require_quorum(taking_part: TakingPart) -> None:
    """Refuse to open an assembly, or to decide in it, with too few.

    Raises:
        RuleViolation: naming how many there are and how many are needed.
    """
    if not taking_part.is_met:
        raise RuleViolation(
            N_("참여한 사람이 %(counted)s명입니다. %(needed)s명이 되어야 합니다."),
            counted=taking_part.counted,
            needed=taking_part.needed,
        )
