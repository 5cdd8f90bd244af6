"""What the pages of a draw show, computed from the published files alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from app.council.rules.calls import FEATURE_NAMES
from app.draw.models import LotteryDraw
from app.draw.queries.files import bundle_of, result_of, sitting_and_reserves
from app.draw.rules import EventKind
from app.errors import NotFound
from app.i18n import N_
from voting.lottery import (
    Binding,
    Bundle,
    certain,
    explain,
    fairness,
    lonely,
    standings,
    verify_bundle,
)

MILLION = 1_000_000
SHOWN_RESERVES = 20


@dataclass(frozen=True)
class Sentence:
    """A marked sentence with its values."""

    text: str
    values: dict[str, object]


@dataclass(frozen=True)
class Chance:
    """One candidate's chance, and why it is not higher."""

    number: str
    chance: Fraction | None
    """None in a simple draw, whose chances are not computed."""
    values: list[tuple[str, str]]
    """(feature name marked for translation, value)."""
    alike: int
    """How many candidates are of the same type, this one included."""
    why: list[Sentence]
    table_rows: int
    """In how many rows of the table this type has a seat."""


@dataclass(frozen=True)
class Level:
    """The candidates who share a chance."""

    chance: Fraction
    people: int
    why: list[Sentence]


@dataclass(frozen=True)
class Overview:
    """What a bundle says to people."""

    candidates: int
    seats: int
    rows: int
    levels: list[Level]
    minimum: Fraction | None
    maximum: Fraction | None
    quotas: list[tuple[str, str, int, int, int]]
    """(feature name, value, least, most, how many stand)."""
    grade: str | None
    lonely: tuple[str, ...]
    never: tuple[str, ...]
    always: tuple[str, ...]


@dataclass(frozen=True)
class Seat:
    """One seat of the result: a number, and the value that colours it."""

    number: str
    values: list[tuple[str, str]]
    mark: str


@dataclass(frozen=True)
class Reserve:
    """A reserve in public order, and into which empty seats they could go now."""

    rank: int
    number: str
    values: list[tuple[str, str]]
    fits: Sentence


@dataclass(frozen=True)
class Replaced:
    """Somebody left, and who came: passed over are the reserves whose entry would have broken a condition."""

    order: int
    kind: EventKind
    left: str
    entered: str | None
    shortfall: int
    passed: list[tuple[str, list[Sentence]]]
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """The result in words and numbers."""

    digits: str | None
    called: tuple[str, ...]
    """All candidates as their balls were called; empty where digits decided."""
    row: int | None
    panel: str | None
    """The number of the picked panel as the balls show it; None where there are no panels."""
    mixed_by: str
    """The six balls that mixed the panels; empty where there are none."""
    rows: int
    first: str
    """First of the numbers that select this row, six digits."""
    last: str
    start: Fraction
    """Where the row begins on the line from 000000 to 999999."""
    width: Fraction
    at: Fraction
    """Where the number lies on that line."""
    composition: list[tuple[str, list[tuple[str, int]]]]
    """Per feature: how many of each value were drawn."""
    selected: list[Seat]
    reserves: list[Reserve]
    more_reserves: int
    seed: str


def overview(draw: LotteryDraw) -> Overview:
    """Return what the bundle says."""
    return _overview(draw.bundle)


def chance_of(draw: LotteryDraw, number: str) -> Chance:
    """Return the chance of one candidate number.

    Raises:
        NotFound: nobody has this number.
    """
    bundle = bundle_of(draw)
    if number not in bundle.index:
        raise NotFound(N_("그런 후보 번호는 없습니다."))
    kind = bundle.index[number]
    values = _named(bundle, kind)
    alike = len(bundle.members[kind])
    if bundle.mode == "simple":
        return Chance(number, None, values, alike, [], 0)
    return Chance(
        number,
        bundle.probabilities[kind],
        values,
        alike,
        why_not_higher(bundle, number),
        sum(kind in row.seats for row in bundle.rows),
    )


