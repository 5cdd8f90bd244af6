"""What a token looks like, how long it lives, and what the API's document says of it."""

from datetime import date, timedelta

import pytest

from app.errors import InvalidInput
from app.opendata.rules import Limits, openapi
from app.opendata.tokens.rules import (
    LONGEST,
    Presented,
    TokenState,
    parse_token,
    require_lifetime,
    secret_hash,
    state_of,
)

TODAY = date(2026, 7, 1)
PREFIX, SECRET = "mdg_0123456789ab", "a-_" + "Z" * 40


def test_a_token_is_taken_apart_into_what_it_was_made_of():
    presented = Presented(PREFIX, SECRET)
    assert parse_token(str(presented)) == presented


@pytest.mark.parametrize(
    "text",
    ["", PREFIX, SECRET, f"{PREFIX}_{SECRET}\n", f"{PREFIX}_{SECRET[:-1]}", f"{PREFIX.upper()}_{SECRET}", f"{PREFIX}_{'가' * 43}"],
)  # fmt: skip
def test_anything_else_is_no_token(text: str):
    assert parse_token(text) is None


def test_the_hash_is_that_of_the_secret_alone():
    assert secret_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("days", [-1, LONGEST.days + 1])
def test_a_last_day_that_is_over_or_past_a_year_is_refused(days: int):
    with pytest.raises(InvalidInput):
        require_lifetime(TODAY + timedelta(days=days), TODAY)


@pytest.mark.parametrize("days", [0, LONGEST.days])
def test_today_and_the_day_in_a_year_are_taken(days: int):
    require_lifetime(TODAY + timedelta(days=days), TODAY)


@pytest.mark.parametrize(
    ("revoked", "days", "state"),
    [(False, 0, TokenState.IN_USE), (False, -1, TokenState.EXPIRED), (True, 1, TokenState.REVOKED), (True, -1, TokenState.REVOKED)],
)  # fmt: skip
def test_a_token_serves_through_its_last_day_unless_revoked(revoked: bool, days: int, state: TokenState):
    assert state_of(revoked=revoked, expires_on=TODAY + timedelta(days=days), today=TODAY) is state


def test_the_document_offers_the_token_without_asking_for_it():
    document = openapi({"alerts": ("alert",)}, server="https://x", limits=Limits(7, 70, 5000), say=str)
    assert document["security"] == [{}, {"token": []}]
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "7 requests" in document["info"]["description"]
    assert "70 a minute" in document["info"]["description"]
    for path in document["paths"].values():
        assert "WWW-Authenticate" in path["get"]["responses"]["401"]["headers"]
