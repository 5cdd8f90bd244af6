"""The whole analysis of an opinion round, with every intermediate value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voting.opinions.agreement import (
    FEWEST_SEEN,
    Counts,
    StatementAgreement,
    agreement,
    count_votes,
    count_votes_by_group,
)
from voting.opinions.clusters import silhouettes
from voting.opinions.consensus import (
    GroupInformedConsensus,
    MajorityConsensus,
    group_informed_consensus,
    majority_consensus,
)
from voting.opinions.continuity import Memory, SmoothedCount, labels_by_overlap, labels_by_size, smooth_count
from voting.opinions.gate import Gate, judge
from voting.opinions.grouping import Analysed, Grouping, find_groups, select_analysed
from voting.opinions.priority import priorities
from voting.opinions.projection import Mode, Projection, project
from voting.opinions.representative import (
    GroupStatistics,
    Representative,
    group_statistics,
    representative_statements,
)
from voting.opinions.stability import RESAMPLES, Stability, measure_stability
from voting.opinions.votes import Flags, Floats, Id, Integers, VoteTable, as_table, labelled_groups


@dataclass(frozen=True)
class Parameters:
    """What the analysis was asked, besides the votes.

    Attributes:
        mode: see `voting.opinions.projection.Mode`.
        seed: of everything drawn.
        moderated_out, meta: statements not analysed, in table order.
        forced_count: the number of groups the facilitator insisted on, if any.
        resamples: for the stability.
        are_groups_given: whether the groups were an argument instead of a result.
        start_centres: where k-means was told to begin, if it was.
    """

    mode: Mode
    seed: int
    moderated_out: tuple[Id, ...]
    meta: tuple[Id, ...]
    forced_count: int | None
    resamples: int
    are_groups_given: bool
    start_centres: tuple[tuple[float, float], ...] | None


@dataclass(frozen=True, eq=False)
class Group:
    """An opinion group.

    Attributes:
        label: 0, 1, 2 … (shown as 가, 나, 다 …); kept from run to run with a memory.
        members: participants, in table order.
        centre: mean position.
        silhouette: mean over the members (``madang``) or their base clusters (``polis``) that were evaluated; 0 if none.
        representative: what is particular to the group.
    """

    label: int
    members: tuple[Id, ...]
    centre: tuple[float, float]
    silhouette: float
    representative: tuple[Representative, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """An opinion round analysed. Arrays follow the order of ``table.participants`` and ``table.statements``.

    Attributes:
        table: the last votes.
        parameters: what was asked.
        counts: everybody's votes per statement.
        agreement: the same with shares, tests and intervals.
        analysed: who takes part in grouping.
        projection: the opinion space.
        grouping: base clusters and every candidate division; None if groups were given.
        membership: index into ``groups`` per participant, −1 for those in none.
        groups: in order of label. One group of everybody analysed, where nothing divides them.
        group_counts: votes per group and statement.
        group_statistics: shares, ratios and tests per group and statement.
        group_informed_consensus: agreement across the groups.
        consensus: agreement of everybody.
        priorities: per statement that may be shown; rejected ones have none.
        silhouette: mean silhouette of the division in use; None for one group.
        stability: under resampling; None if not measured.
        gate: whether the groups may be shown.
        memory: for the next run of the same round.
        remembers: whether this run was given a memory, and so is not a function of the votes alone.
    """

    table: VoteTable
    parameters: Parameters
    counts: Counts
    agreement: tuple[StatementAgreement, ...]
    analysed: Analysed
    projection: Projection
    grouping: Grouping | None
    membership: Integers
    groups: tuple[Group, ...]
    group_counts: Counts
    group_statistics: GroupStatistics
    group_informed_consensus: GroupInformedConsensus
    consensus: MajorityConsensus
    priorities: Mapping[Id, float]
    silhouette: float | None
    stability: Stability | None
    gate: Gate
    memory: Memory
    remembers: bool

    def group_of(self, participant: Id) -> Group | None:
        """Return the participant's own group, for that participant alone to see; None for those in none."""
        return next((group for group in self.groups if participant in group.members), None)

    def position_of(self, participant: Id) -> tuple[float, float] | None:
        """Return the participant's own place in the opinion space; None for those not analysed."""
        if participant not in self.table.participants:
            return None
        row = self.table.participants.index(participant)
        across, down = self.projection.positions[row].tolist()
        return (across, down) if self.analysed.included[row] else None


