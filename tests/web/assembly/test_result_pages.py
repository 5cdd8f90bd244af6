"""The result of an assembly: its page, why it was decided so, and files from which anybody counts it again."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.assembly.models import Assembly
from app.assembly.rules import BallotForm, Preference
from app.assembly.rules.choosing import TIES
from app.assembly.services import board, casting, counting
from app.db.session import transaction
from app.extensions import db
from app.people.models import Person
from app.record.signing import installation_signer
from app.web.filters import WORD_JOINER
from tests.conftest import NOW
from tests.factories_year import make_assembly
from voting import derive_credential, make_ballot
from voting.allocation import Completion, Rule, RuleName, TieOrder, read_pabulib, write_bundle
from voting.cli import main
from voting.encoding import canonical_json

COSTS = [6_000_000, 5_000_000, 4_000_000, 3_000_000]
ENVELOPE = 10_000_000
SHARES = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=10_000, ties=TieOrder(TIES))


@pytest.fixture(autouse=True)
def _after_the_vote():
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        yield


def cast(assembly: Assembly, person: Person, vote: list[int]) -> None:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    with transaction():
        casting.cast_ballot(assembly.id, make_ballot(context.election, credential, [vote]).data, at=NOW)


def counted(form: BallotForm, rule: Rule | None, votes: list[list[int]], **options) -> Assembly:
    assembly, people = make_assembly(
        COSTS, residents=len(votes), envelope_won=ENVELOPE, form=form, rule=rule, **options
    )
    for person, vote in zip(people, votes, strict=True):
        cast(assembly, person, vote)
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    with transaction():
        counting.count_assembly(assembly.id, at=assembly.closes_at)
    return assembly


def by_points() -> Assembly:
    # Three want the first and the second, two want the third and the fourth, and one chooses nothing.
    votes = [[3, 2, 0, 0], [3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 2], [0, 0, 3, 2], [0, 0, 0, 0]]
    return counted(BallotForm(Preference.POINTS, at_most=5, per_item=3, shuffled=True), SHARES, votes)


def by_ranking() -> Assembly:
    votes = [[1, 2, 0, 0], [1, 2, 3, 0], [2, 1, 0, 0], [0, 0, 1, 2], [0, 0, 1, 2]]
    return counted(BallotForm(Preference.RANKING, at_most=3, shuffled=True), SHARES, votes)


def by_sums() -> Assembly:
    votes = [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]
    return counted(BallotForm(Preference.APPROVAL, at_most=2), None, votes)


def address(assembly: Assembly, page: str = "") -> str:
    return f"/{assembly.place.slug}/assembly{page}"


def download(client: FlaskClient, assembly: Assembly, name: str, folder: Path) -> Path:
    answer = client.get(address(assembly, f"/{assembly.cycle.year}/{name}"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    path = folder / name
    path.write_bytes(answer.data)
    return path


def funded(assembly: Assembly) -> set[str]:
    return {line.project_id for item, line in zip(assembly.items, assembly.lines, strict=True) if item.is_funded}


@pytest.mark.slow
@pytest.mark.parametrize("make", [by_points, by_ranking, by_sums])
def test_the_result_is_recounted_from_the_downloads_alone(
    app: Flask, client: FlaskClient, make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assembly = make()
    page = client.get(address(assembly)).text
    key = re.search(r"--key '([^']+)'", page)
    assert key
    # The bundle, whole and signed.
    path = download(client, assembly, "result.zip", tmp_path)
    capsys.readouterr()  # what the count logged
    assert main(["recount", str(path), "--key", key[1], "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["funded"]) == funded(assembly)
    # Its parts, one by one, as the page and the readme tell.
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "parts")
    parts = tmp_path / "parts"
    words = [str(parts / "election.json"), "--rule-file", str(parts / "rule.json"), "--json"]
    assert main(["count", *words]) == 0
    recounted = json.loads(capsys.readouterr().out)
    assert set(recounted["funded"]) == funded(assembly)
    assert recounted["total_cost"] == sum(item.granted_won or 0 for item in assembly.items)
    for item, line in zip(assembly.items, assembly.lines, strict=True):
        assert recounted["reasons"][line.project_id]["ko"] == item.reason_ko
        assert recounted["reasons"][line.project_id]["en"] == item.reason_en
    assert main(["explain", *words]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((parts / "explanation.json").read_bytes())
    verify = [str(parts / "election.bel"), "--proofs", str(parts / "proofs.json")]
    head = ["--checkpoint", str(parts / "checkpoint"), "--policy", str(parts / "witnesses.policy")]
    assert main(["verify", *verify, "--fingerprint", assembly.fingerprint, *head]) == 0
    readme = (parts / "readme.txt").read_text(encoding="utf-8")
    assert assembly.fingerprint in readme
    assert key[1] in readme


@pytest.mark.slow
def test_the_pabulib_file_holds_the_ballots_of_the_mix_and_says_what_it_lacks(
    app: Flask, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assembly = by_points()
    path = download(client, assembly, "votes.pb", tmp_path)
    file = read_pabulib(path.read_bytes())
    assert file.warnings == ()
    assert file.election.voters == 5
    assert "1 blank ballots" in file.meta["comment"]
    assert set(file.published.funded(file.election.projects)) == funded(assembly)
    header = path.read_text(encoding="utf-8").split("VOTES\n")[1].splitlines()[0]
    assert header == "voter_id;vote;points"


@pytest.mark.slow
def test_a_full_pabulib_file_recounts_to_the_same_result(
    app: Flask, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assembly = by_ranking()
    path = download(client, assembly, "votes.pb", tmp_path)
    rule = download(client, assembly, "rule.json", tmp_path)
    capsys.readouterr()
    assert main(["count", str(path), "--rule-file", str(rule), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["funded"]) == funded(assembly)


@pytest.mark.slow
def test_sums_have_no_file_of_ballots(app: Flask, client: FlaskClient, tmp_path: Path):
    assembly = by_sums()
    assert client.get(address(assembly, f"/{assembly.cycle.year}/votes.pb")).status_code == 404
    page = client.get(address(assembly)).text
    assert "votes.pb" not in page
    assert "합계만 공개했습니다" in page
    election = json.loads(download(client, assembly, "election.json", tmp_path).read_bytes())
    assert election["ballots"] is None
    explained = client.get(address(assembly, "/explained")).text
    assert "사람마다 무엇을 얻었는지는 셈할 수 없습니다." in explained


@pytest.mark.slow
def test_no_download_says_anything_about_a_person(app: Flask, client: FlaskClient, tmp_path: Path):
    assembly = by_points()
    names = ["votes.pb", "election.json", "result.csv", "explanation.json", "result.json", "rule.json", "trace.json"]
    texts = [download(client, assembly, name, tmp_path).read_text(encoding="utf-8") for name in names]
    for text in texts:
        assert not re.search(r"\b(age|sex|gender|neighborhood|channel|credential|birth)\b", text)
    ballots = json.loads(texts[1])["ballots"]
    assert set(ballots) == {"kind", "points_scale", "distinct"}
    assert all(set(each) == {"choices", "points", "count"} for each in ballots["distinct"])


@pytest.mark.slow
def test_the_table_is_safe_for_spreadsheets_and_complete(app: Flask, client: FlaskClient, tmp_path: Path):
    assembly = by_points()
    with transaction():
        assembly.items[0].title = "=1+1"
    data = download(client, assembly, "result.csv", tmp_path).read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0]["title"] == "'=1+1"
    assert {row["number"] for row in rows if row["funded"] == "1"} == {
        str(item.number) for item in assembly.items if item.is_funded
    }


@pytest.mark.slow
def test_the_page_shows_reasons_points_blank_ballots_and_a_warning_where_few_voted(app: Flask, client: FlaskClient):
    assembly = by_points()
    page = client.get(address(assembly)).text.replace(WORD_JOINER, "")  # keeps a figure and its particle on one line
    for item in assembly.items:
        assert item.reason_ko in page
        assert f"{int(item.score)}점" in page
    assert "아무것도 고르지 않은 표 1장 포함" in page
    assert "드문 표는 눈에 띌 수" in page
    english = client.get(address(assembly), headers={"Accept-Language": "en"}).text
    assert assembly.items[0].reason_en in re.sub(r"<[^>]*>", "", english)  # titles stand in their own language
    assert not re.search(r"[가-힣]", re.sub(r'lang="ko"[^<]*<|<[^>]*>', "", _own_words(english)))


def _own_words(page: str) -> str:
    """The files section, whose words are all the program's own."""
    return page.split('id="recount"')[1].split("</section>")[0]