def why_not_higher(bundle: Bundle, number: str) -> list[Sentence]:
    """Say why a chance is not higher, from the certificate of its level (lottery.md §2.7)."""
    chance = bundle.probabilities[bundle.index[number]]
    if chance == 1:
        return [Sentence(N_("자리가 넉넉하거나 꼭 필요한 조건이라 반드시 뽑힙니다."), {})]
    if len(set(bundle.probabilities)) == 1:
        return [
            Sentence(
                N_(
                    "자리 %(seats)s개를 후보 %(n)s명으로 나누면 %(chance)s입니다. 누구를 더 높이면 다른 사람이 그보다 낮아집니다."
                ),
                {"seats": bundle.seats, "n": len(bundle.numbers), "chance": str(chance)},
            )
        ]
    found = explain(bundle, number)
    if found.single is not None:
        quota = bundle.quotas[found.single.condition]
        return [
            Sentence(
                N_(
                    "%(feature)s ‘%(value)s’ 후보는 %(n)s명인데 이 자리는 많아야 %(most)s석입니다. "
                    "모두에게 똑같이 나누면 %(chance)s이고, 누구를 더 높이면 다른 사람이 그보다 낮아집니다."
                ),
                {
                    "feature": FEATURE_NAMES.get(quota.feature, quota.feature),
                    "value": quota.value,
                    "n": found.single.candidates,
                    "most": quota.maximum,
                    "chance": str(chance),
                },
            )
        ]
    limits = [_limit(bundle, binding) for binding in found.bindings if binding.condition < len(bundle.quotas)]
    last = Sentence(N_("그래서 누구를 더 높이면 확률이 이보다 높지 않은 다른 사람이 낮아집니다."), {})
    if not limits:
        return [
            Sentence(N_("다른 조건에 걸린 후보의 자리를 뺀 나머지 자리를, 남은 후보가 똑같이 나눈 값입니다."), {}),
            last,
        ]
    return [Sentence(N_("아래 조건이 함께 정한 값입니다."), {}), *limits, last]


def outcome_of(draw: LotteryDraw) -> Outcome | None:
    """Return the result as pages show it; the sitting and the reserves as they are after all replacements."""
    result = result_of(draw)
    if result is None:
        return None
    bundle = bundle_of(draw)
    digits, mixed = result.ceremony.digits, result.ceremony.mixed
    panel = digits if mixed is not None else None
    row = result.outcome.row if panel is None else None
    begin = sum(each.weight for each in bundle.rows[: (row or 1) - 1]) if row and bundle.rows else 0
    weight = bundle.rows[row - 1].weight if row and bundle.rows else MILLION
    sitting, waiting = sitting_and_reserves(draw)
    kinds = Counter(bundle.index[number] for number in result.outcome.selected)
    return Outcome(
        digits,
        result.ceremony.order or (),
        row,
        panel,
        mixed.digits if mixed is not None else "",
        len(bundle.rows),
        f"{begin:06}",
        f"{begin + weight - 1:06}",
        Fraction(begin, MILLION),
        Fraction(weight, MILLION),
        Fraction(int(digits or 0), 10**bundle.digits),
        _composition(bundle, kinds),
        [_seat(bundle, number) for number in result.outcome.selected],
        _reserves(bundle, sitting, waiting),
        max(0, len(waiting) - SHOWN_RESERVES),
        result.outcome.seed or "",
    )


@lru_cache(maxsize=8)
def _overview(data: str) -> Overview:
    verified = verify_bundle(data.encode())
    bundle = verified.bundle
    present = Counter(
        (f, v) for kind in bundle.type_of for f, v in zip(bundle.features, bundle.types[kind].values, strict=True)
    )
    quotas = [
        (FEATURE_NAMES.get(q.feature, q.feature), q.value, q.minimum, q.maximum, present[q.feature, q.value])
        for q in bundle.quotas
    ]
    if bundle.mode == "simple":
        return Overview(len(bundle.numbers), bundle.seats, 0, [], None, None, quotas, None, lonely(bundle), (), ())
    people: Counter[Fraction] = Counter(bundle.probabilities[kind] for kind in bundle.type_of)
    example = {bundle.probabilities[kind]: number for number, kind in zip(bundle.numbers, bundle.type_of, strict=True)}
    levels = [Level(chance, people[chance], why_not_higher(bundle, example[chance])) for chance in sorted(people)]
    figures = fairness(bundle)
    never, always = certain(bundle)
    return Overview(
        len(bundle.numbers),
        bundle.seats,
        len(bundle.rows),
        levels,
        figures.minimum,
        figures.maximum,
        quotas,
        verified.grade,
        lonely(bundle),
        never,
        always,
    )


