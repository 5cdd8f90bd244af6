"""Texts that stand for no member of a group, one for each way not to be one."""

from nacl import bindings

from voting.election.group.base import Group

ED25519_PRIME = 2**255 - 19

SMALL_ORDER = {
    "order 2": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 4, x = √-1": "0000000000000000000000000000000000000000000000000000000000000000",
    "order 4, x = -√-1": "0000000000000000000000000000000000000000000000000000000000000080",
    "order 8, first": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order 8, second": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "order 8, third": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "order 8, fourth": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}
"""The points of small order of edwards25519 but the identity (RFC 8032 encoding, little-endian)."""


def non_members(group: Group, member: str) -> dict[str, str]:
    """Return canonical texts of things outside the prime-order subgroup, by name."""
    if group.name == "Ed25519":
        found = {name: bytes.fromhex(text)[::-1].hex() for name, text in SMALL_ORDER.items()}
        point = bytes.fromhex(member)[::-1]
        for name, text in SMALL_ORDER.items():
            mixed = bindings.crypto_core_ed25519_add(point, bytes.fromhex(text))
            found[f"mixed {name}"] = mixed[::-1].hex()
        found["off the curve"] = (2).to_bytes(32, "big").hex()
        return found
    modulus = int(group._modulus)  # type: ignore[attr-defined]
    return {
        "zero": "0",
        "order 2": str(modulus - 1),
        "mixed order": str(modulus - int(member)),
    }


def malformed(group: Group, member: str) -> dict[str, str]:
    """Return texts that are no canonical text of anything, by name."""
    found = {"empty": "", "space before": f" {member}", "space after": f"{member} ", "newline": f"{member}\n"}
    if group.name == "Ed25519":
        y = int.from_bytes(bytes.fromhex(member), "big")
        found |= {
            "63 digits": member[1:],
            "65 digits": f"{member}0",
            "0x": f"0x{member[2:]}",
            "upper case": "A" + member[1:].upper(),
            "y = p": ED25519_PRIME.to_bytes(32, "big").hex(),
            "y = p + 1": (ED25519_PRIME + 1).to_bytes(32, "big").hex(),
            "minus zero": (1 | 1 << 255).to_bytes(32, "big").hex(),
            "decimal": str(y),
        }
    else:
        modulus = int(group._modulus)  # type: ignore[attr-defined]
        found |= {
            "leading zero": f"0{member}",
            "plus": f"+{member}",
            "negative": f"-{member}",
            "unreduced": str(int(member) + modulus),
            "the modulus": str(modulus),
            "hexadecimal": hex(int(member)),
            "underscore": f"{member[0]}_{member[1:]}",
            "Arabic digits": member.translate({ord(str(d)): 0x0660 + d for d in range(10)}),
        }
    return found
