"""The page on which anybody counts again, as the server gives it: what it may do, and what it says without scripts."""

import json
import re
from typing import Any

from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.release import booth_hashes
from tests.factories_year import make_assembly
from voting.election.errors import ElectionRefusedError
from voting.election.verify.report import TITLES
from voting.errors import UnreadableInputError


def facts_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="verify-facts">(.+?)</script>', text, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def page_of(client: FlaskClient, assembly: Assembly) -> str:
    answer = client.get(f"/{assembly.place.slug}/assembly/verify")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "connect-src 'self'", "form-action 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "<form" not in answer.text
    return answer.text


def test_a_vote_under_way_is_offered_as_far_as_it_goes(client: FlaskClient):
    assembly, _ = make_assembly([6_000_000, 5_000_000])
    text = page_of(client, assembly)
    facts = facts_of(text)
    assert facts["finished"] is False
    assert facts["fingerprint"] == assembly.fingerprint
    assert client.get(facts["archive"]).data.startswith(b"BELENIOS")
    assert facts["proofs"] == ""
    assert f"--unfinished --fingerprint={assembly.fingerprint}" in text


def test_before_the_vote_files_from_elsewhere_are_checked_all_the_same(client: FlaskClient):
    assembly, _ = make_assembly([6_000_000, 5_000_000], is_open=False)
    text = page_of(client, assembly)
    facts = facts_of(text)
    assert facts["archive"] == facts["proofs"] == facts["proofAddress"] == ""
    assert 'id="from-site"' not in text
    assert "belenios-tool election verify" in text


def test_there_are_words_for_every_step_and_every_refusal_of_an_archive(client: FlaskClient):
    assembly, _ = make_assembly([6_000_000])
    facts = facts_of(page_of(client, assembly))
    assert len(facts["titles"]) == len(TITLES)
    known = {error.__name__ for error in _below(ElectionRefusedError) | _below(UnreadableInputError)}
    assert set(facts["refusals"]) <= known
    written = {path for path in booth_hashes() if path.startswith("/static/verify/")}
    assert facts["worker"].split("?")[0] in written
    codes: set[str] = set()
    for path in written:
        codes |= set(re.findall(r'"([A-Z][A-Za-z]+Error)"', client.get(path).text))
    assert codes <= known
    assert codes <= set(facts["refusals"])


def _below(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(_below(each) for each in root.__subclasses__()))
