"""The accelerator's library, called through ctypes (which releases the interpreter lock). Public data only."""

import ctypes
import hashlib
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from nacl import bindings

INTERFACE = 1
"""Must equal ``madang_interface()`` of edwards25519.c."""

MEMBER, NO_POINT, OUTSIDE = 0, 1, 2

Table: TypeAlias = ctypes.Array[ctypes.c_char]
"""Multiples of a fixed base, laid out as the library likes."""

TEXT_BYTES = 130
"""Bytes of text per disjunct: two elements of 64 digits and a comma after each."""

SOURCE = Path(__file__).with_name("edwards25519.c")
FLAGS = ("-O3", "-std=c11", "-fPIC", "-shared")

_ORDER = 2**252 + 27742317777372353535851937790883648493
_POINTER = ctypes.c_void_p
_SIZE = ctypes.c_size_t


class AcceleratorError(Exception):
    """The library is not this version's, or disagrees with libsodium."""


class Accelerator:
    """Typed calls of edwards25519.c. Points are affine coordinates, 64 bytes; scalars 32 bytes below the order."""

    def __init__(self, path: Path) -> None:
        """Load the library and let it prove itself.

        Raises:
            AcceleratorError: it is of another version, or computes something else than libsodium.
            OSError: it cannot be loaded.
        """
        library = ctypes.CDLL(str(path))
        library.madang_interface.restype = ctypes.c_uint32
        if library.madang_interface() != INTERFACE:
            raise AcceleratorError(f"{path} is of another version")
        library.madang_table_bytes.restype = _SIZE
        self._table_bytes: int = library.madang_table_bytes()
        self._table = library.madang_table
        self._decode = library.madang_decode
        self._sum = library.madang_sum
        self._double_powers = library.madang_double_powers
        self._range_commitments = library.madang_range_commitments
        self._table.argtypes = (ctypes.c_char_p, _POINTER)
        self._decode.argtypes = (_SIZE, ctypes.c_char_p, ctypes.c_int, _POINTER, _POINTER)
        self._sum.argtypes = (_SIZE, ctypes.c_char_p, _POINTER)
        self._double_powers.argtypes = (_SIZE, _POINTER, ctypes.c_char_p, ctypes.c_char_p, _POINTER)
        self._range_commitments.argtypes = (
            _SIZE,
            *(_POINTER,) * 2,
            *(ctypes.c_char_p,) * 2,
            _POINTER,
            ctypes.c_char_p,
            *(_POINTER,) * 3,
        )
        for function in (self._table, self._decode, self._sum, self._double_powers, self._range_commitments):
            function.restype = None
        self._prove_itself(path)

    def table(self, affine: bytes) -> Table:
        """Return the table of a base (half a megabyte, one millisecond)."""
        table = ctypes.create_string_buffer(self._table_bytes)
        self._table(affine, table)
        return table

    def decode(self, encodings: bytes, *, check_order: bool) -> tuple[bytes, bytes]:
        """Return affine coordinates (64 bytes each) and a status byte for each of many 32-byte encodings."""
        count = len(encodings) // 32
        affine = ctypes.create_string_buffer(64 * count)
        status = ctypes.create_string_buffer(count)
        self._decode(count, encodings, int(check_order), affine, status)
        return affine.raw, status.raw

    def sum(self, points: bytes) -> bytes:
        """Return the sum of many points."""
        affine = ctypes.create_string_buffer(64)
        self._sum(len(points) // 64, points, affine)
        return affine.raw

    def double_powers(self, tables: Sequence[Table | None], bases: bytes, scalars: bytes) -> bytes:
        """Return ``scalars[2i] · bases[2i] + scalars[2i+1] · bases[2i+1]``; a base with a table is not read."""
        count = len(tables) // 2
        addresses = (ctypes.c_void_p * len(tables))(
            *(None if table is None else ctypes.addressof(table) for table in tables)
        )
        affine = ctypes.create_string_buffer(64 * count)
        self._double_powers(count, addresses, bases, scalars, affine)
        return affine.raw

    def range_commitments(
        self,
        generator: Table,
        key: Table,
        *,
        ciphertexts: bytes,
        members: bytes,
        counts: Sequence[int],
        scalars: bytes,
    ) -> tuple[bytes, bytes, bytes]:
        """Return affine coordinates (128 bytes a statement), a status byte each, and all texts (130 bytes a disjunct).

        The arrays are described at ``madang_range_commitments`` in edwards25519.c.
        """
        affine = ctypes.create_string_buffer(128 * len(counts))
        status = ctypes.create_string_buffer(len(counts))
        texts = ctypes.create_string_buffer(TEXT_BYTES * (len(scalars) // 96))
        self._range_commitments(
            len(counts),
            generator,
            key,
            ciphertexts,
            members,
            (ctypes.c_uint32 * len(counts))(*counts),
            scalars,
            affine,
            status,
            texts,
        )
        return affine.raw, status.raw, texts.raw

    def _prove_itself(self, path: Path) -> None:
        """Compare a few results with libsodium's: a miscompiled library must not judge ballots."""
        base, point, opposite = (
            bindings.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))
            for scalar in (1, 2**251 + 5**100, _ORDER - 2**251 - 5**100)
        )
        scalar = (2**251 + 5**100).to_bytes(32, "little")
        # The two opposite points have the two signs. Minus one as y has order two: of the curve, outside the group.
        order_two, unreduced = ((2**255 - 19 - less).to_bytes(32, "little") for less in (1, 0))
        affine, status = self.decode(base + point + opposite + order_two + unreduced, check_order=True)
        right = status == bytes((MEMBER, MEMBER, MEMBER, OUTSIDE, NO_POINT))
        right &= [encoding_of(affine[i : i + 64]) for i in (0, 64, 128)] == [base, point, opposite]
        affine = affine[:64]
        twice = bindings.crypto_core_ed25519_add(point, point)
        table = self.table(affine)
        for tables in ((None, None), (table, None), (None, table), (table, table)):
            right &= encoding_of(self.double_powers(tables, affine * 2, scalar * 2)) == twice
        answers = self.range_commitments(
            table, table, ciphertexts=base * 2, members=b"\0", counts=[1], scalars=scalar * 3
        )
        second = bindings.crypto_core_ed25519_add(twice, point)
        text = f"{twice[::-1].hex()},{second[::-1].hex()},".encode()
        right &= answers == (affine * 2, bytes((MEMBER,)), text)
        if not right:
            raise AcceleratorError(f"{path} disagrees with libsodium")


def encoding_of(affine: bytes) -> bytes:
    """Return RFC 8032's encoding of affine coordinates."""
    return affine[32:63] + bytes((affine[63] | (affine[0] & 1) << 7,))


def library_name() -> str:
    """Return the file name under which this version of the accelerator is built and found."""
    fingerprint = hashlib.sha256(SOURCE.read_bytes() + " ".join(FLAGS).encode()).hexdigest()[:16]
    return f"edwards25519-{fingerprint}-{platform.system()}-{platform.machine()}.so".lower()


def directories() -> tuple[Path, ...]:
    """Return where the library is looked for, in order: beside the source, then the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return SOURCE.parent / "_build", Path(cache) / "madang"


def find_library() -> Path | None:
    """Return the built library of this version, or None."""
    name = library_name()
    return next((path for path in (directory / name for directory in directories()) if path.is_file()), None)
