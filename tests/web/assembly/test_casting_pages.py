"""The booth's page and the requests that it makes."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.release import STATIC, booth_hashes
from app.assembly.services import board, casting
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import make_person
from tests.factories_year import make_assembly
from voting import Event, EventType, derive_credential, make_ballot, tracker_of
from voting.encoding import canonical_json, sha256

ASKING = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
MODULE = re.compile(
    r"""^(?:import|export)\s[^;]*?from\s+["']([^"']+)["']|\sawait import\(["']([^"']+)["']\)""", re.MULTILINE
)


@pytest.fixture(autouse=True)
def _during_the_vote() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def vote(app: Flask) -> tuple[Assembly, list[Person]]:
    return make_assembly([20_000_000, 9_000_000, 4_000_000], residents=3)


def address(assembly: Assembly, page: str) -> str:
    return f"/{assembly.place.slug}/assembly/{page}"


def ballot_of(assembly: Assembly, person: Person, choices: list[int]) -> bytes:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data


def post(client: FlaskClient, assembly: Assembly, data: bytes, **headers: str):
    return client.post(address(assembly, "ballots"), data=data, headers={**ASKING, **headers})


# The page


@pytest.mark.slow
def test_the_booth_allows_nothing_but_its_own_files(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    page = client.get(address(assembly, "booth"))
    assert page.status_code == 200
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy.pop("img-src") == "'self' data:"
    assert policy.pop("require-trusted-types-for") == "'script'"
    assert policy.pop("trusted-types") == "madang-booth"
    assert policy == {
        **dict.fromkeys(["default-src", "form-action", "base-uri", "frame-ancestors"], "'none'"),
        **dict.fromkeys(["script-src", "worker-src", "style-src", "connect-src", "font-src"], "'self'"),
    }
    assert page.headers["Cache-Control"] == "no-store"
    html = page.text
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all('src="/static/' in each or 'type="application/json"' in each for each in scripts)
    assert not re.findall(r"""(?:src|href)=["'](?!/|#)""", html)
    assert "<nav" not in html
    assert "<footer" not in html


@pytest.mark.slow
def test_the_page_holds_no_code_and_says_how_to_vote_on_paper(
    vote: tuple[Assembly, list[Person]], client_of: Callable[[Person], FlaskClient]
):
    assembly, people = vote
    html = client_of(people[0]).get(address(assembly, "booth")).text
    assert casting.code_for(assembly, people[0], at=NOW) not in html
    without_scripts = html[html.index("<noscript>") : html.index("</noscript>")]
    assert "종이로 투표할 수 있습니다" in without_scripts
    assert "이 방식에서는 서버가 열쇠와 투표 번호를 만듭니다" in html


@pytest.mark.slow
def test_an_item_cannot_break_out_of_the_page(app: Flask, client: FlaskClient):
    """ "The bug that made me President": a title is text, in the page and in the JSON that the page carries."""
    assembly, _ = make_assembly([1_000_000])
    html = client.get(address(assembly, "booth")).text
    facts = re.search(r'<script type="application/json" id="booth-facts">(.*?)</script>', html, re.DOTALL)
    assert facts
    assert "<" not in facts[1].replace("\\u003c", "")
    assert json.loads(facts[1])["fingerprint"] == assembly.fingerprint
    for path in (STATIC / "booth").glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
        )


def test_scripts_hold_no_text_for_people():
    for path in (STATIC / "booth").glob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
        assert not re.search("[가-힣]", code), path.name


@pytest.mark.slow
def test_an_assembly_that_is_not_open_has_no_booth(app: Flask, client: FlaskClient):
    assembly, _ = make_assembly([1_000_000], is_open=False)
    assert client.get(address(assembly, "booth")).status_code == 303
    for page in ("election.json", "credentials/00.json"):
        assert client.get(address(assembly, page), headers=ASKING).status_code == 404


