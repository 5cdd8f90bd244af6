"""Every group, and both ways to compute in Ed25519, for the tests of the election kernel."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from voting.election.group import Group, group_named
from voting.election.group.accelerated import AcceleratedEd25519Group
from voting.election.group.accelerator import Accelerator, find_library
from voting.election.group.build import build, compiler
from voting.election.group.ed25519 import Ed25519Group

EVERY_GROUP = ("Ed25519 by libsodium", "Ed25519 accelerated", "BELENIOS-2048", "RFC-3526-2048")
ED25519 = EVERY_GROUP[:2]


@cache
def accelerator() -> Accelerator:
    """Return the accelerator, compiled for the tests if it is not installed; skip where there is no compiler."""
    path = find_library()
    if path is None:
        if compiler() is None:
            pytest.skip("no C compiler")
        path = build(Path(mkdtemp()))
    return Accelerator(path)


@cache
def group_called(name: str) -> Group:
    """Return one of `EVERY_GROUP`."""
    if name == "Ed25519 by libsodium":
        return Ed25519Group()
    if name == "Ed25519 accelerated":
        return AcceleratedEd25519Group(accelerator())
    return group_named(name)
