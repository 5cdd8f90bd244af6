"""Every place of a JSON value, so that a test can change each of them in turn and none is forgotten."""

import copy
import json
from collections.abc import Iterator
from typing import Any

Path = tuple[int | str, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the path and value of everything that is neither an array nor an object."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def containers(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the path and value of every array and object, the outermost included."""
    if isinstance(value, dict | list):
        yield path, value
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from containers(item, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return a deep copy with the item at ``path`` replaced."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


def at(value: Any, path: Path) -> Any:
    """Return the item at ``path``."""
    for key in path:
        value = value[key]
    return value


def compact(value: Any) -> bytes:
    """Return canonical JSON bytes, written independently of the kernel."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
