"""The accelerator computes what plain integers compute, for every point of the curve, and refuses to be another."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import voting.election.group as package
from tests.edwards import BASE, IDENTITY, L, P, Point, add, decode, encode, multiply, small_order, text
from tests.groups import accelerator, group_called
from voting.election.group import accelerator as accelerator_module
from voting.election.group import build as build_module
from voting.election.group.accelerated import AcceleratedEd25519Group
from voting.election.group.accelerator import (
    MEMBER,
    NO_POINT,
    OUTSIDE,
    Accelerator,
    AcceleratorError,
    encoding_of,
    find_library,
    library_name,
)
from voting.election.group.build import BuildError, build, compiler
from voting.election.group.ed25519 import Ed25519Group

REPOSITORY = Path(__file__).resolve().parents[4]
EDGES = [0, 1, 2, 3, 7, 8, 15, 16, 17, 127, 128, 129, 255, 256, 2**252, L - 1, L, L + 1, 2**253 - 1]
EDGES += [2**k - 1 for k in (5, 64, 65, 128, 192, 250)] + [int("10" * 126, 2), int("1" + "0" * 62 + "1" * 190, 2)]


@pytest.fixture
def fast() -> Accelerator:
    return accelerator()


@pytest.fixture
def library(fast, tmp_path) -> Path:
    """The path of a built library."""
    return find_library() or build(tmp_path)


def affine(point: Point) -> bytes:
    return point[0].to_bytes(32, "little") + point[1].to_bytes(32, "little")


def scalars(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "little") for number in numbers)


def strange_points() -> list[Point]:
    """Members, small order, mixed order, and coordinates at the ends of the field."""
    chance = random.Random(8)
    found = [*small_order(), BASE, (P - BASE[0], BASE[1])]
    found += [add(multiply(chance.randrange(L), BASE), torsion) for torsion in small_order()]
    for y in [*range(2, 30), *range(P - 30, P - 1)]:
        point = decode(y.to_bytes(32, "little"))
        if point is not None:
            found.append(point)
    return found


@pytest.mark.slow
def test_decoding_gives_the_coordinates_and_the_verdict(fast):
    points = strange_points()
    found, status = fast.decode(b"".join(map(encode, points)), check_order=True)
    assert found == b"".join(map(affine, points))
    assert list(status) == [MEMBER if multiply(L, point) == IDENTITY else OUTSIDE for point in points]
    assert set(fast.decode(b"".join(map(encode, points)), check_order=False)[1]) == {MEMBER}


def test_decoding_is_strict_by_itself(fast):
    """Python refuses non-canonical encodings first; the library does not rely on it."""
    encodings = [y | sign << 255 for y in range(P, 2**255) for sign in (0, 1)] + [1 | 1 << 255, P - 1 | 1 << 255]
    encodings += [y for y in range(2, 200) if decode(y.to_bytes(32, "little")) is None]
    _, status = fast.decode(scalars(*encodings), check_order=False)
    assert set(status) == {NO_POINT}


def test_sums_of_any_points_are_right(fast):
    points = strange_points()
    total = IDENTITY
    for point in points:
        total = add(total, point)
    assert fast.sum(b"".join(map(affine, points))) == affine(total)
    assert fast.sum(b"") == affine(IDENTITY)
    for left in points[:16]:
        for right in points[:16]:
            assert fast.sum(affine(left) + affine(right)) == affine(add(left, right))


@pytest.mark.slow
@pytest.mark.parametrize("tabled", [(False, False), (True, False), (False, True), (True, True)])
def test_double_powers_of_any_points_are_right(fast, tabled):
    """Also where the two bases are equal, opposite, or torsion: complete formulae know no exception."""
    chance = random.Random(5)
    points = strange_points()[:18]
    cases = [(points[i % 18], points[(7 * i) % 18], a, b) for i, a in enumerate(EDGES) for b in (0, a, L - 1)]
    cases += [(p, p, a, chance.randrange(2**253)) for p in points[:10] for a in (1, L - 2)]
    for left, right, a, b in cases:
        tables = [
            fast.table(affine(point)) if wish else None for point, wish in zip((left, right), tabled, strict=True)
        ]
        found = fast.double_powers(tables, affine(left) + affine(right), scalars(a, b))
        assert found == affine(add(multiply(a, left), multiply(b, right))), (left, right, a, b)


def test_a_batch_is_the_same_as_its_items(fast):
    """Across the edges of the inner batches of 128."""
    chance = random.Random(6)
    points = [multiply(chance.randrange(L), BASE) for _ in range(4)]
    for count in (1, 127, 128, 129, 300):
        bases = [affine(chance.choice(points)) for _ in range(2 * count)]
        exponents = [chance.randrange(L) for _ in range(2 * count)]
        whole = fast.double_powers([None] * (2 * count), b"".join(bases), scalars(*exponents))
        for i in {0, count // 2, count - 1}:
            item = slice(2 * i, 2 * i + 2)
            alone = fast.double_powers([None, None], b"".join(bases[item]), scalars(*exponents[item]))
            assert whole[64 * i : 64 * i + 64] == alone


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 2, 6, 7, 8, 9, 15, 16, 70])
@pytest.mark.parametrize("member", [0, 1])
def test_range_commitments_of_any_number_of_disjuncts_are_right(fast, count, member):
    """Seven disjuncts share a chain with the check of the order, eight without; more take another chain."""
    chance = random.Random(count)
    key, alpha, beta = (multiply(chance.randrange(L), BASE) for _ in range(3))
    numbers = [[chance.choice([chance.randrange(L), 0, 1, L - 1]) for _ in range(3)] for _ in range(count)]
    found, status, texts = fast.range_commitments(
        fast.table(affine(BASE)),
        fast.table(affine(key)),
        ciphertexts=encode(alpha) + encode(beta),
        members=bytes([member]),
        counts=[count],
        scalars=b"".join(scalars(*triple) for triple in numbers),
    )
    assert found == affine(alpha) + affine(beta)
    assert status == bytes([MEMBER])
    expected = ""
    for challenge, response, shift in numbers:
        first = add(multiply(response, BASE), multiply(challenge, alpha))
        second = add(add(multiply(response, key), multiply(challenge, beta)), multiply(shift, BASE))
        expected += f"{text(first)},{text(second)},"
    assert texts.decode() == expected


def test_a_strange_ciphertext_between_good_ones_moves_nothing(fast):
    """The texts of each statement stand where its place is, whatever happened to the others."""
    table = fast.table(affine(BASE))
    strange = [encode(point) for point in small_order()[1:]] + [(2).to_bytes(32, "little")]
    good = encode(BASE)
    ciphertexts, expected = b"", []
    for encoding in strange:
        ciphertexts += good + encoding + good + good + encoding + good
        expected += [OUTSIDE if decode(encoding) else NO_POINT, MEMBER, OUTSIDE if decode(encoding) else NO_POINT]
    count = len(expected)
    _, status, texts = fast.range_commitments(
        table,
        table,
        ciphertexts=ciphertexts,
        members=bytes(count),
        counts=[1] * count,
        scalars=scalars(2, 3, 0) * count,
    )
    assert list(status) == expected
    five = text(multiply(5, BASE))
    for i, verdict in enumerate(expected):
        written = texts[130 * i : 130 * i + 130]
        assert written == (f"{five},{five},".encode() if verdict == MEMBER else bytes(130))


def test_threads_share_a_group():
    """Batches release the interpreter lock; what they compute stays right."""
    group = group_called("Ed25519 accelerated")
    key = group.power(group.generator, 77)
    items = [(group.generator, i, key, L - i) for i in range(1, 200)]
    expected = group.double_powers(items)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(group.double_powers(items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_coordinates_are_computed_once_and_the_same(fast):
    group = AcceleratedEd25519Group(fast)
    bare = Ed25519Group().power(group.generator, 99)
    assert bare.affine is None
    assert group.product([bare, bare]) == group.power(group.generator, 198)
    assert bare.affine == affine(multiply(99, BASE))
    assert encoding_of(bare.affine) == bare.encoding


# --- how it is built, found, chosen, and left alone


def test_secret_exponents_never_reach_the_library(fast, monkeypatch):
    group = AcceleratedEd25519Group(fast)
    base = group.power(group.generator, 5)

    def betrayed(*_: object, **__: object) -> None:
        raise AssertionError("a secret went to variable-time code")

    for name in ("decode", "sum", "double_powers", "range_commitments", "table"):
        monkeypatch.setattr(fast, name, betrayed)
    assert group.power_secret(base, 7) == Ed25519Group().power(group.generator, 35)
    assert group.generator_power_secret(7) == Ed25519Group().power(group.generator, 7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0x34dca135978a3", "0x34dca135978a4"),
        ("const int sign = s[31] >> 7;", "const int sign = 0;"),
        ("fixed_add(&powers[1][j], generator, scalar + 64);", ""),
        ("if (!point_is_identity(&product)) status[i] = OUTSIDE;", ""),
        ("uint32_t madang_interface(void) { return 1; }", "uint32_t madang_interface(void) { return 2; }"),
    ],
)
def test_a_library_that_computes_wrongly_is_refused(fast, tmp_path, monkeypatch, old, new):
    right = accelerator_module.SOURCE.read_text(encoding="utf-8")
    assert old in right
    source = tmp_path / "edwards25519.c"
    source.write_text(right.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(build_module, "SOURCE", source)
    monkeypatch.setattr(build_module, "FLAGS", ("-O0", "-fPIC", "-shared"))
    with pytest.raises(AcceleratorError):
        Accelerator(build(tmp_path))


def test_a_file_that_is_no_library_is_refused(tmp_path):
    wrong = tmp_path / "wrong.so"
    wrong.write_bytes(b"not a library")
    with pytest.raises(OSError, match="wrong"):
        Accelerator(wrong)


def made(monkeypatch, wish: str | None, path: Path | None):
    """Make the group anew, as a fresh process with this wish and this library would."""
    if wish is None:
        monkeypatch.delenv("MADANG_ACCELERATOR", raising=False)
    else:
        monkeypatch.setenv("MADANG_ACCELERATOR", wish)
    monkeypatch.setattr(package, "find_library", lambda: path)
    return package.group_named.__wrapped__("Ed25519")


@pytest.mark.parametrize("wish", [None, "auto", "required"])
def test_a_built_library_is_used(monkeypatch, library, wish):
    assert type(made(monkeypatch, wish, library)) is AcceleratedEd25519Group


def test_it_can_be_switched_off(monkeypatch, library):
    assert type(made(monkeypatch, "off", library)) is Ed25519Group


def test_without_it_libsodium_does_everything(monkeypatch):
    for wish in (None, "auto", "off"):
        assert type(made(monkeypatch, wish, None)) is Ed25519Group


def test_it_can_be_required(monkeypatch, tmp_path):
    with pytest.raises(RuntimeError, match=r"group\.build"):
        made(monkeypatch, "required", None)
    with pytest.raises(OSError, match="missing"):
        made(monkeypatch, "required", tmp_path / "missing.so")


def test_a_broken_one_is_left_alone_with_a_warning(monkeypatch, tmp_path):
    with pytest.warns(RuntimeWarning, match="left alone"):
        assert type(made(monkeypatch, "auto", tmp_path / "missing.so")) is Ed25519Group


def test_a_misspelt_wish_is_an_error(monkeypatch):
    with pytest.raises(ValueError, match="MADANG_ACCELERATOR"):
        made(monkeypatch, "on", None)


def test_the_library_of_another_source_is_not_found(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(accelerator_module, "directories", lambda: (tmp_path,))
    (tmp_path / library_name()).write_bytes(b"")
    assert find_library() == tmp_path / library_name()
    other = tmp_path / "other.c"
    other.write_bytes(accelerator_module.SOURCE.read_bytes() + b"\n")
    monkeypatch.setattr(accelerator_module, "SOURCE", other)
    assert find_library() is None


def test_a_missing_or_failing_compiler_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compiler() is None
    with pytest.raises(BuildError, match="no C compiler"):
        build(tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler -x")
    with pytest.raises(BuildError, match="cannot be run"):
        build(tmp_path)
    monkeypatch.setenv("CC", "/bin/false")
    with pytest.raises(BuildError, match="failed"):
        build(tmp_path)
    monkeypatch.setenv("CC", "/bin/true")
    with pytest.raises(BuildError, match="failed"):
        build(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_build_command_never_stops_an_installation(tmp_path):
    environment = {"CC": "/bin/false", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "voting.election.group.build"],
        check=False,
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "not built, PyNaCl is used instead" in done.stdout
    assert not done.stderr


@pytest.mark.slow
def test_the_build_command_takes_the_first_directory_that_can_be_written(fast, monkeypatch, tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setattr(build_module, "directories", lambda: (blocked / "in", tmp_path / "cache"))
    if compiler() is None:
        pytest.skip("no C compiler")
    assert build_module.main() == 0
    assert str(tmp_path / "cache" / library_name()) in capsys.readouterr().out
    monkeypatch.setattr(build_module, "directories", lambda: (blocked / "in",))
    assert build_module.main() == 0
    assert "not built" in capsys.readouterr().out
