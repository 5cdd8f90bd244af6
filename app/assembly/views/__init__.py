"""Pages of the assembly."""

from app.assembly.views import overview
from app.assembly.views.blueprint import blueprint

__all__ = ["overview", "blueprint"]
