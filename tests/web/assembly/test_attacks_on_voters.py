"""Attacks on single voters: another booth for one of them, and identities guessed from what is published."""

import base64
import hashlib
import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.services import board, casting
from app.assembly.stations.services import keeping
from app.db.session import session, transaction
from app.people.models import Person, RollEntry
from app.privacy.sealing import reveal
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories_stations import BORN, hand_out, make_roll_assembly, make_station
from tests.factories_year import make_assembly, make_staff
from tests.load.casting import ballots_of


@pytest.mark.slow
def test_everybody_gets_the_booth_whose_hashes_are_published(
    client: FlaskClient, client_of: Callable[[Person], FlaskClient]
):
    """T46: whatever the browser, the language, the address or the account."""
    assembly, people = make_assembly([1_000_000], residents=1)
    with time_machine.travel(NOW + timedelta(hours=1)):
        page = client.get(f"/{assembly.place.slug}/assembly/booth")
        published = client.get("/booth/files.json").get_json()
        scripts = [name for name in published if name.startswith("/static/booth/")]
        askers = [
            (client, {"User-Agent": "Mozilla/5.0 (iPhone)", "Accept-Language": "en"}),
            (client, {"User-Agent": "Mozilla/5.0 (Linux; Android 9)", "X-Forwarded-For": "203.0.113.7"}),
            (client_of(people[0]), {"Sec-Fetch-Site": "cross-site"}),
        ]
        for (asker, headers), name in itertools.product(askers, scripts):
            answer = asker.get(name, headers=headers)
            assert hashlib.sha256(answer.data).hexdigest() == published[name], name
        # And the page asks for no script beside them.
        for asker, headers in askers:
            other = asker.get(f"/{assembly.place.slug}/assembly/booth", headers=headers).text
            named = {line for line in other.split('"') if line.startswith("/static/") and ".js" in line}
            assert named == {line for line in page.text.split('"') if line.startswith("/static/") and ".js" in line}
            assert {line.partition("?")[0] for line in named} <= {*published}


@pytest.mark.slow
def test_nothing_that_is_published_is_a_hash_of_anybody(app: Flask):
    """T37: who knows names, birth dates and numbers of accounts finds none of them again by hashing."""
    assembly, people, entries = make_roll_assembly([1_000_000], residents=2, others=2)
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    for data in ballots_of(assembly, people):
        with transaction():
            casting.cast_ballot(assembly.id, data, at=NOW)
    hand_out(station, [entries[2]], by=clerk)
    known = [str(number) for person in people for number in (person.id, f"person:{person.id}")]
    known += [str(entry.id) for entry in entries] + [BORN.isoformat(), BORN.strftime("%Y%m%d"), BORN.strftime("%y%m%d")]
    for entry in entries:
        name = reveal(entry, RollEntry.name) or ""
        known += [name, *(name + glue + BORN.isoformat() for glue in ("", " ", "|", ",", ":"))]
        known += [name + BORN.strftime("%y%m%d")]
    uuid = board.context_of(assembly).election.uuid
    ways = [hashlib.sha256, hashlib.sha1, hashlib.md5]
    published = b"".join(board.archive(assembly)).decode("utf-8", "replace") + keeping.paper_statement(assembly)
    published += "".join(f"{row.subject}{row.values}{row.hash}" for row in session().query(RecordEntry))
    for text, salt, way in itertools.product(known, ("", uuid, assembly.place.slug), ways):
        digest = way((salt + text).encode()).digest()
        for spelling in (digest.hex(), base64.b64encode(digest).decode().rstrip("=")):
            assert spelling not in published, text
