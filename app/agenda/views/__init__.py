"""Pages of the agenda: proposals and alley meetings."""

from app.agenda.views import finding, meetings, proposals
from app.agenda.views.blueprint import blueprint

__all__ = ["blueprint", "finding", "meetings", "proposals"]