@pytest.mark.slow
def test_it_is_explained_who_paid_what_was_missing_and_how_even_it_is(app: Flask, client: FlaskClient):
    assembly = by_points()
    page = client.get(address(assembly, "/explained")).text
    assert "한 사람의 몫으로 차례차례" in page
    assert "고르게 돌아갔나요?" in page
    assert "표가 많은 차례로만 했다면" in page or "같은 사업이 뽑혔습니다" in page
    assert "하나도 이루어지지 않은 사람" in page


@pytest.mark.slow
def test_ties_are_shown_with_what_settled_them(app: Flask, client: FlaskClient):
    assembly = by_sums()
    page = client.get(address(assembly)).text
    assert "표가 같은 사업이 있습니다." in page
    explained = client.get(address(assembly, "/explained")).text
    assert "비용이 적은 것을 앞에 두었습니다." in explained
    # All four have two votes: the cheapest first.
    titles = [item.title for item in sorted(assembly.items, key=lambda item: item.cost_won)]
    assert " → ".join(titles) in " ".join(explained.split())


@pytest.mark.slow
def test_nothing_is_explained_before_the_count(app: Flask, client: FlaskClient):
    assembly, _ = make_assembly(COSTS)
    for page in ("/explained", f"/{assembly.cycle.year}/result.zip", f"/{assembly.cycle.year}/election.json"):
        assert client.get(address(assembly, page)).status_code == 404
    assert client.get(address(assembly, "/1999/result.zip")).status_code == 404


