"""Every way to falsify a lottery's documents: what is changed, and the refusal it must meet.

The Python verifier and the browser's are held against the same list.
"""

from collections.abc import Callable
from typing import Any

from voting.lottery.verify.errors import (
    BrokenQuotaError,
    MalformedBundleError,
    WrongBeaconError,
    WrongBundleError,
    WrongCommitmentError,
    WrongPanelsError,
    WrongProbabilityError,
    WrongProofError,
    WrongReplacementError,
    WrongReservesError,
    WrongRowError,
    WrongSeedError,
    WrongSelectionError,
    WrongWeightError,
    WrongWitnessError,
)

Change = Callable[[Any], object]


def put(*path: Any, value: object) -> Change:
    """Return a change that sets the value at a path."""

    def change(fields: Any) -> None:
        for step in path[:-1]:
            fields = fields[step]
        fields[path[-1]] = value

    return change


def move_millionths(fields: Any) -> None:
    fields["rows"][0][0] += 500
    fields["rows"][-1][0] -= 500


def swap_a_seat(fields: Any) -> None:
    """Seat another type in the first row: it then breaks a quota."""
    seats = fields["rows"][0][1]
    other = next(kind for kind in range(len(fields["types"])) if kind not in seats)
    fields["rows"][0][1] = sorted([*seats[1:], other])