def analyse(
    votes: VoteTable | Iterable[tuple[Id, Id, int, int]],
    groups: Mapping[int, Iterable[Id]] | Sequence[Iterable[Id]] | None = None,
    moderated_out: Iterable[Id] = (),
    meta: Iterable[Id] = (),
    mode: Mode = "madang",
    *,
    seed: int = 0,
    group_count: int | None = None,
    start_centres: Sequence[tuple[float, float]] | None = None,
    resamples: int = RESAMPLES,
    memory: Memory | None = None,
) -> Analysis:
    """Analyse an opinion round: a pure function of its arguments.

    Agree is +1. Statements in ``moderated_out`` or ``meta`` take no part in the opinion space, in consensus and in
    representative statements; their counts are reported all the same.

    Args:
        votes: a table, or events (participant, statement, vote, instant), the last vote winning.
        groups: use these groups instead of finding any: label → members, or a sequence of members.
        moderated_out: rejected statements. They have no priority: they are never shown.
        meta: statements about the person asked. They are shown, with a priority of their own.
        mode: ``madang``, or ``polis`` to compute as Polis does.
        seed: decides k-means++ starts, resamples and starting vectors.
        group_count: insist on so many groups (2 to 5).
        start_centres: begin k-means from these centres, with as many groups.
        resamples: how often to group again without a tenth of the people; 0 leaves the stability unknown.
        memory: of the previous run of a live round. Keeps people in, labels, and the number of groups.

    Raises:
        MalformedVotesError: a vote is none of +1, 0, −1.
        UnknownParticipantError, OverlappingGroupsError: the given groups do not fit the votes.
        ImpossibleGroupCountError: the forced number of groups is impossible.
    """
    table = as_table(votes)
    rejected, personal = table.columns_of(moderated_out), table.columns_of(meta)
    used = ~(rejected | personal)
    counts = count_votes(table)
    said = agreement(table, counts)
    before = () if memory is None else _rows(table, memory.analysed)
    analysed = select_analysed(table, used=used, mode=mode, before=before)
    projection = project(table, used=used, mode=mode, seed=seed)

    if groups is None:
        rows = np.flatnonzero(analysed.included)
        points = projection.positions[rows]
        centres = None if start_centres is None else np.array(start_centres, dtype=np.float64).reshape(-1, 2)
        grouping = find_groups(points, mode=mode, seed=seed, count=group_count, start_centres=centres)
        smoothed = smooth_count(grouping.best_count, [item.count for item in grouping.candidates], memory)
        is_forced = group_count is not None or start_centres is not None
        count = grouping.best_count if is_forced else smoothed.count
        if is_forced and memory is not None:
            # What the facilitator tries out must not outlast the trial.
            smoothed = SmoothedCount(memory.count, memory.candidate_count, memory.times_best)
        division = _divide(table, grouping, rows, count, mode=mode, memory=memory)
        stability = None
        if division.silhouette is not None:
            stability = measure_stability(
                table,
                projection,
                included=analysed.included,
                labels=division.membership[rows],
                mode=mode,
                seed=seed,
                count=group_count if start_centres is None else len(start_centres),
                resamples=resamples,
            )
    else:
        grouping, stability = None, None
        division = _given(table, labelled_groups(groups), projection)
        smoothed = SmoothedCount(len(division.labels), len(division.labels), 1)

    group_counts = count_votes_by_group(table, division.membership, len(division.labels))
    statistics = group_statistics(group_counts)
    represented = representative_statements(table, group_counts, statistics, used=used)
    found = _groups(table, division, projection, represented)
    # Polis sums over its groups; the votes of those who have not answered seven statements yet tell as much.
    tallied = group_counts.summed() if mode == "polis" else counts
    weights = priorities(tallied, projection.extremity, meta=personal)
    return Analysis(
        table=table,
        parameters=Parameters(
            mode=mode,
            seed=seed,
            moderated_out=_chosen(table, rejected),
            meta=_chosen(table, personal),
            forced_count=group_count,
            resamples=resamples,
            are_groups_given=groups is not None,
            start_centres=None if start_centres is None else tuple((float(x), float(y)) for x, y in start_centres),
        ),
        counts=counts,
        agreement=said,
        analysed=analysed,
        projection=projection,
        grouping=grouping,
        membership=division.membership,
        groups=found,
        group_counts=group_counts,
        group_statistics=statistics,
        group_informed_consensus=group_informed_consensus(group_counts),
        consensus=majority_consensus(said, used=used, fewest_seen=0 if mode == "polis" else FEWEST_SEEN),
        priorities={table.statements[column]: float(weights[column]) for column in np.flatnonzero(~rejected).tolist()},
        silhouette=division.silhouette,
        stability=stability,
        gate=judge(
            qualified=int(analysed.qualified.sum()),
            group_sizes=tuple(len(group.members) for group in found),
            silhouette=division.silhouette,
            stability=None if stability is None else stability.mean,
        ),
        memory=_remembered(table, analysed, found, smoothed),
        remembers=memory is not None,
    )


