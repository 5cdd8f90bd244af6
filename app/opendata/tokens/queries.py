"""SELECTs about tokens."""

import hmac
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.clock import kst_date, kst_midnight
from app.db.session import session
from app.i18n import N_
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.permissions import can_keep_tokens
from app.opendata.tokens.rules import TokenState, parse_token, reminder_day, secret_hash
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.observing import API_TOKEN_REMINDER_DAYS
from app.todo import Todo

PAGE = 30


def tokens_of(place: Place, *, page: int = 1) -> tuple[int, list[ApiToken]]:
    """Return how many tokens a place has had, and one page of them with their makers, the newest first."""
    count = session().scalar(select(func.count(ApiToken.id)).where(ApiToken.place_id == place.id)) or 0
    query = (
        select(ApiToken)
        .where(ApiToken.place_id == place.id)
        .options(joinedload(ApiToken.made_by))
        .order_by(ApiToken.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return count, list(session().scalars(query))


def in_use_count(place: Place, today: date) -> int:
    """Return how many tokens of a place serve on a day."""
    query = select(func.count(ApiToken.id)).where(
        ApiToken.place_id == place.id, ApiToken.revoked_at.is_(None), ApiToken.expires_on >= today
    )
    return session().scalar(query) or 0


def serving_token(text: str, today: date) -> ApiToken | None:
    """Return the token that a machine presents; None for a wrong, an expired and a revoked one alike."""
    presented = parse_token(text)
    if presented is None:
        return None
    row = session().scalar(select(ApiToken).where(ApiToken.prefix == presented.prefix))
    if row is None or not hmac.compare_digest(row.secret_hash, secret_hash(presented.secret)):
        return None
    return row if row.state(today) is TokenState.IN_USE else None


def ends_soon(token: ApiToken, today: date) -> bool:
    """Tell whether a token serves on a day and the time has come to think of its end."""
    if token.state(today) is not TokenState.IN_USE:
        return False
    from_day = reminder_day(kst_date(token.made_at), token.expires_on, setting(token.place, API_TOKEN_REMINDER_DAYS))
    return from_day is not None and from_day <= today


def ending(today: date) -> Select[ApiToken]:
    """Return the query of the tokens in use that may end soon, with their places; `ends_soon` knows each place's rule."""
    longest = timedelta(days=int(API_TOKEN_REMINDER_DAYS.maximum or 0))
    return (
        select(ApiToken)
        .join(ApiToken.place)
        .options(contains_eager(ApiToken.place))
        .where(
            ApiToken.revoked_at.is_(None), ApiToken.expires_on >= today, ApiToken.expires_on <= today + longest
        )
        .order_by(ApiToken.expires_on, ApiToken.id)
    )  # fmt: skip


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the tokens that end soon: to whoever made them, or to all who keep them where the maker does no more."""
    today = kst_date(at)
    query = ending(today).options(joinedload(ApiToken.made_by)).where(in_places_of(person))
    return [
        Todo(
            title=N_("곧 끝나는 API 토큰 바꾸기: %(name)s"), action=N_("토큰 보기"), endpoint="opendata.tokens",
            arguments={"slug": token.place.slug}, values={"name": token.name}, context=token.place.name,
            due_at=kst_midnight(token.expires_on + timedelta(days=1)), place_id=token.place_id,
        )
        for token in session().scalars(query)
        if ends_soon(token, today)
        and can_keep_tokens(person, token.place, at)
        and (token.made_by_id == person.id or not can_keep_tokens(token.made_by, token.place, at))
    ]  # fmt: skip
