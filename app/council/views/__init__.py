"""Pages of the council."""

from app.council.views import applying, appointments, calls, checks, dismissals, meetings, overseers, people, training
from app.council.views.blueprint import blueprint

__all__ = [
    "applying",
    "appointments",
    "blueprint",
    "calls",
    "checks",
    "dismissals",
    "meetings",
    "overseers",
    "people",
    "training",
]
