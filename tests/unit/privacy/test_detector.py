"""The detector of resident numbers: what it must find, what it must leave alone."""

import random
import time
import unicodedata

import pytest

from app.privacy.rules import (
    ResidentNumberRefused,
    find_resident_numbers,
    has_check_digit,
    is_resident_number_label,
    require_no_resident_number,
)
from tests.resident_numbers import checked, unchecked

KOREAN = checked("900101123456")
FOREIGN = checked("850512523456")
BORN_2005 = checked("050817412345")
NEWBORN = unchecked("240229312345")
WRONG = unchecked("900101123456")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def dashed(number: str, dash: str = "-") -> str:
    return number[:6] + dash + number[6:]


def test_the_published_arithmetic_of_the_check_digit_holds():
    # 1×2+2×3+…: weights 2–9,2–5; a hand-computed example. 9·2+0+0+1·5+0+1·7+1·8+2·9+3·2+4·3+5·4+6·5 = 124; 124 mod 11 = 3; 11−3 = 8.
    assert has_check_digit("9001011234568")
    assert not has_check_digit("9001011234567")
    # Foreigners: two more. Weighted sum 8·2+5·3+0+5·5+1·6+2·7+5·8+2·9+3·2+4·3+5·4+6·5 = 202; 202 mod 11 = 4; 13−4 = 9.
    assert has_check_digit("8505125234569")


@pytest.mark.parametrize("number", [KOREAN, FOREIGN, BORN_2005, NEWBORN])
@pytest.mark.parametrize(
    "write",
    [
        str,
        dashed,
        lambda n: dashed(n, " - "),
        lambda n: dashed(n, "–"),
        lambda n: dashed(n, "—"),
        lambda n: dashed(n, "ㅡ"),
        lambda n: dashed(n, "～"),
        lambda n: dashed(n, "."),
        lambda n: dashed(n, "/"),
        lambda n: dashed(n, "-\u200b"),
        lambda n: dashed(n).translate(FULL_WIDTH),
        lambda n: n.translate(FULL_WIDTH),
        lambda n: dashed(n).translate(ARABIC),
        lambda n: f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:]}",
        " ".join,
        "\u200b".join,
        lambda n: f"제 주민등록번호는 {n}입니다",
        lambda n: f"주민번호 {n[:6]} {n[6:]}",
        lambda n: f"앞자리 {n[:6]}, 뒷자리는 {n[6:]}",
        lambda n: unicodedata.normalize("NFD", f"주민등록번호: {dashed(n)} 연락 주세요"),
        lambda n: f"RRN {n[:6]} {n[6:]}",
        lambda n: f"첫 줄\n둘째 줄 ({dashed(n)}), 셋째",
        lambda n: f"010-1234-5678/{dashed(n)}/홍길동",
    ],
)
def test_it_is_found_however_it_is_written(number, write):
    assert find_resident_numbers(write(number))


@pytest.mark.parametrize(
    "text",
    [
        dashed(KOREAN, " "),
        dashed(KOREAN, "  "),
        dashed(KOREAN, "\n"),
        f"{KOREAN[:4]} {KOREAN[4:8]} {KOREAN[8:12]} {KOREAN[12:]}",
        f"{KOREAN[:7]}-{KOREAN[7:]}",
    ],
)
def test_odd_groups_count_when_the_check_digit_fits(text):
    assert find_resident_numbers(text)
    assert not find_resident_numbers(text.replace(KOREAN[-1], WRONG[-1]) if text.endswith(KOREAN[-1]) else "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "동네 꽃길 3,000,000원, 2026. 7. 1. 오후 2:00",
        "010-1234-5678, 02-123-4567, 010-9876-5432",
        "01012345678 01098765432",
        "생년월일 900101, 예산 1500000원",
        "작성일 251201 1500000",
        WRONG,  # thirteen digits, no check digit, born before 2020
        f"1{KOREAN}",  # fourteen digits
        f"{KOREAN}1",
        f"a3f{KOREAN}9bc",  # inside a hash
        f"0.{KOREAN}",
        f"{KOREAN}.25",
        "9913011234567",  # month 13
        "990230-1234567",  # 30 February
        "1,234,567,890,123",
        "2026-11-21 02:16:05",
        "900101-1******",  # masked, as it should be
        "8801234567893",  # a Korean barcode: no month 12·34
        "1763689123456",  # milliseconds since 1970
        "농협 301-0123-4567-81",
        "계좌 3333-01-1234567",
        "접수번호 2026-000123-0045",
        "9" * 600,
        "f3a1900101123456",
    ],
)
def test_other_numbers_pass(text):
    assert find_resident_numbers(text) == []


def test_random_long_numbers_are_seldom_taken_for_one():
    # A bare number passes by chance when month, day and check digit all happen to fit: about one in three hundred.
    rng = random.Random(7)
    hits = sum(bool(find_resident_numbers(str(rng.randrange(10**12, 10**13)))) for _ in range(20_000))
    assert hits / 20_000 < 0.01


def test_lists_of_phone_numbers_are_not_taken_for_one():
    rng = random.Random(8)
    text = "\n".join(
        f"홍길동 010-{rng.randrange(10_000):04}-{rng.randrange(10_000):04} {rng.randrange(100)}세" for _ in range(5000)
    )
    assert find_resident_numbers(text) == []


def test_the_refusal_names_the_field_and_never_the_number():
    with pytest.raises(ResidentNumberRefused) as caught:
        require_no_resident_number(f"저는 {dashed(KOREAN)}입니다", field="reason")
    assert caught.value.field == "reason"
    assert "900101" not in str(caught.value)


def test_nothing_and_ordinary_words_pass():
    require_no_resident_number(None)
    require_no_resident_number("통일로 문화축제")


@pytest.mark.parametrize(
    "heading",
    [
        "주민등록번호",
        "주민 번호",
        "주민번호(뒷자리)",
        "주민뒷자리",
        "주민등록 앞자리",
        "외국인등록번호",
        "RRN",
        "Resident registration number",
    ],
)
def test_headings_that_ask_for_one_are_known(heading):
    assert is_resident_number_label(heading)


@pytest.mark.parametrize(
    "heading", ["이름", "주민총회", "주민자치회", "생년월일", "전화번호", "번호", "주민등록 확인", "주민등록", "외국인"]
)
def test_other_headings_pass(heading):
    assert not is_resident_number_label(heading)


@pytest.mark.slow
def test_a_long_text_is_looked_through_quickly():
    text = "우리 마을 이야기 1,234원 010-1234-5678. " * 30_000
    began = time.perf_counter()
    assert find_resident_numbers(text) == []
    assert time.perf_counter() - began < 2
