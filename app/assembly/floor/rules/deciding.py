"""What the floor decides: raised cards against a threshold, stickers by their number. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.assembly.floor.rules.states import ItemKind
from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.papers import HandCount
from app.errors import InvalidInput
from app.i18n import N_

MOST_OPTIONS = 20
OPTION_MAX = 80


class Basis(StrEnum):
    """Of what the approving part is taken."""

    VOTES = "votes"
    """Of those who said yes or no."""
    PRESENT = "present"
    """Of all electors in the hall when the count began."""


class Outcome(StrEnum):
    """What came of an item."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    CHOSEN = "chosen"
    TIED = "tied"
    """As many stickers for one as for another, and not room for both: counted again."""
    HEARD = "heard"
    DEFERRED = "deferred"


BASIS_NAMES: dict[Basis, str] = {
    Basis.VOTES: N_("찬성과 반대를 말한 사람 가운데"),
    Basis.PRESENT: N_("그 자리에 있는 투표할 사람 가운데"),
}
OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.ADOPTED: N_("가결"),
    Outcome.REJECTED: N_("부결"),
    Outcome.CHOSEN: N_("골랐습니다"),
    Outcome.TIED: N_("같은 수"),
    Outcome.HEARD: N_("듣고 나눔"),
    Outcome.DEFERRED: N_("다음으로 미룸"),
}


class Part(Protocol):
    """How large a part must be (`app.places.settings.kinds.Threshold`)."""

    def is_met(self, part: int, whole: int) -> bool:
        """Tell whether ``part`` of ``whole`` reaches it."""

    def least(self, whole: int) -> int:
        """Return the smallest number that reaches it."""


@dataclass(frozen=True)
class Decision:
    """What a count decided.

    Attributes:
        outcome: adopted or rejected; chosen or tied.
        needed: how many had to say yes; 0 where the number of stickers decides.
        chosen: positions of the options that were chosen for certain, in the order of the board.
        tied: positions of the options among which the stickers do not decide.
    """

    outcome: Outcome
    needed: int = 0
    chosen: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()


def form_of(kind: ItemKind, picks: int) -> BallotForm:
    """Return what the floor is asked, as the ballot form by which every hand count is checked."""
    if kind is ItemKind.HANDS:
        return BallotForm(Preference.NONE, majority=True)
    return BallotForm(Preference.APPROVAL, at_most=picks)


def lines_of(kind: ItemKind, title: str, options: Sequence[str]) -> list[BallotLine]:
    """Return what is counted: the item itself, or the options of its board, numbered from 1."""
    titles = [title] if kind is ItemKind.HANDS else list(options)
    return [BallotLine(number, number, text, 0) for number, text in enumerate(titles, start=1)]


def hands(*, yes: int, no: int, abstained: int) -> HandCount:
    """Return what one person counted of raised cards."""
    return HandCount(yes + no + abstained, 0, (0,), (0,), (yes,), (no,), (abstained,))


def stickers(people: int, votes: Sequence[int]) -> HandCount:
    """Return what one person counted on a board: how many people took stickers, and the stickers of each option."""
    return HandCount(people, 0, tuple(votes), tuple(votes))


def require_in_hall(count: HandCount, present: int) -> None:
    """Refuse more votes than there are electors in the hall.

    Raises:
        InvalidInput: so.
    """
    if count.papers > present:
        raise InvalidInput(
            N_("센 사람이 %(counted)s명인데, 투표할 수 있는 사람은 %(present)s명입니다. 다시 세어 주세요."),
            counted=count.papers,
            present=present,
        )


def require_options(kind: ItemKind, options: Sequence[str], *, seats: int, picks: int) -> None:
    """Refuse a board that decides nothing, and options where none are asked.

    Raises:
        InvalidInput: so, naming the field of the form.
    """
    if kind is not ItemKind.STICKER:
        if options:
            raise InvalidInput(N_("스티커로 정하는 순서에만 고를 것을 적습니다."), field="options")
        return
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise InvalidInput(N_("고를 것을 한 줄에 하나씩, 2개에서 %(most)s개까지 적어 주세요."), field="options", most=MOST_OPTIONS)  # fmt: skip
    if len(set(options)) != len(options):
        raise InvalidInput(N_("같은 것이 두 번 있습니다."), field="options")
    if any(len(option) > OPTION_MAX for option in options):
        raise InvalidInput(N_("한 줄은 %(most)s자까지 적어 주세요."), field="options", most=OPTION_MAX)
    if not 1 <= seats < len(options):
        raise InvalidInput(N_("정하는 수는 고를 것보다 적어야 합니다."), field="seats")
    if not 1 <= picks <= len(options):
        raise InvalidInput(N_("한 사람의 스티커는 고를 것의 수를 넘을 수 없습니다."), field="picks")


def decide_hands(count: HandCount, *, basis: Basis, threshold: Part, present: int) -> Decision:
    """Return what raised cards decided.

    Args:
        count: what two people counted alike.
        basis: of what the part is taken.
        threshold: how large a part must say yes.
        present: electors in the hall when the count began.
    """
    yes, no = count.yes[0], count.no[0]
    whole = present if basis is Basis.PRESENT else yes + no
    outcome = Outcome.ADOPTED if threshold.is_met(yes, whole) else Outcome.REJECTED
    return Decision(outcome, needed=threshold.least(whole))


def decide_stickers(votes: Sequence[int], *, seats: int) -> Decision:
    """Return which options have the most stickers.

    An option without a single sticker is never chosen. Where the last places fall between options of equal number, those
    with more are chosen and those options are counted again.
    """
    ranked = sorted(range(len(votes)), key=lambda position: -votes[position])
    wanted = [position for position in ranked[:seats] if votes[position]]
    if not wanted:
        return Decision(Outcome.REJECTED)
    last = votes[wanted[-1]]
    level = tuple(position for position, number in enumerate(votes) if number == last)
    if len(wanted) == seats and sum(number >= last for number in votes) > seats:
        certain = tuple(position for position, number in enumerate(votes) if number > last)
        return Decision(Outcome.TIED, chosen=certain, tied=level)
    return Decision(Outcome.CHOSEN, chosen=tuple(sorted(wanted)))
