"""Homomorphic elections with Debian's belenios-tool 2.0: either side makes each step, the other checks all of it."""

import json
from pathlib import Path

import pytest

from tests.integration.voting.reference_tool import run_tool, tool_refuses, tool_verifies
from tests.json_leaves import compact
from tests.rewriting import first, rewritten
from tests.whole_election import Office, open_office
from voting.cli import main
from voting.election.archive import ArchiveWriter
from voting.election.casting import make_ballot
from voting.election.credentials import derive_credential
from voting.election.definition import Election
from voting.election.errors import ResultMismatchError
from voting.election.events import EventType
from voting.election.questions import HomomorphicQuestion
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive, verify_archive

pytestmark = pytest.mark.belenios

CHOOSE = HomomorphicQuestion("어느 사업을 먼저 할까요?", ("도서관", "화단", "쉼터", "놀이터"), 1, 3)
BLANK = HomomorphicQuestion('회칙을 바꿀까요? (quotes " and \\ and /)', ("찬성", "반대"), 1, 1, blank=True)
ANY = HomomorphicQuestion("하나", ("예",), 0, 1)
WEAK = Demands(strong_decryption=False)
KINDS = {
    "single": {"questions": [CHOOSE]},
    "blank": {"questions": [BLANK]},
    "several questions": {"questions": [CHOOSE, BLANK, ANY]},
    "two trustees": {"questions": [ANY], "trustees": ("single", "single")},
    "weights": {"questions": [CHOOSE], "weights": [5, 0, 2**31, 1]},
}
# The slow group has the same code as BELENIOS-2048: one election with everything in it.
ALL_AT_ONCE = {"questions": [BLANK, ANY], "trustees": ("single", "single"), "weights": [5, 0, 2**31, 1]}
VOTES = {
    "어느": [[1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]],
    "회칙": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]],
    "하나": [[1], [0], [1], [1]],
}


def opened(folder: Path, kind: str, group: str = "BELENIOS-2048", **options: object) -> Office:
    return open_office(folder, group, **{"voters": 4, "old_codes": True, **KINDS.get(kind, ALL_AT_ONCE), **options})


def vote_of(office: Office, voter: int) -> list[list[int]]:
    return [VOTES[question.question[:2]][voter] for question in office.election.questions]


def expected(office: Office, last: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    """Count in the clear: ``last`` says for each voter whose vote of the table was cast last."""
    weights = examine_archive(office.path, Demands(finished=False, strong_decryption=False)).credentials.weights
    group = office.election.group
    totals = []
    for position, question in enumerate(office.election.questions):
        sums = [0] * question.width
        for voter, choice in last.items():
            weight = weights[group.serialize(office.credentials[voter].public)]
            for index, value in enumerate(vote_of(office, choice)[position]):
                sums[index] += weight * value
        totals.append(tuple(sums))
    return tuple(totals)


def append(office: Office, kind: EventType, lines: str) -> None:
    ArchiveWriter.open(office.path).append(kind, *(line.encode() for line in lines.splitlines()))
    office.writer = ArchiveWriter.open(office.path)


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        *(pytest.param(kind, "BELENIOS-2048", marks=() if kind == "single" else pytest.mark.slow) for kind in KINDS),
        pytest.param("all at once", "RFC-3526-2048", marks=pytest.mark.slow),
    ],
)
def test_the_tool_verifies_an_election_made_here(tmp_path: Path, kind: str, group: str) -> None:
    office = opened(tmp_path, kind, group, old_codes=False)
    for voter in range(4):
        office.cast(voter, *vote_of(office, voter))
    office.cast(0, *vote_of(office, 1))
    office.close()
    office.decrypt(*office.secrets)
    want = expected(office, {0: 1, 1: 1, 2: 2, 3: 3})
    assert office.announce().questions == want
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


def test_the_tool_verifies_an_election_in_which_nobody_voted(tmp_path: Path) -> None:
    office = opened(tmp_path, "several questions")
    office.close()
    office.decrypt(1)
    assert office.announce().questions == ((0, 0, 0, 0), (0, 0, 0), (0,))
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_tool_casts_tallies_and_decrypts_on_a_setup_made_here(tmp_path: Path, kind: str) -> None:
    office = opened(tmp_path, kind)
    for voter in range(3):
        (tmp_path / "code").write_text(office.credentials[voter].code)
        (tmp_path / "vote").write_text(json.dumps(vote_of(office, voter)))
        arguments = ("election", "generate-ballot", "--dir", ".", "--privcred", "code", "--ballot", "vote")
        append(office, EventType.BALLOT, run_tool(tmp_path, *arguments).strip())
    office.writer.append(EventType.END_BALLOTS)
    append(office, EventType.ENCRYPTED_TALLY, run_tool(tmp_path, "election", "compute-encrypted-tally", "--dir", "."))
    for owner, secret in office.secrets.items():
        (tmp_path / "privkey").write_text(json.dumps(str(secret)))
        arguments = ("election", "decrypt", "--dir", ".", "--privkey", "privkey", "--trustee-id", str(owner))
        append(office, EventType.PARTIAL_DECRYPTION, run_tool(tmp_path, *arguments))
    append(office, EventType.RESULT, run_tool(tmp_path, "election", "compute-result", "--dir", "."))
    want = expected(office, {0: 0, 1: 1, 2: 2})
    report = verify_archive(office.path, WEAK)
    assert [[int(count) for count in row] for row in report.facts["result"]] == [list(row) for row in want]
    tool_verifies(office.path)


