"""Whom attempts are counted against, as far as an address tells."""

import ipaddress

from flask import request

IPV6_NETWORK = 64
"""Bits that a connection is given as a whole; whoever has one has its 2⁶⁴ addresses (RFC 6177, RIPE-690 §4.2)."""


def counted_address() -> str:
    """Return what limits count: the visitor's IPv4 address, or the network of their IPv6 address."""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """Return an IPv4 address as it is, also one written as IPv6, and of any other IPv6 address its network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address or "?"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
