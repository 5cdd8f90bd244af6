"""Tables of the village plan."""

from app.plan.models.items import (
    DepartmentReview,
    ItemOrigin,
    Plan,
    PlanItem,
    PlanVersion,
)

__all__ = [
    "DepartmentReview",
    "ItemOrigin",
    "Plan",
    "PlanItem",
    "PlanVersion",
]