@pytest.mark.slow
def test_an_election_that_the_tool_makes_from_the_first_step_verifies_here(tmp_path: Path) -> None:
    run_tool(tmp_path, "setup", "generate-trustee-key", "--group", "BELENIOS-2048")
    (private,), (public,) = tmp_path.glob("*.privkey"), tmp_path.glob("*.pubkey")
    (tmp_path / "public_keys.jsons").write_text(public.read_text())
    run_tool(tmp_path, "setup", "make-trustees")
    uuid = run_tool(tmp_path, "setup", "generate-token", "--length", "14").strip()
    where = ("--uuid", uuid, "--group", "BELENIOS-2048")
    run_tool(tmp_path, "setup", "generate-credentials", "--count", "3", *where)
    (codes,), (listed,) = tmp_path.glob("*.privcreds"), tmp_path.glob("*.pubcreds")
    (tmp_path / "public_creds.json").write_text(listed.read_text())
    template = {"description": "d", "name": "n", "questions": [BLANK.to_json()], "administrator": "A"}
    (tmp_path / "template.json").write_bytes(compact(template))
    run_tool(tmp_path, "setup", "make-election", "--template", "template.json", *where)
    run_tool(tmp_path, "archive", "init")
    archive = tmp_path / f"{uuid}.bel"
    election = Election.parse((tmp_path / "election.json").read_bytes().rstrip(b"\n"))
    for voter, line in enumerate(codes.read_text().splitlines()):
        credential = derive_credential(line.split()[-1], uuid=uuid, group=election.group)
        ballot = make_ballot(election, credential, [VOTES["회칙"][voter]])
        run_tool(tmp_path, "archive", "add-event", "--type", "Ballot", given=ballot.data.decode() + "\n")
    run_tool(tmp_path, "archive", "add-event", "--type", "EndBallots")
    tally = run_tool(tmp_path, "election", "compute-encrypted-tally", "--dir", ".")
    run_tool(tmp_path, "archive", "add-event", "--type", "EncryptedTally", given=tally)
    decryption = run_tool(tmp_path, "election", "decrypt", "--dir", ".", "--privkey", private.name, "--trustee-id", "1")
    run_tool(tmp_path, "archive", "add-event", "--type", "PartialDecryption", given=decryption)
    result = run_tool(tmp_path, "election", "compute-result", "--dir", ".")
    run_tool(tmp_path, "archive", "add-event", "--type", "Result", given=result)
    assert verify_archive(archive).facts["result"] == [[1, 1, 1]]
    tool_verifies(archive)


def test_the_tools_list_of_credentials_with_logins_is_read(tmp_path: Path) -> None:
    office = opened(tmp_path, "single")
    group = office.election.group
    logins = [f"{group.serialize(c.public)},,voter{number}" for number, c in enumerate(office.credentials)]
    (tmp_path / "with.pubcreds").write_bytes(compact(logins))
    (tmp_path / "trustees.json").write_bytes(office.trustees.to_bytes())
    (tmp_path / "t.json").write_bytes(compact({"name": "n", "description": "d", "questions": [ANY.to_json()]}))
    arguments = ["setup", "open", "--uuid", office.election.uuid, "--group", group.name, "--template"]
    arguments += [str(tmp_path / "t.json"), "--trustees", str(tmp_path / "trustees.json")]
    (tmp_path / "out").mkdir()
    assert main([*arguments, "--credentials", str(tmp_path / "with.pubcreds"), "--out", str(tmp_path / "out")]) == 0
    opened_here = examine_archive(tmp_path / "out" / f"{office.election.uuid}.bel", Demands(finished=False))
    assert set(opened_here.credentials.weights) == {text.split(",")[0] for text in logins}
    assert set(opened_here.credentials.weights.values()) == {1}


@pytest.mark.slow
def test_the_tool_refuses_a_wrong_result_of_ours(tmp_path: Path) -> None:
    # So that the tests above cannot pass with a tool that accepts everything.
    office = opened(tmp_path, "single")
    office.cast(0, *vote_of(office, 0))
    office.close()
    office.decrypt(1)
    office.announce()
    (tmp_path / "wrong").mkdir()

    def change(steps: list) -> None:
        first(steps, EventType.RESULT).json = {"result": [[1, 1, 1, 1]]}

    path = rewritten(office.path, tmp_path / "wrong", change)
    uuid_named = path.rename(path.with_name(office.path.name))
    tool_refuses(uuid_named)
    with pytest.raises(ResultMismatchError):
        verify_archive(uuid_named, WEAK)
