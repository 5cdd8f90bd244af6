"""Limits count connections, not the addresses that one connection can take on."""

import pytest

from app.web.addresses import network_of

SAME = [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
    ("2001:db8:1:2::1", "2001:0DB8:0001:0002::abcd"),
    ("192.0.2.7", "::ffff:192.0.2.7"),
    ("fe80::1%eth0", "fe80::2%eth1"),
]
OTHERS = [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("192.0.2.7", "192.0.2.8"), ("::ffff:192.0.2.7", "::ffff:192.0.2.8")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_addresses_of_one_connection_count_together(one: str, other: str):
    assert network_of(one) == network_of(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_connections_count_apart(one: str, other: str):
    assert network_of(one) != network_of(other)


@pytest.mark.parametrize("strange", ["", "unknown", "1.2.3", "::::"])
def test_what_is_no_address_is_counted_as_it_is(strange: str):
    assert network_of(strange) == (strange or "?")
