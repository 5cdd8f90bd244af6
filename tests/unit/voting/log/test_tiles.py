"""Tiles: the specification's examples, one path per tile, no path elsewhere, and all proofs from tiles alone."""

import pytest

from tests.village_log import entry, tree_of
from voting.log.errors import MalformedTileError
from voting.log.merkle import MerkleTree, consistency_proof, inclusion_proof, leaf_hash, root_hash
from voting.log.tiles import (
    Tile,
    bundle_bytes,
    bundles_of,
    hash_at_of_tiles,
    parse_bundle,
    parse_tile_path,
    tile_bytes,
    tiles_of,
)

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/255": Tile(0, 255),
    "tile/0/x001/000": Tile(0, 1000),
    "tile/0/x001/x234/067": Tile(0, 1234067),
    "tile/1/x001/x234/067.p/1": Tile(1, 1234067, 1),
    "tile/63/000.p/255": Tile(63, 0, 255),
    "tile/entries/x012/345.p/7": Tile(None, 12345, 7),
}


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_a_path_is_read_as_it_is_written(path, tile):
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/x001/../000",
        "tile/0/../../etc/passwd",
        "tile/0/x001/..",
        "tile/0/%2e%2e/000",
        "tile/0/x001%2f000",
        "tile/../tile/0/000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/X001/000",
        "tile/0/x0٠1/000",
        "tile/00/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/Entries/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/2",
        "tile/0/000\n",
        "tile/0/000\0",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x001/" * 100 + "000",
    ],
)
def test_no_other_path_is_a_tile_s(path):
    with pytest.raises(MalformedTileError):
        parse_tile_path(path)


def test_a_tree_of_70000_has_the_specified_tiles():
    tiles = tiles_of(70_000)
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert sum(tile.level == 1 and tile.width == 256 for tile in tiles) == 1
    assert tiles_of(256) == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles_of(0) == []
    assert bundles_of(300) == [Tile(None, 0), Tile(None, 1, 44)]


@pytest.mark.parametrize(("since", "size"), [(0, 1), (1, 2), (255, 256), (256, 256), (256, 257), (200, 700), (5, 5)])
def test_only_new_tiles_are_written_again(since, size):
    new = tiles_of(size, since=since)
    assert set(new) == set(tiles_of(size)) - set(tiles_of(since))
    assert {t.index for t in bundles_of(size, since=since)} == {t.index for t in new if t.level == 0}


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 66_000])
def test_every_proof_comes_from_tiles_alone(size):
    tree = MerkleTree([leaf_hash(b"%d" % number) for number in range(size)])
    files = {tile.path(): tile_bytes(tile, tree.hash_at) for tile in tiles_of(size)}
    asked = []

    def read(tile: Tile) -> bytes:
        asked.append(tile.path())
        return files[tile.path()]

    hash_at = hash_at_of_tiles(size, read)
    assert root_hash(size, hash_at) == tree.root()
    for index in {0, size // 3, size - 1}:
        assert inclusion_proof(index, size, hash_at) == tree.inclusion_proof(index)
        assert consistency_proof(index, size, hash_at) == tree.consistency_proof(index)
    assert len(asked) == len(set(asked))


def test_a_tile_of_the_wrong_length_is_refused():
    for wrong in (b"", bytes(31), bytes(33), bytes(64)):
        with pytest.raises(MalformedTileError):
            hash_at_of_tiles(1, lambda tile, data=wrong: data)(0, 0)
    with pytest.raises(MalformedTileError):
        hash_at_of_tiles(1, lambda tile: bytes(32))(0, 256)
    with pytest.raises(ValueError, match="bundle"):
        tile_bytes(Tile(None, 0), tree_of(1).hash_at)


def test_entries_travel_in_bundles():
    entries = [b"", b"a", b"x" * 65535, *map(entry, range(10))]
    assert parse_bundle(bundle_bytes(entries), width=13) == entries
    assert bundle_bytes([b"ab"]) == b"\x00\x02ab"


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65536]])
def test_what_does_not_fit_a_bundle_is_refused(entries):
    with pytest.raises(ValueError, match="bundle"):
        bundle_bytes(entries)


@pytest.mark.parametrize("width", [0, 1, 3])
def test_a_bundle_of_another_width_is_refused(width):
    with pytest.raises(MalformedTileError):
        parse_bundle(bundle_bytes([b"a", b"b"]), width=width)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\xff\xff", b"\x00\x01ab"])
def test_a_bundle_cut_short_or_too_long_is_refused(data):
    with pytest.raises(MalformedTileError):
        parse_bundle(data, width=2 if data.startswith(b"\x00\x01a") else 1)
