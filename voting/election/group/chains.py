"""Exponentiations modulo a prime that share their squarings. Variable time: public data only.

Right to left (A. C. Yao, "On the evaluation of powers", 1976) for several exponents of one base, left to right
(E. G. Straus, 1964) for several bases; both with windows of odd digits.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import gmpy2

Integer: TypeAlias = Any
"""``gmpy2.mpz``, which ships no types."""


def shared_powers(base: Integer, exponents: Sequence[int], modulus: Integer) -> list[Integer]:
    """Return the base to the power of each exponent (not negative), modulo an odd prime."""
    width = _width(exponents)
    places: dict[int, list[tuple[int, int]]] = {}
    for number, exponent in enumerate(exponents):
        for position, digit in _odd_digits(exponent, width):
            places.setdefault(position, []).append((number, digit >> 1))
    buckets: list[list[Integer]] = [[None] * (1 << (width - 1)) for _ in exponents]
    power, reached = base, 0
    for position in sorted(places):
        for _ in range(position - reached):
            power = power * power % modulus
        reached = position
        for number, half in places[position]:
            bucket = buckets[number]
            bucket[half] = power if bucket[half] is None else bucket[half] * power % modulus
    return [_combine(bucket, modulus) for bucket in buckets]


def joint_power(bases: Sequence[Integer], exponents: Sequence[int], modulus: Integer) -> Integer:
    """Return the product of each base to the power of its exponent (not negative), modulo an odd prime."""
    width = _width(exponents)
    places: dict[int, list[Integer]] = {}
    for base, exponent in zip(bases, exponents, strict=True):
        odd = [base]
        square = base * base % modulus
        for _ in range((1 << (width - 1)) - 1):
            odd.append(odd[-1] * square % modulus)
        for position, digit in _odd_digits(exponent, width):
            places.setdefault(position, []).append(odd[digit >> 1])
    result = gmpy2.mpz(1)
    for position in range(max(places, default=-1), -1, -1):
        result = result * result % modulus
        for factor in places.get(position, ()):
            result = result * factor % modulus
    return result


def _width(exponents: Sequence[int]) -> int:
    """Return how many bits a digit has: wider for the long exponents of RFC-3526-2048."""
    return 4 if max((exponent.bit_length() for exponent in exponents), default=0) <= 256 else 6


def _odd_digits(exponent: int, width: int) -> list[tuple[int, int]]:
    """Return (position, odd digit) pairs, from low to high, whose ``digit · 2^position`` add up to the exponent."""
    rest, position, found = gmpy2.mpz(exponent), 0, []
    mask = (1 << width) - 1
    while rest:
        zeros = rest.bit_scan1()
        rest >>= zeros
        position += zeros
        found.append((position, int(rest & mask)))
        rest >>= width
        position += width
    return found


def _combine(bucket: Sequence[Integer], modulus: Integer) -> Integer:
    """Return the product of ``bucket[k] ^ (2k + 1)``; None is an empty one."""
    running, total = gmpy2.mpz(1), gmpy2.mpz(1)
    for item in reversed(bucket[1:]):
        if item is not None:
            running = running * item % modulus
        total = total * running % modulus
    if bucket[0] is not None:
        running = running * bucket[0] % modulus
    return total * total % modulus * running % modulus
