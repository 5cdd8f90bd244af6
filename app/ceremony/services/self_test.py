"""The self-test: before opening, the real questions are voted on with a key of the test's own, counted and verified."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.assembly.models import Assembly
from app.assembly.rules.ballots import questions_of
from app.errors import RuleViolation
from app.i18n import N_
from voting import Demands, Election, EventType, Trustees, VotingError, generate_credentials, group_named, make_ballot
from voting.election.archive import ArchiveWriter
from voting.election.conduct import (
    decryption_payloads,
    result_of,
    setup_payloads,
    shuffle_payloads,
    verified_tally_payloads,
)
from voting.election.decryption import StrongDecryptions
from voting.election.definition import new_uuid
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion, Question
from voting.election.trustees.single import generate_trustee_key
from voting.election.verify.run import examine_archive
from voting.election.verify.state import VerifiedElection

BALLOTS = 3


def run_self_test(assembly: Assembly, group_name: str, *, timestamp: int) -> int:
    """Vote, count and verify a small election on an assembly's own questions; return how many ballots it had.

    Raises:
        RuleViolation: something came out otherwise than it went in; voting must not open.
    """
    questions = questions_of(assembly.form, assembly.lines)
    votes = [[_vote(question, number) for question in questions] for number in range(BALLOTS)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = _held(Path(folder), group_name, questions, votes, timestamp)
    except VotingError:
        found = []
    if found != [_expected(question, [vote[at] for vote in votes]) for at, question in enumerate(questions)]:
        raise RuleViolation(N_("시험 투표의 결과가 넣은 표와 다릅니다. 투표를 열지 말고 운영자에게 알려 주세요."))
    return BALLOTS


def _vote(question: Question, number: int) -> list[int]:
    """Return a vote that the question admits, another one for each number."""
    if isinstance(question, NonHomomorphicQuestion):
        return [(number + index) % 3 for index in range(len(question.answers))]
    size = len(question.answers)
    count = min(max(question.minimum, number % (question.maximum + 1)), size)
    chosen = [1 if (index - number) % size < count else 0 for index in range(size)]
    if not question.blank:
        return chosen
    return [1, *[0] * size] if number == 0 else [0, *chosen] if count else [1, *[0] * size]


def _expected(question: Question, votes: Sequence[Sequence[int]]) -> list[Any]:
    if isinstance(question, HomomorphicQuestion):
        return [sum(column) for column in zip(*votes, strict=True)]
    return sorted(list(vote) for vote in votes)


def _plain(question: Question, found: Sequence[Any]) -> list[Any]:
    return list(found) if isinstance(question, HomomorphicQuestion) else sorted(list(ballot) for ballot in found)


def _held(
    folder: Path, group_name: str, questions: Sequence[Question], votes: list[list[list[int]]], timestamp: int
) -> list[list[Any]]:
    group, uuid = group_named(group_name), new_uuid()
    secret, key = generate_trustee_key(group, name="test")
    trustees = Trustees(group, (key,))
    credentials, listed = generate_credentials([1] * BALLOTS, uuid=uuid, group=group)
    election = Election.create(
        name="시험 투표",
        description="",
        group=group,
        public_key=trustees.election_key(),
        questions=questions,
        uuid=uuid,
    )
    writer = ArchiveWriter.create(folder / "test.bel", timestamp)

    def verified(demands: Demands | None = None) -> VerifiedElection:
        return examine_archive(writer.path, demands or Demands(finished=False, strong_decryption=False))

    writer.append(EventType.SETUP, *setup_payloads(election, trustees, listed))
    for credential, vote in zip(credentials, votes, strict=True):
        writer.append(EventType.BALLOT, make_ballot(election, credential, vote).data)
    writer.append(EventType.END_BALLOTS)
    writer.append(EventType.ENCRYPTED_TALLY, *verified_tally_payloads(verified()))
    if election.is_shuffled:
        writer.append(EventType.SHUFFLE, *shuffle_payloads(verified(), 1))
        writer.append(EventType.END_SHUFFLES)
    payloads, strong = decryption_payloads(verified(), secret.secret)
    writer.append(EventType.PARTIAL_DECRYPTION, *payloads)
    result = result_of(verified())
    writer.append(EventType.RESULT, result.to_bytes())
    proofs = folder / "proofs.json"
    proofs.write_bytes(StrongDecryptions(election.fingerprint, (strong,)).to_bytes())
    verified(Demands(proofs=proofs))
    return [_plain(question, found) for question, found in zip(questions, result.questions, strict=True)]
