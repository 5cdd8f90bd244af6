"""The record of an analysis: a JSON document, frozen and hashed when a topic closes, and recomputed by whoever doubts it.

Format ``madang-opinions-1``. A reader refuses other values of ``format``; fields may be added within a format only if
they can be recomputed from the votes and the parameters like all others. Ids are object keys as text and list members as
they are. Numbers are exact: integers for counts, shortest round-trip decimals for the rest.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from voting.encoding import sha256
from voting.opinions.agreement import Counts, Interval, StatementAgreement
from voting.opinions.analysis import Analysis, Parameters, analyse
from voting.opinions.errors import (
    MalformedRunError,
    PathDependentRunError,
    RunDigestMismatchError,
    RunResultMismatchError,
    RunVotesMismatchError,
)
from voting.opinions.representative import Representative
from voting.opinions.stability import Stability
from voting.opinions.votes import Floats, Id, VoteTable

Document: TypeAlias = "bool | int | float | str | list[Document] | dict[str, Document] | None"
"""A JSON value; unlike in `voting.encoding` it may hold floating-point numbers, which are results, never input."""

FORMAT = "madang-opinions-1"
MAX_BYTES = 256 * 1024 * 1024
MOST_RESAMPLES = 1000
TOLERANCE = 1e-9
"""Numbers may differ by so much, absolutely or relatively: processors round sums differently in the last bits."""


@dataclass(frozen=True)
class FrozenRun:
    """A final run.

    Attributes:
        document: canonical JSON: no spaces, UTF-8, fields in the order of `describe`.
        sha256: lower-case hexadecimal digest of the document, for the public log.
    """

    document: bytes
    sha256: str


def describe(analysis: Analysis) -> dict[str, Document]:
    """Return everything the analysis found as a JSON object."""
    table, projection = analysis.table, analysis.projection
    statements = [str(statement) for statement in table.statements]
    included = analysis.analysed.included.tolist()
    consensus = analysis.group_informed_consensus
    return {
        "format": FORMAT,
        "input": {
            "votes_sha256": table.digest(),
            "votes": len(table.values),
            "participants": len(table.participants),
            "statements": list(table.statements),
        },
        "parameters": _parameters(analysis.parameters),
        "counts": {name: _counts(analysis.counts, column) for column, name in enumerate(statements)},
        "agreement": {str(statement.statement): _agreement(statement) for statement in analysis.agreement},
        "analysed": {
            "required_votes": analysis.analysed.required_votes,
            "qualified": int(analysis.analysed.qualified.sum()),
            "participants": _listed(person for person, flag in zip(table.participants, included, strict=True) if flag),
        },
        "space": {
            "explained": projection.explained.tolist(),
            "centre": _by_name(statements, projection.centre),
            "components": [_by_name(statements, component) for component in projection.components],
            "statements": _by_name(statements, projection.statement_positions),
            "extremity": _by_name(statements, projection.extremity),
            "positions": {
                str(person): position
                for person, position, flag in zip(
                    table.participants, projection.positions.tolist(), included, strict=True
                )
                if flag
            },
        },
        "base_clusters": _base_clusters(analysis),
        "candidates": _candidates(analysis),
        "groups": {str(group.label): _listed(group.members) for group in analysis.groups},
        "group_centres": {str(group.label): list(group.centre) for group in analysis.groups},
        "group_counts": {
            str(group.label): {
                name: _counts(analysis.group_counts, (index, column)) for column, name in enumerate(statements)
            }
            for index, group in enumerate(analysis.groups)
        },
        "group_informed_consensus": _by_name(statements, consensus.agree),
        "group_informed_disagreement": _by_name(statements, consensus.disagree),
        "least_agreement": _by_name(statements, consensus.least_agree),
        "least_disagreement": _by_name(statements, consensus.least_disagree),
        "consensus": {
            "agree": _listed(statement.statement for statement in analysis.consensus.agree),
            "disagree": _listed(statement.statement for statement in analysis.consensus.disagree),
        },
        "representative": {
            str(group.label): [_representative(statement) for statement in group.representative]
            for group in analysis.groups
        },
        "priorities": {str(statement): weight for statement, weight in analysis.priorities.items()},
        "silhouette": analysis.silhouette,
        "group_silhouettes": {str(group.label): group.silhouette for group in analysis.groups},
        "stability": _stability(analysis.stability),
        "gate": {
            "open": analysis.gate.is_open,
            "refusals": [str(refusal) for refusal in analysis.gate.refusals],
            "required_group_size": analysis.gate.required_group_size,
        },
    }


def freeze(analysis: Analysis) -> FrozenRun:
    """Freeze a final run.

    Raises:
        PathDependentRunError: the run used a memory of earlier ones.
    """
    if analysis.remembers:
        raise PathDependentRunError(
            "a run with a memory of earlier runs is not a function of the votes; run it without"
        )
    document = encode(describe(analysis))
    return FrozenRun(document, sha256(document).hex())


def encode(document: Document) -> bytes:
    """Return canonical JSON."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(data: bytes) -> dict[str, Document]:
    """Read a record.

    Raises:
        MalformedRunError: not strict JSON, too large, or not in the format `FORMAT`.
    """
    if len(data) > MAX_BYTES:
        raise MalformedRunError(f"{len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        value = json.loads(data.decode(), object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedRunError(f"not JSON: {type(error).__name__}") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise MalformedRunError(f"not a record in the format {FORMAT}")
    return value


def verify_run(data: bytes, events: Iterable[tuple[Id, Id, int, int]], *, digest: str | None = None) -> Analysis:
    """Recompute a frozen run from the votes and compare everything.

    Integers, ids and groups must be equal, other numbers within `TOLERANCE`.

    Args:
        data: the document of the frozen run.
        events: the vote events.
        digest: the SHA-256 that was announced, in hexadecimal.

    Returns:
        The analysis, recomputed.

    Raises:
        MalformedRunError: the document is not such a record.
        RunDigestMismatchError: it is another document than the one announced.
        RunVotesMismatchError: it was made from other votes.
        RunResultMismatchError: it says something the votes do not give; names the place.
    """
    if digest is not None and sha256(data).hex() != digest.lower():
        raise RunDigestMismatchError(f"the record's SHA-256 is {sha256(data).hex()}")
    recorded = decode(data)
    source = _object(recorded, "input")
    table = VoteTable.from_events(events, statements=_ids(source, "statements"))
    if source.get("votes_sha256") != table.digest():
        raise RunVotesMismatchError(f"the votes' SHA-256 is {table.digest()}")
    again = _repeat(table, recorded)
    computed = decode(encode(describe(again)))
    _require_equal(recorded, computed, "")
    return again


def _repeat(table: VoteTable, recorded: dict[str, Document]) -> Analysis:
    asked = _object(recorded, "parameters")
    mode, seed, resamples = asked.get("mode"), asked.get("seed"), asked.get("resamples")
    count, start = asked.get("group_count"), asked.get("start_centres")
    if mode not in ("madang", "polis") or type(seed) is not int or seed < 0:
        raise MalformedRunError("the mode or the seed is malformed")
    if type(resamples) is not int or not 0 <= resamples <= MOST_RESAMPLES:
        raise MalformedRunError(f"the number of resamples is not between 0 and {MOST_RESAMPLES}")
    if not (count is None or type(count) is int):
        raise MalformedRunError("the forced number of groups is malformed")
    groups = None
    if asked.get("groups_given") is True:
        listed = _object(recorded, "groups")
        if not all(label.isascii() and label.isdecimal() for label in listed):
            raise MalformedRunError("a group's label is not a number")
        groups = {int(label): _ids(listed, label) for label in listed}
    return analyse(
        table,
        groups,
        _ids(asked, "moderated_out"),
        _ids(asked, "meta"),
        "polis" if mode == "polis" else "madang",
        seed=seed,
        group_count=count,
        start_centres=None if start is None else _pairs(start),
        resamples=resamples,
    )


def _require_equal(recorded: Document, computed: Document, place: str) -> None:
    match recorded, computed:
        case dict(), dict():
            if recorded.keys() != computed.keys():
                raise RunResultMismatchError(f"{place or 'record'}: the fields are others than those computed")
            for key, value in recorded.items():
                _require_equal(value, computed[key], f"{place}/{key}")
        case list(), list():
            if len(recorded) != len(computed):
                raise RunResultMismatchError(f"{place}: {len(recorded)} recorded, {len(computed)} computed")
            for index, (value, other) in enumerate(zip(recorded, computed, strict=True)):
                _require_equal(value, other, f"{place}/{index}")
        case float(), float():
            if not math.isclose(recorded, computed, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
                raise RunResultMismatchError(f"{place}: recorded {recorded!r}, computed {computed!r}")
        case _:
            if type(recorded) is not type(computed) or recorded != computed:
                raise RunResultMismatchError(f"{place}: recorded {recorded!r:.80}, computed {computed!r:.80}")


def _parameters(asked: Parameters) -> dict[str, Document]:
    return {
        "mode": asked.mode,
        "seed": asked.seed,
        "moderated_out": list(asked.moderated_out),
        "meta": list(asked.meta),
        "group_count": asked.forced_count,
        "resamples": asked.resamples,
        "groups_given": asked.are_groups_given,
        "start_centres": None if asked.start_centres is None else [list(pair) for pair in asked.start_centres],
    }


def _counts(counts: Counts, at: int | tuple[int, int]) -> dict[str, Document]:
    agree, disagree, passes = int(counts.agree[at]), int(counts.disagree[at]), int(counts.passes[at])
    return {"agree": agree, "disagree": disagree, "pass": passes, "seen": agree + disagree + passes}


def _agreement(statement: StatementAgreement) -> dict[str, Document]:
    return {
        "agree_share": statement.agree_share,
        "disagree_share": statement.disagree_share,
        "agree_test": statement.agree_test,
        "disagree_test": statement.disagree_test,
        "agree_interval": _interval(statement.agree_interval),
        "disagree_interval": _interval(statement.disagree_interval),
        "division": statement.division,
        "majority": None if statement.majority is None else int(statement.majority),
    }


def _interval(interval: Interval | None) -> Document:
    return None if interval is None else [interval.low, interval.high]


def _representative(statement: Representative) -> dict[str, Document]:
    return {
        "statement": statement.statement,
        "side": int(statement.side),
        "votes": statement.votes,
        "seen": statement.seen,
        "share": statement.share,
        "share_test": statement.share_test,
        "ratio": statement.ratio,
        "ratio_test": statement.ratio_test,
        "best_agree": statement.is_best_agree,
    }


def _stability(stability: Stability | None) -> Document:
    if stability is None:
        return None
    return {
        "mean": stability.mean,
        "least": stability.least,
        "indices": list(stability.indices),
        "counts": list(stability.counts),
    }


def _base_clusters(analysis: Analysis) -> Document:
    """List the base clusters where there are any: in ``madang`` mode everyone is their own."""
    if analysis.grouping is None or analysis.parameters.mode == "madang":
        return None
    base = analysis.grouping.base
    people = [
        person
        for person, flag in zip(analysis.table.participants, analysis.analysed.included.tolist(), strict=True)
        if flag
    ]
    members: list[list[Id]] = [[] for _ in range(base.count)]
    for person, label in zip(people, base.labels.tolist(), strict=True):
        members[label].append(person)
    return [
        {"members": _listed(listed), "centre": centre}
        for listed, centre in zip(members, base.centres.tolist(), strict=True)
    ]


def _candidates(analysis: Analysis) -> Document:
    if analysis.grouping is None:
        return None
    return [
        {"count": candidate.count, "silhouette": candidate.silhouette, "sizes": candidate.sizes.tolist()}
        for candidate in analysis.grouping.candidates
    ]


def _by_name(names: list[str], values: Floats) -> dict[str, Document]:
    return dict(zip(names, values.tolist(), strict=True))


def _listed(ids: Iterable[Id]) -> list[Document]:
    return list(ids)


def _object(holder: dict[str, Document], key: str) -> dict[str, Document]:
    value = holder.get(key)
    if not isinstance(value, dict):
        raise MalformedRunError(f"'{key}' is not an object")
    return value


def _ids(holder: dict[str, Document], key: str) -> list[Id]:
    value = holder.get(key)
    if not isinstance(value, list):
        raise MalformedRunError(f"'{key}' is not a list")
    return [item if isinstance(item, str) or type(item) is int else _refuse(f"'{key}' holds no ids") for item in value]


def _pairs(value: Document) -> list[tuple[float, float]]:
    if not isinstance(value, list):
        raise MalformedRunError("the starting centres are malformed")
    pairs = []
    for pair in value:
        match pair:
            case [float(across), float(down)]:
                pairs.append((across, down))
            case _:
                raise MalformedRunError("the starting centres are malformed")
    return pairs


def _refuse(reason: str) -> NoReturn:
    raise MalformedRunError(reason)


def _distinct(pairs: list[tuple[str, Document]]) -> dict[str, Document]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedRunError("an object has the same key twice")
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise MalformedRunError(f"{text} is not a JSON number")
