"""Pages of witnesses, what their programs fetch and leave, and what voters read of it."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assembly.services import inclusion
from app.assembly.witnesses.models import Cosignature, Witness
from app.db.session import session, transaction
from app.places.models import Place
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_place
from tests.factories_witnesses import KEYS, cosigned, leave, make_witness, make_witnessed
from tests.factories_year import make_assembly, make_staff
from tests.integration.witnesses.test_cosigning import cast_all, offer
from voting.log.following import Follower
from voting.log.note import parse_note, parse_verifier_key
from voting.log.policy import parse_policy
from voting.log.proof_file import parse_log_proof
from voting.log.witness_files import DirectoryStore

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield


def board_of(assembly) -> str:
    return f"/{assembly.place.slug}/assembly/{assembly.cycle.year}"


def test_a_witness_comes_checks_signs_and_leaves_over_http(client: FlaskClient, tmp_path):
    assembly, people = make_witnessed(KEYS)
    board = board_of(assembly)
    log = parse_verifier_key(inclusion.log_key(assembly))
    memory = tmp_path / "memory"
    memory.mkdir()
    witness = Follower(KEYS[0], log, store=DirectoryStore(memory), evidence=tmp_path / "evidence")
    for voters in ([], people):
        cast_all(assembly, voters)
        offer(assembly)
        asked = client.get(f"{board}/add-checkpoint?old={witness.size}")
        assert (asked.status_code, asked.content_type) == (200, "text/plain; charset=utf-8")
        assert asked.headers["Cache-Control"] == "no-store"
        found = witness.cosign(asked.data, at=int((NOW + timedelta(minutes=1)).timestamp()))
        left = client.post(f"{board}/cosignatures", data=found.note, headers=JSON)
        assert left.status_code == 200, left.text
        assert left.json["witnesses"] == ["witness1.example"]
        assert left.json["quorum"] == 2
        leave(assembly, cosigned(assembly, KEYS[1]))
    assert witness.size == 4
    policy = parse_policy(client.get(f"{board}/witnesses.policy").data)
    assert len(parse_note(client.get(f"{board}/checkpoint").data).signatures) == 3
    assert policy.verify_checkpoint(parse_note(client.get(f"{board}/checkpoint").data)).checkpoint.size == 4


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda _: b"nonsense", 422),
        (lambda _: b"x" * 20_000, 413),
        (lambda assembly: inclusion.head_of(assembly, 1).serialize(), 403),
        (lambda assembly: cosigned(assembly, KEYS[0], at=NOW + timedelta(days=1)).serialize(), 422),
    ],
)
def test_what_is_no_cosignature_is_refused_in_words_and_stores_nothing(client: FlaskClient, make, status: int):
    assembly, _ = make_witnessed(KEYS)
    answer = client.post(f"{board_of(assembly)}/cosignatures", data=make(assembly), headers=JSON)
    assert answer.status_code == status
    assert answer.json["error"]
    assert session().scalars(select(Cosignature)).all() == []


def test_addresses_of_a_board_that_is_not_there_are_not_found(client: FlaskClient):
    assembly, _ = make_assembly([1_000_000], is_open=False)
    for board in (board_of(assembly), f"/{assembly.place.slug}/assembly/1999"):
        assert client.get(f"{board}/checkpoint").status_code == 404
        assert client.get(f"{board}/add-checkpoint").status_code == 404
        assert client.get(f"{board}/witnesses.policy").status_code == 404
        assert client.post(f"{board}/cosignatures", data=b"x").status_code == 404
    opened, _ = make_assembly([1_000_000])
    assert client.get(f"{board_of(opened)}/add-checkpoint?old=0x1").status_code == 422
    assert client.get(f"{board_of(opened)}/add-checkpoint?old=99").data.startswith(b"old 99\n\n")


def test_a_contradiction_is_answered_with_conflict_and_stands_on_the_page(client: FlaskClient):
    assembly, _ = make_witnessed(KEYS)
    signer = inclusion._signer(assembly)
    text = f"{signer.verifier.name}\n77\n{'A' * 43}=\n"
    note = f"{text}\n{signer.sign(text).line()}".encode()
    answer = client.post(f"{board_of(assembly)}/cosignatures", data=note, headers=JSON)
    assert answer.status_code == 409
    assert "간직" in answer.json["error"]
    page = client.get(f"/{assembly.place.slug}/assembly/witnesses").text
    assert "서로 맞지 않습니다" in page
    assert "\n77\n" in page
    assert "\n1\n" in page, "beside what the log says now"


def test_the_receipt_page_says_plainly_who_has_seen_the_ballot(client: FlaskClient):
    assembly, people = make_witnessed(KEYS)
    receipt = cast_all(assembly, people)[0]
    find = f"/{assembly.place.slug}/assembly/find"
    asked = {"tracker": receipt.tracker}
    page = client.get(find, query_string=asked).text
    assert "서버 서명만 있음, 증인의 확인을 기다리는 중" in page
    assert "--policy witnesses.policy" in page
    leave(assembly, cosigned(assembly, *KEYS[:2]))
    offer(assembly)
    leave(assembly, cosigned(assembly, KEYS[2]))
    assert "증인 1곳이 확인했고 2곳이 필요합니다" in client.get(find, query_string=asked).text
    leave(assembly, cosigned(assembly, KEYS[0]))
    page = client.get(find, query_string=asked).text
    assert "증인 2곳이 확인했습니다" in page
    assert "이웃 witness3.example" in page
    english = client.get(find, query_string=asked, headers={"Accept-Language": "en"}).text
    assert "Confirmed by 2 witnesses" in english
    proof = client.get(f"/{assembly.place.slug}/assembly/receipt.tlog-proof", query_string=asked).data
    policy = parse_policy(client.get(f"{board_of(assembly)}/witnesses.policy").data)
    leaf = bytes.fromhex(inclusion.leaf_of(assembly, receipt.height))
    assert len(parse_log_proof(proof).verify(leaf, policy).cosigned_at) == 2


def test_a_vote_without_witnesses_says_so(client: FlaskClient):
    assembly, people = make_assembly([1_000_000], residents=1)
    receipt = cast_all(assembly, people)[0]
    page = client.get(f"/{assembly.place.slug}/assembly/find", query_string={"tracker": receipt.tracker}).text
    assert "이 투표에는 증인이 없습니다" in page
    assert "--log " in page
    assert "이 투표에는 증인이 없습니다" in client.get(f"/{assembly.place.slug}/assembly/witnesses").text


def filled(page: str, **changes: str) -> dict[str, str]:
    once = page.split('name="once"')[1].split('value="')[1].split('"')[0]
    return {
        "once": once, "name": "강동동 주민자치회", "name_en": "Council of Gangdong-dong", "about": "이웃 동입니다.",
        "about_en": "", "site": "", "key": str(KEYS[0].verifier), "reason": "3월 회의에서 정함",
    } | changes  # fmt: skip


def test_staff_add_a_witness_once_and_retire_it_and_the_record_says_both(client: FlaskClient, client_of):
    place = make_place()
    clerk = client_of(make_staff(place))
    new = f"/{place.slug}/assembly/witnesses/new"
    given = filled(clerk.get(new).text)
    assert [clerk.post(new, data=given).status_code for _ in range(2)] == [303, 303]
    (row,) = session().scalars(select(Witness)).all()
    shown = client.get(f"/{place.slug}/assembly/witnesses").text
    assert "강동동 주민자치회" in shown
    assert str(KEYS[0].verifier) in shown.replace("&#43;", "+")
    assert "증인 두기" not in shown, "a guest adds nobody"
    retire = f"/{place.slug}/assembly/witnesses/{row.id}/retire"
    assert clerk.post(retire, data={"reason": ""}).status_code == 422
    assert [clerk.post(retire, data={"reason": "열쇠를 잃었습니다"}).status_code for _ in range(2)] == [303, 303]
    acts = [
        (entry.act, json.dumps(entry.values, ensure_ascii=False)) for entry in session().scalars(select(RecordEntry))
    ]
    assert [act for act, _ in acts] == ["assembly.witness_added", "assembly.witness_retired"]
    assert "열쇠를 잃었습니다" in acts[1][1]
    assert "거둔 증인" in client.get(f"/{place.slug}/assembly/witnesses").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "nonsense"},
        {"key": "witness1.example+00000000+" + "A" * 44},
        {"key": "log.example+5e2ff2dc+AZ" + "A" * 42},
        {"site": "http://gangdong.example"},
        {"site": 'https://x"onclick=1'},
        {"name": ""},
        {"reason": "네"},
        {"about": "주민등록번호 900101-1234568"},
    ],
)
def test_a_witness_that_cannot_be_is_refused_and_what_was_typed_is_kept(client_of, wrong: dict[str, str]):
    place = make_place()
    clerk = client_of(make_staff(place))
    new = f"/{place.slug}/assembly/witnesses/new"
    answer = clerk.post(new, data=filled(clerk.get(new).text, **wrong))
    assert answer.status_code == 422
    assert "3월 회의에서 정함" in answer.text or "reason" in wrong
    assert session().scalars(select(Witness)).all() == []


def test_one_key_is_one_voice_up_and_down_the_tree(client_of):
    dong = make_place()
    gu = session().get_one(Place, dong.parent_id)
    sister = make_place(parent=gu)
    make_witness(dong, KEYS[0])
    for place in (gu, dong):
        clerk = client_of(make_staff(place))
        new = f"/{place.slug}/assembly/witnesses/new"
        assert clerk.post(new, data=filled(clerk.get(new).text)).status_code == 422
    make_witness(sister, KEYS[0])
    make_witness(gu, KEYS[1])
    assert "에서 정함" in client_of(make_staff(dong)).get(f"/{dong.slug}/assembly/witnesses").text


def test_only_the_places_staff_add_and_retire(client: FlaskClient, client_of):
    place = make_place()
    row = make_witness(place, KEYS[0])
    stranger = client_of(make_staff(make_place()))
    for path in (f"/{place.slug}/assembly/witnesses/new", f"/{place.slug}/assembly/witnesses/{row.id}/retire"):
        assert stranger.get(path).status_code == 403
        assert stranger.post(path, data={"reason": "내 마음이다"}).status_code == 403
        assert client.get(path).status_code == 303
    other = make_place()
    clerk = client_of(make_staff(other))
    assert (
        clerk.post(f"/{other.slug}/assembly/witnesses/{row.id}/retire", data={"reason": "내 마음이다"}).status_code
        == 404
    )
    assert row.retired_at is None


def test_the_desk_tells_of_a_silent_witness_during_the_vote_only(client_of):
    assembly, _ = make_witnessed(KEYS)
    clerk = client_of(make_staff(assembly.place))
    leave(assembly, cosigned(assembly, *KEYS[:2]))
    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        assert "조용한 증인" not in clerk.get("/desk").text
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        page = clerk.get("/desk").text
        assert "조용한 증인에게 묻기: 이웃 witness3.example" in page
        assert "witness1.example" not in page
    with transaction():
        assembly = session().merge(assembly)
        assembly.closes_at = NOW + timedelta(minutes=20)
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        assert "조용한 증인" not in clerk.get("/desk").text


def test_the_page_of_witnesses_asks_the_database_no_more_for_more_of_them(client: FlaskClient, queries):
    counts = []
    for keys in (KEYS[:1], KEYS):
        assembly, _ = make_witnessed(keys)
        leave(assembly, cosigned(assembly, *keys))
        client.get(f"/{assembly.place.slug}/assembly/witnesses")
        with queries() as sent:
            client.get(f"/{assembly.place.slug}/assembly/witnesses")
        counts.append(len(sent))
    assert counts[0] == counts[1]