def _limit(bundle: Bundle, binding: Binding) -> Sentence:
    quota = bundle.quotas[binding.condition]
    name = FEATURE_NAMES.get(quota.feature, quota.feature)
    if binding.side == "maximum":
        return Sentence(
            N_("%(feature)s ‘%(value)s’: 후보 %(n)s명, 많아야 %(most)s석"),
            {"feature": name, "value": quota.value, "n": binding.candidates, "most": quota.maximum},
        )
    return Sentence(
        N_("%(feature)s ‘%(value)s’: 후보 %(n)s명, 적어도 %(least)s석"),
        {"feature": name, "value": quota.value, "n": binding.candidates, "least": quota.minimum},
    )


def _named(bundle: Bundle, kind: int) -> list[tuple[str, str]]:
    return [
        (FEATURE_NAMES.get(feature, feature), value)
        for feature, value in zip(bundle.features, bundle.types[kind].values, strict=True)
    ]


def _composition(bundle: Bundle, kinds: Counter[int]) -> list[tuple[str, list[tuple[str, int]]]]:
    found = []
    for at, feature in enumerate(bundle.features):
        count: Counter[str] = Counter()
        for kind, seats in kinds.items():
            count[bundle.types[kind].values[at]] += seats
        found.append((FEATURE_NAMES.get(feature, feature), sorted(count.items())))
    return found


def _seat(bundle: Bundle, number: str) -> Seat:
    values = bundle.types[bundle.index[number]].values
    mark = values[bundle.features.index("sex")] if "sex" in bundle.features else (values[0] if values else "")
    return Seat(number, _named(bundle, bundle.index[number]), mark)


def _reserves(bundle: Bundle, sitting: list[str], waiting: list[str]) -> list[Reserve]:
    leaving = {bundle.index[number]: number for number in sitting}
    known: dict[int, Sentence] = {}
    found = []
    for rank, number in enumerate(waiting[:SHOWN_RESERVES], 1):
        kind = bundle.index[number]
        if kind not in known:
            known[kind] = _fits(bundle, sitting, leaving, number)
        found.append(Reserve(rank, number, _named(bundle, kind), known[kind]))
    return found


def _fits(bundle: Bundle, sitting: list[str], leaving: dict[int, str], number: str) -> Sentence:
    """Say into which empty seats a reserve could go: whose leaving lets them enter with every quota kept."""
    held = Counter(bundle.index[each] for each in sitting)
    open_to = set()
    for kind, example in leaving.items():
        rest = [each for each in sitting if each != example]
        if not standings(bundle, rest, [number])[0].breaks:
            open_to.add(kind)
    seats = sum(held[kind] for kind in open_to)
    if seats == len(sitting):
        return Sentence(N_("어느 빈자리든"), {})
    if not seats:
        return Sentence(N_("지금은 모든 비율을 지키며 들어갈 자리가 없음"), {})
    for at in range(len(bundle.features)):
        values = {bundle.types[kind].values[at] for kind in open_to}
        same = {kind for kind in held if bundle.types[kind].values[at] in values}
        if same == open_to:
            return Sentence(N_("%(values)s 빈자리"), {"values": "·".join(sorted(values))})
    return Sentence(N_("빈자리 %(all)s개 가운데 %(n)s개"), {"all": len(sitting), "n": seats})


def events_of(draw: LotteryDraw) -> list[Replaced]:
    """Return everybody who left since the draw and who came, with the reason, oldest first."""
    return [
        Replaced(
            event.number,
            event.kind,
            event.candidate,
            event.enters,
            event.shortfall,
            [(number, [_label(label) for label in labels]) for number, labels in event.passed],
            event.recorded_at,
        )
        for event in draw.events
    ]


def fate_of(draw: LotteryDraw, number: str) -> Sentence | None:
    """Return what the draw, and what came after it, means for a candidate number; None before the draw."""
    if not draw.result:
        return None
    sitting, waiting = sitting_and_reserves(draw)
    if number in sitting:
        return Sentence(N_("뽑혔습니다."), {})
    if number in waiting:
        return Sentence(N_("예비 %(rank)s번입니다."), {"rank": waiting.index(number) + 1})
    return Sentence(N_("자리나 예비 순번에서 물러났습니다."), {})


def _label(condition: str) -> Sentence:
    feature, _, value = condition.partition(" ")
    if feature in FEATURE_NAMES:
        return Sentence(N_("%(feature)s ‘%(value)s’ 비율"), {"feature": FEATURE_NAMES[feature], "value": value})
    return Sentence(N_("한 가구 한 명"), {})
