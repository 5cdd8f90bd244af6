"""Pages of the assembly."""

from app.assembly.views import booth, overview, ruling
from app.assembly.views.blueprint import blueprint

__all__ = ["blueprint", "booth", "overview", "ruling"]
