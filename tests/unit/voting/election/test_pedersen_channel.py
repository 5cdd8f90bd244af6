"""Seeds, certificates' keys and encrypted messages between threshold trustees."""

import dataclasses
import json
import random as seeded

import pytest

from tests.json_leaves import compact
from tests.shared_data import shared_data
from tests.strange_elements import malformed, non_members
from voting.election.errors import (
    CertificateError,
    InvalidChannelMessageError,
    MalformedObjectError,
    MalformedSeedError,
    MessageSignatureError,
    NonCanonicalObjectError,
)
from voting.election.group import IdentityElementError, MalformedElementError, NotInGroupError, group_named
from voting.election.trustees.channel import Cipher, EncryptedMessage, decrypt, encrypt, open_signed, receive, send
from voting.election.trustees.objects import CertificateContext, CertificateKeys
from voting.election.trustees.pki import (
    TrusteeSecrets,
    certificate_identifier,
    draw_seed,
    make_certificate,
    require_own_certificate,
)

GROUP = group_named("Ed25519")
ALICE = TrusteeSecrets.from_seed("A" * 22, GROUP)
BORA = TrusteeSecrets.from_seed("B" * 22, GROUP)
CHAN = TrusteeSecrets.from_seed("C" * 22, GROUP)


def repeatable(seed: int = 1):
    return seeded.Random(seed).randrange


# Seeds ---------------------------------------------------------------------------------------------------------------


def test_the_keys_of_a_seed_are_those_of_the_worked_example() -> None:
    group = group_named("BELENIOS-2048")
    secrets = TrusteeSecrets.from_seed("X1shRRUqdFhKFeacLxqoDe", group)
    expected_signing = int("88e0e57fbc7409ac6326a98ed630d404608efcee456c69e8504b71d535f5196d", 16)
    expected_decryption = int("e1278bf6322cbaf3b8e01a3e842200cfc2e80703a7af99696ebd9c7a85d25d14", 16)
    assert secrets.signing == expected_signing % group.order
    assert secrets.decryption == expected_decryption % group.order


@pytest.mark.parametrize("name", ["b-threshold-2of3", "n30-ed25519-threshold", "n30-belenios2048-threshold"])
def test_the_seeds_of_the_reference_tools_give_their_certificates(name: str) -> None:
    setup = shared_data() / "belenios/honest" / name / "setup"
    group = group_named(json.loads((setup / "election.json").read_text())["group"])
    seen = 0
    for path in setup.glob("*.cert"):
        message = json.loads(path.read_text())["message"]
        keys = CertificateKeys.parse(message, group)
        secrets = TrusteeSecrets.from_seed(path.with_suffix(".key").read_text().strip(), group)
        assert secrets.public(group, keys.context).message(group) == message
        require_own_certificate(group, secrets, keys)
        seen += 1
    assert seen == 3


@pytest.mark.parametrize("seed", ["", "A" * 21, "A" * 23, "0" + "A" * 21, "l" + "A" * 21, "A" * 22 + "\n", "Ａ" * 22])
def test_a_seed_of_another_length_or_alphabet_is_refused(seed: str) -> None:
    with pytest.raises(MalformedSeedError) as refusal:
        TrusteeSecrets.from_seed(seed, GROUP)
    assert seed == "" or seed.strip() not in str(refusal.value)


def test_drawn_seeds_use_the_whole_alphabet_evenly() -> None:
    random = repeatable()
    counts: dict[str, int] = {}
    for _ in range(2000):
        seed = draw_seed(random)
        TrusteeSecrets.from_seed(seed, GROUP)
        for character in seed:
            counts[character] = counts.get(character, 0) + 1
    expected = 2000 * 22 / 58
    assert len(counts) == 58
    # Chi-square with 57 degrees of freedom: 95.8 is exceeded once in a thousand.
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 95.8


def test_two_drawn_seeds_differ() -> None:
    assert draw_seed() != draw_seed()


