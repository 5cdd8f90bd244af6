"""Groups that watch or spoil the hashing of proofs; everything else they leave to a real group."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from voting.election.group.base import Element, Group


class WatchedGroup:
    """A group that passes every preimage of a challenge through a function first."""

    def __init__(self, group: Group, through: Callable[[str], str]) -> None:
        self._group = group
        self._through = through

    def __getattr__(self, name: str) -> Any:
        return getattr(self._group, name)

    def hash_to_scalar(self, prefix: str, elements: Iterable[Element]) -> int:
        return self.hash_texts_to_scalar(prefix, ",".join(map(self._group.serialize, elements)))

    def hash_texts_to_scalar(self, prefix: str, texts: str) -> int:
        preimage = self._through(prefix + texts)
        return int.from_bytes(hashlib.sha256(preimage.encode()).digest(), "big") % self._group.order


def recording(group: Group) -> tuple[Any, list[str]]:
    """Return a group and the list in which it notes every preimage."""
    seen: list[str] = []

    def note(preimage: str) -> str:
        seen.append(preimage)
        return preimage

    return WatchedGroup(group, note), seen


def forgetting(group: Group, tag: str, place: tuple[int, int]) -> Any:
    """Return a group whose prover leaves one field out of every preimage that begins with ``tag|``.

    ``place`` is the position of the part between bars, and of the field between commas inside it.
    """
    part, field = place

    def forget(preimage: str) -> str:
        parts = preimage.split("|")
        if parts[0] != tag or part >= len(parts):
            return preimage
        fields = parts[part].split(",")
        if field >= len(fields):
            return preimage
        del fields[field]
        return "|".join([*parts[:part], ",".join(fields), *parts[part + 1 :]])

    return WatchedGroup(group, forget)


def places(preimage: str) -> list[tuple[int, int]]:
    """Return the place of every field of a preimage."""
    return [(part, field) for part, text in enumerate(preimage.split("|")) for field in range(len(text.split(",")))]
