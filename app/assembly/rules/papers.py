"""What was counted by hand: papers, stickers, raised cards. One value for all of them, whatever the ballot asks. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference, categories_of
from app.assembly.rules.reading import answer_of
from app.errors import InvalidInput
from app.i18n import N_
from voting.encoding import JSON

MOST_BALLOTS = 5_000
"""Written down one by one for one box; a box holds fewer."""
_LINE = re.compile(r"(?P<marks>-|[0-9 ,:]++)\s*(?:[x×*]\s*(?P<times>[0-9]{1,4}))?")
IMPOSSIBLE = N_("%(n)s번 사업의 수가 나올 수 없는 수입니다. 다시 세어 주세요.")


@dataclass(frozen=True)
class HandCount:
    """What one box, one station or one channel holds.

    Attributes:
        papers: papers taken out of the box (people counted, on the floor), the invalid ones included.
        invalid: of them those that say nothing clearly; their voters took part.
        votes: per item, how many support it.
        scores: per item, the points it got; the votes again where there are none.
        yes: per item, approvals of its own question; empty without such questions.
        no: rejections.
        abstained: neither.
        ballots: where whole ballots are looked at, one list of numbers per valid paper as `reading.answer_of` takes it,
            sorted; empty otherwise.
    """

    papers: int
    invalid: int
    votes: tuple[int, ...]
    scores: tuple[int, ...]
    yes: tuple[int, ...] = ()
    no: tuple[int, ...] = ()
    abstained: tuple[int, ...] = ()
    ballots: tuple[tuple[int, ...], ...] = ()

    @property
    def valid(self) -> int:
        """Papers that say something, blank ones included."""
        return self.papers - self.invalid

    def to_json(self) -> dict[str, JSON]:
        """Return the count as it is stored and published."""
        return {
            "papers": self.papers,
            "invalid": self.invalid,
            "votes": list(self.votes),
            "scores": list(self.scores),
            "yes": list(self.yes),
            "no": list(self.no),
            "abstained": list(self.abstained),
            "ballots": [list(row) for row in self.ballots],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, JSON]) -> "HandCount":
        """Read what `to_json` wrote."""
        rows = value["ballots"]
        return cls(
            papers=int(str(value["papers"])),
            invalid=int(str(value["invalid"])),
            votes=_numbers(value["votes"]),
            scores=_numbers(value["scores"]),
            yes=_numbers(value["yes"]),
            no=_numbers(value["no"]),
            abstained=_numbers(value["abstained"]),
            ballots=tuple(_numbers(row) for row in rows) if isinstance(rows, list) else (),
        )


def nothing(form: BallotForm, lines: Sequence[BallotLine]) -> HandCount:
    """Return the count of an empty box."""
    zeros = (0,) * len(lines)
    asked = zeros if form.majority else ()
    return HandCount(0, 0, zeros, zeros, asked, asked, asked)


def together(form: BallotForm, lines: Sequence[BallotLine], counts: Sequence[HandCount]) -> HandCount:
    """Add up counts of the same ballot."""
    total = nothing(form, lines)
    for each in counts:
        total = HandCount(
            papers=total.papers + each.papers,
            invalid=total.invalid + each.invalid,
            votes=_sum(total.votes, each.votes),
            scores=_sum(total.scores, each.scores),
            yes=_sum(total.yes, each.yes),
            no=_sum(total.no, each.no),
            abstained=_sum(total.abstained, each.abstained),
            ballots=tuple(sorted(total.ballots + each.ballots)),
        )
    return total


def with_ballots(form: BallotForm, lines: Sequence[BallotLine], count: HandCount, envelope_won: int) -> HandCount:
    """Return a count of whole ballots with the supporters and points that follow from them.

    Raises:
        InvalidInput: a ballot that is no answer; such a paper belongs to the invalid ones.
    """
    for number, row in enumerate(count.ballots, start=1):
        if answer_of(form, lines, row, envelope_won) is None:
            raise InvalidInput(
                N_("%(n)s번째 표는 이 투표지의 답이 될 수 없습니다. 무효라면 무효표에 넣어 주세요."),
                field="ballots",
                n=number,
            )
    columns = list(zip(*count.ballots, strict=True)) or [()] * len(lines)
    votes = tuple(sum(bool(number) for number in column) for column in columns)
    in_points = form.preference is Preference.POINTS
    scores = tuple(sum(column) for column in columns) if in_points else votes
    return replace(count, votes=votes, scores=scores, ballots=tuple(sorted(count.ballots)))


def read_ballots(text: str, form: BallotForm, lines: Sequence[BallotLine]) -> tuple[tuple[int, ...], ...]:
    """Read ballots written down one per line: item numbers, in the order of the ranking where there is one.

    ``1,3`` chooses items 1 and 3; ``2:3 4:1`` gives item 2 three points and item 4 one; ``-`` is a blank one; ``1,3 x12``
    stands for twelve alike.

    Raises:
        InvalidInput: a line that says something else; the message names it.
    """
    place_of = {line.number: position for position, line in enumerate(lines)}
    found: list[tuple[int, ...]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip().lower())
        row = _row(match["marks"], form, place_of) if match else None
        if match is None or row is None:
            raise InvalidInput(N_("%(n)s번째 줄을 읽을 수 없습니다."), field="ballots", n=number)
        found += [row] * int(match["times"] or 1)
        if len(found) > MOST_BALLOTS:
            raise InvalidInput(N_("한 투표함에 표가 너무 많습니다."), field="ballots")
    return tuple(found)


def require_possible(form: BallotForm, lines: Sequence[BallotLine], count: HandCount) -> None:
    """Refuse numbers that no box can hold, so that a slip of the pen is found at once.

    Raises:
        InvalidInput: so, naming the field of the form.
    """
    if not 0 <= count.invalid <= count.papers:
        raise InvalidInput(N_("무효표가 꺼낸 용지보다 많을 수 없습니다."), field="invalid")
    if form.shuffled and len(count.ballots) != count.valid:
        raise InvalidInput(
            N_("적은 표는 %(written)s장인데 유효한 용지는 %(valid)s장입니다."),
            field="ballots",
            written=len(count.ballots),
            valid=count.valid,
        )
    if form.preference is not Preference.NONE:
        _require_votes(form, lines, count)
    for line, yes, no, abstained in zip(lines, count.yes, count.no, count.abstained, strict=False):
        if yes + no + abstained != count.valid:
            raise InvalidInput(
                N_("%(n)s번 사업의 찬성, 반대, 기권을 더하면 유효한 용지 수 %(valid)s장이어야 합니다."),
                field="invalid",
                n=line.number,
                valid=count.valid,
            )


def _require_votes(form: BallotForm, lines: Sequence[BallotLine], count: HandCount) -> None:
    for line, votes, score in zip(lines, count.votes, count.scores, strict=True):
        most = votes * form.per_item if form.preference is Preference.POINTS else votes
        if not 0 <= votes <= count.valid or not votes <= score <= most:
            raise InvalidInput(IMPOSSIBLE, field="papers", n=line.number)
    if form.preference is Preference.KNAPSACK:
        return
    groups = categories_of(lines) if form.preference is Preference.CATEGORIES else [None]
    for group in groups:
        marks = sum(score for line, score in zip(lines, count.scores, strict=True) if group in {None, line.category})
        if marks > count.valid * form.at_most:
            raise InvalidInput(
                N_("표를 모두 더하면 %(marks)s인데, 유효한 용지 %(valid)s장으로는 %(most)s까지만 나올 수 있습니다."),
                field="papers",
                marks=marks,
                valid=count.valid,
                most=count.valid * form.at_most,
            )


def _row(marks: str, form: BallotForm, place_of: Mapping[int, int]) -> tuple[int, ...] | None:
    row = [0] * len(place_of)
    for turn, word in enumerate(re.split(r"[ ,]+", marks.strip(" ,")) if marks != "-" else [], start=1):
        number, _, points = word.partition(":")
        in_points = form.preference is Preference.POINTS
        if not number.isdecimal() or int(number) not in place_of or bool(points) is not in_points:
            return None
        place = place_of[int(number)]
        value = (
            turn if form.preference is Preference.RANKING else int(points) if in_points and points.isdecimal() else 1
        )
        if row[place] or not value:
            return None
        row[place] = value
    return tuple(row)


def _numbers(value: JSON) -> tuple[int, ...]:
    return tuple(int(str(each)) for each in value) if isinstance(value, list) else ()


def _sum(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