def test_a_foreign_certificate_is_not_ones_own() -> None:
    context = CertificateContext("Ed25519", 1, 1, 1)
    certificate = make_certificate(GROUP, ALICE, context)
    keys = CertificateKeys.parse(certificate.message, GROUP)
    require_own_certificate(GROUP, ALICE, keys)
    for false in (
        BORA.public(GROUP),
        dataclasses.replace(keys, encryption=BORA.public(GROUP).encryption),
        dataclasses.replace(keys, verification=BORA.public(GROUP).verification),
    ):
        with pytest.raises(CertificateError):
            require_own_certificate(GROUP, ALICE, false)


def test_the_identifier_of_a_certificate_is_the_name_of_its_file() -> None:
    setup = shared_data() / "belenios/honest/n30-ed25519-threshold/setup"
    for path in setup.glob("*.cert"):
        message = json.loads(path.read_text())["message"]
        assert (
            certificate_identifier(
                dataclasses.replace(
                    make_certificate(GROUP, ALICE, CertificateContext("Ed25519", 1, 1, 1)), message=message
                )
            )
            == path.stem
        )


# Encryption ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048", "RFC-3526-2048"])
@pytest.mark.parametrize("cipher", Cipher)
@pytest.mark.parametrize("length", [0, 1, 100, 65535, 65536, 70000])
def test_bytes_of_any_length_come_back(name: str, cipher: Cipher, length: int) -> None:
    group = group_named(name)
    secrets = TrusteeSecrets.from_seed("A" * 22, group)
    message = encrypt(group, secrets.public(group).encryption, b"x" * length, cipher=cipher)
    read = EncryptedMessage.parse(message.text(group), group)
    assert read == message
    assert decrypt(group, secrets.decryption, read) == b"x" * length
    assert len(message.data) == length + (16 if cipher is Cipher.GCM else 8)


