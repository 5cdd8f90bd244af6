"""Opinion rounds: what a village agrees on, what divides it, and whether groups may be spoken of.

The formulae are those that Polis publishes (C. Small et al., "Polis: scaling deliberation by mapping high dimensional
opinion spaces", Recerca 26(2), 2021), implemented anew with numpy: see the modules for the sources of each. Statement-level
agreement is stable and comes first; opinion groups come second, and only through a gate (`voting.opinions.gate`).

A pure library, one thread of sparse sums: ``analyse`` is a function of its arguments, the same on every machine up to the
last bits of sums. Its final run is frozen with ``freeze`` and recomputed by anybody with ``verify_run`` or
``python -m voting opinions verify``. Agree is +1, disagree −1, pass 0.
"""

from voting.opinions.agreement import (
    SIGNIFICANT_90,
    SIGNIFICANT_95,
    Counts,
    Interval,
    StatementAgreement,
    agreement,
    count_votes,
    count_votes_by_group,
    one_proportion_test,
    two_proportion_test,
    wilson_interval,
)
from voting.opinions.analysis import Analysis, Group, Parameters, analyse
from voting.opinions.clusters import adjusted_rand_index
from voting.opinions.consensus import GroupInformedConsensus, MajorityConsensus
from voting.opinions.continuity import Memory
from voting.opinions.csvfile import parse_id, read_votes, write_votes
from voting.opinions.disclosure import ShownVotes, shown_votes
from voting.opinions.errors import (
    ImpossibleGroupCountError,
    MalformedRunError,
    MalformedVotesError,
    OverlappingGroupsError,
    PathDependentRunError,
    RunDigestMismatchError,
    RunResultMismatchError,
    RunVotesMismatchError,
    UnknownParticipantError,
)
from voting.opinions.gate import Gate, Refusal
from voting.opinions.priority import DEFAULT_PRIORITY, META_PRIORITY, draw_statement
from voting.opinions.projection import Mode, Projection
from voting.opinions.record import FrozenRun, describe, freeze, verify_run
from voting.opinions.representative import GroupStatistics, Representative
from voting.opinions.stability import Stability
from voting.opinions.votes import Id, Vote, VoteEvent, VoteTable

__all__ = [
    "DEFAULT_PRIORITY",
    "META_PRIORITY",
    "SIGNIFICANT_90",
    "SIGNIFICANT_95",
    "Analysis",
    "Counts",
    "FrozenRun",
    "Gate",
    "Group",
    "GroupInformedConsensus",
    "GroupStatistics",
    "Id",
    "ImpossibleGroupCountError",
    "Interval",
    "MajorityConsensus",
    "MalformedRunError",
    "MalformedVotesError",
    "Memory",
    "Mode",
    "OverlappingGroupsError",
    "Parameters",
    "PathDependentRunError",
    "Projection",
    "Refusal",
    "Representative",
    "RunDigestMismatchError",
    "RunResultMismatchError",
    "RunVotesMismatchError",
    "ShownVotes",
    "Stability",
    "StatementAgreement",
    "UnknownParticipantError",
    "Vote",
    "VoteEvent",
    "VoteTable",
    "adjusted_rand_index",
    "agreement",
    "analyse",
    "count_votes",
    "count_votes_by_group",
    "describe",
    "draw_statement",
    "freeze",
    "one_proportion_test",
    "parse_id",
    "read_votes",
    "shown_votes",
    "two_proportion_test",
    "verify_run",
    "wilson_interval",
    "write_votes",
]
