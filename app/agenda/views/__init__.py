"""Pages of the agenda: proposals, what stands around them, and village meetings."""

from app.agenda.views import calls, files, finding, joining, meetings, moderation, offices, proposals, together
from app.agenda.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "calls",
    "files",
    "finding",
    "joining",
    "meetings",
    "moderation",
    "offices",
    "proposals",
    "together",
]
