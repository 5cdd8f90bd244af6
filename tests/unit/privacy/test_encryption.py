"""Sealed fields: bound to their cell, rotatable, silent about themselves."""

import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.privacy.encryption import (
    BlindIndex,
    BrokenSeal,
    Cell,
    FieldKey,
    Indexed,
    Keyring,
    MalformedKeyring,
    SealedText,
    UnknownKey,
    decode_key,
    generate_key,
)

OLD, NEW = FieldKey("2026a", b"o" * 32), FieldKey("2026b", b"n" * 32)
CELL = Cell("people", UUID(int=7), "email")


@pytest.mark.slow
@given(st.text(), st.uuids(), st.text(min_size=1), st.text(min_size=1))
def test_what_was_sealed_opens(text, row_key, table, column):
    cell = Cell(table, row_key, column)
    assert Keyring([NEW]).open(cell, Keyring([NEW]).seal(cell, text)) == text


@pytest.mark.parametrize(
    "other",
    [
        CELL._replace(table="contacts"),
        CELL._replace(column="phone"),
        CELL._replace(row_key=UUID(int=8)),
        Cell("people" + "e", UUID(int=7), "mail"),
    ],
)
def test_a_value_opens_in_no_other_cell(other):
    sealed = Keyring([NEW]).seal(CELL, "홍길동")
    with pytest.raises(BrokenSeal):
        Keyring([NEW]).open(other, sealed)


def test_any_flipped_bit_breaks_the_seal():
    keyring = Keyring([NEW])
    sealed = keyring.seal(CELL, "010-1234-5678")
    for position in range(len(sealed.data) * 8):
        data = bytearray(sealed.data)
        data[position // 8] ^= 1 << position % 8
        with pytest.raises((BrokenSeal, UnknownKey)):
            keyring.open(CELL, SealedText(bytes(data)))


def test_any_truncation_breaks_the_seal():
    keyring = Keyring([NEW])
    sealed = keyring.seal(CELL, "홍길동")
    for length in range(len(sealed.data)):
        with pytest.raises((BrokenSeal, UnknownKey)):
            keyring.open(CELL, SealedText(sealed.data[:length]))


def test_another_village_s_key_of_the_same_name_does_not_open():
    sealed = Keyring([NEW]).seal(CELL, "홍길동")
    with pytest.raises(BrokenSeal):
        Keyring([FieldKey(NEW.id, b"x" * 32)]).open(CELL, sealed)


def test_a_new_first_key_seals_and_the_old_ones_still_open():
    sealed = Keyring([OLD]).seal(CELL, "홍길동")
    both = Keyring([NEW, OLD])
    assert both.open(CELL, sealed) == "홍길동"
    assert both.needs_rotation(sealed)
    assert both.seal(CELL, "홍길동").key_id == "2026b"
    assert not both.needs_rotation(both.seal(CELL, "홍길동"))


def test_a_removed_key_is_missed_by_name():
    sealed = Keyring([OLD]).seal(CELL, "홍길동")
    with pytest.raises(UnknownKey, match="2026a"):
        Keyring([NEW]).open(CELL, sealed)


def test_the_same_text_seals_differently_each_time():
    keyring = Keyring([NEW])
    assert len({keyring.seal(CELL, "예").data for _ in range(100)}) == 100


def test_the_length_of_a_short_answer_does_not_show():
    keyring = Keyring([NEW])
    assert len({len(keyring.seal(CELL, text).data) for text in ("", "예", "아니요", "홍길동", "a" * 31)}) == 1


def test_a_sealed_value_shows_nothing_of_itself():
    sealed = Keyring([NEW]).seal(CELL, "홍길동")
    assert str(sealed) == repr(sealed) == f"{sealed}" == "SealedText(…)"
    assert "nnnn" not in repr(NEW)


FIRST, SECOND = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def test_a_keyring_is_read_from_the_configuration():
    text = f" a:{base64.b64encode(b'1' * 32).decode()}, b:{base64.urlsafe_b64encode(bytes(range(224, 256))).decode()} "
    assert Keyring.parse(text).key_ids == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "a",
        "a:",
        ":" + FIRST,
        "a:short",
        "a:" + base64.b64encode(b"1" * 31).decode(),
        "a:" + base64.b64encode(b"1" * 33).decode(),
        "A b:" + FIRST,
        f"a:{FIRST},a:{SECOND}",
        "a:!!!!" + FIRST,
    ],
)
def test_a_malformed_keyring_is_refused_and_not_repeated(text):
    with pytest.raises(MalformedKeyring) as caught:
        Keyring.parse(text)
    assert text[2:20] == "" or text[2:20] not in str(caught.value)


def test_generated_keys_are_fresh_256_bits():
    assert len({generate_key() for _ in range(50)}) == 50
    assert len(decode_key(generate_key())) == 32


INDEX = BlindIndex(b"i" * 32)


def test_two_spellings_have_one_index():
    assert INDEX.of(Indexed.PHONE, "010-1234-5678") == INDEX.of(Indexed.PHONE, "+82 10 1234 5678")
    assert INDEX.of(Indexed.EMAIL, "Hong@Example.kr") == INDEX.of(Indexed.EMAIL, "hong@example.kr ")
    assert INDEX.of(Indexed.NAME_AND_BIRTH, "홍 길동", "1990-01-01") == INDEX.of(
        Indexed.NAME_AND_BIRTH, "홍길동", "1990-01-01"
    )


def test_purposes_scopes_and_keys_have_different_indexes():
    value = "a@b.kr"
    indexes = {
        INDEX.of(Indexed.EMAIL, value),
        INDEX.of(Indexed.NAME, value),
        INDEX.of(Indexed.TOKEN, value),
        INDEX.of(Indexed.EMAIL, value, scope="place:1"),
        INDEX.of(Indexed.EMAIL, value, scope="place:2"),
        BlindIndex(b"j" * 32).of(Indexed.EMAIL, value),
    }
    assert len(indexes) == 6
    assert all(len(index) == 16 for index in indexes)


def test_parts_do_not_run_into_each_other():
    assert INDEX.of(Indexed.TOKEN, "ab", "c") != INDEX.of(Indexed.TOKEN, "a", "bc")
    assert INDEX.of(Indexed.TOKEN, "a|b") != INDEX.of(Indexed.TOKEN, "a", "b")


def test_what_has_no_normal_form_has_no_index():
    with pytest.raises(InvalidInput):
        INDEX.of(Indexed.EMAIL, "not an address")


def test_a_short_index_key_is_refused():
    with pytest.raises(MalformedKeyring):
        BlindIndex(b"short")


def test_no_two_cells_share_associated_data():
    keyring = Keyring([NEW])
    row = uuid4()
    sealed = keyring.seal(Cell("ab", row, "c"), "x")
    with pytest.raises(BrokenSeal):
        keyring.open(Cell("a", row, "bc"), sealed)
