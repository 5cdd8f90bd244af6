"""Pages of the plan."""

from app.plan.views import contents, items, workbench
from app.plan.views.blueprint import NAMES, blueprint

__all__ = ["NAMES", "blueprint", "contents", "items", "workbench"]
