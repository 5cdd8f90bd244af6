"""Gates: what later concepts owe before a stage may close.

The cycle is upstream of all of them, so they come to it: the factory binds each concept's check to its stage, the
cycle asks every check of a stage and closes only when none names a duty.
"""

from collections.abc import Callable

from app.cycle.models import Cycle
from app.cycle.rules import Duty, Stage

Check = Callable[[Cycle], list[Duty]]
_checks: dict[Stage, list[Check]] = {stage: [] for stage in Stage}


def bind(stage: Stage, check: Check) -> None:
    """Let a concept guard the end of a stage. Binding the same check twice changes nothing."""
    if check not in _checks[stage]:
        _checks[stage].append(check)


def undone_duties(cycle: Cycle, stage: Stage) -> list[Duty]:
    """Return everything that keeps a stage of a cycle from closing, in the order in which checks were bound."""
    return [duty for check in _checks[stage] for duty in check(cycle)]
