"""Nobody proposes twice what is proposed already without having seen it."""

import unicodedata
from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient

from app.agenda.models import Proposal
from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident
from tests.factories_year import make_staff

Browsers = Callable[[Person], FlaskClient]
WORDS = {
    "title": "초등학교 앞 건널목에 그늘막을 놓자",
    "body": "여름마다 아이들과 어르신이 뙤약볕에 오래 서 있습니다. 그늘막 두 개면 됩니다.",
    "field": "safety",
    "once": "a",
}


@time_machine.travel(NOW, tick=False)
def test_an_alike_proposal_is_shown_before_a_second_one_is_made(client: FlaskClient, client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data=WORDS)
    browser = client_of(make_resident(place))
    again = {**WORDS, "title": "초등학교 앞 횡단보도에 그늘막을 놓자", "once": "b"}
    asked = browser.post(f"/{place.slug}/agenda/new", data=again)
    assert asked.status_code == 200
    assert "비슷한 의제가 있습니다" in asked.text
    assert again["body"] in asked.text
    assert session().query(Proposal).count() == 1
    made = browser.post(f"/{place.slug}/agenda/new", data={**again, "seen": "1"})
    assert made.status_code == 303
    assert session().query(Proposal).count() == 2


@time_machine.travel(NOW, tick=False)
def test_a_draft_asks_nothing(client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data=WORDS)
    kept = client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data={**WORDS, "once": "c", "keep": "1"})
    assert kept.status_code == 303


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_while_typing_a_fragment_lists_what_is_alike(client: FlaskClient, client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data=WORDS)
    typed = unicodedata.normalize("NFD", "횡단보도 그늘막")
    fragment = client.get(f"/{place.slug}/agenda/alike", query_string={"title": typed}).text
    assert WORDS["title"] in fragment
    assert "<html" not in fragment
    assert "<li" not in client.get(f"/{place.slug}/agenda/alike?title=가").text


@time_machine.travel(NOW, tick=False)
def test_what_arrives_in_pieces_is_kept_whole(client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    title = unicodedata.normalize("NFD", WORDS["title"])
    client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data={**WORDS, "title": title})
    assert session().query(Proposal).one().title == WORDS["title"]


@time_machine.travel(NOW, tick=False)
def test_the_staff_keep_the_table_of_words(client: FlaskClient, client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    browser = client_of(make_staff(place))
    url = f"/{place.slug}/synonyms"
    assert "cctv = 방범카메라" in browser.get(url).text
    refused = browser.post(url, data={"words": "혼자", "version": "0"})
    assert refused.status_code == 422
    assert "혼자" in refused.text
    assert browser.post(url, data={"words": "정자 = 쉼터", "version": "0"}).status_code == 303
    assert "정자 = 쉼터" in browser.get(url).text
    assert client_of(make_resident(place)).get(url).status_code == 403
    assert client_of(make_staff(make_place())).get(url).status_code == 403
