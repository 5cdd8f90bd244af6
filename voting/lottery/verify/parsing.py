"""From the bytes of a bundle to a `Bundle`, or the refusal."""

from collections.abc import Sequence
from fractions import Fraction

from voting.encoding import JSON
from voting.lottery.verify.bundle import (
    FORMAT,
    MAX_CANDIDATES,
    MILLION,
    PANEL_DIGITS,
    Beacon,
    Branch,
    Bundle,
    Cut,
    Leaf,
    Level,
    Quota,
    Row,
    Type,
)
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.reading import (
    array,
    commitment_of,
    document,
    fraction,
    hex64,
    integer,
    label,
    require,
    signed,
    text,
)

_BUNDLE_FIELDS = frozenset(
    [
        "beacon",
        "candidates",
        "cuts",
        "digits",
        "features",
        "format",
        "household",
        "levels",
        "mode",
        "people",
        "probabilities",
        "quotas",
        "rows",
        "rules",
        "seats",
        "title",
        "types",
        "witnesses",
    ]
)


def parse_bundle(data: bytes) -> Bundle:
    """Parse a bundle and refuse every freedom of form.

    Raises:
        MalformedJSONError: the bytes are not strict JSON.
        MalformedBundleError: a field is missing, superfluous, or of the wrong type, range or order.
        NotCanonicalError: the bytes differ from the canonical form.
    """
    fields = document(data, FORMAT, _BUNDLE_FIELDS)
    mode = text(fields["mode"])
    features = tuple(map(text, array(fields["features"])))
    require(mode in {"quota", "simple"}, "mode is 'quota' or 'simple'")
    require(len(set(features)) == len(features) > 0, "features are named once each")
    quotas = tuple(_bundle_quota(item, features) for item in array(fields["quotas"]))
    require(len({(q.feature, q.value) for q in quotas}) == len(quotas), "a quota is given twice")
    household = fields["household"]
    require(isinstance(household, bool), "household is true or false")
    types = tuple(_bundle_type(item, features, quotas) for item in array(fields["types"]))
    ordered = [(kind.values, kind.household) for kind in types]
    require(ordered == sorted(set(ordered)), "types are distinct and in order")
    require(bool(household) or not any(kind.household for kind in types), "homes without a household rule")
    seats = integer(fields["seats"], 1, MAX_CANDIDATES)
    numbers, type_of = _candidates(fields["candidates"], len(types))
    _require_true_homes(types, type_of)
    people = None if fields["people"] is None else tuple(map(hex64, array(fields["people"])))
    require(people is None or len(people) == len(numbers), "people has one commitment per candidate")
    witnesses = tuple(label(item) for item in array(fields["witnesses"]))
    require(list(witnesses) == sorted(set(witnesses)), "witnesses are distinct and in order")
    digits = integer(fields["digits"], 3, 6)
    require(
        digits == 6 or (digits in PANEL_DIGITS and mode == "quota"), "a draw has six digits, one from panels 3 or 4"
    )
    bundle = Bundle(
        commitment=commitment_of(data),
        mode=mode,
        title=text(fields["title"], empty=True),
        seats=seats,
        features=features,
        quotas=quotas,
        household=bool(household),
        types=types,
        numbers=numbers,
        type_of=type_of,
        people=people,
        probabilities=tuple(map(fraction, array(fields["probabilities"]))),
        cuts=tuple(_cut(item, len(types)) for item in array(fields["cuts"])),
        levels=tuple(_level(item) for item in array(fields["levels"])),
        rows=tuple(_bundle_row(item, len(types)) for item in array(fields["rows"])),
        witnesses=witnesses,
        beacon=_beacon(fields["beacon"]),
        rules=tuple(map(text, array(fields["rules"]))),
        digits=digits,
    )
    require(seats <= len(numbers), "more seats than candidates")
    drawn = mode == "quota"
    require(len(bundle.probabilities) == (len(types) if drawn else 0), "probabilities has one fraction per type")
    require(
        drawn or not (bundle.rows or bundle.levels or bundle.cuts or household),
        "a simple draw has no table and no homes",
    )
    base = len(bundle.conditions) - len(bundle.cuts)
    for at, cut in enumerate(bundle.cuts):
        _require_known(cut.tree, types=len(types), conditions=base + at)
    for level in bundle.levels:
        require(all(kind < len(types) for kind, _ in level.weights), "a level names no such type")
        _require_known((Leaf(level.multipliers),), types=len(types), conditions=len(bundle.conditions))
    return bundle


