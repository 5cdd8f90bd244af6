"""Pages of the draw."""

from app.draw.views import ceremony, files, leading, overview, witness
from app.draw.views.blueprint import blueprint

__all__ = ["blueprint", "ceremony", "files", "leading", "overview", "witness"]
