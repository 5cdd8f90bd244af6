"""Exponential ElGamal: ``alpha = g^r``, ``beta = y^r · g^m`` (Belenios specification §4.4)."""

from collections.abc import Iterable

from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext


def encrypt_integer(group: Group, key: Element, message: int, randomness: int) -> Ciphertext:
    """Encrypt a small integer in the exponent; message and randomness are secret."""
    masked = group.power_secret(key, randomness)
    return Ciphertext(
        alpha=group.power_secret(group.generator, randomness),
        beta=group.multiply(masked, group.power_secret(group.generator, message % group.order)),
    )


def encrypt_element(group: Group, key: Element, message: Element, randomness: int) -> Ciphertext:
    """Encrypt a group element; message and randomness are secret."""
    return Ciphertext(
        alpha=group.power_secret(group.generator, randomness),
        beta=group.multiply(group.power_secret(key, randomness), message),
    )


def multiply_ciphertexts(group: Group, ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """Return the product, which encrypts the sum; of nothing, the pair of identities."""
    collected = list(ciphertexts)
    return Ciphertext(
        alpha=group.product([c.alpha for c in collected]),
        beta=group.product([c.beta for c in collected]),
    )


def raise_ciphertext(group: Group, ciphertext: Ciphertext, exponent: int) -> Ciphertext:
    """Return the ciphertext of ``exponent`` times the value; the exponent (a weight) is public."""
    if exponent == 1:
        return ciphertext
    return Ciphertext(group.power(ciphertext.alpha, exponent), group.power(ciphertext.beta, exponent))


def ciphertext_sort_key(group: Group, ciphertext: Ciphertext) -> tuple[bytes | int, bytes | int]:
    """Return the key by which NonHomomorphic ciphertexts are sorted in a tally."""
    return group.sort_key(ciphertext.alpha), group.sort_key(ciphertext.beta)
