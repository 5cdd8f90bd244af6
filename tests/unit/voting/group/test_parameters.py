"""The fixed groups are what their names say."""

import gmpy2
import pytest

from tests.edwards import BASE, IDENTITY, L, multiply, text
from voting.election.group import GROUP_NAMES, UnknownGroupError, group_named
from voting.election.group.ed25519 import ORDER
from voting.election.group.parameters import BELENIOS_2048, RFC_3526_2048


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [BELENIOS_2048, RFC_3526_2048], ids=lambda p: p.name)
def test_p_and_q_are_primes_and_g_generates_the_subgroup_of_order_q(parameters):
    assert parameters.modulus.bit_length() == 2048
    assert gmpy2.is_prime(parameters.modulus, 50)
    assert gmpy2.is_prime(parameters.order, 50)
    assert (parameters.modulus - 1) % parameters.order == 0
    assert parameters.generator != 1
    assert pow(parameters.generator, parameters.order, parameters.modulus) == 1


def test_rfc_3526_gives_group_14_by_a_formula():
    """RFC 3526 §3: 2^2048 - 2^1984 - 1 + 2^64 · ([2^1918 π] + 124476)."""
    with gmpy2.context(precision=2200):
        pi = int(gmpy2.floor(gmpy2.const_pi() * gmpy2.mpz(2) ** 1918))
    assert RFC_3526_2048.modulus == 2**2048 - 2**1984 - 1 + 2**64 * (pi + 124476)
    assert RFC_3526_2048.order == (RFC_3526_2048.modulus - 1) // 2


def test_every_group_is_of_128_bits_security_or_as_near_as_belenios_comes():
    """T26: no election under a weak group. 2048-bit fields are Belenios' own choice; orders have 250 bits or more."""
    assert [group_named(name).order.bit_length() for name in GROUP_NAMES] == [253, 256, 2047]


def test_ed25519_s_generator_has_the_prime_order():
    group = group_named("Ed25519")
    assert group.order == ORDER == L
    assert gmpy2.is_prime(L, 50)
    assert group.serialize(group.generator) == text(BASE)
    assert multiply(L, BASE) == IDENTITY


@pytest.mark.parametrize(
    "name", ["", "ed25519", "Ed25519 ", "BELENIOS-2049", "RFC-3526-1536", "{'p':23}", "x" * 10_000]
)
def test_there_are_no_other_groups(name):
    with pytest.raises(UnknownGroupError) as refusal:
        group_named(name)
    assert len(str(refusal.value)) < 200


def test_a_group_is_made_once():
    for name in GROUP_NAMES:
        assert group_named(name) is group_named(name)
        assert name in repr(group_named(name))
