"""Ed25519 at its edges: every small-order, mixed-order and non-canonical encoding, and the worked examples."""

import json
import re
from pathlib import Path

import pytest
from nacl import bindings

from tests.edwards import BASE, IDENTITY, L, P, add, decode, encode, multiply, small_order, text
from tests.groups import ED25519, group_called
from tests.strange_elements import SMALL_ORDER
from voting.election.group import ElementError, Group, RangeStatement
from voting.election.group.ed25519 import Ed25519Group, Point

VECTORS = json.loads((Path(__file__).resolve().parents[3] / "vectors" / "group" / "ed25519.json").read_bytes())


@pytest.fixture(params=ED25519)
def group(request) -> Group:
    return group_called(request.param)


def verdict_of(answer: object) -> str:
    return type(answer).__name__ if isinstance(answer, ElementError) else "member"


def test_there_are_eight_points_of_small_order():
    torsion = small_order()
    assert len(set(torsion)) == 8
    assert all(multiply(8, point) == IDENTITY for point in torsion)
    assert {encode(point).hex() for point in torsion[1:]} == set(SMALL_ORDER.values())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_means_what_the_definition_says(vector):
    """The verdicts were written by the plain-integer curve; they are recomputed here."""
    point = decode(bytes.fromhex(vector["text"])[::-1])
    if vector["verdict"] == "member":
        assert point is not None
        assert multiply(L, point) == IDENTITY
    elif vector["verdict"] == "NotInGroupError":
        assert point is None or multiply(L, point) != IDENTITY
    else:
        assert point is None


def test_every_vector_gets_its_verdict_on_every_path(group):
    texts = [vector["text"] for vector in VECTORS]
    expected = [vector["verdict"] for vector in VECTORS]
    assert [verdict_of(answer) for answer in group.parse_many(texts)] == expected
    alone = []
    for one in texts:
        try:
            alone.append(verdict_of(group.parse(one)))
        except ElementError as error:
            alone.append(verdict_of(error))
    assert alone == expected
    good = text(BASE)
    for statements in (
        [RangeStatement(one, good, 0, [(1, 1)]) for one in texts],
        [RangeStatement(good, one, 0, [(1, 1)]) for one in texts],
        [RangeStatement(one, good, 0, []) for one in texts],
    ):
        assert [verdict_of(answer) for answer in group.range_commitments(group.generator, statements)] == expected


def test_any_single_wrong_digit_is_noticed(group):
    """Change one digit of an element: another member comes out, or a refusal, never the same element."""
    right = text(multiply(12345, BASE))
    for position in range(64):
        for digit in "0f":
            wrong = right[:position] + digit + right[position + 1 :]
            if wrong != right:
                (answer,) = group.parse_many([wrong])
                assert isinstance(answer, ElementError) or group.serialize(answer) == wrong


def test_operations_agree_with_plain_integers(group):
    a, b = 2**200 + 17, L - 5
    x, y = multiply(a, BASE), multiply(b, BASE)
    p, q = group.parse(text(x)), group.parse(text(y))
    assert group.serialize(group.multiply(p, q)) == text(add(x, y))
    assert group.serialize(group.invert(p)) == text((P - x[0], x[1]))
    assert group.serialize(group.double_power(p, b, q, a)) == text(add(multiply(b, x), multiply(a, y)))
    assert group.serialize(group.product([p, q, q])) == text(add(add(x, y), y))


def test_the_worked_generators_come_out(group, shared):
    examples = (shared / "belenios" / "worked_examples.md").read_text(encoding="utf-8")
    line = next(line for line in examples.splitlines() if line.startswith("- generators: -1:"))
    for index, expected in re.findall(r"(-?\d): `([0-9a-f]{64})`", line):
        assert group.serialize(group.independent_generator(int(index))) == expected


@pytest.mark.slow
def test_embedding_takes_the_first_member_above_the_packed_bytes(group):
    for values in ([0], [1], [255, 0, 7], [3, 1, 2]):
        packed = int.from_bytes(bytes(values), "big") << 14
        y = packed
        while (point := decode(y.to_bytes(32, "little"))) is None or multiply(L, point) != IDENTITY:
            y += 1
        assert group.serialize(group.embed(values)) == y.to_bytes(32, "big").hex()


def test_a_libsodium_that_takes_mixed_order_for_membership_is_refused(monkeypatch):
    """CVE-2025-69277: older versions accept a member plus the point of order two."""
    monkeypatch.setattr(bindings, "crypto_core_ed25519_is_valid_point", lambda point: True)
    with pytest.raises(RuntimeError, match="PyNaCl"):
        Ed25519Group()


def test_a_point_is_its_encoding_and_nothing_else():
    encoding = encode(BASE)
    assert Point(encoding) == Point(encoding, affine=bytes(64))
    assert hash(Point(encoding)) == hash(Point(encoding, affine=bytes(64)))
    assert Point(encoding) != encoding
    assert Point(encoding) != Point(encode(IDENTITY))
    assert text(BASE) in repr(Point(encoding))
