"""The candidates and the quotas, from CSV, with every problem named by file and line at once.

Only the candidate number and the columns that a quota mentions are read, plus the columns asked for by name; names,
telephone numbers and addresses in the same file never reach a bundle. A household column only says who shares a home:
its text is replaced by a running number.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voting.errors import UnreadableInputError
from voting.lottery.verify.bundle import MAX_CANDIDATES, Type

NUMBER_COLUMNS = ("id", "unique_id", "no", "번호", "접수번호")
_ALIASES = {"category": "feature", "name": "value", "항목": "feature", "값": "value", "최소": "min", "최대": "max"}
_WHOLE = re.compile(r"[0-9]{1,6}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_FORBIDDEN = frozenset("|=,")
MAX_BYTES = 64 * 1024 * 1024
SHOWN_PROBLEMS = 20


class UnreadablePoolError(UnreadableInputError):
    """The candidates or quotas cannot be used; ``problems`` names each by file and line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = len(problems) - SHOWN_PROBLEMS
        shown = "\n".join(f"  {problem}" for problem in problems[:SHOWN_PROBLEMS])
        super().__init__(f"{len(problems)} problem(s)\n{shown}" + (f"\n  … and {more} more" if more > 0 else ""))


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """A quota as the committee wrote it, with how far it may be relaxed if all cannot be met (seats)."""

    feature: str
    value: str
    minimum: int
    maximum: int
    least_minimum: int
    greatest_maximum: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate: public number, one value per feature, home (None: not asked), salted commitment to the name."""

    number: str
    values: tuple[str, ...]
    household: str | None
    identity: str | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Who may be drawn, and what the council must look like.

    Candidates are put in ascending order of number, so that the order they came in means nothing.
    """

    seats: int
    features: tuple[str, ...]
    quotas: tuple[QuotaRule, ...]
    candidates: tuple[Candidate, ...]
    household: bool

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.candidates, key=lambda candidate: candidate.number))
        object.__setattr__(self, "candidates", ordered)


