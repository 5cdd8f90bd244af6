"""A trustee's browser verifies the board, computes the tally anew and decrypts that alone."""

import json
import random as seeded
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser_trustees import Circle, threshold_circle
from tests.craft import ask_all
from voting import Demands, verify_archive
from voting.election.archive import ArchiveWriter, read_header, read_records
from voting.election.casting import make_ballot
from voting.election.conduct import result_of, setup_payloads, verified_tally_payloads
from voting.election.credentials import generate_credentials
from voting.election.decryption import PartialDecryption, StrongDecryption, StrongDecryptions
from voting.election.definition import Election
from voting.election.events import EventType, Owned, SizedTally
from voting.election.group import group_named
from voting.election.objects import Proof
from voting.election.proofs import ballot_signature_prefix, prove_knowledge
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion, Question
from voting.election.verify.run import examine_archive
from voting.encoding import base64_unpadded, canonical_json, sha256

pytestmark = pytest.mark.slow
APPROVAL = HomomorphicQuestion("어디에 쓸까요?", ("도서관", "화단", "쉼터"), 0, 2)
YES_NO = HomomorphicQuestion("할까요?", ("찬성", "반대"), 1, 1, blank=True)
RANKING = NonHomomorphicQuestion("순위", ("도서관", "화단", "쉼터"))


class Board:
    """An election whose trustees are browsers, closed and tallied."""

    def __init__(self, folder: Path, circle: Circle, questions: list[Question], votes: list[list[list[int]]]) -> None:
        group, random = group_named(circle.group), seeded.Random(3).randrange
        trustees = circle.published()
        credentials, listed = generate_credentials([1] * len(votes), uuid=circle.uuid, group=group, random=random)
        self.circle = circle
        self.credentials = credentials
        self.election = Election.create(
            name="주민총회",
            description="시험",
            group=group,
            public_key=trustees.election_key(),
            questions=questions,
            uuid=circle.uuid,
        )
        self.writer = ArchiveWriter.create(folder / "a.bel", 1_790_000_000)
        self.writer.append(EventType.SETUP, *setup_payloads(self.election, trustees, listed))
        for credential, vote in zip(credentials, votes, strict=True):
            for each in (vote, vote):  # everybody votes twice, once too often
                self.writer.append(EventType.BALLOT, make_ballot(self.election, credential, each, random=random).data)
        self.writer.append(EventType.END_BALLOTS)
        self.writer.append(EventType.ENCRYPTED_TALLY, *verified_tally_payloads(self.verified()))
        self.strong: list[StrongDecryption] = []

    def verified(self):
        return examine_archive(self.writer.path, Demands(finished=False, strong_decryption=False))

    def ask(self, number: int, **changed: Any) -> dict[str, Any]:
        asked = {
            "seed": self.circle.seeds[number - 1],
            "archive": self.writer.path.read_bytes(),
            "fingerprint": self.election.fingerprint,
            "sealed": self.circle.sealed(number),
        }
        return ask_all([("count", asked | changed)])[0]

    def shuffle(self, number: int) -> None:
        data = self.ask(number)["made"]["shuffle"].encode()
        self.writer.append(EventType.SHUFFLE, data, Owned.of(number, data).to_bytes())

    def decrypt(self, number: int) -> None:
        made = self.ask(number)["made"]
        data = made["decryption"].encode()
        PartialDecryption.parse(data, self.election.group)
        owned = Owned.of(made["owner"], data)
        self.writer.append(EventType.PARTIAL_DECRYPTION, data, owned.to_bytes())
        order = self.election.group.order
        proofs = tuple(tuple(Proof.parse(item, order) for item in row) for row in made["strong"])
        self.strong.append(StrongDecryption(made["owner"], owned.payload, proofs))

    def result(self, folder: Path) -> list[Any]:
        result = result_of(self.verified())
        self.writer.append(EventType.RESULT, result.to_bytes())
        proofs = folder / "p.json"
        proofs.write_bytes(StrongDecryptions(self.election.fingerprint, tuple(self.strong)).to_bytes())
        verify_archive(self.writer.path, Demands(proofs=proofs))
        return [list(map(list, each)) if isinstance(each[0], tuple) else list(each) for each in result.questions]


@pytest.fixture
def board(tmp_path: Path) -> Callable[..., Board]:
    return lambda *arguments: Board(tmp_path, *arguments)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_two_of_three_browsers_open_the_sums(board: Callable[..., Board], tmp_path: Path, group: str):
    """T23: the second trustee is absent, and nothing is lost."""
    found = board(threshold_circle(group=group), [APPROVAL, YES_NO], [[[1, 1, 0], [0, 1, 0]], [[0, 1, 0], [1, 0, 0]]])
    found.decrypt(1)
    found.decrypt(3)
    assert found.result(tmp_path) == [[1, 2, 0], [1, 1, 0]]


def test_two_browsers_mix_the_ballots_and_open_them_without_names(board: Callable[..., Board], tmp_path: Path):
    votes = [[[0, 1, 0], [1, 2, 3]], [[1, 0, 0], [3, 2, 1]], [[0, 0, 1], [2, 1, 0]]]
    found = board(threshold_circle(), [YES_NO, RANKING], votes)
    found.shuffle(2)
    found.shuffle(1)
    found.writer.append(EventType.END_SHUFFLES)
    found.decrypt(2)
    found.decrypt(3)
    result = found.result(tmp_path)
    assert result[0] == [1, 1, 1]
    assert sorted(result[1]) == [[1, 2, 3], [2, 1, 0], [3, 2, 1]]


# Attacks ---------------------------------------------------------------------------------------------------------------