def test_the_newer_cipher_is_written_and_named() -> None:
    fields = json.loads(send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello"))
    assert list(fields) == ["algorithm", "alpha", "beta", "data"]
    assert fields["algorithm"] == "AES-GCM"
    older = json.loads(send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello", cipher=Cipher.CCM))
    assert list(older) == ["alpha", "beta", "data"]


def test_a_message_of_the_older_tool_is_the_worked_example() -> None:
    setup = shared_data() / "belenios/honest/b-threshold-2of3/setup"
    group = group_named("BELENIOS-2048")
    name = "0bbb690949ecba7f83f217c0a264c5f7d84021fa32579589ede8ac09d2aa63c8"
    texts = [(path.read_text().strip(), path) for path in setup.glob("*.key")]
    seed = next(text for text, path in texts if path.stem == name)
    secrets = TrusteeSecrets.from_seed(seed, group)
    signed = open_signed(group, secrets, (setup / f"{name}.dkey").read_text().strip())
    assert json.loads(signed.message)["recipient"] == group.serialize(secrets.public(group).encryption)


def test_a_message_reaches_its_recipient_only() -> None:
    text = send(GROUP, ALICE, BORA.public(GROUP).encryption, "비밀")
    sender = ALICE.public(GROUP).verification
    assert receive(GROUP, BORA, sender, text) == "비밀"
    with pytest.raises(InvalidChannelMessageError):
        receive(GROUP, CHAN, sender, text)


def test_a_message_from_another_sender_than_named_is_refused() -> None:
    text = send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello")
    with pytest.raises(MessageSignatureError):
        receive(GROUP, BORA, CHAN.public(GROUP).verification, text)


def test_a_message_signed_for_someone_else_and_passed_on_is_refused() -> None:
    # Chan opens what Alice sent to Chan, and encrypts the very same signed text to Bora.
    inner = open_signed(GROUP, CHAN, send(GROUP, ALICE, CHAN.public(GROUP).encryption, "hello"))
    passed_on = encrypt(GROUP, BORA.public(GROUP).encryption, compact(inner.to_json())).text(GROUP)
    with pytest.raises(InvalidChannelMessageError, match="someone else"):
        receive(GROUP, BORA, ALICE.public(GROUP).verification, passed_on)


@pytest.mark.parametrize("cipher", Cipher)
def test_a_message_changed_anywhere_is_refused(cipher: Cipher) -> None:
    text = send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello", cipher=cipher)
    fields = json.loads(text)
    data = bytearray(bytes.fromhex(fields["data"]))
    for position in range(0, len(data), 17):
        changed = bytearray(data)
        changed[position] ^= 1
        with pytest.raises(InvalidChannelMessageError):
            receive(GROUP, BORA, ALICE.public(GROUP).verification, compact({**fields, "data": changed.hex()}).decode())
    for short in (b"", bytes(data[:7]), bytes(data[:-1]), bytes(data) + b"\0"):
        with pytest.raises(InvalidChannelMessageError):
            receive(GROUP, BORA, ALICE.public(GROUP).verification, compact({**fields, "data": short.hex()}).decode())
    for element in ("alpha", "beta"):
        other = GROUP.serialize(GROUP.multiply(GROUP.parse(fields[element]), GROUP.generator))
        with pytest.raises(InvalidChannelMessageError):
            receive(GROUP, BORA, ALICE.public(GROUP).verification, compact({**fields, element: other}).decode())


def test_a_message_whose_cipher_is_renamed_is_refused() -> None:
    fields = json.loads(send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello"))
    for algorithm in ("AES-CCM", "aes-gcm", "", "none"):
        with pytest.raises(InvalidChannelMessageError):
            EncryptedMessage.parse(compact({**fields, "algorithm": algorithm}).decode(), GROUP)
    del fields["algorithm"]
    with pytest.raises(InvalidChannelMessageError):
        receive(GROUP, BORA, ALICE.public(GROUP).verification, compact(fields).decode())


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
@pytest.mark.parametrize("element", ["alpha", "beta"])
def test_a_strange_element_in_a_message_is_refused_before_the_key_is_used(name: str, element: str) -> None:
    # A point of small order would give away the decryption key modulo that order.
    group = group_named(name)
    secrets = TrusteeSecrets.from_seed("A" * 22, group)
    fields = json.loads(send(group, secrets, secrets.public(group).encryption, "hello"))
    for text in non_members(group, fields[element]).values():
        with pytest.raises(NotInGroupError):
            EncryptedMessage.parse(compact({**fields, element: text}).decode(), group)
    for text in malformed(group, fields[element]).values():
        with pytest.raises(MalformedElementError):
            EncryptedMessage.parse(compact({**fields, element: text}).decode(), group)
    with pytest.raises(IdentityElementError):
        EncryptedMessage.parse(compact({**fields, element: group.serialize(group.identity)}).decode(), group)


def test_a_message_with_other_fields_or_spelling_is_refused() -> None:
    text = send(GROUP, ALICE, BORA.public(GROUP).encryption, "hello")
    fields = json.loads(text)
    with pytest.raises(NonCanonicalObjectError):
        EncryptedMessage.parse(json.dumps(fields), GROUP)
    for changed in ({**fields, "extra": 1}, dict(reversed(fields.items())), {"alpha": fields["alpha"]}):
        with pytest.raises(MalformedObjectError):
            EncryptedMessage.parse(compact(changed).decode(), GROUP)
    for data in ("0", "zz", "AB", " ab"):
        with pytest.raises(InvalidChannelMessageError):
            EncryptedMessage.parse(compact({**fields, "data": data}).decode(), GROUP)


def test_what_is_no_signed_text_inside_is_refused() -> None:
    key = BORA.public(GROUP).encryption
    for plaintext in (b"", b"\xff", b"{}", b'{"message":"x"}', b"[]"):
        with pytest.raises(InvalidChannelMessageError):
            open_signed(GROUP, BORA, encrypt(GROUP, key, plaintext).text(GROUP))


def test_a_message_beyond_a_megabyte_is_not_sent() -> None:
    with pytest.raises(ValueError, match="megabyte"):
        encrypt(GROUP, BORA.public(GROUP).encryption, b"x" * ((1 << 20) + 1))


def test_the_same_message_twice_has_nothing_in_common() -> None:
    key = BORA.public(GROUP).encryption
    first, second = encrypt(GROUP, key, b"hello"), encrypt(GROUP, key, b"hello")
    assert (first.alpha, first.beta, first.data) != (second.alpha, second.beta, second.data)
    assert first.alpha != second.alpha
