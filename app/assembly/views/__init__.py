"""Pages of the assembly."""

from app.assembly.views import booth, offline, overview, results, ruling, verifying
from app.assembly.views.blueprint import blueprint

__all__ = ["blueprint", "booth", "offline", "overview", "results", "ruling", "verifying"]
