"""Prime-order groups in which the discrete logarithm is hard: one interface, one implementation per file.

`group_named` is the only way to a group. There are three, fixed; parameters never come from an archive, so nobody can
bring a weak group under a trusted name.

Ed25519 verifies some ten times quicker with the accelerator, one C file that ``python -m voting.election.group.build``
compiles where there is a compiler. ``MADANG_ACCELERATOR`` is ``auto`` (the default: used when built), ``off``, or
``required`` (its absence is an error). The results are the same.
"""

import copyreg
import os
import warnings
from functools import cache

from voting.election.group.accelerated import AcceleratedEd25519Group
from voting.election.group.accelerator import Accelerator, AcceleratorError, find_library
from voting.election.group.base import Element, Group, PowerPair, RangeCommitments, RangeStatement
from voting.election.group.ed25519 import Ed25519Group
from voting.election.group.errors import (
    ElementError,
    IdentityElementError,
    MalformedElementError,
    NotInGroupError,
    UnknownGroupError,
)
from voting.election.group.finite_field import FiniteFieldGroup
from voting.election.group.parameters import BELENIOS_2048, RFC_3526_2048

__all__ = [
    "GROUP_NAMES",
    "Element",
    "ElementError",
    "Group",
    "IdentityElementError",
    "MalformedElementError",
    "NotInGroupError",
    "PowerPair",
    "RangeCommitments",
    "RangeStatement",
    "UnknownGroupError",
    "group_named",
]

GROUP_NAMES = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
"""The names that an election may carry; the first is the default."""


@cache
def group_named(name: str) -> Group:
    """Return one of the fixed groups.

    Specification: ``voting/SPEC.md`` §1.4.

    Raises:
        UnknownGroupError: any other name.
    """
    match name:
        case "Ed25519":
            return _ed25519()
        case "BELENIOS-2048":
            return FiniteFieldGroup(BELENIOS_2048)
        case "RFC-3526-2048":
            return FiniteFieldGroup(RFC_3526_2048)
        case _:
            raise UnknownGroupError(f"no group is named {name[:40]!r}; the groups are {', '.join(GROUP_NAMES)}")


def _ed25519() -> Group:
    wish = os.environ.get("MADANG_ACCELERATOR", "auto")
    if wish not in {"auto", "off", "required"}:
        raise ValueError("MADANG_ACCELERATOR is auto, off or required")
    path = None if wish == "off" else find_library()
    if path is None:
        if wish == "required":
            raise RuntimeError("the accelerator is not built; run python -m voting.election.group.build")
        return Ed25519Group()
    try:
        return AcceleratedEd25519Group(Accelerator(path))
    except (AcceleratorError, OSError) as error:
        if wish == "required":
            raise
        warnings.warn(f"the accelerator is left alone: {error}", RuntimeWarning, stacklevel=3)
        return Ed25519Group()


def _by_name(group: Group) -> tuple[object, tuple[str]]:
    return group_named, (group.name,)


# Another process gets its own group by name, not a copy of this one's tables.
copyreg.pickle(Ed25519Group, _by_name)  # type: ignore[arg-type]
copyreg.pickle(AcceleratedEd25519Group, _by_name)  # type: ignore[arg-type]
copyreg.pickle(FiniteFieldGroup, _by_name)  # type: ignore[arg-type]
