"""The finite fields: worked examples, fixed-base tables, membership by symbol and by power."""

import random
import re

import gmpy2
import pytest

from voting.election.group import group_named
from voting.election.group.chains import joint_power, shared_powers
from voting.election.group.finite_field import FieldParameters, FiniteFieldGroup, FixedBase
from voting.election.group.parameters import BELENIOS_2048, RFC_3526_2048

SMALL = FieldParameters(name="small", modulus=2039, order=1019, generator=4, padding_bits=8)
"""A toy with an embedding of nothing (no byte fits above the padding): every element can be looked at."""
COFACTOR = FieldParameters(name="cofactor", modulus=2347, order=23, generator=pow(2, 102, 2347), padding_bits=None)


@pytest.mark.parametrize("parameters", [SMALL, COFACTOR], ids=lambda p: p.name)
def test_membership_is_exactly_the_subgroup(parameters):
    group = FiniteFieldGroup(parameters)
    members = {pow(parameters.generator, e, parameters.modulus) for e in range(parameters.order)}
    assert len(members) == parameters.order
    for number in range(parameters.modulus + 2):
        (answer,) = group.parse_many([str(number)])
        assert (not isinstance(answer, Exception)) == (number in members)


@pytest.mark.parametrize("parameters", [BELENIOS_2048, RFC_3526_2048], ids=lambda p: p.name)
def test_a_table_gives_the_powers_that_powmod_gives(parameters):
    chance = random.Random(7)
    base = gmpy2.powmod(parameters.generator, 987654321, parameters.modulus)
    table = FixedBase(base, gmpy2.mpz(parameters.modulus), parameters.order.bit_length())
    edges = [0, 1, 2, 31, 32, 255, 256, parameters.order - 1, parameters.order // 2]
    for exponent in [*edges, *(chance.randrange(parameters.order) for _ in range(5))]:
        assert table.power(exponent) == gmpy2.powmod(base, exponent, parameters.modulus)


def test_the_worked_examples_come_out(shared):
    group = group_named("RFC-3526-2048")
    examples = (shared / "belenios" / "worked_examples.md").read_text(encoding="utf-8")
    found = re.findall(r"- i=(-?\d): .*? = `(\d+) … (\d+)`", examples)
    assert len(found) == 3
    for index, head, tail in found:
        text = group.serialize(group.independent_generator(int(index)))
        assert text.startswith(head)
        assert text.endswith(tail)
    assert group.serialize(group.embed([255, 0, 7])) == "4278191872"
    assert group.extract(group.parse("4278191872"), 3) == [255, 0, 7]


def test_a_group_without_room_embeds_nothing():
    group = FiniteFieldGroup(SMALL)
    assert group.extract(group.embed([]), 0) == []
    with pytest.raises(ValueError, match="holds at most 0"):
        group.embed([1])


@pytest.mark.parametrize("bits", [10, 300])
def test_shared_chains_give_the_powers_that_powmod_gives(bits):
    """Both widths of digits, every small exponent, a base of any order."""
    chance = random.Random(bits)
    modulus = gmpy2.next_prime(1 << 400)
    edges = [0, 1, 2, 15, 16, 17, 31, 32, 33, (1 << bits) - 1, 1 << bits, chance.getrandbits(bits)]
    for base in (gmpy2.mpz(1), modulus - 1, gmpy2.mpz(chance.getrandbits(390))):
        expected = [gmpy2.powmod(base, exponent, modulus) for exponent in edges]
        assert shared_powers(base, edges, modulus) == expected
        assert [shared_powers(base, [exponent], modulus)[0] for exponent in edges] == expected
        assert [joint_power([base], [exponent], modulus) for exponent in edges] == expected
    bases = [gmpy2.mpz(chance.getrandbits(390)) for _ in edges]
    product = 1
    for base, exponent in zip(bases, edges, strict=True):
        product = product * gmpy2.powmod(base, exponent, modulus) % modulus
    assert joint_power(bases, edges, modulus) == product
    assert shared_powers(bases[0], [], modulus) == []
    assert joint_power([], [], modulus) == 1
    for exponent in range(200):
        assert shared_powers(bases[0], [exponent], modulus) == [gmpy2.powmod(bases[0], exponent, modulus)]
