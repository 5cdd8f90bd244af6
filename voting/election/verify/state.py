"""What a verification leaves behind for those who act on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from voting.election.credentials import PublicCredentials
from voting.election.decryption import PartialDecryption
from voting.election.definition import Election
from voting.election.events import Event, EventType
from voting.election.objects import Ciphertext
from voting.election.tally import EncryptedTally
from voting.election.trustees.structure import Trustees
from voting.election.verify.index import ArchiveIndex
from voting.election.verify.report import VerificationReport


@dataclass(frozen=True)
class VerifiedElection:
    """What is known of an archive once every step was taken: the only ground on which a trustee acts.

    Specification: ``voting/SPEC.md`` §12.

    Attributes:
        stage: the type of the last event.
        head: the last event.
        ballots: how many ballots count; their weights add up to ``total_weight``.
        tally: the sum of the ballots that count, whether or not it is published yet.
        ciphertexts: what there is to decrypt now: the tally, with shuffled questions as the last shuffle left them.
        decryptions: owner → partial decryption, checked.
        shufflers: owners of the shuffles so far.
    """

    index: ArchiveIndex
    election: Election
    trustees: Trustees
    credentials: PublicCredentials
    stage: EventType
    head: Event
    ballots: int
    total_weight: int
    tally: EncryptedTally
    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    decryptions: Mapping[int, PartialDecryption]
    shufflers: tuple[int, ...]
    report: VerificationReport
