"""Pages of kiosks."""

from app.assembly.kiosks.views import managing, voting
from app.assembly.kiosks.views.blueprint import blueprint

__all__ = ["blueprint", "managing", "voting"]