def test_a_trustee_decrypts_no_tally_but_the_sum_of_the_ballots(board: Callable[..., Board], tmp_path: Path):
    """T22: the server rewrites the board so that the 'tally' is one voter's ballot; the browser computes it itself."""
    circle = threshold_circle()
    honest = board(circle, [APPROVAL], [[[1, 0, 0]], [[0, 1, 0]]])
    records = list(_records(honest.writer.path))
    first = next(each for each in records if each[0] == "Ballot")
    ciphertexts = canonical_json([json.loads(first[1][0])["answers"][0]["choices"]])
    path = tmp_path / "b.bel"
    writer = ArchiveWriter.create(path, 1_790_000_000)
    false = (ciphertexts, SizedTally(2, 2, sha256(ciphertexts).hex()).to_bytes())
    for kind, payloads in records:
        writer.append(EventType(kind), *(false if kind == "EncryptedTally" else payloads))
    assert honest.ask(1, archive=path.read_bytes())["reason"] == "otherTally"


def test_a_trustee_refuses_a_board_on_which_anything_is_wrong(board: Callable[..., Board], tmp_path: Path):
    """T01, T02, T29, T41: no proof, no signature, no stranger, nothing out of order goes unseen before decryption."""
    found = board(threshold_circle(), [APPROVAL], [[[1, 0, 0]], [[0, 1, 0]]])
    records = list(_records(found.writer.path))
    whole = found.writer.path.read_bytes()
    ballot = json.loads(records[1][1][0])
    replaced = {
        "proof": ("answers", "individual_proofs"),
        "overall": ("answers", "overall_proof"),
        "signature": ("signature", "proof"),
        "stranger": ("credential", ""),
    }
    jobs = []
    for name, (part, inner) in replaced.items():
        false = json.loads(json.dumps(ballot))
        match name:
            case "stranger":
                false["credential"] = found.election.group.serialize(found.election.public_key)
            case "signature":
                false[part][inner]["response"] = "1"
            case _:
                row = false[part][0][inner]
                (row[0][0] if name == "proof" else row[0])["challenge"] = "1"
                _resign(false, found)
        payload = canonical_json(false)
        jobs.append((name, _rewritten(tmp_path / name, records, {1: payload})))
    jobs += [
        ("twice", _rewritten(tmp_path / "twice", [*records[:2], records[1], *records[2:]], {})),
        ("cut", whole[:-512]),
        ("flipped", whole.replace(b'"uuid":"A', b'"uuid":"B')),
    ]
    asked = {"seed": found.circle.seeds[0], "fingerprint": found.election.fingerprint, "sealed": found.circle.sealed(1)}
    answers = ask_all([("count", asked | {"archive": data}) for _, data in jobs])
    reasons = {name: answer.get("reason") for (name, _), answer in zip(jobs, answers, strict=True)}
    assert reasons == dict.fromkeys(["proof", "overall", "signature", "stranger", "twice"], "badBallot") | {
        "cut": "brokenArchive",
        "flipped": "brokenArchive",
    }


def test_a_trustee_decrypts_for_no_other_election_than_its_own(board: Callable[..., Board]):
    found = board(threshold_circle(), [APPROVAL], [[[1, 0, 0]]])
    assert found.ask(1, fingerprint="A" * 43)["reason"] == "otherElection"
    stranger = threshold_circle(uuid="D" * 14)
    assert found.ask(1, seed=stranger.seeds[0])["reason"] == "foreignSeed"


def test_a_trustee_decrypts_no_ballots_that_were_not_mixed_or_mixed_falsely(
    board: Callable[..., Board], tmp_path: Path
):
    """T24: an unmixed election is mixed first, and a shuffle whose proof does not hold is refused."""
    found = board(threshold_circle(), [RANKING], [[[1, 2, 3]], [[3, 2, 1]]])
    assert "decryption" not in found.ask(1)["made"]
    found.shuffle(1)
    found.writer.append(EventType.END_SHUFFLES)
    records = list(_records(found.writer.path))
    position = next(at for at, (kind, _) in enumerate(records) if kind == "Shuffle")
    false = json.loads(records[position][1][0])
    false["ciphertexts"][0].reverse()
    rewritten = _rewritten(tmp_path / "false", records, {position: canonical_json(false)})
    assert found.ask(2, archive=rewritten)["reason"] == "badShuffle"


def _resign(ballot: dict[str, Any], board: Board) -> None:
    """Sign again with the voter's own key, so that it is the proof itself that must be looked at."""
    group = board.election.group
    unsigned = {name: value for name, value in ballot.items() if name != "signature"}
    digest = base64_unpadded(sha256(canonical_json(unsigned)))
    key = next(each for each in board.credentials if group.serialize(each.public) == ballot["credential"])
    proof = prove_knowledge(group, key.secret, ballot_signature_prefix(digest))
    ballot["signature"] = {"hash": digest, "proof": proof.to_json()}


def _rewritten(path: Path, records: list[tuple[str, tuple[bytes, ...]]], changes: dict[int, bytes]) -> bytes:
    """Write a board anew with some first data members replaced, every hash and name fitting."""
    writer = ArchiveWriter.create(path, 1_790_000_000)
    for position, (kind, payloads) in enumerate(records):
        data = payloads
        if position in changes:
            data = (changes[position], *payloads[1:])
            if kind == "Shuffle":
                data = (changes[position], Owned.of(1, changes[position]).to_bytes())
        writer.append(EventType(kind), *data)
    return path.read_bytes()


def _records(path: Path) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    with path.open("rb") as file:
        for stored in read_records(file, read_header(file)):
            yield stored.record.event.type.value, stored.record.payloads
