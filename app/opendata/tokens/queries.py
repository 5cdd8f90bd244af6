"""SELECTs about tokens."""

import hmac
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db.session import session
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.rules import TokenState, parse_token, secret_hash
from app.places.models import Place

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
