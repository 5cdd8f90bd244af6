"""Searching finds the same on both databases: what the plain text says, read letter by letter."""

import unicodedata

import pytest
from flask import Flask

from app.agenda.queries import Filters, finding, proposals_page
from app.agenda.rules import Field, ProposalState, Source
from app.agenda.search import plain, read_synonyms
from app.agenda.services import proposing
from app.agenda.services.synonyms import keep_synonyms
from app.cycle.models import Cycle
from app.db.session import transaction
from app.errors import Conflict, InvalidInput, NotAllowed
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_staff

TITLES = [
    "초등학교 앞 건널목에 그늘막을 놓자",
    "골목에 CCTV를 달자",
    "방범카메라 더 놓기",
    "가로등과 신호등",
    "가로수를 심고 등불을 걸자",
    "100% 재활용 마을",
    "A_B 골목 이름 짓기",
    "공원의 벤치",
    unicodedata.normalize("NFD", "어르신 공원 나들이"),
]
SEARCHES = [
    "공원", "벤치", "의자", "가로등", "신호등", "cctv", "방범카메라", "횡단보도", "공원 어르신", "길", "등", "100%", "%", "_",
    "a_b", "그늘막을 놓자", "없는말", "' or 1=1 --", unicodedata.normalize("NFD", "공원"), "ＣＣＴＶ",
]  # fmt: skip


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    place = make_place()
    found, author = make_cycle(place), make_resident(place)
    for title in TITLES:
        propose(found, author, title)
    return found


def propose(cycle: Cycle, by: Person, title: str) -> None:
    words = proposing.Words(title, "이 일이 필요한 까닭을 적었습니다. 스무 글자가 넘습니다.", Field.SAFETY, "")
    with transaction():
        made = proposing.write_proposal(cycle.place, cycle, words, source=Source.ONLINE, once=title, by=by, at=NOW)
        proposing.submit_proposal(made.id, by=by, at=NOW)


def found_by(cycle: Cycle, typed: str) -> set[str]:
    return {plain(proposal.title) for proposal in proposals_page(cycle, Filters(text=typed), page=1).rows}


@pytest.mark.slow
@pytest.mark.parametrize("typed", SEARCHES)
def test_what_is_found_is_what_stands_in_the_text(cycle: Cycle, typed: str):
    synonyms = finding.synonyms_of(cycle.place)
    body = plain("이 일이 필요한 까닭을 적었습니다. 스무 글자가 넘습니다.")
    expected = {
        plain(title)
        for title in TITLES
        if all(any(v in f"{plain(title)} {body}" for v in synonyms.variants(word)) for word in plain(typed).split())
    }
    assert found_by(cycle, typed) == expected


@pytest.mark.slow
def test_pairs_of_letters_that_stand_apart_are_not_a_word(cycle: Cycle):
    assert found_by(cycle, "가로등") == {"가로등과 신호등"}


@pytest.mark.slow
def test_the_nearest_table_above_counts_and_is_used_at_once(cycle: Cycle):
    place = cycle.place
    staff = make_staff(place)
    assert found_by(cycle, "의자") == {"공원의 벤치"}
    assert place.parent is not None
    district = make_holder(Role.DISTRICT_STAFF, place.parent)
    with transaction():
        keep_synonyms(place.parent, "벤치 = 걸상", version=0, by=district, at=NOW)
    assert (found_by(cycle, "의자"), found_by(cycle, "걸상")) == (set(), {"공원의 벤치"})
    with transaction():
        table = keep_synonyms(place, "", version=0, by=staff, at=NOW)
    assert found_by(cycle, "걸상") == set()
    with pytest.raises(Conflict), transaction():
        keep_synonyms(place, "벤치 = 의자", version=table.version + 1, by=staff, at=NOW)
    with pytest.raises(InvalidInput), transaction():
        keep_synonyms(place, "벤치", version=table.version, by=staff, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        keep_synonyms(place.parent, "", version=1, by=staff, at=NOW)


@pytest.mark.slow
def test_alike_proposals_are_found_across_spellings_but_not_ones_own(cycle: Cycle):
    reader = make_resident(cycle.place)
    nearest = finding.alike(cycle.place, "횡단보도 그늘막", besides=reader.id)
    assert nearest[0].proposal.title == TITLES[0]
    author_id = nearest[0].proposal.proposer_id
    assert finding.alike(cycle.place, "횡단보도 그늘막", besides=author_id) == []
    assert finding.alike(make_place(), "횡단보도 그늘막") == []
    with transaction():
        nearest[0].proposal.state = ProposalState.WITHDRAWN
    assert TITLES[0] not in [each.proposal.title for each in finding.alike(cycle.place, "횡단보도 그늘막")]


@pytest.mark.slow
def test_a_table_that_cannot_be_read_was_never_stored(cycle: Cycle):
    assert read_synonyms("\n".join(" = ".join(group) for group in finding.synonyms_of(cycle.place).groups)).groups
