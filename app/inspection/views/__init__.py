"""Pages of the public inspection: reading, saying, looking through, answering, running, reporting."""

from app.inspection.views import answering, files, grouping, reading, releasing, reporting, running, saying
from app.inspection.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "files", "grouping", "reading", "releasing", "reporting", "running", "saying"]
