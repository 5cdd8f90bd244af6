"""Encrypted and signed messages from trustee to trustee (Belenios specification, "Communications between trustees").

A message is hybrid encryption of a signed text that names its recipient. It is private traffic and never in an
archive. Two ciphers exist in the wild: AES-256-GCM with a 32-byte nonce and a 16-byte tag (tools 3.1 and later), which
is written; and AES-256-CCM with an 8-byte tag (2.0 to 3.0), which is read, and written for ceremonies with such tools.

    alpha = g^r,  beta = ek^r · K,  key = SHA-256("key|" ‖ K),  nonce from SHA-256("iv|" ‖ alpha)

Extension rule: the field ``algorithm`` names the cipher; without it the cipher is AES-CCM; any other name is refused.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM

from voting.election.errors import ElectionRefusedError, InvalidChannelMessageError
from voting.election.group.base import Element, Group
from voting.election.randomness import Random, system_random
from voting.election.shape import read_canonical, read_element, read_object, read_text
from voting.election.trustees.objects import SignedMessage
from voting.election.trustees.pki import TrusteeSecrets, require_signed, sign
from voting.encoding import JSON, canonical_json, sha256

MAX_MESSAGE_BYTES = 1 << 20
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_CCM_TAG_BYTES = 8


class Cipher(StrEnum):
    """The symmetric cipher of a message."""

    GCM = "AES-GCM"
    CCM = "AES-CCM"


@dataclass(frozen=True, slots=True)
class EncryptedMessage:
    """``{["algorithm":"AES-GCM",]"alpha":G,"beta":G,"data":hex}``."""

    cipher: Cipher
    alpha: Element
    beta: Element
    data: bytes

    @classmethod
    def parse(cls, text: str, group: Group) -> Self:
        """Read either form, with membership of both elements.

        Raises:
            InvalidChannelMessageError: an unknown cipher, or data that is not hexadecimal.
            ElectionRefusedError: any other malformed part, by its own class.
        """
        value = read_canonical(text.encode(), "encrypted message", max_bytes=4 * MAX_MESSAGE_BYTES)
        order = ("algorithm", "alpha", "beta", "data")
        fields = read_object(value, "encrypted message", order, optional=("algorithm",))
        if "algorithm" in fields and fields["algorithm"] != Cipher.GCM:
            raise InvalidChannelMessageError("a message is encrypted with an unknown cipher")
        data = read_text(fields["data"], "encrypted data")
        if not _HEX.fullmatch(data):
            raise InvalidChannelMessageError("encrypted data is not lower-case hexadecimal")
        return cls(
            cipher=Cipher.GCM if "algorithm" in fields else Cipher.CCM,
            alpha=read_element(fields["alpha"], "alpha", group.parse_key),
            beta=read_element(fields["beta"], "beta", group.parse_key),
            data=bytes.fromhex(data),
        )

    def text(self, group: Group) -> str:
        """Return the object as the text that stands inside other objects."""
        found: dict[str, JSON] = {}
        if self.cipher is Cipher.GCM:
            found["algorithm"] = str(self.cipher)
        found["alpha"] = group.serialize(self.alpha)
        found["beta"] = group.serialize(self.beta)
        found["data"] = self.data.hex()
        return canonical_json(found).decode()


def encrypt(
    group: Group, recipient: Element, plaintext: bytes, *, cipher: Cipher = Cipher.GCM, random: Random = system_random
) -> EncryptedMessage:
    """Encrypt bytes to an encryption key, without a signature; `send` is what the ceremony uses.

    Raises:
        ValueError: more than a megabyte.
    """
    if len(plaintext) > MAX_MESSAGE_BYTES:
        raise ValueError("a message between trustees has at most a megabyte")
    # Exponent zero would make alpha or K the identity, which the reader refuses.
    r, s = 1 + random(group.order - 1), 1 + random(group.order - 1)
    shared = group.generator_power_secret(s)
    alpha = group.generator_power_secret(r)
    beta = group.multiply(group.power_secret(recipient, r), shared)
    key, nonce = _key_and_nonce(group, shared, alpha)
    if cipher is Cipher.GCM:
        data = AESGCM(key).encrypt(nonce, plaintext, None)
    else:
        data = _ccm(key).encrypt(_ccm_nonce(nonce, len(plaintext)), plaintext, None)
    return EncryptedMessage(cipher, alpha, beta, data)


def decrypt(group: Group, decryption: int, message: EncryptedMessage) -> bytes:
    """Decrypt with a secret decryption key.

    Raises:
        InvalidChannelMessageError: meant for another key, or altered on the way.
    """
    shared = group.multiply(message.beta, group.invert(group.power_secret(message.alpha, decryption)))
    key, nonce = _key_and_nonce(group, shared, message.alpha)
    try:
        if message.cipher is Cipher.GCM:
            return AESGCM(key).decrypt(nonce, message.data, None)
        length = len(message.data) - _CCM_TAG_BYTES
        return _ccm(key).decrypt(_ccm_nonce(nonce, length), message.data, None)
    except (InvalidTag, ValueError):
        # ValueError: fewer bytes than a tag has.
        raise InvalidChannelMessageError("a message cannot be decrypted with this key") from None


def send(
    group: Group,
    sender: TrusteeSecrets,
    recipient: Element,
    message: str,
    *,
    cipher: Cipher = Cipher.GCM,
    random: Random = system_random,
) -> str:
    """Sign a text for one recipient and encrypt it to them; return the encrypted message as text."""
    inner = canonical_json({"recipient": group.serialize(recipient), "message": message}).decode()
    signed = sign(group, sender, inner, random=random)
    plaintext = canonical_json(signed.to_json())
    return encrypt(group, recipient, plaintext, cipher=cipher, random=random).text(group)


def receive(group: Group, recipient: TrusteeSecrets, sender: Element, text: str) -> str:
    """Decrypt a message, check that the named sender signed it for this recipient, and return its text.

    Args:
        group: the group of the ceremony.
        recipient: one's own secrets.
        sender: the verification key of the trustee from whom the message is said to be.
        text: the encrypted message.

    Raises:
        InvalidChannelMessageError: not decryptable, or meant for someone else.
        MessageSignatureError: the sender did not sign it.
        ElectionRefusedError: a malformed part, by its own class.
    """
    return read_signed(
        group, group.generator_power_secret(recipient.decryption), sender, open_signed(group, recipient, text)
    )


def open_signed(group: Group, recipient: TrusteeSecrets, text: str) -> SignedMessage:
    """Decrypt a message to the signed text inside, which nobody has judged yet.

    Raises:
        InvalidChannelMessageError: not decryptable, or no signed message inside.
    """
    plaintext = decrypt(group, recipient.decryption, EncryptedMessage.parse(text, group))
    try:
        return SignedMessage.parse(read_canonical(plaintext, "message between trustees"), group)
    except ElectionRefusedError as error:
        raise InvalidChannelMessageError(f"a message holds no signed text: {error}") from None


def read_signed(group: Group, recipient: Element, sender: Element, signed: SignedMessage) -> str:
    """Return the text that ``sender`` signed for ``recipient``; both are public keys, so anybody can check.

    Raises:
        MessageSignatureError: the sender did not sign it.
        InvalidChannelMessageError: signed for someone else.
    """
    require_signed(group, sender, signed)
    fields = read_object(read_canonical(signed.message.encode(), "message"), "message", ("recipient", "message"))
    if read_text(fields["recipient"], "recipient") != group.serialize(recipient):
        raise InvalidChannelMessageError("a message was signed for someone else")
    return read_text(fields["message"], "message")


def _key_and_nonce(group: Group, shared: Element, alpha: Element) -> tuple[bytes, bytes]:
    key = sha256(f"key|{group.serialize(shared)}".encode())
    return key, sha256(f"iv|{group.serialize(alpha)}".encode())


def _ccm(key: bytes) -> AESCCM:
    return AESCCM(key, tag_length=_CCM_TAG_BYTES)


def _ccm_nonce(nonce: bytes, length: int) -> bytes:
    """Return the first 15 − L bytes, where L bytes hold the plaintext's length (two below 65536, else three)."""
    return nonce[: 13 if length < 1 << 16 else 12]
