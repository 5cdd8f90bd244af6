"""Rules of the plan. Pure: no Flask, no database, no clock, no randomness."""

from app.plan.rules.plan import (
    FUND_SOURCE_NAMES,
    MOVES,
    VERDICT_NAMES,
    FrozenCost,
    FundSource,
    ItemText,
    PlanState,
    Verdict,
    canonical_version,
    require_move,
    require_thaw,
    version_hash,
)

__all__ = [
    "FUND_SOURCE_NAMES",
    "FrozenCost",
    "FundSource",
    "ItemText",
    "MOVES",
    "PlanState",
    "VERDICT_NAMES",
    "Verdict",
    "canonical_version",
    "require_move",
    "require_thaw",
    "version_hash",
]
