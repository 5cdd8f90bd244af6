"""T52: until the end no page, counter, file or size of what is stored says anything of what was chosen."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.db.session import session, transaction
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff
from voting import derive_credential, make_ballot

pytestmark = pytest.mark.slow
SECRETS = re.compile(
    r'name="csrf_token"[^>]*>|nonce-[\w+/=-]+|"csrf": *"[^"]*"|content="[\w.-]{60,}"|value="[\w.-]{60,}"'
)
PAGES = (
    "/", "/{slug}/", "/{slug}/assembly", "/{slug}/assembly/booth", "/{slug}/assembly/election.json", "/{slug}/stations",
    "/{slug}/assembly/live", "/{slug}/assembly/verify", "/{slug}/record",
    "/api/v1/places/{slug}", "/observatory", "/{slug}/kiosks", "/desk",
)  # fmt: skip


def ballot(assembly: Assembly, person: Person, choices: list[int]) -> bytes:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data


def seen(clients: list[FlaskClient], slug: str) -> dict[str, str]:
    """Return every page as a guest and the staff see it, without what is new on every page."""
    found = {}
    for number, client in enumerate(clients):
        for page in PAGES:
            answer = client.get(page.format(slug=slug))
            if answer.status_code == 200:
                found[f"{number} {page}"] = SECRETS.sub("", answer.text)
    return found


def test_pages_are_the_same_whatever_was_chosen(app: Flask, client: FlaskClient, client_of):
    """One voter votes, and votes again: for the same, or for everything else. Nothing that is shown tells the two apart."""
    assembly, (person, *_) = make_assembly([1_000_000, 2_000_000, 3_000_000], residents=2)
    shown = []
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        clients = [client, client_of(make_staff(assembly.place))]
        for choices in ([1, 0, 0], [0, 1, 1]):
            with transaction():
                casting.cast_ballot(assembly.id, ballot(assembly, person, choices), at=NOW)
            session().expire_all()
            shown.append(seen(clients, assembly.place.slug))
    assert {"0 /{slug}/assembly", "1 /desk", "0 /{slug}/"} <= set(shown[0])
    assert shown[0] == shown[1]


def shape(data: bytes) -> str:
    """Return a ballot without its numbers: what its size is made of, but for the digits of random ones."""
    return re.sub(r"[0-9a-f]{64}", "element", re.sub(r'"[0-9]+"', '"n"', json.dumps(json.loads(data))))


def test_ballots_have_one_shape_whatever_was_chosen(app: Flask):
    assembly, (person, *_) = make_assembly([1_000_000, 2_000_000, 3_000_000], residents=1)
    choices = [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    shapes = {re.sub(r'"hash": "[^"]+"', "", shape(ballot(assembly, person, each))) for each in choices}
    assert len(shapes) == 1