def duplicate_row(fields: Any) -> None:
    weight, seats = fields["rows"][0]
    fields["rows"][0:1] = [[weight - weight // 2, seats], [weight // 2, seats]]
    fields["rows"].sort(key=lambda row: (-row[0], row[1]))


def lower_a_level(fields: Any) -> None:
    fields["levels"][0]["value"] = "1/1000"


def raise_a_level(fields: Any) -> None:
    fields["levels"][-1]["value"] = "99/100"


def drop_a_level(fields: Any) -> None:
    fields["levels"].pop()


def swap_levels(fields: Any) -> None:
    fields["levels"][0], fields["levels"][-1] = fields["levels"][-1], fields["levels"][0]


def settle_twice(fields: Any) -> None:
    fields["levels"].append(fields["levels"][-1])


def double_a_multiplier(fields: Any) -> None:
    fields["levels"][0]["multipliers"][0][1] = "5"


def negative_weight(fields: Any) -> None:
    level = fields["levels"][0]
    level["weights"][0][1] = "-" + level["weights"][0][1]


def move_a_candidate(fields: Any) -> None:
    """Count a candidate among another type, as an organiser would who sells a better chance."""
    worst = min(range(len(fields["types"])), key=lambda kind: eval_fraction(fields["probabilities"][kind]))
    best = max(range(len(fields["types"])), key=lambda kind: eval_fraction(fields["probabilities"][kind]))
    pair = next(pair for pair in fields["candidates"] if pair[1] == worst)
    pair[1] = best


def tighten(fields: Any) -> None:
    """Lower a maximum that a level's proof rests on."""
    at = next(at for at, amount in fields["levels"][0]["multipliers"] if not amount.startswith("-"))
    fields["quotas"][at][3] -= 1


def eval_fraction(text: str) -> float:
    top, _, bottom = text.partition("/")
    return int(top) / int(bottom or 1)


BUNDLE_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("format", put("format", value="madang-lottery/2"), MalformedBundleError),
    ("unknown field", put("extra", value=1), MalformedBundleError),
    ("missing field", lambda fields: fields.pop("rules"), MalformedBundleError),
    ("mode", put("mode", value="balls"), MalformedBundleError),
    ("mode simple with a table", put("mode", value="simple"), MalformedBundleError),
    ("title", put("title", value=7), MalformedBundleError),
    ("digits of no draw", put("digits", value=5), MalformedBundleError),
    ("seats too many", put("seats", value=10**6), MalformedBundleError),
    ("seats one more", lambda f: f.update(seats=f["seats"] + 1), WrongProofError),
    ("seats as text", put("seats", value="6"), MalformedBundleError),
    ("seats as truth", put("seats", value=True), MalformedBundleError),
    ("features", put("features", 0, value="성별"), MalformedBundleError),
    ("features twice", put("features", 0, value="age"), MalformedBundleError),
    ("quota feature", put("quotas", 0, 0, value="zone"), MalformedBundleError),
    ("quota value", put("quotas", 0, 1, value="둘"), MalformedBundleError),
    ("quota minimum above maximum", put("quotas", 0, 2, value=5), MalformedBundleError),
    ("quota negative", put("quotas", 0, 2, value=-1), MalformedBundleError),
    ("quota given twice", lambda f: f["quotas"].append(f["quotas"][0]), MalformedBundleError),
    ("quota tightened", tighten, WrongProofError),
    ("household", put("household", value=1), MalformedBundleError),
    ("home without a rule", put("types", 0, 1, value=1), MalformedBundleError),
    ("types out of order", lambda f: f["types"].reverse(), MalformedBundleError),
    ("type value unknown", put("types", 0, 0, 0, value="셋"), MalformedBundleError),
    ("type with fewer values", lambda f: f["types"][0][0].pop(), MalformedBundleError),
    ("candidates out of order", lambda f: f["candidates"].reverse(), MalformedBundleError),
    ("candidate twice", lambda f: f["candidates"].insert(0, f["candidates"][0]), MalformedBundleError),
    ("candidate of no type", put("candidates", 0, 1, value=99), MalformedBundleError),
    ("candidate with a separator", put("candidates", 0, 0, value="A|B"), MalformedBundleError),
    ("candidate moved to a better type", move_a_candidate, WrongProofError),
    ("candidate removed", lambda f: f["candidates"].pop(), WrongProofError),
    ("people too few", put("people", value=["0" * 64]), MalformedBundleError),
    ("people in upper case", lambda f: f.update(people=["A" * 64] * len(f["candidates"])), MalformedBundleError),
    ("probability", put("probabilities", 0, value="1/7"), WrongProbabilityError),
    ("probability not reduced", put("probabilities", 0, value="2/4"), MalformedBundleError),
    ("probability as number", put("probabilities", 0, value=1), MalformedBundleError),
    ("probability missing", lambda f: f["probabilities"].pop(), MalformedBundleError),
    ("row weight", put("rows", 0, 0, value=7), WrongWeightError),
    ("row weight zero", put("rows", 0, 0, value=0), MalformedBundleError),
    ("row weight moved", move_millionths, WrongProbabilityError),
    ("rows out of order", lambda f: f["rows"].reverse(), WrongWeightError),
    ("row twice", duplicate_row, WrongWeightError),
    ("row seats", swap_a_seat, BrokenQuotaError),
    ("row seats out of order", lambda f: f["rows"][0][1].reverse(), MalformedBundleError),
    ("row with a seat too few", lambda f: f["rows"][0][1].pop(), BrokenQuotaError),
    ("row of no type", put("rows", 0, 1, -1, value=99), MalformedBundleError),
    ("rows gone", put("rows", value=[]), WrongWeightError),
    ("level lowered", lower_a_level, WrongProofError),
    ("level raised", raise_a_level, WrongProofError),
    ("level dropped", drop_a_level, WrongProofError),
    ("levels swapped", swap_levels, WrongProofError),
    ("level twice", settle_twice, WrongProofError),
    ("level multiplier", double_a_multiplier, WrongProofError),
    ("level multiplier of nothing", put("levels", 0, "multipliers", value=[[999, "1"]]), MalformedBundleError),
    ("level weight negative", negative_weight, WrongProofError),
    ("level weight of nobody", put("levels", 0, "weights", value=[[999, "1"]]), MalformedBundleError),
    ("level weights empty", put("levels", 0, "weights", value=[]), MalformedBundleError),
    ("level field", put("levels", 0, "grade", value="A"), MalformedBundleError),
    ("digits", put("digits", value=5), MalformedBundleError),
    ("witnesses out of order", put("witnesses", value=["을", "갑"]), MalformedBundleError),
    ("witness with a separator", put("witnesses", value=["갑=을"]), MalformedBundleError),
    ("beacon", put("beacon", value={"chain": "ab", "round": 1}), MalformedBundleError),
    ("beacon round", put("beacon", value={"chain": "ab" * 32, "round": 0}), MalformedBundleError),
    ("rules", put("rules", value="none"), MalformedBundleError),
]


CUT_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("cut lowered", lambda f: put("cuts", 0, "most", value=f["cuts"][0]["most"] - 1)(f), WrongProofError),
    ("cut raised", lambda f: put("cuts", 0, "most", value=f["cuts"][0]["most"] + 1)(f), WrongProofError),
    ("cut coefficient", put("cuts", 0, "coefficients", 0, 1, value=3), WrongProofError),
    ("cut coefficient zero", put("cuts", 0, "coefficients", 0, 1, value=0), MalformedBundleError),
    ("cut of nobody", put("cuts", 0, "coefficients", 0, 0, value=99), MalformedBundleError),
    ("cut gone", put("cuts", value=[]), MalformedBundleError),
    ("cut tree of nothing", put("cuts", 0, "tree", value=[[]]), WrongProofError),
    (
        "cut proved by itself",
        lambda f: put("cuts", 0, "tree", value=[[[len(f["quotas"]) + 1, "1"]]])(f),
        MalformedBundleError,
    ),
    ("cut tree with a loop", put("cuts", 0, "tree", value=[[0, 0, 0, 0]]), MalformedBundleError),
    ("cut tree with one child twice", put("cuts", 0, "tree", value=[[0, 0, 1, 1], []]), WrongProofError),
    ("cut tree with a case of nobody", put("cuts", 0, "tree", value=[[99, 0, 1, 2], [], []]), MalformedBundleError),
    ("cut field", put("cuts", 0, "why", value=""), MalformedBundleError),
]


