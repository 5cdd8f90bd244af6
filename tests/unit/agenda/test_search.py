"""Words are found inside longer ones, however they were typed; alike titles are ranked by what they share."""

import unicodedata

import pytest

from app.agenda.search import DEFAULT_SYNONYMS, Likeness, Synonyms, pairs_of, plain, read_synonyms, terms_of
from app.errors import InvalidInput

TEXT = "향촌초 앞 주차장 옆에 그늘막을 놓자. CCTV도 함께."
PAIRS = (
    ("골목길에 CCTV를 달아 주세요", "방범카메라 설치로 안전한 골목 만들기"),
    ("초등학교 앞 건널목에 그늘막을 놓자", "횡단보도 그늘막 설치"),
    ("어르신 무료 급식소 열기", "노인을 위한 점심 나눔"),
    ("반려견 놀이터 만들기", "애견 운동장 조성"),
    ("버려진 땅에 꽃밭 가꾸기", "빈터를 화단으로"),
    ("울퉁불퉁한 보도블록 고치기", "보도블럭 정비"),
    ("공원에 벤치를 더 놓자", "중앙공원 의자 추가 설치"),
    ("밤길 가로등을 밝게", "어두운 골목 보안등 교체"),
    ("마을버스 배차 간격 줄이기", "마을버스를 자주 다니게 해 주세요"),
    ("청소년 공부방 만들기", "학생들이 쓸 독서실을 열자"),
    ("불법 주차 막기", "학교 앞 불법주차 단속"),
    ("마을 축제를 열자", "가을 마을축제 개최"),
    ("재활용 분리수거장 정비", "분리수거대를 새로 놓자"),
    ("작은 도서관 늘리기", "동네 작은도서관 하나 더"),
    ("자전거 보관대 설치", "지하철역 자전거 거치대"),
)
"""Invented titles that mean the same."""
TITLES = [title for pair in PAIRS for title in pair] + ["경로당 냉난방기 교체", "하천 산책로 정비", "마을신문 만들기"]


@pytest.mark.parametrize(
    "typed", ["주차", "주차장", "그늘", "cctv", "CCTV", "향촌초 그늘막", unicodedata.normalize("NFD", "주차장")]
)
def test_a_text_is_found_by(typed: str):
    assert all(pairs_of(word) <= terms_of(TEXT) and word in plain(TEXT) for word in plain(typed).split())


@pytest.mark.parametrize("typed", ["주민", "놀이터", "장주"])
def test_a_text_is_not_found_by(typed: str):
    assert not any(word in plain(TEXT) for word in plain(typed).split())


def test_a_table_of_synonyms_is_read_in_any_spelling():
    table = read_synonyms(unicodedata.normalize("NFD", "CCTV = 방범 카메라=감시카메라\n\n어르신=노인"))
    assert table.groups == (("cctv", "방범카메라", "감시카메라"), ("어르신", "노인"))
    assert table.variants("방범카메라를") == ["방범카메라를", "cctv를", "감시카메라를"]
    assert table.variants("나무") == ["나무"]
    assert table.unified("감시카메라와노인정") == "cctv와어르신정"


@pytest.mark.parametrize(
    "typed",
    ["혼자", "의자 = ", "의자 = 벤치\n벤치 = 걸상", "의자 = 의자", "턱 = 단차", "가나=다라\n" + "=\n" * 3 + "나"],
)
def test_a_table_that_means_nothing_is_refused(typed: str):
    with pytest.raises(InvalidInput):
        read_synonyms(typed)


def test_the_default_table_can_be_read():
    assert len(read_synonyms(DEFAULT_SYNONYMS).groups) >= 10


def hits(synonyms: Synonyms, first: int) -> float:
    partner = dict(PAIRS) | {b: a for a, b in PAIRS}
    likeness = Likeness(enumerate(TITLES), synonyms)
    found = 0
    for key, title in enumerate(TITLES):
        if title in partner:
            ranked = [TITLES[other] for other, _ in likeness.nearest(title, most=first + 1, at_least=0) if other != key]
            found += partner[title] in ranked[:first]
    return found / len(partner)


def test_the_alike_title_is_among_the_first_and_synonyms_help():
    assert hits(Synonyms(), 5) >= 0.65
    assert hits(read_synonyms(DEFAULT_SYNONYMS), 1) >= 0.85
    assert hits(read_synonyms(DEFAULT_SYNONYMS), 5) >= 0.9


def test_spaces_and_decomposed_letters_make_no_difference():
    likeness = Likeness([(1, "작은 도서관 늘리기")], Synonyms())
    assert likeness.nearest(unicodedata.normalize("NFD", "작은도서관늘리기")) == [(1, 1.0)]
    assert likeness.nearest("") == []
    assert Likeness([], Synonyms()).nearest("무엇이든") == []
