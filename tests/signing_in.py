"""Signing somebody in without walking through the pages; the pages have tests of their own."""

from flask import Flask
from flask.testing import FlaskClient

from app.people.login import SignedIn
from app.people.models import Person


def sign_in(app: Flask, client: FlaskClient, person: Person) -> None:
    """Sign a person in on a test client."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = SignedIn(person).get_id()
        cookie["_fresh"] = True