@pytest.mark.slow
def test_the_election_is_served_byte_for_byte(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    page = client.get(address(assembly, "election.json"))
    assert page.mimetype == "application/json"
    assert page.data == board.context_of(assembly).election.data
    assert board.context_of(assembly).fingerprint == assembly.fingerprint


@pytest.mark.slow
def test_credentials_are_told_by_how_they_begin(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    listed = set(board.context_of(assembly).weights)
    told = [client.get(address(assembly, f"credentials/{n:02x}.json")).get_json() for n in range(256)]
    assert {each for some in told for each in some} == listed
    assert all(each.startswith(f"{n:02x}") for n, some in enumerate(told) for each in some)
    assert client.get(address(assembly, "credentials/0.json")).status_code == 404


# The code of an account


@pytest.mark.slow
def test_a_resident_gets_their_own_code_and_nobody_else_any(
    client: FlaskClient, vote: tuple[Assembly, list[Person]], client_of: Callable[[Person], FlaskClient]
):
    assembly, people = vote
    codes = []
    for person in people:
        answer = client_of(person).post(address(assembly, "code"), headers=ASKING)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        codes.append(answer.get_json()["code"])
    assert codes == [casting.code_for(assembly, person, at=NOW) for person in people]
    assert len(set(codes)) == 3
    guest = client.post(address(assembly, "code"), headers=ASKING)
    stranger = client_of(make_person()).post(address(assembly, "code"), headers=ASKING)
    assert (guest.status_code, stranger.status_code) == (401, 403)
    assert "투표를 열 때 주민으로 확인된 분만" in stranger.get_json()["error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {}, {"Origin": "https://else.example"}]
)
def test_a_code_is_told_to_a_page_of_this_site_only(
    vote: tuple[Assembly, list[Person]], client_of: Callable[[Person], FlaskClient], headers: dict[str, str]
):
    assembly, people = vote
    answer = client_of(people[0]).post(address(assembly, "code"), headers={"Accept": "application/json", **headers})
    assert answer.status_code == 403
    assert "투표 화면에만" in answer.get_json()["error"]


@pytest.mark.slow
def test_a_code_needs_the_token_and_a_ballot_does_not(
    app: Flask, vote: tuple[Assembly, list[Person]], client_of: Callable[[Person], FlaskClient]
):
    app.config["WTF_CSRF_ENABLED"] = True
    assembly, people = vote
    client = client_of(people[0])
    refused = client.post(address(assembly, "code"), headers=ASKING)
    assert refused.status_code == 400
    assert "화면이 너무 오래" in refused.get_json()["error"]
    html = client.get(address(assembly, "booth")).text
    token = re.search(r'"csrf": "([^"]+)"', html)
    assert token
    taken = client.post(address(assembly, "code"), headers={**ASKING, "X-CSRFToken": token[1]})
    assert taken.status_code == 200
    assert post(app.test_client(), assembly, ballot_of(assembly, people[0], [1, 0, 0])).status_code == 200


def test_there_is_no_code_before_or_after_the_vote(
    vote: tuple[Assembly, list[Person]], client_of: Callable[[Person], FlaskClient]
):
    assembly, people = vote
    with time_machine.travel(assembly.closes_at, tick=False):
        answer = client_of(people[0]).post(address(assembly, "code"), headers=ASKING)
    assert answer.status_code == 409


# Casting


@pytest.mark.slow
def test_a_ballot_needs_no_account_and_its_receipt_follows_from_its_bytes(
    client: FlaskClient, vote: tuple[Assembly, list[Person]]
):
    assembly, people = vote
    data = ballot_of(assembly, people[0], [1, 0, 1])
    answer = post(client, assembly, data)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    receipt = answer.get_json()
    assert set(receipt) == {"tracker", "height", "event", "parent", "proof"}
    assert receipt["tracker"] == tracker_of(data)
    event = Event(height=receipt["height"], type=EventType.BALLOT, parent=receipt["parent"], payload=sha256(data).hex())
    assert receipt["event"] == event.hash
    assert list(board.records(assembly))[receipt["height"]].event.hash == receipt["event"]


@pytest.mark.slow
def test_the_same_ballot_again_gives_the_same_receipt_even_after_the_end(
    client: FlaskClient, vote: tuple[Assembly, list[Person]]
):
    assembly, people = vote
    data = ballot_of(assembly, people[0], [1, 0, 1])
    first = post(client, assembly, data)
    assert post(client, assembly, data).data == first.data
    with time_machine.travel(assembly.closes_at + timedelta(hours=1), tick=False):
        again = post(client, assembly, data)
    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.slow
def test_a_second_vote_is_received_like_a_first_one(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, people = vote
    receipts = [
        post(client, assembly, ballot_of(assembly, people[0], choices)).get_json() for choices in ([1, 0, 0], [0, 1, 0])
    ]
    assert [receipt["height"] for receipt in receipts] == [1, 2]
    assert receipts[1]["parent"] == receipts[0]["event"]
    assert set(receipts[0]) == set(receipts[1])


@pytest.mark.slow
def test_a_ballot_at_the_closing_instant_is_too_late(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, people = vote
    data = ballot_of(assembly, people[0], [1, 0, 0])
    with time_machine.travel(assembly.closes_at, tick=False):
        late = post(client, assembly, data)
    assert (late.status_code, late.get_json()["error"]) == (409, "지금은 투표하는 때가 아닙니다.")
    with time_machine.travel(assembly.closes_at - timedelta(seconds=1), tick=False):
        assert post(client, assembly, data).status_code == 200


def broken_ballots(data: bytes) -> dict[str, bytes]:
    value = json.loads(data)
    choices = value["answers"][0]["choices"]
    swapped = json.loads(data)
    swapped["answers"][0]["choices"][0], swapped["answers"][0]["choices"][1] = choices[1], choices[0]
    return {
        "nothing": b"",
        "no JSON": b"{",
        "spaces": data.replace(b",", b", "),
        "a choice swapped": canonical_json(swapped),
        "another field": canonical_json(value | {"x": 1}),
        "another election": data.replace(value["election_hash"].encode(), b"A" * 43),
        "not UTF-8": data + b"\xff",
        "deep": b"[" * 100_000,
    }


@pytest.mark.slow
def test_whatever_does_not_hold_is_refused_with_a_sentence_and_leaves_no_trace(
    client: FlaskClient, vote: tuple[Assembly, list[Person]]
):
    assembly, people = vote
    for name, data in broken_ballots(ballot_of(assembly, people[0], [1, 0, 0])).items():
        answer = post(client, assembly, data)
        assert answer.status_code == 422, name
        assert answer.get_json()["error"] == "투표지를 확인할 수 없어 넣지 않았습니다. 다시 잠가 주세요."
    english = post(client, assembly, b"{", **{"Accept-Language": "en"})
    assert not re.search("[가-힣]", english.get_json()["error"])
    assert len(list(board.records(assembly))) == 1


@pytest.mark.slow
def test_a_ballot_of_a_stranger_is_refused(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    election = board.context_of(assembly).election
    stranger = derive_credential("aaaaa-aaaaaa-aaaaa-aaaaaa", uuid=election.uuid, group=election.group)
    assert post(client, assembly, make_ballot(election, stranger, [[1, 0, 0]]).data).status_code == 422


def test_a_huge_ballot_is_turned_away_before_it_is_read(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    answer = post(client, assembly, b"x" * (casting.MAX_BALLOT_BYTES + 1))
    assert answer.status_code == 413
    assert answer.get_json()["error"] == "투표지가 너무 큽니다."


# Which booth is this?


def imported_by(path: Path) -> set[Path]:
    found = {path}
    for plain, dynamic in MODULE.findall(path.read_text()):
        found |= imported_by((path.parent / (plain or dynamic)).resolve())
    return found


@pytest.mark.slow
def test_every_file_of_the_booth_is_published_with_its_hash(client: FlaskClient, vote: tuple[Assembly, list[Person]]):
    assembly, _ = vote
    hashes = client.get("/booth/files.json").get_json()
    assert hashes == booth_hashes()
    assert list(hashes) == sorted(hashes)
    for path, expected in hashes.items():
        assert hashlib.sha256(client.get(path).data).hexdigest() == expected
    html = client.get(address(assembly, "booth")).text
    loaded = {match.split("?")[0] for match in re.findall(r'(?:src|href)="(/static/[^"#]+)', html)}
    needed = {
        f"/static/{module.relative_to(STATIC)}"
        for entry in ("booth.js", "worker.js", "locksmith.js")
        for module in imported_by(STATIC / "booth" / entry)
    }
    assert len(needed) > 20
    assert loaded | needed <= set(hashes)
