"""Making a token, revoking it, noting that it was used, telling that it ends soon."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update

from app.clock import kst_date
from app.config import generate_token
from app.db.session import get_or_not_found, session
from app.errors import Conflict, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.permissions import can_keep_tokens
from app.opendata.tokens.queries import ending, ends_soon, in_use_count
from app.opendata.tokens.rules import (
    AT_A_TIME,
    PREFIX_BYTES,
    SECRET_BYTES,
    Presented,
    TokenState,
    require_lifetime,
    secret_hash,
)
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.services.messages import tell
from app.places.models import Place
from app.record.services import append

NOT_STAFF = N_("이 지역의 담당자만 API 토큰을 만들고 거둘 수 있습니다.")


@dataclass(frozen=True)
class Wish:
    """What a clerk asks for: a name, what it is for, and the last day on which it serves."""

    name: str
    purpose: str
    expires_on: date


def make_token(place_id: int, wish: Wish, *, once: str, by: Person, at: datetime) -> tuple[ApiToken, str]:
    """Make a token; return it with its full text, which nobody can see again.

    The same form sent again makes no second one: the first answer may have been lost, so it gives the token a new secret
    as long as it was never used.

    Raises:
        NotFound, NotAllowed: no such place; not its staff.
        InvalidInput: a last day that is over or more than a year away.
        RuleViolation: the place has as many as it may have.
        Conflict: the form made a token that is in use by now, or another person sent it.
    """
    place = get_or_not_found(Place, place_id, lock=True)
    if not can_keep_tokens(by, place, at):
        raise NotAllowed(NOT_STAFF)
    today = kst_date(at)
    token = session().scalar(select(ApiToken).where(ApiToken.place_id == place.id, ApiToken.once == once))
    if token is not None:
        return _again(token, by=by, today=today)
    require_lifetime(wish.expires_on, today)
    if in_use_count(place, today) >= AT_A_TIME:
        raise RuleViolation(
            N_("한 지역은 토큰을 %(n)s개까지 쓸 수 있습니다. 쓰지 않는 것을 거두어 주세요."), n=AT_A_TIME
        )
    secret = generate_token(SECRET_BYTES)
    token = ApiToken(
        place_id=place.id, once=once, name=wish.name, purpose=wish.purpose, expires_on=wish.expires_on,
        prefix=f"mdg_{secrets.token_hex(PREFIX_BYTES)}", secret_hash=secret_hash(secret), made_by_id=by.id, made_at=at,
    )  # fmt: skip
    session().add(token)
    session().flush()
    _record(token, "made", place, by=by, at=at)
    return token, str(Presented(token.prefix, secret))


def revoke_token(token_id: int, *, place: Place, by: Person, at: datetime) -> ApiToken:
    """Let a token serve no more, for good; revoking it again changes nothing.

    Raises:
        NotAllowed: not staff of the place.
        NotFound: the place has no such token.
    """
    if not can_keep_tokens(by, place, at):
        raise NotAllowed(NOT_STAFF)
    token = get_or_not_found(ApiToken, token_id, lock=True)
    if token.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if token.revoked_at is None:
        token.revoked_at = at
        _record(token, "revoked", place, by=by, at=at)
    return token


def note_use(token_id: int, *, today: date) -> None:
    """Note that a token was used on a day; days never go back, whoever comes first."""
    earlier = or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < today)
    session().execute(update(ApiToken).where(ApiToken.id == token_id, earlier).values(last_used_on=today))


def remind_of_ends(at: datetime) -> int:
    """Tell the makers of tokens that end soon, once each. Repeatable.

    Where the maker keeps the place's tokens no more (moved to other work), its present staff is told instead.

    Returns:
        how many tokens were called out.
    """
    today = kst_date(at)
    query = ending(today).where(ApiToken.reminded_at.is_(None)).with_for_update(of=ApiToken, skip_locked=True)
    called = 0
    for token in session().scalars(query).all():
        if not ends_soon(token, today):
            continue
        token.reminded_at = at
        called += 1
        place = token.place
        for person in _keepers(token, at):
            tell(
                person, "opendata/token_ends",
                values={
                    "place": place.name, "place_en": place.name_en, "name": token.name, "purpose": token.purpose,
                    "last_day": token.expires_on, "slug": place.slug,
                },
                key=str(token.id), at=at, place_id=place.id,
            )  # fmt: skip
    return called


def _keepers(token: ApiToken, at: datetime) -> list[Person]:
    if can_keep_tokens(token.made_by, token.place, at):
        return [token.made_by]
    holders = {grant.person_id: grant.person for grant in grants_in_force(token.place, at)}
    return [person for person in holders.values() if can_keep_tokens(person, token.place, at)]


def _again(token: ApiToken, *, by: Person, today: date) -> tuple[ApiToken, str]:
    if token.made_by_id != by.id or token.last_used_on is not None or token.state(today) is not TokenState.IN_USE:
        raise Conflict(N_("이 화면으로는 이미 토큰을 만들었습니다. 목록을 확인하고 필요하면 새로 만들어 주세요."))
    secret = generate_token(SECRET_BYTES)
    token.secret_hash = secret_hash(secret)
    session().flush()
    return token, str(Presented(token.prefix, secret))


def _record(token: ApiToken, what: str, place: Place, *, by: Person, at: datetime) -> None:
    append(
        place, f"opendata.token_{what}", role=by.staff_role(place, at) or "", subject=f"token:{token.id}", at=at,
        values={"name": token.name, "day": token.expires_on.isoformat()},
    )  # fmt: skip
