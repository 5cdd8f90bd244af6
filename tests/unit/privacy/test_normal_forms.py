"""Normal forms: two spellings of one contact give one value."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.privacy.rules import is_mobile, normal_email, normal_name, normal_phone


@pytest.mark.parametrize(
    "typed",
    ["Hong@Example.KR", " hong@example.kr ", "ｈｏｎｇ@example.kr", "hong@EXAMPLE.kr\n"],
)
def test_spellings_of_an_address_agree(typed):
    assert normal_email(typed) == "hong@example.kr"


def test_a_korean_domain_is_written_in_ascii():
    assert normal_email("hong@마당.한국") == "hong@xn--ok1b32k.xn--3e0b707e"


@pytest.mark.parametrize(
    "typed",
    [
        "", "hong", "@example.kr", "hong@", "hong@localhost", "a@b@c.kr x", "hong@exa mple.kr", "hong@-a.kr", "hong@a..kr",
        ".hong@a.kr", "ho..ng@a.kr", "a@b.kr, c@d.kr", "a@b.kr\nBcc: x@y.kr", '"hong"@a.kr', "hong@1.2.3.4", "h" * 65 + "@a.kr",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(InvalidInput):
        normal_email(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "010-1234-5678", "01012345678", "010 1234 5678", "010.1234.5678", "+82 10-1234-5678", "+82-10-1234-5678",
        "+82(0)10-1234-5678", "82 10 1234 5678", "008210 1234 5678", "０１０－１２３４－５６７８", "010–1234–5678", "(010) 1234-5678",
    ],
)  # fmt: skip
def test_spellings_of_a_mobile_number_agree(typed):
    assert normal_phone(typed) == "+821012345678"
    assert is_mobile(normal_phone(typed))


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("02-123-4567", "+8221234567"),
        ("02-1234-5678", "+82212345678"),
        ("031-123-4567", "+82311234567"),
        ("070-1234-5678", "+827012345678"),
        ("1588-1234", "+8215881234"),
        ("+82 1588 1234", "+8215881234"),
        ("011-234-5678", "+82112345678"),
    ],
)
def test_other_korean_numbers_are_known(typed, normal):
    assert normal_phone(typed) == normal


def test_a_representative_number_receives_no_text_messages():
    assert not is_mobile(normal_phone("1588-1234"))
    assert not is_mobile(normal_phone("02-1234-5678"))


@pytest.mark.parametrize(
    "typed", ["", "12345", "010-123-456", "010-12345-67890", "+1 212 555 0100", "전화 없음", "020-1234-5678"]
)
def test_what_is_no_korean_number_is_refused(typed):
    with pytest.raises(InvalidInput):
        normal_phone(typed)


@pytest.mark.slow
@given(st.from_regex(r"01[016789][0-9]{7,8}", fullmatch=True))
def test_a_normal_number_is_its_own_normal_form(typed):
    assert normal_phone(normal_phone(typed)) == normal_phone(typed)


@pytest.mark.parametrize(
    "typed", ["홍길동", "홍 길 동", " 홍길동 ", unicodedata.normalize("NFD", "홍길동"), "홍\u200b길동", "홍\u3000길동"]
)
def test_spellings_of_a_korean_name_agree(typed):
    assert normal_name(typed) == "홍길동"


def test_foreign_names_keep_their_word_breaks():
    assert normal_name("Nguyễn  Văn  An") == "nguyễn văn an"
    assert normal_name("ANNA Kim") == "anna kim"


def test_an_empty_name_is_refused():
    with pytest.raises(InvalidInput):
        normal_name(" \u200b ")
