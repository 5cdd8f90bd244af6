"""Pages of the assembly."""

from app.assembly.views import booth, overview
from app.assembly.views.blueprint import blueprint

__all__ = ["blueprint", "booth", "overview"]
