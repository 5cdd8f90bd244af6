"""Signed notes and keys: the specification's own example, strict reading, and whose signature counts."""

import base64

import pytest

from tests.village_log import LOG, NOON, ORIGIN, STRANGER, WITNESSES, key
from voting.log.errors import InvalidSignatureError, MalformedKeyError, MalformedNoteError, NoKnownSignatureError
from voting.log.note import (
    MAX_SIGNATURES,
    NoteSignature,
    SignatureType,
    SignedNote,
    SignerKey,
    parse_note,
    parse_verifier_key,
    sign_note,
    verify_note,
)

SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
TEXT = "한 줄\n\nlast line\n"


def note_with(*signatures: NoteSignature) -> SignedNote:
    return SignedNote(TEXT, signatures)


def test_the_specification_s_example_verifies():
    known = parse_verifier_key(SPEC_KEY)
    assert str(known) == SPEC_KEY
    assert verify_note(parse_note(SPEC_NOTE), [known]) == [(known, None)]
    assert parse_note(SPEC_NOTE).serialize() == SPEC_NOTE


def test_a_note_is_read_as_it_is_written():
    note = sign_note(TEXT, [LOG, key("other")])
    assert parse_note(note.serialize()) == note
    assert len(verify_note(note, [LOG.verifier])) == 1


def test_any_changed_byte_of_the_text_breaks_the_signature():
    data = sign_note("abc\n", [LOG]).serialize()
    for position in range(3):
        for bit in range(7):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            with pytest.raises((InvalidSignatureError, MalformedNoteError)):
                verify_note(parse_note(bytes(changed)), [LOG.verifier])


def test_an_unknown_key_s_signature_is_ignored():
    garbage = NoteSignature("nobody.example", b"\0\0\0\0", b"whatever, of any length")
    note = note_with(garbage, LOG.sign(TEXT), garbage)
    assert verify_note(note, [LOG.verifier]) == [(LOG.verifier, None)]


@pytest.mark.parametrize("same", ["name", "id"])
def test_a_key_that_shares_only_its_name_or_only_its_id_is_unknown(same):
    known = LOG.verifier
    twin = NoteSignature(
        known.name if same == "name" else "twin.example", known.key_id if same == "id" else b"\1\2\3\4", bytes(64)
    )
    assert verify_note(note_with(twin, LOG.sign(TEXT)), [known])
    with pytest.raises(NoKnownSignatureError):
        verify_note(note_with(twin), [known])


def test_a_known_key_s_wrong_signature_refuses_the_whole_note():
    wrong = NoteSignature(LOG.verifier.name, LOG.verifier.key_id, bytes(64))
    for signatures in ((wrong, LOG.sign(TEXT)), (LOG.sign(TEXT), wrong), (wrong, key("other").sign(TEXT))):
        with pytest.raises(InvalidSignatureError):
            verify_note(note_with(*signatures), [LOG.verifier, key("other").verifier])


@pytest.mark.parametrize("length", [1, 63, 65, 128])
def test_a_signature_of_another_length_is_wrong(length):
    wrong = NoteSignature(LOG.verifier.name, LOG.verifier.key_id, bytes(length))
    with pytest.raises(InvalidSignatureError):
        verify_note(note_with(wrong), [LOG.verifier])


def test_a_note_that_nobody_known_signed_is_refused():
    with pytest.raises(NoKnownSignatureError):
        verify_note(sign_note(TEXT, [key("other")]), [LOG.verifier])
    with pytest.raises(NoKnownSignatureError):
        verify_note(sign_note(TEXT, [LOG]), [])


def test_many_signatures_are_read_and_absurdly_many_are_not():
    many = [key(f"signer{number}") for number in range(MAX_SIGNATURES)]
    note = parse_note(sign_note(TEXT, many).serialize())
    assert len(verify_note(note, [signer.verifier for signer in many])) == MAX_SIGNATURES > 16
    with pytest.raises(MalformedNoteError):
        parse_note(sign_note(TEXT, [*many, LOG]).serialize())


def test_a_signature_given_twice_counts_once():
    twice = note_with(*[LOG.sign(TEXT)] * 2)
    assert verify_note(twice, [LOG.verifier]) == [(LOG.verifier, None)]
    assert note_with(LOG.sign(TEXT)).with_signatures([LOG.sign(TEXT)]) == note_with(LOG.sign(TEXT))


GOOD = sign_note("text\n", [LOG]).serialize()
LINE = GOOD.decode().split("\n\n")[1]


@pytest.mark.parametrize(
    "data",
    {
        "empty": b"",
        "no text": f"\n\n{LINE}".encode(),
        "no signature": b"text\n",
        "no signature after the empty line": b"text\n\n",
        "no empty line": f"text\n{LINE}".encode(),
        "no newline at the end": GOOD[:-1],
        "an empty line at the end": GOOD + b"\n",
        "carriage returns": GOOD.replace(b"\n", b"\r\n"),
        "a carriage return in the text": GOOD.replace(b"text", b"te\rxt"),
        "a tab": GOOD.replace(b"text", b"te\txt"),
        "a zero byte": GOOD.replace(b"text", b"te\0xt"),
        "not UTF-8": GOOD.replace(b"text", b"te\xffxt"),
        "an overlong encoding": GOOD.replace(b"text", b"te\xc0\xafxt"),
        "a surrogate": GOOD.replace(b"text", b"te\xed\xa0\x80xt"),
        "UTF-16": GOOD.decode().encode("utf-16"),
        "a hyphen for the dash": GOOD.replace("—".encode(), b"-"),
        "two spaces": f"text\n\n{LINE.replace(' ', '  ', 1)}".encode(),
        "a space at the end": f"text\n\n{LINE[:-1]} \n".encode(),
        "a name with a plus": f"text\n\n{LINE.replace('dong-a', 'dong+a')}".encode(),
        "a name with a wide space": GOOD.replace(b"dong-a", "dong\u3000a".encode()),
        "no name": f"text\n\n— {LINE.split(' ')[2]}".encode(),
        "URL-safe base64": f"text\n\n— {ORIGIN} {'-_' * 50}==\n".encode(),
        "no padding": f"text\n\n— {ORIGIN} AAAAAAA\n".encode(),
        "stray bits": f"text\n\n— {ORIGIN} AAAAAAB=\n".encode(),
        "a key id alone": f"text\n\n— {ORIGIN} AAAAAA==\n".encode(),
        "a line separator for a newline": f"text\n\n{LINE[:-1]}\u2028{LINE}".encode(),
        "too long": b"x" * (1 << 19) + GOOD,
    }.items(),
    ids=lambda item: item[0],
)
def test_anything_but_a_strict_note_is_refused(data):
    with pytest.raises(MalformedNoteError):
        parse_note(data[1])


