"""Tables of the village plan."""

from app.plan.models.items import (
    DepartmentReview,
    ItemOrigin,
    Plan,
    PlanItem,
    PlanVersion,
)
from app.plan.models.workbench import (
    Alternative,
    Amendment,
    ChapterText,
    CouncilAdoption,
    CouncilRejection,
    Envelope,
    ItemCost,
    ItemNote,
    ItemWork,
    PriceChange,
)

__all__ = [
    "Alternative",
    "Amendment",
    "ChapterText",
    "CouncilAdoption",
    "CouncilRejection",
    "Envelope",
    "ItemCost",
    "ItemNote",
    "ItemWork",
    "DepartmentReview",
    "ItemOrigin",
    "Plan",
    "PlanItem",
    "PlanVersion",
    "PriceChange",
]
