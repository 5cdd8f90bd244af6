"""Pages of the observatory: comparing, alerts and visits, files."""

from app.observatory.views import comparing, files, visits, watching
from app.observatory.views.blueprint import blueprint

__all__ = ["blueprint", "comparing", "files", "visits", "watching"]