def _bundle_quota(item: JSON, features: Sequence[str]) -> Quota:
    feature, value, least, most = array(item, 4)
    quota = Quota(text(feature), text(value), integer(least, 0, MAX_CANDIDATES), integer(most, 0, MAX_CANDIDATES))
    require(quota.feature in features and quota.minimum <= quota.maximum, "a quota of no feature, or min above max")
    return quota


def _bundle_type(item: JSON, features: Sequence[str], quotas: Sequence[Quota]) -> Type:
    values, household = array(item, 2)
    found = Type(tuple(map(text, array(values, len(features)))), integer(household, 0, MAX_CANDIDATES))
    known = {(quota.feature, quota.value) for quota in quotas}
    require(all(pair in known for pair in zip(features, found.values, strict=True)), "a type's value has no quota")
    return found


def _candidates(value: JSON, types: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [array(item, 2) for item in array(value)]
    require(len(pairs) <= MAX_CANDIDATES, "too many candidates")
    numbers = tuple(label(number) for number, _ in pairs)
    type_of = tuple(integer(kind, 0, types - 1) for _, kind in pairs)
    require(list(numbers) == sorted(set(numbers)), "candidates are distinct and in order")
    require(len(set(type_of)) == types, "a type has no candidate")
    return numbers, type_of


def _require_true_homes(types: Sequence[Type], type_of: Sequence[int]) -> None:
    """A home is numbered only when it is shared, from 1 on, in the order of its first candidate."""
    shared: dict[int, int] = {}
    for kind in type_of:
        home = types[kind].household
        if home:
            shared[home] = shared.get(home, 0) + 1
    require(list(shared) == list(range(1, len(shared) + 1)), "homes are not numbered in the order of the candidates")
    require(all(count > 1 for count in shared.values()), "a home of one candidate is not a shared home")


def _bundle_row(item: JSON, types: int) -> Row:
    weight, seats = array(item, 2)
    row = Row(integer(weight, 1, MILLION), tuple(integer(seat, 0, types - 1) for seat in array(seats)))
    require(list(row.seats) == sorted(row.seats), "a row's seats are not in order")
    return row


def _pairs(value: JSON) -> tuple[tuple[int, Fraction], ...]:
    pairs = tuple((integer(at, 0, 10**9), signed(amount)) for at, amount in (array(item, 2) for item in array(value)))
    _require_sparse(pairs)
    return pairs


def _require_sparse(pairs: Sequence[tuple[int, int | Fraction]]) -> None:
    places = [at for at, _ in pairs]
    require(places == sorted(set(places)) and all(amount for _, amount in pairs), "entries are in order, none is zero")


def _node(value: JSON, at: int, nodes: int) -> Leaf | Branch:
    item = array(value)
    if len(item) != 4 or isinstance(item[0], list):
        return Leaf(_pairs(value))
    # A child comes after its parent, so that every walk ends.
    return Branch(
        integer(item[0], 0, 10**9),
        integer(item[1], 0, MAX_CANDIDATES),
        integer(item[2], at + 1, nodes - 1),
        integer(item[3], at + 1, nodes - 1),
    )


def _cut(value: JSON, types: int) -> Cut:
    if not isinstance(value, dict) or frozenset(value) != frozenset({"coefficients", "most", "tree"}):
        raise MalformedBundleError("a cut lacks a field or has one too many")
    pairs = [array(item, 2) for item in array(value["coefficients"])]
    entries = tuple((integer(kind, 0, types - 1), integer(amount, -(10**12), 10**12)) for kind, amount in pairs)
    _require_sparse(entries)
    tree = array(value["tree"])
    return Cut(
        entries=entries,
        most=integer(value["most"], -(10**15), 10**15),
        tree=tuple(_node(node, at, len(tree)) for at, node in enumerate(tree)),
    )


def _level(value: JSON) -> Level:
    if not isinstance(value, dict) or frozenset(value) != frozenset({"multipliers", "value", "weights"}):
        raise MalformedBundleError("a level lacks a field or has one too many")
    level = Level(fraction(value["value"]), _pairs(value["weights"]), _pairs(value["multipliers"]))
    require(bool(level.weights), "a level settles nobody")
    return level


def _require_known(tree: Sequence[Leaf | Branch], *, types: int, conditions: int) -> None:
    """Refuse a proof that names no such type, or a condition that does not come before what it proves."""
    for node in tree:
        if isinstance(node, Branch):
            require(node.type < types, "a case names no such type")
        else:
            require(all(at < conditions for at, _ in node.multipliers), "a multiplier names no such condition")


def _beacon(value: JSON) -> Beacon | None:
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"chain", "round"}):
        raise MalformedBundleError("a beacon has a chain and a round")
    return Beacon(hex64(value["chain"]), integer(value["round"], 1, 2**53 - 1))