@dataclass(frozen=True, eq=False)
class _Division:
    """The division in use: membership per participant (index into labels), silhouettes overall and per group."""

    membership: Integers
    labels: tuple[int, ...]
    silhouette: float | None
    group_silhouettes: Floats


def _divide(
    table: VoteTable, grouping: Grouping, rows: Integers, count: int, *, mode: Mode, memory: Memory | None
) -> _Division:
    """Take the division into ``count`` groups and name them."""
    membership = np.full(len(table.participants), -1, np.int64)
    candidate = grouping.candidate(count)
    if candidate is None:
        membership[rows] = 0
        return _Division(membership, (0,), None, np.zeros(1))
    labels = candidate.clusters.labels
    if memory is not None and memory.groups:
        members = {
            group: frozenset(table.participants[row] for row in rows[labels == group].tolist())
            for group in range(candidate.clusters.count)
        }
        names = labels_by_overlap(members, memory.groups)
    elif mode == "polis":
        names = {group: group for group in range(candidate.clusters.count)}
    else:
        names = labels_by_size(labels)
    ordered = sorted(names, key=lambda group: names[group])
    rank = np.empty(len(ordered), np.int64)
    rank[ordered] = np.arange(len(ordered))
    membership[rows] = rank[labels]
    # Base clusters are unions of participants with one label; in madang mode each is one participant.
    base_labels = np.zeros(grouping.base.count, np.int64)
    base_labels[grouping.base.labels] = rank[labels]
    evaluated, values = silhouettes(grouping.base.centres, [base_labels])
    per_group = _means_by_label(values[0], base_labels[evaluated], len(ordered))
    return _Division(membership, tuple(names[group] for group in ordered), candidate.silhouette, per_group)


def _given(table: VoteTable, groups: Mapping[int, Sequence[Id]], projection: Projection) -> _Division:
    """Use groups that were given, measuring how separate they are in the opinion space."""
    labels = tuple(sorted(groups))
    membership = table.labels_of({index: groups[label] for index, label in enumerate(labels)})
    inside = np.flatnonzero(membership >= 0)
    if len(labels) < 2:
        return _Division(membership, labels, None, np.zeros(len(labels)))
    evaluated, values = silhouettes(projection.positions[inside], [membership[inside]])
    per_group = _means_by_label(values[0], membership[inside][evaluated], len(labels))
    return _Division(membership, labels, float(values[0].mean()), per_group)


def _groups(
    table: VoteTable,
    division: _Division,
    projection: Projection,
    represented: tuple[tuple[Representative, ...], ...],
) -> tuple[Group, ...]:
    found = []
    for index, label in enumerate(division.labels):
        rows = np.flatnonzero(division.membership == index)
        points = projection.positions[rows]
        centre = points.mean(axis=0).tolist() if len(rows) else [0.0, 0.0]
        found.append(
            Group(
                label=label,
                members=tuple(table.participants[row] for row in rows.tolist()),
                centre=(centre[0], centre[1]),
                silhouette=float(division.group_silhouettes[index]),
                representative=represented[index],
            )
        )
    return tuple(found)


def _remembered(table: VoteTable, analysed: Analysed, groups: tuple[Group, ...], smoothed: SmoothedCount) -> Memory:
    return Memory(
        analysed=frozenset(_chosen_people(table, analysed.included)),
        groups={group.label: frozenset(group.members) for group in groups} if len(groups) > 1 else {},
        count=smoothed.count,
        candidate_count=smoothed.candidate_count,
        times_best=smoothed.times_best,
    )


def _means_by_label(values: Floats, labels: Integers, count: int) -> Floats:
    sizes = np.bincount(labels, minlength=count)
    result: Floats = np.bincount(labels, values, minlength=count) / np.maximum(sizes, 1)
    return result


def _rows(table: VoteTable, people: frozenset[Id]) -> list[int]:
    return [row for row, person in enumerate(table.participants) if person in people]


def _chosen(table: VoteTable, flags: Flags) -> tuple[Id, ...]:
    return tuple(table.statements[column] for column in np.flatnonzero(flags).tolist())


def _chosen_people(table: VoteTable, flags: Flags) -> list[Id]:
    return [table.participants[row] for row in np.flatnonzero(flags).tolist()]
