"""Participatory-budgeting ballots and counting rules: exact, explained, recomputable.

Integers and fractions only; no float decides anything. A rule, its completion, increment and tie order change the
winners, so a `Rule` is a value that is published before the vote and frozen at opening.

>>> projects = [Project("a", 600), Project("b", 500), Project("c", 400)]
>>> ballots = [["a"], ["a"], ["b", "c"], ["c"]]
>>> count(from_ballots(projects, 1000, BallotKind.APPROVAL, ballots), Rule(RuleName.GREEDY)).funded
('c', 'a')

numpy is loaded only when a large election is counted by Equal Shares.
"""

from voting.allocation.bundle import Recount, recount, result_to_json, write_bundle
from voting.allocation.channels import (
    Channel,
    channels_from_json,
    channels_to_json,
    combine_answers,
    combine_channels,
    require_combined,
)
from voting.allocation.conditions import CategoryLimit, Conditions
from voting.allocation.counting import count
from voting.allocation.election import (
    BallotKind,
    Election,
    Profile,
    Project,
    Sums,
    YesNo,
    from_ballots,
    from_sums,
    merge_ballots,
)
from voting.allocation.election_file import election_from_json, election_to_json
from voting.allocation.equal_shares.method import EngineName
from voting.allocation.errors import (
    BallotsNeededError,
    ImpossibleBallotsError,
    MalformedBundleError,
    MalformedElectionError,
    MalformedPabulibError,
    MalformedRuleError,
    MissingScoresError,
    TooComplexError,
    UnsupportedConditionError,
    WrongBundleError,
)
from voting.allocation.explanation.english import english_sentence
from voting.allocation.explanation.facts import Account, Facts, give_account
from voting.allocation.explanation.korean import korean_sentence
from voting.allocation.explanation.missing import english_what_if, korean_what_if
from voting.allocation.explanation.report import Report, SideBySide, beside_greedy, explain, granted, share_of_voter
from voting.allocation.explanation.what_if import WhatIf, what_ifs
from voting.allocation.fairness import Deserving, Fairness, Proportion, measure
from voting.allocation.outcome import Comparison, Decision, Outcome, Purchase, Reason, SharesRun
from voting.allocation.pabulib.reader import PabulibFile, Published, read_pabulib
from voting.allocation.pabulib.writer import About, pabulib_rule, without_blank_ballots, write_pabulib
from voting.allocation.patterns import (
    SUMS_ONLY,
    Patterns,
    approvals,
    baskets,
    choices_by_category,
    longest_ranking,
    points,
    rankings,
)
from voting.allocation.rule import (
    RESIDENTS,
    Completion,
    Majority,
    MajorityBase,
    Rule,
    RuleName,
    ScoreScale,
    ScoreSource,
    suggested_increment,
)
from voting.allocation.rule_file import rule_from_json, rule_to_json
from voting.allocation.scores import Ranking, Tally, Utility, tally
from voting.allocation.ties import TieKey, TieOrder
from voting.allocation.trace_file import trace_to_json

__all__ = [
    "WrongBundleError",
    "MalformedBundleError",
    "write_bundle",
    "result_to_json",
    "recount",
    "Recount",
    "RESIDENTS",
    "SUMS_ONLY",
    "About",
    "Account",
    "BallotKind",
    "BallotsNeededError",
    "CategoryLimit",
    "Channel",
    "Comparison",
    "Completion",
    "Conditions",
    "Decision",
    "Deserving",
    "Election",
    "EngineName",
    "Facts",
    "Fairness",
    "ImpossibleBallotsError",
    "Majority",
    "MajorityBase",
    "MalformedElectionError",
    "MalformedPabulibError",
    "MalformedRuleError",
    "MissingScoresError",
    "Outcome",
    "PabulibFile",
    "Patterns",
    "Profile",
    "Project",
    "Proportion",
    "Published",
    "Purchase",
    "Ranking",
    "Reason",
    "Report",
    "Rule",
    "RuleName",
    "ScoreScale",
    "ScoreSource",
    "SharesRun",
    "SideBySide",
    "Sums",
    "Tally",
    "TieKey",
    "TieOrder",
    "TooComplexError",
    "UnsupportedConditionError",
    "Utility",
    "WhatIf",
    "YesNo",
    "approvals",
    "baskets",
    "beside_greedy",
    "channels_from_json",
    "channels_to_json",
    "choices_by_category",
    "combine_answers",
    "combine_channels",
    "count",
    "election_from_json",
    "election_to_json",
    "english_sentence",
    "english_what_if",
    "explain",
    "from_ballots",
    "from_sums",
    "give_account",
    "granted",
    "korean_sentence",
    "korean_what_if",
    "longest_ranking",
    "measure",
    "merge_ballots",
    "pabulib_rule",
    "points",
    "rankings",
    "read_pabulib",
    "require_combined",
    "rule_from_json",
    "rule_to_json",
    "share_of_voter",
    "suggested_increment",
    "tally",
    "trace_to_json",
    "what_ifs",
    "without_blank_ballots",
    "write_pabulib",
]
