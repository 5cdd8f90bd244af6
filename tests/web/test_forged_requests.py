"""Nothing is changed by a form that another site sends: every unsafe address asks for a token, few say why they need none."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import csrf
from app.factory import create_app
from tests.conftest import make_config
from tests.factories import make_place
from tests.web.access.test_matrix import address, rules

NEEDS_NONE = {
    "app.assembly.views.booth.cast",  # a ballot's own signature
    "app.assembly.kiosks.views.voting.cast",  # the tablet's cookie, SameSite=Strict, and Sec-Fetch-Site
    "app.assembly.kiosks.views.voting.report",
    "app.ceremony.views.seats.publish",  # the secret of a seat in a header of its own
    "app.ceremony.views.seats.contribute",
    "app.ceremony.views.seats.losses",
    "app.assembly.witnesses.views.board.cosignatures",  # a witness's signature
    "app.following.views.own.unsubscribe",  # a signed address that ends mails and does nothing else
}

ENDPOINTS = {
    "assembly.cast", "kiosks.cast", "kiosks.report", "ceremony.publish", "ceremony.contribute", "ceremony.losses",
    "witnesses.cosignatures",     "following.unsubscribe",
}  # fmt: skip


def test_no_other_address_goes_without_a_token(app: Flask):
    assert csrf._exempt_views == NEEDS_NONE
    assert len(ENDPOINTS) == len(NEEDS_NONE)
    assert not csrf._exempt_blueprints


@pytest.mark.slow
def test_a_form_without_a_token_reaches_no_view(app: Flask, client: FlaskClient):
    app.config["WTF_CSRF_ENABLED"] = True
    slug = make_place().slug
    reached, asked = [], 0
    for rule in rules(app):
        path = address(rule, slug, {})
        if path is None or "POST" not in (rule.methods or set()) or rule.endpoint in ENDPOINTS:
            continue
        if not app.url_map.bind("localhost").test(path, "POST"):
            continue
        asked += 1
        answer = client.post(path, headers={"Accept": "application/json"})
        if answer.status_code != 400:
            reached.append((rule.endpoint, path, answer.status_code))
    assert not reached
    assert asked > 200


@pytest.mark.slow
def test_the_folder_of_an_installation_is_its_operators_alone(tmp_path: Path):
    """It is made by the first start and holds the database, the keys and, in a development, the mails."""
    folder = tmp_path / "instance"
    create_app(make_config(f"sqlite:///{folder / 'madang.sqlite3'}", folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
