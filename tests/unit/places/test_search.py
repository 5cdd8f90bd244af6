import unicodedata

import pytest

from app.places.rules import initials_of, is_found_by, name_order


def test_initials_are_the_first_consonants():
    assert initials_of("관산동") == "ㄱㅅㄷ"
    assert initials_of(unicodedata.normalize("NFD", "관산동")) == "ㄱㅅㄷ"
    assert initials_of("Gwansan-dong 2") == "gwansandong2"


@pytest.mark.parametrize(
    "word",
    [
        "관산동",
        "관산",
        "산동",
        "관사",
        "관",
        "고",
        "ㄱ",
        "ㄱㅅㄷ",
        "관ㅅ",
        "ㄱ산",
        "과",
        unicodedata.normalize("NFD", "관산"),
    ],
)
def test_a_name_is_found_at_every_keystroke(word: str):
    assert is_found_by("관산동", word) is (word != "고")


@pytest.mark.parametrize("word", ["관산면", "산관", "ㄷㅅ", "광", "관삼", "관산동동"])
def test_another_name_is_not(word: str):
    assert not is_found_by("관산동", word)


def test_an_unfinished_syllable_counts_only_at_the_end():
    assert not is_found_by("관산동", "과산")


def test_latin_letters_ignore_case_and_hyphens():
    assert is_found_by("Gwansan-dong", "gwansan D")


def test_numbers_in_names_count_as_numbers():
    names = ["신림10동", "신림2동", "가양동", "제1동 12통", "제1동 3통"]
    assert sorted(names, key=name_order) == ["가양동", "신림2동", "신림10동", "제1동 3통", "제1동 12통"]
