"""How large a part must be. Pure."""

from typing import Protocol


class Part(Protocol):
    """A threshold of the settings ("과반수", "3분의 2 이상"): `app.places.settings.kinds.Threshold` is one."""

    def is_met(self, part: int, whole: int) -> bool:
        """Tell whether ``part`` of ``whole`` reaches it."""

    def least(self, whole: int) -> int:
        """Return the smallest whole number that reaches it."""
