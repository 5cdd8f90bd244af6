"""A whole election in one call: any group, questions and trustees; every act through the public functions."""

import random as seeded
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.key_ceremony import hold_ceremony
from voting.election.archive import ArchiveWriter
from voting.election.casting import make_ballot
from voting.election.conduct import (
    decryption_payloads,
    result_of,
    setup_payloads,
    shuffle_payloads,
    verified_tally_payloads,
)
from voting.election.credentials import Credential, generate_credentials
from voting.election.decryption import StrongDecryption, StrongDecryptions
from voting.election.definition import Election, new_uuid
from voting.election.events import EventType
from voting.election.group import group_named
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion, Question
from voting.election.result import Result
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.objects import TrusteeEntry
from voting.election.trustees.single import generate_trustee_key
from voting.election.trustees.structure import Trustees
from voting.election.verify.report import Demands
from voting.election.verify.run import VerifiedElection, examine_archive

TIMESTAMP = 1_790_000_000
APPROVAL = HomomorphicQuestion(
    question="어느 사업을 먼저 할까요?", answers=("마을 도서관", "골목 화단", "쉼터"), minimum=0, maximum=2
)
RANKING = NonHomomorphicQuestion(question="순위를 매겨 주세요", answers=("도서관", "화단", "쉼터"))


@dataclass
class Office:
    """An election under way, with every secret that a test may need.

    Attributes:
        secrets: owner → private exponent.
        seeds: owner → seed, of members of a threshold structure.
        sealed: owner → encrypted decryption key, of members of a threshold structure.
    """

    election: Election
    trustees: Trustees
    credentials: list[Credential]
    secrets: dict[int, int]
    writer: ArchiveWriter
    random: object
    seeds: dict[int, str] = field(default_factory=dict)
    sealed: dict[int, str] = field(default_factory=dict)
    strong: list[StrongDecryption] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.writer.path

    def verified(self) -> VerifiedElection:
        return examine_archive(self.path, Demands(finished=False, strong_decryption=False))

    def cast(self, voter: int, *votes: Sequence[int]) -> str:
        ballot = make_ballot(self.election, self.credentials[voter], votes, random=self.random)
        self.writer.append(EventType.BALLOT, ballot.data)
        return ballot.tracker

    def close(self) -> None:
        self.writer.append(EventType.END_BALLOTS)
        self.writer.append(EventType.ENCRYPTED_TALLY, *verified_tally_payloads(self.verified()))

    def shuffle(self, *owners: int) -> None:
        for owner in owners:
            payloads = shuffle_payloads(self.verified(), owner, random=self.random)
            self.writer.append(EventType.SHUFFLE, *payloads)
        self.writer.append(EventType.END_SHUFFLES)

    def decrypt(self, *owners: int) -> None:
        for owner in owners:
            payloads, strong = decryption_payloads(self.verified(), self.secrets[owner], random=self.random)
            self.writer.append(EventType.PARTIAL_DECRYPTION, *payloads)
            self.strong.append(strong)

    def announce(self) -> Result:
        result = result_of(self.verified())
        self.writer.append(EventType.RESULT, result.to_bytes())
        return result

    def strong_file(self) -> Path:
        path = self.path.with_suffix(".proofs.json")
        path.write_bytes(StrongDecryptions(self.election.fingerprint, tuple(self.strong)).to_bytes())
        return path


def open_office(
    folder: Path,
    group_name: str,
    questions: Sequence[Question],
    *,
    trustees: Sequence[str | tuple[int, int]] = ("single",),
    voters: int = 3,
    seed: int = 1,
    old_codes: bool = False,
    weights: Sequence[int] | None = None,
) -> Office:
    """Set an election up: trustees are "single" or (threshold, size), in order; the archive stands at Setup."""
    group, random = group_named(group_name), seeded.Random(seed).randrange
    entries: list[TrusteeEntry] = []
    secrets: dict[int, int] = {}
    seeds: dict[int, str] = {}
    sealed: dict[int, str] = {}
    owner = 1
    for number, kind in enumerate(trustees):
        if kind == "single":
            private, key = generate_trustee_key(group, random=random)
            entries.append(key)
            secrets[owner] = private.secret
            owner += 1
            continue
        held = hold_ceremony(group, *kind, seed=seed * 1000 + number)
        parameters = held.parameters()
        entries.append(parameters)
        for text, member, output in zip(held.seeds, held.secrets, held.outputs(), strict=True):
            seeds[owner], sealed[owner] = text, output.private_key
            secrets[owner] = open_decryption_key(group, member, parameters, output.private_key)[1]
            owner += 1
    everybody = Trustees(group, tuple(entries))
    uuid = new_uuid(random=random)
    credentials, public = generate_credentials(
        weights or [1] * voters, uuid=uuid, group=group, random=random, old_format=old_codes
    )
    election = Election.create(
        name="주민총회",
        description="시험",
        group=group,
        public_key=everybody.election_key(),
        questions=questions,
        uuid=uuid,
    )
    writer = ArchiveWriter.create(folder / f"{uuid}.bel", TIMESTAMP)
    writer.append(EventType.SETUP, *setup_payloads(election, everybody, public))
    return Office(election, everybody, credentials, secrets, writer, random, seeds, sealed)
