"""Pages of stations."""

from app.assembly.stations.views import boxes, papers, setting_up, stations
from app.assembly.stations.views.blueprint import blueprint

__all__ = ["blueprint", "boxes", "papers", "setting_up", "stations"]
