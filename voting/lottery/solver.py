"""Linear and integer programs, handed to HiGHS; the only place that does.

HiGHS is loaded at first use, so that verifying never needs it. Its answers are floats and are never trusted: whatever
is published is recomputed in exact arithmetic by the callers. One thread, fixed seed: the same input gives the same
answer.
"""

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from voting.errors import VotingError

INFINITY = math.inf
_TOLERANCES = (1e-9, 1e-8, 1e-7)
"""The first is the finest that HiGHS takes; the others rescue programs that it gives up on."""


class SolverError(VotingError):
    """The solver is not installed, or stopped without an answer."""


class Status(Enum):
    """Where a variable or a row stands in the optimal basis."""

    BASIC = "basic"
    LOWER = "lower"
    UPPER = "upper"
    FREE = "free"


@dataclass(slots=True)
class Program:
    """Maximise a linear objective over bounded variables and rows, built column by column and row by row."""

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add_column(self, *, cost: float, lower: float, upper: float, whole: bool = False) -> int:
        """Add a variable and return its index."""
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.costs) - 1

    def add_row(self, entries: Sequence[tuple[int, float]], *, lower: float, upper: float) -> int:
        """Add lower ≤ Σ value·column ≤ upper and return its index."""
        self.starts.append(len(self.indices))
        self.indices.extend(column for column, _ in entries)
        self.values.extend(value for _, value in entries)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_lower) - 1


@dataclass(frozen=True, slots=True)
class Solution:
    """An optimum: value of the objective, of each variable, dual of each row, and the basis (linear programs)."""

    objective: float
    values: list[float]
    duals: list[float]
    columns: list[Status]
    rows: list[Status]


def solve(program: Program, *, seconds: float = INFINITY) -> Solution | None:
    """Return an optimal solution, or None when there is none.

    Raises:
        SolverError: HiGHS is missing, or gave no answer within ``seconds``.
    """
    highs = _highs()
    model = highs.HighsLp()
    model.num_col_, model.num_row_ = len(program.costs), len(program.row_lower)
    model.sense_ = highs.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = program.costs, program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highs.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = model.num_col_, model.num_row_
    model.a_matrix_.start_ = [*program.starts, len(program.indices)]
    model.a_matrix_.index_, model.a_matrix_.value_ = program.indices, program.values
    mixed = any(program.whole)
    if mixed:
        kinds = highs.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole]
    for tolerance in _TOLERANCES:
        status, answer = _run(highs, model, mixed=mixed, seconds=seconds, tolerance=tolerance)
        if status in {"Optimal", "Infeasible", "Primal infeasible or unbounded"}:
            return answer
    raise SolverError(f"HiGHS stopped: {status}")


def _run(
    highs: Any,  # noqa: ANN401 - untyped library
    model: Any,  # noqa: ANN401
    *,
    mixed: bool,
    seconds: float,
    tolerance: float,
) -> tuple[str, Solution | None]:
    solver = highs.Highs()
    options: dict[str, object] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9,
        "mip_feasibility_tolerance": tolerance,
        "primal_feasibility_tolerance": tolerance,
        "dual_feasibility_tolerance": tolerance,
        "time_limit": seconds,
        # Without presolve the basis is one of the program as written, which the exact arithmetic continues from.
        "presolve": "on" if mixed else "off",
        "solver": "choose" if mixed else "simplex",
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    solver.run()
    status = str(solver.modelStatusToString(solver.getModelStatus()))
    if status != "Optimal":
        return status, None
    solution, basis = solver.getSolution(), solver.getBasis()
    return status, Solution(
        objective=solver.getInfo().objective_function_value,
        values=list(solution.col_value),
        duals=[] if mixed else list(solution.row_dual),
        columns=[] if mixed else [_status(highs, state) for state in basis.col_status],
        rows=[] if mixed else [_status(highs, state) for state in basis.row_status],
    )


def _status(highs: Any, state: Any) -> Status:  # noqa: ANN401 - untyped library
    states = highs.HighsBasisStatus
    if state == states.kBasic:
        return Status.BASIC
    if state == states.kLower:
        return Status.LOWER
    if state == states.kUpper:
        return Status.UPPER
    return Status.FREE


@lru_cache(maxsize=1)
def _highs() -> Any:  # noqa: ANN401 - untyped library
    try:
        return importlib.import_module("highspy")
    except ImportError as error:
        raise SolverError(f"preparing a lottery needs the package highspy ({error})") from None
