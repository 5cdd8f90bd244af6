"""Where randomness comes from: an argument everywhere, the operating system by default."""

import secrets
from collections.abc import Callable
from typing import TypeAlias

Random: TypeAlias = Callable[[int], int]
"""``random(n)`` returns a uniform integer in ``0…n-1``. Tests inject a deterministic one; nothing else may."""

system_random: Random = secrets.randbelow
"""Uniform by rejection, from the operating system's generator."""
