"""Pages of the plan."""

from app.plan.views import items
from app.plan.views.blueprint import NAMES, blueprint

__all__ = ["NAMES", "blueprint", "items"]
