"""Words are found inside longer ones, however they were typed."""

import unicodedata

import pytest

from app.agenda.search import terms_of, wanted_terms

TEXT = "향촌초 앞 주차장 옆에 그늘막을 놓자. CCTV도 함께."


@pytest.mark.parametrize(
    "typed", ["주차", "주차장", "그늘", "cctv", "CCTV", "향촌초 그늘막", unicodedata.normalize("NFD", "주차장")]
)
def test_a_text_is_found_by(typed):
    assert wanted_terms(typed) <= terms_of(TEXT)


@pytest.mark.parametrize("typed", ["주민", "놀이터", "주차 놀이터"])
def test_a_text_is_not_found_by(typed):
    assert not wanted_terms(typed) <= terms_of(TEXT)


@pytest.mark.parametrize("typed", ["", " ", "장", "%", "__", "'; drop"])
def test_odd_searches_ask_for_little(typed):
    assert len(wanted_terms(typed)) <= 3
