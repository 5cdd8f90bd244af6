"""Makes tokens of the API that tests play with."""

from datetime import date, datetime, timedelta
from itertools import count

from app.clock import kst_date
from app.db.session import transaction
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.services import Wish, make_token
from app.people.models import Person
from app.places.models import Place
from tests.conftest import NOW

_serial = count(1)


def wish(*, name: str = "구청 통계 화면", expires_on: date | None = None) -> Wish:
    """Return what a clerk asks for: a token for thirty days."""
    return Wish(name, "날마다 사업 현황을 가져갑니다.", expires_on or kst_date(NOW) + timedelta(days=30))


def make(place: Place, by: Person, *, asked: Wish | None = None, at: datetime = NOW) -> tuple[ApiToken, str]:
    """Make a token; return it with its text."""
    with transaction():
        return make_token(place.id, asked or wish(), once=f"once-{next(_serial)}", by=by, at=at)