def swap(name: str, one: int, other: int) -> Change:
    def change(fields: Any) -> None:
        fields[name][one], fields[name][other] = fields[name][other], fields[name][one]

    return change


def exchange(fields: Any) -> None:
    fields["selected"][0], fields["reserves"][0] = fields["reserves"][0], fields["selected"][0]


RESULT_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("format", put("format", value="madang-lottery-result/2"), MalformedBundleError),
    ("bundle", put("bundle", value="0" * 64), WrongBundleError),
    ("digits", put("digits", value="482914"), WrongSeedError),
    ("digits too few", put("digits", value="48291"), MalformedBundleError),
    ("witnesses: secret", lambda f: f["witnesses"][0].__setitem__(2, "겨울"), WrongCommitmentError),
    ("witnesses: commitment", lambda f: f["witnesses"][0].__setitem__(1, "0" * 64), WrongCommitmentError),
    ("witnesses: name", lambda f: f["witnesses"][0].__setitem__(0, "가"), WrongWitnessError),
    ("witnesses: removed", lambda f: f["witnesses"].pop(), WrongWitnessError),
    ("witnesses: order", lambda f: f["witnesses"].reverse(), MalformedBundleError),
    ("witnesses: secret withheld afterwards", lambda f: f["witnesses"][0].__setitem__(2, None), WrongSeedError),
    ("beacon", put("beacon", value={"round": 1, "randomness": "00" * 32}), WrongBeaconError),
    ("panels", put("panels", value={"digits": "482913", "table": "0" * 64}), MalformedBundleError),
    ("order", put("order", value=["C001"]), MalformedBundleError),
    ("seed", put("seed", value="0" * 64), WrongSeedError),
    ("seed removed", put("seed", value=None), WrongSeedError),
    ("row", lambda f: f.update(row=f["row"] % 3 + 1 + (f["row"] == f["row"] % 3 + 1)), WrongRowError),
    ("selected exchanged", exchange, WrongSelectionError),
    ("selected order", swap("selected", 0, 1), WrongSelectionError),
    ("selected shortened", lambda f: f["selected"].pop(), WrongSelectionError),
    ("reserves order", swap("reserves", 0, 1), WrongReservesError),
    ("reserves shortened", lambda f: f["reserves"].pop(), WrongReservesError),
    ("extra field", put("note", value=""), MalformedBundleError),
]


