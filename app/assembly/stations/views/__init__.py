"""Pages of stations."""

from app.assembly.stations.views import boxes, papers, stations
from app.assembly.stations.views.blueprint import blueprint

__all__ = ["blueprint", "boxes", "papers", "stations"]
