"""Mixnet elections with Debian's belenios-tool 2.0: either side shuffles, the other checks, and they take turns."""

import dataclasses
import json
from pathlib import Path

import pytest

from tests.integration.voting.reference_tool import run_tool, tool_refuses, tool_verifies
from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.archive import ArchiveWriter
from voting.election.conduct import shuffle_payloads
from voting.election.errors import ShuffleProofError
from voting.election.events import EventType, Owned
from voting.election.questions import NonHomomorphicQuestion
from voting.election.shuffle.objects import Shuffle
from voting.election.verify.report import Demands
from voting.election.verify.run import verify_archive

pytestmark = pytest.mark.belenios

VOTES = [[1, 2, 3], [3, 2, 1], [255, 0, 7], [0, 0, 0]]


def made_here(
    folder: Path, *, questions=(APPROVAL, RANKING), trustees=("single", "single"), votes=VOTES, old=False
) -> Office:
    office = open_office(
        folder, "RFC-3526-2048", questions, trustees=trustees, voters=max(len(votes), 1), old_codes=old
    )
    for voter, vote in enumerate(votes):
        office.cast(voter, *([1, 0, 0] if question is APPROVAL else vote for question in questions))
    office.close()
    return office


def append(office: Office, kind: EventType, lines: str) -> None:
    office.writer = ArchiveWriter.open(office.path)
    office.writer.append(kind, *(line.encode() for line in lines.splitlines()))


def ranks(office: Office) -> list[tuple[int, ...]]:
    result = office.announce()
    return sorted(result.questions[-1])


@pytest.mark.slow
def test_the_tool_verifies_a_mixnet_election_made_here(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    office.shuffle(2, 1)
    office.decrypt(1, 2)
    assert ranks(office) == sorted(map(tuple, VOTES))
    verify_archive(office.path, Demands(proofs=office.strong_file(), least_shuffles=2))
    tool_verifies(office.path)


@pytest.mark.slow
def test_the_tool_verifies_a_mixnet_with_threshold_trustees(tmp_path: Path) -> None:
    office = made_here(tmp_path, trustees=((2, 3),), votes=VOTES[:2])
    office.shuffle(3, 1)
    office.decrypt(2, 3)
    assert ranks(office) == sorted(map(tuple, VOTES[:2]))
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1])
def test_the_tool_verifies_a_mixnet_of_no_ballot_or_of_one(tmp_path: Path, count: int) -> None:
    office = made_here(tmp_path, questions=(RANKING,), trustees=("single",), votes=VOTES[:count])
    office.shuffle(1)
    office.decrypt(1)
    assert ranks(office) == sorted(map(tuple, VOTES[:count]))
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
def test_several_rankings_are_shuffled_each_in_an_order_of_its_own(tmp_path: Path) -> None:
    scores = NonHomomorphicQuestion(question="점수", answers=("가", "나"))
    office = open_office(
        tmp_path, "RFC-3526-2048", [RANKING, APPROVAL, scores], trustees=("single",), voters=len(VOTES)
    )
    for voter, vote in enumerate(VOTES):
        office.cast(voter, vote, [0, 1, 0], [voter, 100])
    office.close()
    append(office, EventType.SHUFFLE, run_tool(tmp_path, "election", "shuffle", "--dir", ".", "--trustee-id", "1"))
    office.writer.append(EventType.END_SHUFFLES)
    office.decrypt(1)
    rankings, _, found = office.announce().questions
    assert sorted(rankings) == sorted(map(tuple, VOTES))
    assert sorted(found) == [(voter, 100) for voter in range(len(VOTES))]
    tool_verifies(office.path)


@pytest.mark.slow
def test_tool_and_library_shuffle_and_decrypt_in_turns(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    lines = run_tool(tmp_path, "election", "shuffle", "--dir", ".", "--trustee-id", "1")
    append(office, EventType.SHUFFLE, lines)
    office.shuffle(2)
    (tmp_path / "two.privkey").write_text(json.dumps(str(office.secrets[2])))
    office.decrypt(1)
    lines = run_tool(tmp_path, "election", "decrypt", "--dir", ".", "--privkey", "two.privkey", "--trustee-id", "2")
    append(office, EventType.PARTIAL_DECRYPTION, lines)
    assert ranks(office) == sorted(map(tuple, VOTES))
    verify_archive(office.path, Demands(strong_decryption=False, least_shuffles=2))
    tool_verifies(office.path)


@pytest.mark.slow
def test_what_the_tool_writes_is_read_and_written_back_byte_by_byte(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    shuffle, _ = run_tool(tmp_path, "election", "shuffle", "--dir", ".", "--trustee-id", "1").splitlines()
    group = office.election.group
    assert Shuffle.parse(shuffle.encode(), group).to_bytes(group) == shuffle.encode()


@pytest.mark.slow
def test_the_tool_casts_rankings_on_a_setup_made_here(tmp_path: Path) -> None:
    office = open_office(tmp_path, "RFC-3526-2048", [APPROVAL, RANKING], trustees=("single",), voters=2, old_codes=True)
    (tmp_path / "code").write_text(office.credentials[1].code)
    (tmp_path / "vote").write_text("[[0,1,0],[9,8,7]]")
    ballot = run_tool(tmp_path, "election", "generate-ballot", "--dir", ".", "--privcred", "code", "--ballot", "vote")
    office.writer.append(EventType.BALLOT, ballot.strip().encode())
    office.cast(0, [1, 0, 0], [1, 2, 3])
    office.close()
    office.shuffle(1)
    office.decrypt(1)
    assert ranks(office) == [(1, 2, 3), (9, 8, 7)]
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
def test_the_tool_refuses_a_shuffle_that_is_changed(tmp_path: Path) -> None:
    # So that the tests above cannot pass with a tool that accepts everything.
    office = made_here(tmp_path, questions=(RANKING,), trustees=("single",), votes=VOTES[:2])
    group = office.election.group
    data, _ = shuffle_payloads(office.verified(), 1)
    shuffle = Shuffle.parse(data, group)
    false = dataclasses.replace(shuffle, proofs=(dataclasses.replace(shuffle.proofs[0], s1=1),)).to_bytes(group)
    office.writer.append(EventType.SHUFFLE, false, Owned.of(1, false).to_bytes())
    assert "shuffle" in tool_refuses(office.path).lower()
    with pytest.raises(ShuffleProofError):
        office.verified()