@pytest.mark.slow
def test_a_list_that_was_not_quorate_says_so(app: Flask, client: FlaskClient):
    assembly = by_sums()
    with transaction():
        assembly.least_turnout = 100
    assert "총회가 이루어지지 않았습니다" in client.get(address(assembly, "/explained")).text


@pytest.mark.slow
def test_the_pages_ask_few_queries(app: Flask, client: FlaskClient):
    assembly = by_ranking()
    for page in ("", "/explained"):
        asked: list[str] = []

        def note(*details: object, asked: list[str] = asked) -> None:
            asked.append(str(details[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        client.get(address(assembly, page))
        event.remove(db.engine, "before_cursor_execute", note)
        assert len(asked) <= 25, asked


@pytest.mark.slow
def test_a_voter_follows_their_own_share_and_the_server_never_learns_of_which_choices(app: Flask, client: FlaskClient):
    assembly = by_points()
    page = client.get(address(assembly, "/my-share")).text
    assert "내 몫은 어디에 쓰였나요?" in page
    assert "투표한 6명은" in page
    # Two want the third item, which costs four million; six voted.
    assert "“사업 3”은 고른 사람 가운데 2명이 평균 2,000,000원씩 냈습니다. 모두로 나누면 한 사람에 666,667원" in page
    # The controls have no name and stand in no form, so that no browser can send them.
    own = page.split('id="own"')[1].split('id="average"')[0]
    assert own.count("data-project=") == len(COSTS)
    assert "<form" not in own
    assert " name=" not in own
    facts = json.loads(page.split('id="share-facts">')[1].split("</script>")[0])
    assert [each["funded"] for each in facts["items"]] == [bool(item.is_funded) for item in assembly.items]
    trace = json.loads(client.get(facts["trace"]).data)
    assert {each["project"] for each in trace["purchases"]} | set(trace["filled"]) == funded(assembly)
    english = client.get(address(assembly, "/my-share"), headers={"Accept-Language": "en"}).text
    assert "Where did my share go?" in english


@pytest.mark.slow
def test_where_most_votes_go_first_a_voter_sees_which_choices_are_funded(app: Flask, client: FlaskClient):
    assembly = by_sums()
    page = client.get(address(assembly, "/my-share")).text
    assert "내가 고른 사업은 어떻게 되었나요?" in page
    assert "한 사람에 평균 2.0개를 골랐고" in page
    assert json.loads(page.split('id="share-facts">')[1].split("</script>")[0])["trace"] == ""
    missing = client.get(address(assembly, f"/{assembly.cycle.year}/trace.json"))
    assert missing.status_code == 404
    assert "몫으로 정하지 않아" in missing.text


@pytest.mark.slow
def test_a_trace_that_says_otherwise_is_found_out(
    app: Flask, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assembly = by_ranking()
    with zipfile.ZipFile(download(client, assembly, "result.zip", tmp_path)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "manifest.txt"}
    assert "trace.json" in members
    trace = json.loads(members["trace.json"])
    trace["purchases"][0]["price"] = "1/1"
    members["trace.json"] = canonical_json(trace)
    path = tmp_path / "forged.zip"
    path.write_bytes(
        write_bundle(members, title="x", fingerprint=assembly.fingerprint, signers=[installation_signer()])
    )
    capsys.readouterr()
    assert main(["recount", str(path)]) == 1
    assert "trace.json" in capsys.readouterr().err
