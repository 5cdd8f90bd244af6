"""Proof of not having voted: signed, checkable, and false when a ballot appears."""

from pathlib import Path

import pytest

from tests.rewriting import Step, steps_of, written
from tests.whole_election import APPROVAL, Office, open_office
from voting.election.abstention import (
    AbstentionStatement,
    open_abstention,
    require_true,
    sign_abstention,
    state_abstention,
)
from voting.election.casting import make_ballot
from voting.election.conduct import verified_tally_payloads
from voting.election.errors import AbstentionStatementError
from voting.election.events import EventType
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive
from voting.log.errors import InvalidSignatureError, NoKnownSignatureError
from voting.log.note import SignatureType, SignerKey

SIGNER = SignerKey("board.madang.example", SignatureType.ED25519, bytes(range(32)))
STRANGER = SignerKey("other.example", SignatureType.ED25519, bytes(range(1, 33)))
NAMESAKE = SignerKey("board.madang.example", SignatureType.ED25519, bytes(range(2, 34)))
UNFINISHED = Demands(finished=False, strong_decryption=False)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = open_office(tmp_path, "Ed25519", [APPROVAL], voters=3)
    office.cast(0, [1, 0, 0])
    return office


def credential(office: Office, voter: int) -> str:
    return office.election.group.serialize(office.credentials[voter].public)


def closed(office: Office) -> None:
    office.writer.append(EventType.END_BALLOTS)


def test_a_resident_who_did_not_vote_gets_a_statement_that_anybody_can_check(office: Office) -> None:
    closed(office)
    note = sign_abstention(state_abstention(office.verified(), credential(office, 2)), [SIGNER])
    statement = open_abstention(note, [SIGNER.verifier])
    assert statement.credential == credential(office, 2)
    require_true(statement, office.verified())
    assert statement.text().startswith("madang-abstention-1\n")


def test_the_statement_stays_true_when_the_election_goes_on(office: Office) -> None:
    closed(office)
    statement = state_abstention(office.verified(), credential(office, 2))
    office.writer.append(EventType.ENCRYPTED_TALLY, *verified_tally_payloads(office.verified()))
    require_true(statement, office.verified())


def test_who_voted_gets_no_statement(office: Office) -> None:
    closed(office)
    with pytest.raises(AbstentionStatementError, match="was cast"):
        state_abstention(office.verified(), credential(office, 0))


def test_there_is_no_statement_before_the_closing(office: Office) -> None:
    with pytest.raises(AbstentionStatementError, match="not closed"):
        state_abstention(office.verified(), credential(office, 2))


def test_there_is_no_statement_about_a_stranger(office: Office) -> None:
    closed(office)
    with pytest.raises(AbstentionStatementError, match="list"):
        state_abstention(office.verified(), office.election.group.serialize(office.election.group.generator))


def test_a_ballot_put_in_afterwards_contradicts_the_statement(office: Office, tmp_path: Path) -> None:
    """The operator stuffs a ballot for a silent abstainer and rebuilds the chain: the resident holds the evidence."""
    closed(office)
    statement = open_abstention(
        sign_abstention(state_abstention(office.verified(), credential(office, 2)), [SIGNER]), [SIGNER.verifier]
    )
    stuffed = make_ballot(office.election, office.credentials[2], [[1, 0, 0]]).data
    steps = steps_of(office.path)
    steps.insert(2, Step(EventType.BALLOT, [stuffed]))
    rebuilt = examine_archive(written(tmp_path, steps), UNFINISHED)
    with pytest.raises(AbstentionStatementError):
        require_true(statement, rebuilt)


def test_a_statement_about_another_chain_is_refused(office: Office, tmp_path: Path) -> None:
    closed(office)
    statement = state_abstention(office.verified(), credential(office, 2))
    (tmp_path / "other").mkdir()
    shorter = [step for step in steps_of(office.path) if step.kind is not EventType.BALLOT]
    with pytest.raises(AbstentionStatementError, match="another"):
        require_true(statement, examine_archive(written(tmp_path / "other", shorter), UNFINISHED))


def test_only_the_operators_signature_counts(office: Office) -> None:
    closed(office)
    statement = state_abstention(office.verified(), credential(office, 2))
    with pytest.raises(NoKnownSignatureError):
        open_abstention(sign_abstention(statement, [STRANGER]), [SIGNER.verifier])
    forged = sign_abstention(statement, [SIGNER]).replace(
        credential(office, 2).encode(), credential(office, 1).encode()
    )
    with pytest.raises(InvalidSignatureError):
        open_abstention(forged, [SIGNER.verifier])
    with pytest.raises((InvalidSignatureError, NoKnownSignatureError)):
        open_abstention(sign_abstention(statement, [NAMESAKE]), [SIGNER.verifier])


GOOD = AbstentionStatement("x6tZhtBGC9cNDL", "A" * 43, "ab" * 32, 12, "cd" * 32)


def test_a_statement_is_read_as_it_is_written() -> None:
    assert AbstentionStatement.parse(GOOD.text()) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.text() + "\n",
        GOOD.text()[:-1],
        GOOD.text().replace("abstention-1", "abstention-2"),
        GOOD.text().replace(" ", "  "),
        GOOD.text().replace("12 ", "012 "),
        GOOD.text().replace("12 ", "-1 "),
        GOOD.text().replace("cd" * 32, "CD" * 32),
        GOOD.text().replace("x6tZ", "x0tZ"),
        GOOD.text().replace("\n", "\r\n"),
    ],
)
def test_a_statement_has_one_spelling(text: str) -> None:
    with pytest.raises(AbstentionStatementError):
        AbstentionStatement.parse(text)
