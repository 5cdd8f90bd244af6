"""From a pool to the bundle that is published before the draw."""

from collections.abc import Sequence
from fractions import Fraction

from voting.encoding import JSON
from voting.lottery.columns import combine
from voting.lottery.decompose import Composition, peel
from voting.lottery.feasibility import InfeasibleQuotasError, advise, require_feasible
from voting.lottery.hull import WholeOptimum, whole_leximin
from voting.lottery.leximin import InexactBasisError, Problem, averages, leximin
from voting.lottery.pool import Pool, UnreadablePoolError, group
from voting.lottery.rounding import rows_of
from voting.lottery.verify import canonical, parse_bundle, verify_bundle
from voting.lottery.verify.bundle import FORMAT, Beacon, Branch, Cut, Leaf, Level, Quota, Row, Type, base_conditions
from voting.lottery.verify.simple import MAX_SIMPLE_FEATURES, can_complete

CASES = 2_000
"""The most cases that the proof of one cut may distinguish; a cut that needs more is published as a claim (grade B)."""

RULES = (
    "추첨은 한 번만 한다. 결과가 마음에 들지 않는다는 이유로 다시 뽑지 않는다.",
    "이 파일의 SHA-256을 추첨 7일 전까지 공고한다. 공고한 뒤에는 후보자도 규칙도 바꾸지 않는다.",
    "참관인은 비밀 문구의 SHA-256을 먼저 내고, 모두 낸 다음 비밀 문구를 공개한다. 공개하지 않은 참관인은 그 사실을 기록하고 뺀다.",
    "숫자 공은 마지막에 뽑는다. 기계가 고장 나면 그 공 하나만 다시 뽑는다.",
    "나중에 자격이 없다고 밝혀진 사람은 건너뛰고 예비 순번의 다음 사람으로 채운다. 다시 추첨하지 않는다.",
    "빈자리는 생긴 순서대로, 모든 정원을 지키는 첫 예비 후보자가 채운다. 없으면 정원에서 가장 적게 벗어나는 첫 후보자가 채운다.",
)
"""What is agreed before the draw, in every bundle."""


class UnsuitablePoolError(UnreadablePoolError):
    """The pool does not fit the chosen mode."""


def prepare(
    pool: Pool,
    *,
    mode: str = "quota",
    title: str = "",
    witnesses: Sequence[str] = (),
    beacon: Beacon | None = None,
    rules: Sequence[str] = RULES,
    digits: int = 6,
) -> bytes:
    """Return the canonical bytes of the bundle; they have passed `verify_bundle`.

    Equal pools give equal bytes, whatever order their candidates came in.

    Args:
        pool: candidates, quotas, seats.
        mode: ``quota`` (leximin lottery with proofs) or ``simple`` (one pass in public order, at most two features).
        title: what the notice board calls this draw.
        witnesses: their names, if they are known already; then exactly these must appear in the result.
        beacon: a drand round to be included, named before it exists.
        rules: what is agreed about aborting, repeating and replacing.
        digits: how many balls decide: six, or in a quota lottery three or four, which name one of 1,000 or 10,000
            panels that are mixed after the bundle is published.

    Raises:
        InfeasibleQuotasError: no council meets the quotas; with advice.
        UnsuitablePoolError: a simple draw with homes or more than two features.
        MalformedBundleError: a name with a separator in it.
        SolverError: the solver is missing or gave up.
    """
    grouping = group(pool)
    types = grouping.types
    head: dict[str, JSON] = {
        "format": FORMAT,
        "mode": mode,
        "title": title,
        "seats": pool.seats,
        "features": list(pool.features),
        "quotas": [[rule.feature, rule.value, rule.minimum, rule.maximum] for rule in pool.quotas],
        "household": pool.household,
        "types": [[list(kind.values), kind.household] for kind in types],
        "candidates": [[c.number, kind] for c, kind in zip(pool.candidates, grouping.type_of, strict=True)],
        "people": None if pool.candidates[0].identity is None else [c.identity for c in pool.candidates],
        "digits": digits,
        "witnesses": [*sorted(set(witnesses))],
        "beacon": None if beacon is None else {"chain": beacon.chain, "round": beacon.round},
        "rules": list(rules),
    }
    if mode == "simple":
        body: dict[str, JSON] = {"cuts": [], "levels": [], "probabilities": [], "rows": []}
        return _checked_simple(pool, canonical({**head, **body}))
    require_feasible(pool)
    problem = _problem(pool, types, grouping.sizes)
    optimum = solve_lottery(problem)
    expected = averages(problem, optimum.levels)
    rows = rows_of(optimum.weights, expected, grouping.sizes)
    body = {
        "cuts": [_cut(cut) for cut in optimum.cuts],
        "levels": [_level(level) for level in optimum.levels],
        "probabilities": [str(total / size) for total, size in zip(expected, grouping.sizes, strict=True)],
        "rows": [_row(row) for row in rows],
    }
    data = canonical({**head, **body})
    verify_bundle(data)
    return data


def solve_lottery(problem: Problem) -> WholeOptimum:
    """Return the leximin optimum of whole councils with its proof, by the shortest way that works.

    1. Leximin of the averages and peeling: exact throughout. 2. If peeling is stuck: column generation towards the same
    averages. 3. If whole councils do not reach them: leximin of whole councils, with cuts.
    """
    known: dict[Composition, Fraction] = {}
    try:
        levels = leximin(problem)
    except InexactBasisError:
        return whole_leximin(problem, known, cases=CASES)
    target = averages(problem, levels)
    peeled = peel(problem, target)
    if peeled.complete:
        return WholeOptimum((), levels, peeled.weights)
    combination = combine(problem, target, peeled.weights)
    if combination.reached:
        return WholeOptimum((), levels, combination.weights)
    return whole_leximin(problem, [*peeled.weights, *combination.weights], cases=CASES)


def _problem(pool: Pool, types: Sequence[Type], sizes: tuple[int, ...]) -> Problem:
    quotas = [Quota(rule.feature, rule.value, rule.minimum, rule.maximum) for rule in pool.quotas]
    return Problem(pool.seats, sizes, base_conditions(pool.seats, pool.features, quotas, types))


def _checked_simple(pool: Pool, data: bytes) -> bytes:
    if pool.household or len(pool.features) > MAX_SIMPLE_FEATURES:
        raise UnsuitablePoolError(
            ["a simple draw has at most two features (track and sex) and no homes; use the quota lottery"]
        )
    bundle = parse_bundle(data)
    sizes = [len(members) for members in bundle.members]
    if not can_complete(bundle, [0] * len(sizes), sizes):
        raise InfeasibleQuotasError(advise(pool))
    verify_bundle(data)
    return data


def _level(level: Level) -> JSON:
    return {
        "value": str(level.value),
        "weights": [[kind, str(weight)] for kind, weight in level.weights],
        "multipliers": [[at, str(value)] for at, value in level.multipliers],
    }


def _cut(cut: Cut) -> JSON:
    return {
        "coefficients": [[kind, amount] for kind, amount in cut.entries],
        "most": cut.most,
        "tree": [_node(node) for node in cut.tree],
    }


def _node(node: Leaf | Branch) -> JSON:
    match node:
        case Leaf(multipliers):
            return [[at, str(value)] for at, value in multipliers]
        case Branch(kind, at_most, below, above):
            return [kind, at_most, below, above]


def _row(row: Row) -> JSON:
    return [row.weight, list(row.seats)]
