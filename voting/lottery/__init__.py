"""The council lottery: fair, exact, and checkable by anyone.

Before the draw `prepare` turns candidates and quotas into a bundle: the fairest chances there are (leximin), a proof of
each, and a table of whole councils that gives everybody their chance. Its SHA-256 is published. On the day `draw` turns
balls and witnesses' secrets into the result; afterwards `replace_members` fills vacancies from the same draw. Everything
is verified with the standard library alone (`voting.lottery.verify`, or `single_file` without this project).

The solver (HiGHS) is loaded by `prepare` at first use and by nothing else.
"""

from voting.lottery.ceremony import (
    Standing,
    draw,
    draw_panel,
    identity_commitment,
    mix,
    next_reserve,
    replace_members,
    reserves_by,
    secret_commitment,
    standings,
)
from voting.lottery.feasibility import Advice, InfeasibleQuotasError, Relaxation, advise, relaxed, require_feasible
from voting.lottery.pool import Candidate, Pool, QuotaRule, UnreadablePoolError, read_pool, supplement
from voting.lottery.prepare import RULES, UnsuitablePoolError, prepare
from voting.lottery.sampling import rfc3797_selection, rivest_sample
from voting.lottery.single_file import single_file
from voting.lottery.solver import SolverError
from voting.lottery.statistics import (
    Binding,
    Explanation,
    Fairness,
    certain,
    chance_in_table,
    condition_label,
    distinct_levels,
    explain,
    fairness,
    lonely,
)
from voting.lottery.verify import (
    Bundle,
    PanelTable,
    Replacement,
    Result,
    VerifiedBundle,
    parse_bundle,
    parse_panels,
    parse_replacement,
    parse_result,
    verify_bundle,
    verify_panels,
    verify_replacement,
    verify_result,
)
from voting.lottery.verify.bundle import Beacon
from voting.lottery.verify.panels import expand
from voting.lottery.verify.reading import commitment_of
from voting.lottery.verify.replacement import Event
from voting.lottery.verify.witnesses import Pulse

__all__ = [
    "RULES",
    "Advice",
    "Beacon",
    "Binding",
    "Bundle",
    "Candidate",
    "Event",
    "Explanation",
    "Fairness",
    "InfeasibleQuotasError",
    "PanelTable",
    "Pool",
    "Pulse",
    "QuotaRule",
    "Relaxation",
    "Replacement",
    "Result",
    "SolverError",
    "Standing",
    "UnreadablePoolError",
    "UnsuitablePoolError",
    "VerifiedBundle",
    "advise",
    "certain",
    "chance_in_table",
    "commitment_of",
    "condition_label",
    "distinct_levels",
    "draw",
    "draw_panel",
    "expand",
    "explain",
    "fairness",
    "identity_commitment",
    "lonely",
    "mix",
    "next_reserve",
    "parse_bundle",
    "parse_panels",
    "parse_replacement",
    "parse_result",
    "prepare",
    "read_pool",
    "relaxed",
    "replace_members",
    "require_feasible",
    "reserves_by",
    "rfc3797_selection",
    "rivest_sample",
    "secret_commitment",
    "single_file",
    "standings",
    "supplement",
    "verify_bundle",
    "verify_panels",
    "verify_replacement",
    "verify_result",
]
