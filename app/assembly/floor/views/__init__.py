"""Pages of the assembly day: the phone, the wall, the door, the chair's console, counting, the minutes."""

from app.assembly.floor.views import console, counting, door, hall, minutes, order
from app.assembly.floor.views.blueprint import blueprint

__all__ = ["blueprint", "console", "counting", "door", "hall", "minutes", "order"]
