"""The booth as a file that needs no server."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.release import booth_hashes
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_year import make_assembly


@pytest.fixture(autouse=True)
def _during_the_vote() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_copy_is_the_same_for_everybody_and_connects_to_nothing(
    app: Flask, client: FlaskClient, client_of: Callable[[Person], FlaskClient]
):
    assembly, people = make_assembly([2_000_000, 1_000_000])
    path = f"/{assembly.place.slug}/assembly/booth.zip"
    copy = client.get(path).data
    assert client_of(people[0]).get(path, headers={"Accept-Language": "en"}).data == copy
    files = files_of(copy)
    assert list(files) == ["SHA256SUMS", "booth-en.html", "booth.html", "sources.json"]
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert json.loads(files["sources.json"]) == booth_hashes()
    for name, lang in (("booth.html", "ko"), ("booth-en.html", "en")):
        html = files[name].decode()
        assert f'<html lang="{lang}">' in html
        assert "/static/" not in re.sub(
            r'data:text/javascript;base64,[^"]*|<script type="application/json" id="booth-facts">.*?</script>', "", html
        )
        assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
        assert not re.findall(r'(?:src|action)="(?:https?:)?/', html)
        assert "csrf" not in html.replace('"csrf": ""', "").lower().split("booth-facts")[0]


def test_there_is_no_copy_before_voting_is_open(app: Flask, client: FlaskClient):
    assembly, _ = make_assembly([1_000_000], is_open=False)
    assert client.get(f"/{assembly.place.slug}/assembly/booth.zip").status_code == 404
