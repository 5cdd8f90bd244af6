"""Proposals through the page, as residents make them."""

from collections.abc import Callable

from flask.testing import FlaskClient

from app.agenda.models import Proposal
from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from app.places.models import Place
from tests.factories import make_cycle, make_place

Browsers = Callable[[Person], FlaskClient]
WORDS = {
    "title": "초등학교 앞 건널목에 그늘막을 놓자",
    "body": "여름마다 아이들과 어르신이 뙤약볕에 오래 서 있습니다. 그늘막 두 개면 됩니다.",
    "field": "safety",
    "where": "향촌초 앞",
    "once": "a",
}


def a_dong() -> Place:
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    return place


def proposed(place: Place, browser: FlaskClient, **changes: str) -> Proposal:
    answer = browser.post(f"/{place.slug}/agenda/new", data={**WORDS, **changes})
    assert answer.status_code == 303, answer.text
    return session().get_one(Proposal, int(answer.location.rsplit("/", 1)[1]))
