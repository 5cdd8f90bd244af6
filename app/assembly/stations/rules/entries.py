"""Two entries of one box, by two people who did not see each other's. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.assembly.rules.ballots import BallotLine
from app.assembly.rules.papers import HandCount
from app.i18n import N_


@dataclass(frozen=True)
class Difference:
    """One number that two people counted differently. ``values`` fill the text."""

    text: str
    values: Mapping[str, object]
    first: int
    second: int


def differences(lines: Sequence[BallotLine], first: HandCount, second: HandCount) -> list[Difference]:
    """Return where two counts of a box differ, in the order of the form; none when they agree."""
    found = [
        Difference(N_("투표함에서 꺼낸 용지"), {}, first.papers, second.papers),
        Difference(N_("무효표"), {}, first.invalid, second.invalid),
    ]
    rows = (
        (N_("%(n)s번 득표"), first.votes, second.votes),
        (N_("%(n)s번 점수"), first.scores, second.scores),
        (N_("%(n)s번 찬성"), first.yes, second.yes),
        (N_("%(n)s번 반대"), first.no, second.no),
        (N_("%(n)s번 기권"), first.abstained, second.abstained),
    )
    for text, ours, theirs in rows:
        if text == rows[1][0] and (first.votes, second.votes) == (first.scores, second.scores):
            continue
        found += [
            Difference(text, {"n": line.number}, one, other)
            for line, one, other in zip(lines, ours, theirs, strict=False)
        ]
    one, other = Counter(first.ballots), Counter(second.ballots)
    found += [
        Difference(N_("“%(marks)s”라고 적힌 표"), {"marks": _written(lines, row)}, one[row], other[row])
        for row in sorted(set(one) | set(other))
    ]
    return [each for each in found if each.first != each.second]


def _written(lines: Sequence[BallotLine], row: Sequence[int]) -> str:
    marked = sorted((value, line.number) for line, value in zip(lines, row, strict=True) if value)
    return ", ".join(f"{number}" if value == 1 else f"{number}({value})" for value, number in marked) or "-"
