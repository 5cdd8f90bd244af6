"""The bundle: everything about a lottery that is fixed and published before the draw.

Canonical JSON: UTF-8, object keys sorted, no spaces, no floats, no final line feed. Its SHA-256 is the commitment that
the notice board shows. It holds candidate numbers and feature values, never names.

Extension rule: a field is never added to, removed from or reinterpreted within ``madang-lottery/1``; another content is
another format string, and a verifier refuses a format it does not know.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from voting.encoding import JSON, parse_json
from voting.lottery.verify.errors import MalformedBundleError, NotCanonicalError

FORMAT = "madang-lottery/1"
MILLION = 1_000_000
MAX_CANDIDATES = 200_000
_HEX64 = re.compile(r"[0-9a-f]{64}")
_FRACTION = re.compile(r"(0|[1-9][0-9]{0,4000})(?:/([1-9][0-9]{0,4000}))?")
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


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``minimum`` and at most ``maximum`` seats for the candidates with this value of this feature."""

    feature: str
    value: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Type:
    """The candidates who are alike: same value in every feature, and same shared home if they share one.

    ``household`` numbers the homes of two or more candidates from 1; it is 0 for everybody else, and for all when the
    ordinance has no household rule.
    """

    values: tuple[str, ...]
    household: int


@dataclass(frozen=True, slots=True)
class Row:
    """One composition of the council: its chance in millionths, and one type index per seat, ascending."""

    weight: int
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A bound by multipliers: condition → value; see `voting.lottery.verify.proof`."""

    multipliers: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Two cases: at most ``at_most`` seats for ``type``, or more. ``below`` and ``above`` are node indices."""

    type: int
    at_most: int
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A linear condition that every composition c meets: least ≤ Σ coefficient·c_type ≤ most."""

    least: int
    most: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A condition that follows from the others only because seats are whole: Σ coefficient·c_type ≤ most.

    ``tree`` is its proof, a distinction of cases; empty if the maximum is only claimed (grade B).
    """

    entries: tuple[tuple[int, int], ...]
    most: int
    tree: tuple[Leaf | Branch, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the leximin order: these types get ``value`` each, and the proof that they could not get more.

    ``weights`` (type → y > 0) name the types that this level settles; ``multipliers`` belong to the conditions.
    """

    value: Fraction
    weights: tuple[tuple[int, Fraction], ...]
    multipliers: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Beacon:
    """A round of drand, named before it exists: chain hash (hex) and round number."""

    chain: str
    round: int


@dataclass(frozen=True)
class Bundle:
    """A parsed bundle whose shape is right; `voting.lottery.verify.check.verify_bundle` says whether it is true."""

    commitment: str
    mode: str
    title: str
    seats: int
    features: tuple[str, ...]
    quotas: tuple[Quota, ...]
    household: bool
    types: tuple[Type, ...]
    numbers: tuple[str, ...]
    type_of: tuple[int, ...]
    people: tuple[str, ...] | None
    probabilities: tuple[Fraction, ...]
    cuts: tuple[Cut, ...]
    levels: tuple[Level, ...]
    rows: tuple[Row, ...]
    witnesses: tuple[str, ...]
    beacon: Beacon | None
    rules: tuple[str, ...]

    @cached_property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """The candidate numbers of each type, ascending."""
        found: list[list[str]] = [[] for _ in self.types]
        for number, kind in zip(self.numbers, self.type_of, strict=True):
            found[kind].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def index(self) -> dict[str, int]:
        """Candidate number → type index."""
        return dict(zip(self.numbers, self.type_of, strict=True))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every linear condition: the quotas, the seats, one per shared home, then the cuts.

        Multipliers refer to these by position.
        """
        return (*base_conditions(self.seats, self.features, self.quotas, self.types), *self._cut_conditions())

    def _cut_conditions(self) -> list[Condition]:
        return [cut_condition(cut, tuple(map(len, self.members))) for cut in self.cuts]


def base_conditions(
    seats: int, features: Sequence[str], quotas: Sequence[Quota], types: Sequence[Type]
) -> tuple[Condition, ...]:
    """Return the conditions of quotas, seats and shared homes, in the order that multipliers refer to."""
    position = {feature: at for at, feature in enumerate(features)}
    by_value: dict[tuple[int, str], list[int]] = {}
    homes: dict[int, list[int]] = {}
    for at, kind in enumerate(types):
        for feature, value in enumerate(kind.values):
            by_value.setdefault((feature, value), []).append(at)
        if kind.household:
            homes.setdefault(kind.household, []).append(at)
    found = [
        Condition(quota.minimum, quota.maximum, _ones(by_value.get((position[quota.feature], quota.value), [])))
        for quota in quotas
    ]
    found.append(Condition(seats, seats, _ones(list(range(len(types))))))
    found.extend(Condition(0, 1, _ones(homes[home])) for home in sorted(homes))
    return tuple(found)


def cut_condition(cut: Cut, sizes: Sequence[int]) -> Condition:
    """Return a cut as a condition; its least is what the sizes of the types alone imply."""
    return Condition(sum(min(0, amount) * sizes[kind] for kind, amount in cut.entries), cut.most, cut.entries)


def _ones(kinds: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((kind, 1) for kind in kinds)


def canonical(document: JSON) -> bytes:
    """Return the canonical bytes of a lottery document."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False, sort_keys=True).encode()


def commitment_of(data: bytes) -> str:
    """Return the SHA-256 of a document as lower-case hexadecimal: what ``sha256sum FILE`` prints."""
    return hashlib.sha256(data).hexdigest()


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
    _require(mode in {"quota", "simple"}, "mode is 'quota' or 'simple'")
    _require(len(set(features)) == len(features) > 0, "features are named once each")
    quotas = tuple(_bundle_quota(item, features) for item in array(fields["quotas"]))
    _require(len({(q.feature, q.value) for q in quotas}) == len(quotas), "a quota is given twice")
    household = fields["household"]
    _require(isinstance(household, bool), "household is true or false")
    types = tuple(_bundle_type(item, features, quotas) for item in array(fields["types"]))
    ordered = [(kind.values, kind.household) for kind in types]
    _require(ordered == sorted(set(ordered)), "types are distinct and in order")
    _require(bool(household) or not any(kind.household for kind in types), "homes without a household rule")
    seats = integer(fields["seats"], 1, MAX_CANDIDATES)
    numbers, type_of = _candidates(fields["candidates"], len(types))
    _require_true_homes(types, type_of)
    people = None if fields["people"] is None else tuple(map(hex64, array(fields["people"])))
    _require(people is None or len(people) == len(numbers), "people has one commitment per candidate")
    witnesses = tuple(label(item) for item in array(fields["witnesses"]))
    _require(list(witnesses) == sorted(set(witnesses)), "witnesses are distinct and in order")
    _require(fields["digits"] == 6, "a draw has six digits")
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
    )
    _require(seats <= len(numbers), "more seats than candidates")
    drawn = mode == "quota"
    _require(len(bundle.probabilities) == (len(types) if drawn else 0), "probabilities has one fraction per type")
    _require(
        drawn or not (bundle.rows or bundle.levels or bundle.cuts or household),
        "a simple draw has no table and no homes",
    )
    base = len(bundle.conditions) - len(bundle.cuts)
    for at, cut in enumerate(bundle.cuts):
        _require_known(cut.tree, types=len(types), conditions=base + at)
    for level in bundle.levels:
        _require(all(kind < len(types) for kind, _ in level.weights), "a level names no such type")
        _require_known((Leaf(level.multipliers),), types=len(types), conditions=len(bundle.conditions))
    return bundle


def document(data: bytes, form: str, names: frozenset[str]) -> dict[str, JSON]:
    """Parse one canonical JSON object of the format ``form`` with exactly the fields ``names``."""
    value = parse_json(data)
    if not isinstance(value, dict) or value.get("format") != form:
        raise MalformedBundleError(f"not a document of the format {form}")
    if frozenset(value) != names:
        odd = ", ".join(sorted(names.symmetric_difference(value)))
        raise MalformedBundleError(f"fields missing or not known: {odd}")
    if canonical(value) != data:
        raise NotCanonicalError("the bytes are not the canonical form (sorted keys, no spaces, no final line feed)")
    return value


def array(value: JSON, length: int | None = None) -> list[JSON]:
    """Return the value as an array, of this length if one is given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise MalformedBundleError("an array is missing or has the wrong length")
    return value


def text(value: JSON, *, empty: bool = False) -> str:
    """Return the value as a string without control characters; empty only where that is allowed."""
    if not isinstance(value, str) or not (value or empty) or any(ord(c) < 0x20 or ord(c) == 0x7F for c in value):
        raise MalformedBundleError("a text is missing, empty or has control characters")
    return value


def label(value: JSON) -> str:
    """Return the value as a text that can stand between the separators of the seed: no ``|``, ``=`` or ``,``."""
    found = text(value)
    if any(c in "|=," for c in found):
        raise MalformedBundleError("a name, number or secret contains one of | = ,")
    return found


def integer(value: JSON, least: int, most: int) -> int:
    """Return the value as an integer of this range."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedBundleError(f"a number is missing or not within {least}…{most}")
    return value


def hex64(value: JSON) -> str:
    """Return the value as 32 bytes of lower-case hexadecimal."""
    if not isinstance(value, str) or not _HEX64.fullmatch(value):
        raise MalformedBundleError("not 64 digits of lower-case hexadecimal")
    return value


def fraction(value: JSON) -> Fraction:
    """Return the value as a non-negative fraction, written in lowest terms (``7/34``, ``1``)."""
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise MalformedBundleError("not a fraction")
    parsed = Fraction(int(found[1]), int(found[2] or 1))
    _require(str(parsed) == value, "a fraction is not in lowest terms")
    return parsed


def _signed(value: JSON) -> Fraction:
    if isinstance(value, str) and value.startswith("-"):
        parsed = fraction(value[1:])
        _require(parsed != 0, "minus zero")
        return -parsed
    return fraction(value)


def _require(condition: bool, refusal: str) -> None:  # noqa: FBT001 - reads as a sentence at each call
    if not condition:
        raise MalformedBundleError(refusal)


def _bundle_quota(item: JSON, features: Sequence[str]) -> Quota:
    feature, value, least, most = array(item, 4)
    quota = Quota(text(feature), text(value), integer(least, 0, MAX_CANDIDATES), integer(most, 0, MAX_CANDIDATES))
    _require(quota.feature in features and quota.minimum <= quota.maximum, "a quota of no feature, or min above max")
    return quota


def _bundle_type(item: JSON, features: Sequence[str], quotas: Sequence[Quota]) -> Type:
    values, household = array(item, 2)
    found = Type(tuple(map(text, array(values, len(features)))), integer(household, 0, MAX_CANDIDATES))
    known = {(quota.feature, quota.value) for quota in quotas}
    _require(all(pair in known for pair in zip(features, found.values, strict=True)), "a type's value has no quota")
    return found


def _candidates(value: JSON, types: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [array(item, 2) for item in array(value)]
    _require(len(pairs) <= MAX_CANDIDATES, "too many candidates")
    numbers = tuple(label(number) for number, _ in pairs)
    type_of = tuple(integer(kind, 0, types - 1) for _, kind in pairs)
    _require(list(numbers) == sorted(set(numbers)), "candidates are distinct and in order")
    _require(len(set(type_of)) == types, "a type has no candidate")
    return numbers, type_of


def _require_true_homes(types: Sequence[Type], type_of: Sequence[int]) -> None:
    """A home is numbered only when it is shared, from 1 on, in the order of its first candidate."""
    shared: dict[int, int] = {}
    for kind in type_of:
        home = types[kind].household
        if home:
            shared[home] = shared.get(home, 0) + 1
    _require(list(shared) == list(range(1, len(shared) + 1)), "homes are not numbered in the order of the candidates")
    _require(all(count > 1 for count in shared.values()), "a home of one candidate is not a shared home")


def _bundle_row(item: JSON, types: int) -> Row:
    weight, seats = array(item, 2)
    row = Row(integer(weight, 1, MILLION), tuple(integer(seat, 0, types - 1) for seat in array(seats)))
    _require(list(row.seats) == sorted(row.seats), "a row's seats are not in order")
    return row


def _pairs(value: JSON) -> tuple[tuple[int, Fraction], ...]:
    pairs = tuple((integer(at, 0, 10**9), _signed(amount)) for at, amount in (array(item, 2) for item in array(value)))
    _require_sparse(pairs)
    return pairs


def _require_sparse(pairs: Sequence[tuple[int, int | Fraction]]) -> None:
    places = [at for at, _ in pairs]
    _require(places == sorted(set(places)) and all(amount for _, amount in pairs), "entries are in order, none is zero")


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
        most=integer(value["most"], -(10**17), 10**17),
        tree=tuple(_node(node, at, len(tree)) for at, node in enumerate(tree)),
    )


def _level(value: JSON) -> Level:
    if not isinstance(value, dict) or frozenset(value) != frozenset({"multipliers", "value", "weights"}):
        raise MalformedBundleError("a level lacks a field or has one too many")
    level = Level(fraction(value["value"]), _pairs(value["weights"]), _pairs(value["multipliers"]))
    _require(bool(level.weights), "a level settles nobody")
    return level


def _require_known(tree: Sequence[Leaf | Branch], *, types: int, conditions: int) -> None:
    """Refuse a proof that names no such type, or a condition that does not come before what it proves."""
    for node in tree:
        if isinstance(node, Branch):
            _require(node.type < types, "a case names no such type")
        else:
            _require(all(at < conditions for at, _ in node.multipliers), "a multiplier names no such condition")


def _beacon(value: JSON) -> Beacon | None:
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"chain", "round"}):
        raise MalformedBundleError("a beacon has a chain and a round")
    return Beacon(hex64(value["chain"]), integer(value["round"], 1, 2**53 - 1))