@dataclass(frozen=True, slots=True)
class Grouping:
    """The candidates by type: the types in canonical order, and each candidate's type (in the pool's order)."""

    types: tuple[Type, ...]
    type_of: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of candidates of each type."""
        count = Counter(self.type_of)
        return tuple(count[kind] for kind in range(len(self.types)))


def read_pool(
    candidates: bytes, quotas: bytes, *, seats: int, household: str | None = None, identity: str | None = None
) -> Pool:
    """Read a pool from two CSV files (UTF-8, or CP949 as Korean spreadsheets write it).

    Args:
        candidates: header ``id`` and one column per feature; other columns are ignored.
        quotas: header ``feature,value,min,max``, optionally ``min_flex,max_flex``: the furthest that the committee
            would go if the quotas cannot be met (default: anything).
        seats: the size of the council.
        household: the column that names a candidate's home; at most one of each home is then drawn. Empty: lives alone.
        identity: the column with `identity_commitment` of each candidate.

    Raises:
        UnreadablePoolError: every problem of both files.
    """
    rules, problems = _read_quotas(quotas)
    features = tuple(dict.fromkeys(rule.feature for rule in rules))
    found, more = _read_candidates(candidates, features, household, identity)
    problems += more
    known = {(rule.feature, rule.value) for rule in rules}
    for line, candidate in found:
        problems += [
            f"candidates, line {line}: no quota for {feature} '{value}'"
            for feature, value in zip(features, candidate.values, strict=True)
            if (feature, value) not in known
        ]
    if not 1 <= seats <= MAX_CANDIDATES:
        problems.append(f"{seats} seats")
    elif seats > len(found) and not problems:
        problems.append(f"{seats} seats, but only {len(found)} candidates")
    if problems:
        raise UnreadablePoolError(problems)
    return Pool(seats, features, rules, tuple(candidate for _, candidate in found), household is not None)


def supplement(pool: Pool, sitting: Sequence[Sequence[str]]) -> Pool:
    """Return the pool of a supplementary draw in the middle of a term: the quotas less the members who stay.

    Args:
        pool: the new candidates, with the quotas and the size of the whole council.
        sitting: the values of each member who stays, in the order of ``pool.features``.

    Raises:
        UnreadablePoolError: no seat is free, or a member's values do not fit the features.
    """
    if any(len(values) != len(pool.features) for values in sitting):
        raise UnreadablePoolError(["a sitting member has other features than the candidates"])
    if len(sitting) >= pool.seats:
        raise UnreadablePoolError([f"{len(sitting)} of {pool.seats} seats are taken"])
    held = Counter(pair for values in sitting for pair in zip(pool.features, values, strict=True))

    def less(rule: QuotaRule) -> QuotaRule:
        taken = held[rule.feature, rule.value]
        bounds = (rule.minimum, rule.maximum, rule.least_minimum, rule.greatest_maximum)
        return QuotaRule(rule.feature, rule.value, *(max(0, bound - taken) for bound in bounds))

    return Pool(
        pool.seats - len(sitting), pool.features, tuple(map(less, pool.quotas)), pool.candidates, pool.household
    )


def group(pool: Pool) -> Grouping:
    """Return the types of a pool. Equal pools give equal groupings, in whatever order their candidates came."""
    shared = Counter(candidate.household for candidate in pool.candidates if candidate.household)
    homes: dict[str, int] = {}
    for candidate in pool.candidates:
        if candidate.household and shared[candidate.household] > 1:
            homes.setdefault(candidate.household, len(homes) + 1)
    kinds = [Type(candidate.values, homes.get(candidate.household or "", 0)) for candidate in pool.candidates]
    types = sorted(set(kinds), key=lambda kind: (kind.values, kind.household))
    index = {kind: at for at, kind in enumerate(types)}
    return Grouping(tuple(types), tuple(index[kind] for kind in kinds))


def _read_quotas(data: bytes) -> tuple[tuple[QuotaRule, ...], list[str]]:
    rows = _rows(data, "quotas")
    header = {_ALIASES.get(name, name): at for at, name in enumerate(next(rows, (0, []))[1])}
    missing = [name for name in ("feature", "value", "min", "max") if name not in header]
    if missing:
        return (), [f"quotas: no column {', '.join(missing)}"]
    problems: list[str] = []
    found: dict[tuple[str, str], QuotaRule] = {}
    for line, cells in rows:
        cell = {name: cells[at] if at < len(cells) else "" for name, at in header.items()}
        where = f"quotas, line {line}"
        bounds = [cell["min"], cell["max"], cell.get("min_flex") or "0", cell.get("max_flex") or str(MAX_CANDIDATES)]
        if not cell["feature"] or not cell["value"]:
            problems.append(f"{where}: feature or value is blank")
        elif not all(_WHOLE.fullmatch(bound) for bound in bounds):
            problems.append(f"{where}: min and max are whole numbers")
        elif (cell["feature"], cell["value"]) in found:
            problems.append(f"{where}: {cell['feature']} '{cell['value']}' is given twice")
        else:
            least, most, lowest, highest = map(int, bounds)
            if least > most:
                problems.append(f"{where}: min {least} is above max {most}")
            rule = QuotaRule(cell["feature"], cell["value"], least, most, min(lowest, least), max(highest, most))
            found[rule.feature, rule.value] = rule
    if not found and not problems:
        problems.append("quotas: none")
    return tuple(found.values()), problems


def _read_candidates(
    data: bytes, features: Sequence[str], household: str | None, identity: str | None
) -> tuple[list[tuple[int, Candidate]], list[str]]:
    rows = _rows(data, "candidates")
    names = next(rows, (0, []))[1]
    header = {name: at for at, name in enumerate(names)}
    number_column = next((name for name in NUMBER_COLUMNS if name in header), "id")
    wanted = [number_column, *features, *(name for name in (household, identity) if name is not None)]
    problems = [f"candidates: no column '{name}'" for name in wanted if name not in header]
    problems += [f"candidates: column '{name}' is given twice" for name in wanted if names.count(name) > 1]
    if problems:
        return [], problems
    found: list[tuple[int, Candidate]] = []
    first: dict[str, int] = {}
    for line, cells in rows:
        cell = {name: cells[header[name]] if header[name] < len(cells) else "" for name in wanted}
        number = cell[number_column]
        where = f"candidates, line {line}"
        blank = [name for name in (number_column, *features) if not cell[name]]
        if blank:
            problems.append(f"{where}: {', '.join(blank)} is blank")
        elif number in first:
            problems.append(f"{where}: {number} is already on line {first[number]}")
        elif _FORBIDDEN & set(number):
            problems.append(f"{where}: a number holds none of | = ,")
        elif identity is not None and not _HEX64.fullmatch(cell[identity]):
            problems.append(f"{where}: {identity} is not 64 digits of lower-case hexadecimal")
        first.setdefault(number, line)
        home = cell[household] or None if household is not None else None
        name = cell[identity] if identity is not None else None
        found.append((line, Candidate(number, tuple(cell[feature] for feature in features), home, name)))
    if len(found) > MAX_CANDIDATES:
        problems.append(f"candidates: more than {MAX_CANDIDATES}")
    return found, problems


def _rows(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of the rows that are not empty, the header first; cells are trimmed and in Unicode NFC."""
    if len(data) > MAX_BYTES:
        raise UnreadablePoolError([f"{what}: larger than {MAX_BYTES} bytes"])
    reader = csv.reader(io.StringIO(_decode(data, what), newline=""), strict=True)
    try:
        for cells in reader:
            clean = [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
            if any(unicodedata.category(c) == "Cc" for cell in clean for c in cell):
                raise UnreadablePoolError([f"{what}, line {reader.line_num}: a cell has control characters"])
            if any(clean):
                yield reader.line_num, clean
    except csv.Error as error:
        raise UnreadablePoolError([f"{what}, line {reader.line_num}: not CSV ({error})"]) from None


def _decode(data: bytes, what: str) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadablePoolError([f"{what}: neither UTF-8 nor CP949"])