@pytest.mark.parametrize("text", ["", "\n", "no newline", "tab\there\n", "cr\r\n"])
def test_a_text_that_could_not_be_read_is_not_signed(text):
    with pytest.raises(MalformedNoteError):
        sign_note(text, [LOG])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        SPEC_KEY + "=",
        SPEC_KEY.replace("530d903a", "530D903A"),
        SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("foo", "bar"),
        SPEC_KEY.replace("foo", "f oo"),
        f"+{SPEC_KEY}",
        f" {SPEC_KEY}",
        f"{SPEC_KEY}\n",
        SPEC_KEY[:-4],
        SPEC_KEY[:-1] + "l",
    ],
)
def test_a_key_out_of_form_is_refused(text):
    with pytest.raises(MalformedKeyError):
        parse_verifier_key(text)


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x06, 0xFF])
def test_a_key_of_another_type_is_refused(kind):
    material = base64.b64encode(bytes([kind]) + bytes(32)).decode()
    with pytest.raises(MalformedKeyError, match="not supported"):
        parse_verifier_key(f"example.com/foo+00000000+{material}")


def test_one_key_for_two_purposes_has_two_ids():
    seed = bytes(range(32))
    plain, cosigner = (SignerKey("name", kind, seed) for kind in SignatureType)
    assert plain.verifier.public_key == cosigner.verifier.public_key
    assert plain.verifier.key_id != cosigner.verifier.key_id
    with pytest.raises(NoKnownSignatureError):
        verify_note(SignedNote(TEXT, (cosigner.sign(TEXT, at=NOON),)), [plain.verifier])


def test_a_signature_of_one_kind_never_passes_as_the_other():
    """The same secret in both roles: the cosignature's domain is in its message, so neither can be relabelled."""
    seed = bytes(range(32))
    plain, cosigner = (SignerKey("name", kind, seed) for kind in SignatureType)
    as_cosignature = NoteSignature(
        "name", cosigner.verifier.key_id, NOON.to_bytes(8, "big") + plain.sign(TEXT).signature
    )
    as_plain = NoteSignature("name", plain.verifier.key_id, cosigner.sign(TEXT, at=NOON).signature[8:])
    for forged, known in ((as_cosignature, cosigner), (as_plain, plain)):
        with pytest.raises(InvalidSignatureError):
            verify_note(note_with(forged), [known.verifier])


def test_a_cosignature_is_bound_to_its_time():
    signature = WITNESSES[0].sign(TEXT, at=NOON)
    assert verify_note(note_with(signature), [WITNESSES[0].verifier]) == [(WITNESSES[0].verifier, NOON)]
    for time in (NOON + 1, 0, 2**63, 2**64 - 1):
        other = NoteSignature(signature.name, signature.key_id, time.to_bytes(8, "big") + signature.signature[8:])
        with pytest.raises(InvalidSignatureError):
            verify_note(note_with(other), [WITNESSES[0].verifier])


def test_of_two_cosignatures_by_one_witness_the_later_time_is_told():
    signatures = [WITNESSES[0].sign(TEXT, at=at) for at in (NOON, NOON + 60, NOON - 60)]
    assert verify_note(note_with(*signatures), [WITNESSES[0].verifier]) == [(WITNESSES[0].verifier, NOON + 60)]


@pytest.mark.parametrize("at", [None, 0, -1, 2**63])
def test_a_witness_signs_with_a_possible_time_only(at):
    with pytest.raises(ValueError, match="time"):
        WITNESSES[0].sign(TEXT, at=at)


def test_a_plain_signature_has_no_time():
    with pytest.raises(ValueError, match="time"):
        LOG.sign(TEXT, at=NOON)


def test_a_signer_key_travels_as_text_and_never_shows_itself():
    for signer in (LOG, STRANGER):
        text = signer.secret_text()
        assert SignerKey.parse(text).secret_text() == text
        assert SignerKey.parse(f"{text}\n").verifier == signer.verifier
        assert text.rsplit("+", 1)[1] not in repr(signer)
        with pytest.raises(MalformedKeyError) as refusal:
            SignerKey.parse(text.replace("PRIVATE", "PUBLIC"))
        assert text.rsplit("+", 1)[1] not in str(refusal.value)
        with pytest.raises(MalformedKeyError, match="fit"):
            SignerKey.parse(text.replace("example", "elsewhere"))


@pytest.mark.parametrize(("name", "seed"), [("", bytes(32)), ("a b", bytes(32)), ("a+b", bytes(32)), ("a", bytes(31))])
def test_a_signer_key_out_of_form_is_not_made(name, seed):
    with pytest.raises(MalformedKeyError):
        SignerKey(name, SignatureType.ED25519, seed)
