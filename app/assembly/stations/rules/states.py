"""What a station is, where it stands, and the equation that must come out before it closes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.assembly.rules.ballots import BallotForm
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class Method(StrEnum):
    """How people vote at a station."""

    PAPER = "paper"
    STICKER = "sticker"
    """A set of stickers each, put on a board with the items."""
    HANDS = "hands"
    """A voting card each, held up and counted."""


class PaperChannel(StrEnum):
    """To which channel of the result a station belongs; the names are those of the setting of weights."""

    BOOTH = "booth"
    PAPER = "paper"
    ONSITE = "onsite"


class StationState(StrEnum):
    """Where a station stands."""

    ISSUING = "issuing"
    """People are checked in."""
    COUNTING = "counting"
    """Nobody is checked in any more; the boxes are opened when voting is over."""
    CLOSED = "closed"


METHOD_NAMES: dict[Method, str] = {
    Method.PAPER: N_("종이 투표지"),
    Method.STICKER: N_("스티커"),
    Method.HANDS: N_("손들기(표 카드)"),
}
CHANNEL_NAMES: dict[PaperChannel, str] = {
    PaperChannel.BOOTH: N_("투표소"),
    PaperChannel.PAPER: N_("찾아가는 종이 투표"),
    PaperChannel.ONSITE: N_("총회 현장"),
}
STATION_STATE_NAMES: dict[StationState, str] = {
    StationState.ISSUING: N_("용지를 내주는 중"),
    StationState.COUNTING: N_("세는 중"),
    StationState.CLOSED: N_("마침"),
}
STATION_MOVES: dict[StationState, frozenset[StationState]] = {
    StationState.ISSUING: frozenset({StationState.COUNTING}),
    StationState.COUNTING: frozenset({StationState.CLOSED}),
    StationState.CLOSED: frozenset(),
}
COUNTERS = 2
"""How many people count each box."""
ONE_VOTE_RULE = "first-recorded"
"""Bound by the election: whichever the server records first counts, a ballot in the electronic box or a check-in."""
LETTER_RULE = "first-recorded-against-letter"
"""The same where codes came by letter and nobody knows whose is whose: a paper is handed out against the letter, or after
its loss was declared and the credential authority has named it, and takes the letter's credential away."""


class LossState(StrEnum):
    """What became of a letter that somebody says is lost."""

    DECLARED = "declared"
    """The credential authority is to find whose code it was."""
    GRANTED = "granted"
    """The code is dead; a paper may be handed out."""
    VOTED = "voted"
    """A ballot was cast with it before: no paper."""


def require_station_move(state: StationState, to: StationState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the station cannot go there from where it is.
    """
    if to not in STATION_MOVES[state]:
        raise RuleViolation(N_("투표소를 지금 그렇게 바꿀 수 없습니다."))


def require_method(form: BallotForm, method: Method, channel: PaperChannel) -> None:
    """Refuse a way of voting that this ballot does not allow.

    Raises:
        InvalidInput: stickers and hands where whole ballots are looked at, or anywhere but on the assembly floor.
    """
    if method is Method.PAPER:
        return
    if form.shuffled:
        raise InvalidInput(
            N_("표를 하나하나 보는 투표지에서는 스티커나 손들기로 셀 수 없습니다. 종이로 해 주세요."), field="method"
        )
    if channel is not PaperChannel.ONSITE:
        raise InvalidInput(N_("스티커와 손들기는 총회 현장에서만 할 수 있습니다."), field="channel")


def require_voting_over(closes_at: datetime, at: datetime) -> None:
    """Refuse to open a box while anybody may still vote: nothing may be known before the end (security.md T52).

    Raises:
        RuleViolation: voting is not over.
    """
    if at < closes_at:
        raise RuleViolation(N_("투표가 끝나기 전에는 투표함을 열 수 없습니다."))


@dataclass(frozen=True)
class Figures:
    """The papers of a station (sets of stickers, voting cards), from first to last.

    Attributes:
        printed: what it was given.
        issued: people checked in.
        spoiled: taken back and exchanged, or damaged.
        unused: left over.
        taken_away: handed out and not put into the box.
        in_box: taken out of the boxes.
        counted: in the agreed counts of its boxes, invalid ones included.
    """

    printed: int
    issued: int
    spoiled: int
    unused: int
    taken_away: int
    in_box: int
    counted: int

    @property
    def lines(self) -> tuple["Balance", ...]:
        """The three lines that must come out."""
        return (
            Balance(N_("받은 것 = 내준 사람 + 못 쓰게 된 것 + 남은 것"), self.printed,
                    self.issued + self.spoiled + self.unused),
            Balance(N_("내준 사람 = 투표함에서 꺼낸 것 + 넣지 않고 간 것"), self.issued, self.in_box + self.taken_away),
            Balance(N_("투표함에서 꺼낸 것 = 두 사람이 센 것"), self.in_box, self.counted),
        )  # fmt: skip

    @property
    def comes_out(self) -> bool:
        """Tell whether every paper is accounted for."""
        return all(line.difference == 0 for line in self.lines)


@dataclass(frozen=True)
class Balance:
    """One line of the equation."""

    text: str
    left: int
    right: int

    @property
    def difference(self) -> int:
        """What is missing on the right; negative when there is too much."""
        return self.left - self.right


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a station from closing. ``values`` fill the text."""

    text: str
    values: dict[str, object]


def missing(boxes: Sequence[tuple[int, int, bool, bool]], figures: Figures) -> list[Missing]:
    """Return what has to be done before a station may close, in the order in which it is done.

    Args:
        boxes: of each box its number, how many people have counted it, whether they agree, and whether there is a photo.
        figures: the papers.
    """
    found: list[Missing] = []
    for number, counted, agreed, has_photo in boxes:
        if not agreed and counted < COUNTERS:
            found.append(
                Missing(
                    N_("%(n)s번 투표함: 두 사람이 따로 세어 적습니다(지금 %(counted)s명)."),
                    {"n": number, "counted": counted},
                )
            )
        elif not agreed:
            found.append(Missing(N_("%(n)s번 투표함: 두 사람의 수가 다릅니다. 함께 다시 셉니다."), {"n": number}))
        if not has_photo:
            found.append(Missing(N_("%(n)s번 투표함: 두 사람이 서명한 집계표의 사진을 올립니다."), {"n": number}))
    found += [
        Missing(
            N_("용지의 수: %(n)s번째 줄이 맞지 않습니다. 다시 세거나, 못 쓰게 된 것과 가져간 것을 적습니다."),
            {"n": place},
        )
        for place, line in enumerate(figures.lines, start=1)
        if line.difference
    ]
    return found
