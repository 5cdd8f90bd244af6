"""Signing somebody in without walking through the pages; the pages have tests of their own."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.clock import utc_now
from app.db.session import transaction
from app.people.models import Person
from app.people.rules import Factor
from app.people.services import sign_ins


def sign_in(app: Flask, client: FlaskClient, person: Person, *, factor: Factor | None = Factor.TOTP) -> str:
    """Sign a person in on a test client (second factor shown unless told otherwise) and return the token."""
    with app.app_context(), transaction():
        token = sign_ins.begin(
            person, device="Firefox/140 Linux", lasts=timedelta(days=3650), at=utc_now(), factor=factor
        )
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return token