def deal_anew(fields: Any) -> None:
    """Let two people of the first two panels change places, as an organiser would who wants them together."""
    one, other = fields["panels"][0], fields["panels"][1]
    mine = next(number for number in one if number not in other)
    theirs = next(number for number in other if number not in one)
    one[:] = sorted([*(n for n in one if n != mine), theirs])
    other[:] = sorted([*(n for n in other if n != theirs), mine])


PANELS_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("format", put("format", value="madang-lottery-panels/2"), MalformedBundleError),
    ("bundle", put("bundle", value="0" * 64), WrongBundleError),
    ("digits", put("digits", value="482914"), WrongSeedError),
    ("digits too few", put("digits", value="482"), MalformedBundleError),
    ("witnesses: secret", lambda f: f["witnesses"][0].__setitem__(2, "겨울"), WrongCommitmentError),
    ("witnesses: removed", lambda f: f["witnesses"].pop(), WrongWitnessError),
    ("witnesses: order", lambda f: f["witnesses"].reverse(), MalformedBundleError),
    ("witnesses: secret withheld afterwards", lambda f: f["witnesses"][0].__setitem__(2, None), WrongSeedError),
    ("beacon", put("beacon", value={"round": 1, "randomness": "00" * 32}), WrongBeaconError),
    ("randomness", put("randomness", value="0" * 64), WrongSeedError),
    ("panels: two people exchanged", deal_anew, WrongPanelsError),
    ("panels: two exchanged", lambda f: f["panels"].insert(0, f["panels"].pop(1)), WrongPanelsError),
    ("panels: one fewer", lambda f: f["panels"].pop(), WrongPanelsError),
    ("panels: a stranger", put("panels", 0, 0, value="X"), WrongPanelsError),
    ("panels: no list", put("panels", 0, value="C001"), MalformedBundleError),
    ("extra field", put("note", value=""), MalformedBundleError),
]


PICKED_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("another panel", put("digits", value="008"), WrongSeedError),
    ("six digits", put("digits", value="000007"), MalformedBundleError),
    ("panels removed", put("panels", value=None), MalformedBundleError),
    ("panels: another mixing", put("panels", "digits", value="482914"), WrongPanelsError),
    ("panels: mixed by three", put("panels", "digits", value="482"), MalformedBundleError),
    ("panels: another table", put("panels", "table", value="0" * 64), WrongPanelsError),
    ("panels: unknown field", put("panels", "count", value=1000), MalformedBundleError),
    ("row", put("row", value=8), WrongRowError),
    ("seed", put("seed", value="0" * 64), WrongSeedError),
    ("selected exchanged", exchange, WrongSelectionError),
    ("reserves order", swap("reserves", 0, 1), WrongReservesError),
]
"""Of the result of a draw from panels."""


def another_successor(fields: Any) -> None:
    fields["steps"][0][0] = fields["reserves"][-1]


REPLACEMENT_CHANGES: list[tuple[str, Change, type[Exception]]] = [
    ("format", lambda f: f.update(format="x"), MalformedBundleError),
    ("bundle", lambda f: f.update(bundle="0" * 64), WrongReplacementError),
    ("result", lambda f: f.update(result="0" * 64), WrongReplacementError),
    ("events removed", lambda f: f.update(events=[]), WrongReplacementError),
    ("events: kind", lambda f: f["events"][0].__setitem__(0, "unfilled"), WrongReplacementError),
    ("events: no kind", lambda f: f["events"][0].__setitem__(0, "bored"), MalformedBundleError),
    ("events: number", lambda f: f["events"][0].__setitem__(1, f["sitting"][0]), WrongReplacementError),
    ("steps: successor", another_successor, WrongReplacementError),
    ("steps: shortfall", lambda f: f["steps"][0].__setitem__(1, 1), WrongReplacementError),
    ("sitting", lambda f: f["sitting"].reverse(), WrongReplacementError),
    ("reserves", lambda f: f["reserves"].pop(), WrongReplacementError),
]
