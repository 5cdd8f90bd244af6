"""Tiles (C2SP tlog-tiles): the tree as static files of up to 256 hashes, and the entries in bundles.

Everybody can download, cache and mirror these files, and compute any proof from them with no help of the log.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voting.log.errors import MalformedTileError
from voting.log.merkle import HASH_BYTES, MAX_SIZE, HashAt, MerkleTree

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65535
"""A bundle gives each entry's length in two bytes."""

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile: its level (None: a bundle of entries), its index in the level, and 1 to 256 as its width."""

    level: int | None
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix, as ``tile/0/x001/x234/067.p/8``."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_encode_index(self.index)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Read a tile's path, strictly: one tile has one path, and no path leads anywhere else.

    Raises:
        MalformedTileError: any other text: ``..``, a leading zero too many, a width of 0 or 256, a level above 63.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedTileError("not the path of a tile")
    tile = Tile(
        None if match["level"] == "entries" else int(match["level"]),
        int(match["index"].replace("x", "").replace("/", "")),
        int(match["width"] or WIDTH),
    )
    if tile.path() != path or (tile.level or 0) > MAX_LEVEL or tile.index > MAX_SIZE:
        raise MalformedTileError("not the path of a tile")
    return tile


def tiles_of(size: int, *, since: int = 0) -> list[Tile]:
    """Return the tiles of hashes, partial ones included, that a tree of ``size`` has and one of ``since`` had not."""
    found: list[Tile] = []
    for level in range(MAX_LEVEL + 1):
        hashes, before = size >> (HEIGHT * level), since >> (HEIGHT * level)
        if not hashes:
            break
        found += [Tile(level, index) for index in range(before // WIDTH, hashes // WIDTH)]
        if hashes % WIDTH and hashes != before:
            found.append(Tile(level, hashes // WIDTH, hashes % WIDTH))
    return found


def bundles_of(size: int, *, since: int = 0) -> list[Tile]:
    """Return the bundles of entries that a log of ``size`` has and one of ``since`` had not."""
    return [Tile(None, tile.index, tile.width) for tile in tiles_of(size, since=since) if tile.level == 0]


def tile_bytes(tile: Tile, hash_at: HashAt) -> bytes:
    """Return the hashes of a tile, 32 bytes each.

    Raises:
        ValueError: the tile is a bundle of entries.
    """
    if tile.level is None:
        raise ValueError("a bundle holds entries, not hashes")
    level = HEIGHT * tile.level
    return b"".join(hash_at(level, WIDTH * tile.index + i) for i in range(tile.width))


def hash_at_of_tiles(size: int, read_tile: Callable[[Tile], bytes]) -> HashAt:
    """Return the hashes of complete subtrees of a tree of ``size``, read from its tiles.

    Args:
        size: of a verified checkpoint; it decides which tiles are partial.
        read_tile: returns a tile's bytes; each is asked for once and then kept.
    """
    trees: dict[tuple[int, int], MerkleTree] = {}

    def hash_at(level: int, index: int) -> bytes:
        tile_level, within = divmod(level, HEIGHT)
        tile_index = (index << within) // WIDTH
        if (tile_level, tile_index) not in trees:
            width = min(WIDTH, (size >> (HEIGHT * tile_level)) - WIDTH * tile_index)
            if width < 1:
                raise MalformedTileError("the tree has no such tile")
            data = read_tile(Tile(tile_level, tile_index, width))
            if len(data) != HASH_BYTES * width:
                raise MalformedTileError(f"a tile of width {width} has {HASH_BYTES * width} bytes")
            trees[tile_level, tile_index] = MerkleTree(
                data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)
            )
        return trees[tile_level, tile_index].hash_at(within, index - (tile_index * WIDTH >> within))

    return hash_at


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """Return a bundle: each entry after its length in two bytes, big-endian.

    Raises:
        ValueError: not 1 to 256 entries, or one is longer than 65535 bytes.
    """
    if not 1 <= len(entries) <= WIDTH or any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ValueError("a bundle holds 1 to 256 entries of at most 65535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, *, width: int) -> list[bytes]:
    """Read a bundle of ``width`` entries.

    Raises:
        MalformedTileError: it is cut short, or has another number of entries.
    """
    entries: list[bytes] = []
    position = 0
    while position < len(data) and len(entries) < width:
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or position > len(data):
            raise MalformedTileError("a bundle is cut short")
        entries.append(data[start:position])
    if position != len(data) or len(entries) != width:
        raise MalformedTileError(f"a bundle does not hold {width} entries")
    return entries


def _encode_index(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
