"""An election of one trustee without a disk: enough to make, break and check ballots."""

import dataclasses
import json
import random as seeded
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.json_leaves import compact
from voting.election.ballot import hash_to_sign
from voting.election.casting import PreparedBallot, make_ballot
from voting.election.checking import CheckedBallot, ElectionContext, check_ballot
from voting.election.credentials import Credential, PublicCredentials, generate_credentials
from voting.election.definition import Election, new_uuid
from voting.election.group.base import Group
from voting.election.proofs import ballot_signature_prefix, prove_knowledge
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion, Question
from voting.election.trustees.single import generate_trustee_key

PLAIN = HomomorphicQuestion("어느 사업을 먼저 할까요?", ("도서관", "화단", "쉼터"), 1, 2)
BLANK = HomomorphicQuestion("회칙을 바꿀까요?", ("찬성", "반대"), 1, 1, blank=True)
RANKED = NonHomomorphicQuestion("순위를 매겨 주세요", ("도서관", "화단", "쉼터"))
PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE = [1, 0, 1], [0, 0, 1], [3, 1, 2]


@dataclass
class BallotBox:
    """An election with its voters' credentials and the trustee's secret."""

    election: Election
    context: ElectionContext
    credentials: list[Credential]
    public: PublicCredentials
    secret: int
    random: Any

    def ballot(self, *votes: Sequence[int], voter: int = 0) -> PreparedBallot:
        return make_ballot(self.election, self.credentials[voter], votes, random=self.random)

    def check(self, data: bytes) -> CheckedBallot:
        return check_ballot(self.context, data)

    def signed(self, ballot: Any, voter: int = 0) -> bytes:
        """Sign a ballot, however wrong, with a voter's credential, as a malicious voter would."""
        unsigned = {name: value for name, value in ballot.items() if name != "signature"}
        ballot_hash = hash_to_sign(compact(unsigned))
        secret = self.credentials[voter].secret
        proof = prove_knowledge(self.election.group, secret, ballot_signature_prefix(ballot_hash), random=self.random)
        return compact(unsigned | {"signature": {"hash": ballot_hash, "proof": proof.to_json()}})

    def accepting(self, credential: str) -> ElectionContext:
        """Return a context in which one more credential is on the list, unchecked."""
        return ElectionContext(self.election, {**self.context.weights, credential: 1})

    def with_group(self, group: Any) -> Election:
        """Return the election with another group object."""
        return dataclasses.replace(self.election, group=group)


def open_box(
    group: Group,
    questions: Sequence[Question] = (PLAIN, BLANK),
    *,
    weights: Sequence[int] = (1, 1),
    seed: int = 1,
) -> BallotBox:
    random = seeded.Random(seed).randrange
    private, key = generate_trustee_key(group, random=random)
    uuid = new_uuid(random=random)
    credentials, public = generate_credentials(weights, uuid=uuid, group=group, random=random)
    election = Election.create(
        name="주민총회",
        description="시험",
        group=group,
        public_key=key.public_key,
        questions=questions,
        uuid=uuid,
    )
    context = ElectionContext(election, public.weights)
    return BallotBox(election, context, credentials, public, private.secret, random)


def loaded(ballot: bytes) -> Any:
    return json.loads(ballot)
