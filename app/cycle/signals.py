"""What a cycle tells later concepts, without knowing them. Sent inside the transaction of the act."""

from blinker import signal

stage_opened = signal("cycle.stage-opened")
"""Sent with a `Cycle`, and ``stage=`` and ``at=``, when a stage has opened."""
