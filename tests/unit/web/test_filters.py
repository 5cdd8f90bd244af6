"""How instants and sentences are written."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import escape

from app.cycle import stage_line
from app.web import filters


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "is_korean", lambda: False)
    monkeypatch.setattr(stage_line, "is_korean", lambda: False)


MIDNIGHT = datetime(2026, 5, 8, 15, 0, tzinfo=UTC)
NOON = datetime(2026, 5, 9, 3, 0, tzinfo=UTC)


def test_the_beginning_of_a_day_is_never_taken_for_noon():
    assert filters.instant(MIDNIGHT) == "2026. 5. 9.(토) 0시"
    assert filters.clock_time(NOON) == "오후 12:00"


@pytest.mark.usefixtures("english")
def test_the_beginning_of_a_day_is_midnight_in_english():
    assert filters.clock_time(MIDNIGHT) == "midnight"
    assert filters.clock_time(NOON) == "12:00 pm"
    assert filters.month_of_year(date(2026, 10, 1)) == "Oct 2026"


def test_a_particle_stays_on_the_line_of_its_figure():
    assert filters.told("진행률을 60%로 적었습니다.") == "진행률을 60%\N{WORD JOINER}로 적었습니다."


@pytest.mark.usefixtures("english")
def test_korean_words_in_an_english_sentence_are_marked_and_nothing_is_let_through():
    assert filters.told("News of a project: 마을신문 '앗싸! 전동' 발간, <b>") == (
        'News of a project: <span lang="ko">마을신문 &#39;앗싸! 전동&#39; 발간</span>, &lt;b&gt;'
    )


def test_a_fingerprint_is_cut_only_where_asked():
    sentence = "지문 " + "0123456789abcdef" * 4
    assert filters.told(sentence) == sentence
    assert filters.told(sentence, short=True) == "지문 0123456789ab…"


@pytest.mark.usefixtures("english")
def test_days_of_a_stage_name_their_months_and_the_year_where_it_changes():
    year = [datetime(2026, month, day, 15, 0, tzinfo=UTC) for month, day in [(5, 8), (5, 20), (12, 31)]]
    assert stage_line.span(year[0], year[1]) == "9–20 May 2026"
    assert stage_line.span(year[0], year[2]) == "9 May–31 Dec 2026"
    assert stage_line.span(year[0], year[2].replace(year=2027)) == "9 May 2026–31 Dec 2027"


def test_a_title_that_is_escaped_already_is_not_escaped_again():
    assert filters.told(escape("나무 & 물")) == "나무 &amp; 물"


@pytest.mark.parametrize(
    ("won", "parts"),
    [
        (99_999, ("99,999", "원")), (77_600_000, ("7,760", "만 원")), (123_450_000, ("12,345", "만 원")),
        (123_456_789, ("1.23", "억 원")), (1_234_500_000, ("12.35", "억 원")), (3_000_000_000, ("30", "억 원")),
    ],
)  # fmt: skip
def test_a_large_figure_of_money_stays_short(won: int, parts: tuple[str, str]):
    assert filters.won_parts(won) == parts
