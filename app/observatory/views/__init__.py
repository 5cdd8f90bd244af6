"""Pages of the observatory: comparing, alerts and visits, files."""

from app.observatory.views import comparing, files, report, visits, watching
from app.observatory.views.blueprint import blueprint

__all__ = ["blueprint", "comparing", "files", "report", "visits", "watching"]
