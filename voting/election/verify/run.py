"""`verify_archive`: every step of ``voting/SPEC.md``, "Verification", in order.

Nothing is believed that can be recomputed: neither the size of the tally nor the tally, the shuffles, the decryptions
or the result. The first refusal ends the verification; an exception of any other kind is a failure too.
"""

from pathlib import Path

from voting.election.archive import require_continues_copy
from voting.election.credentials import PublicCredentials, credentials_fingerprint
from voting.election.decryption import (
    PartialDecryption,
    StrongDecryptions,
    require_decryption,
    require_strong_decryption,
)
from voting.election.definition import Election
from voting.election.errors import (
    BallotCountError,
    BallotNotFoundError,
    ChainError,
    CredentialListMismatchError,
    DecryptionOwnerError,
    ElectionKeyMismatchError,
    ElectionRefusedError,
    IncompleteElectionError,
    MissingShuffleError,
    MissingStrongProofError,
    PayloadReferenceError,
    ShuffleOwnerError,
    ShuffleShapeError,
    SupersededBallotError,
    TallyMismatchError,
    TotalWeightError,
    WeightError,
    WrongElectionError,
)
from voting.election.events import Event, EventType, Owned, SizedTally
from voting.election.objects import Ciphertext
from voting.election.progress import Progress
from voting.election.questions import NonHomomorphicQuestion
from voting.election.result import Result, require_result
from voting.election.shuffle.check import require_valid_shuffle
from voting.election.shuffle.objects import Shuffle
from voting.election.tally import EncryptedTally, TallySum
from voting.election.trustees.structure import TrusteeMember, Trustees
from voting.election.verify.ballots import verify_ballots
from voting.election.verify.index import ArchiveIndex, index_archive
from voting.election.verify.report import Demands, Step, VerificationReport, located
from voting.election.verify.state import VerifiedElection
from voting.election.verify.witnessed import compare_with_witnesses
from voting.errors import VotingError


def verify_archive(
    path: Path,
    demands: Demands | None = None,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    report: VerificationReport | None = None,
) -> VerificationReport:
    """Verify an election from its archive.

    Specification: ``voting/SPEC.md`` §12.

    Args:
        path: the ``.bel`` file.
        demands: beyond the protocol; `Demands()` unless given.
        jobs: number of processes; the verdict does not depend on it.
        progress: called with what is done and what there is to do (bytes of the archive, then ballots).
        report: filled while the verification goes on, to be looked at if it fails.

    Returns:
        The report of a verification that passed.

    Raises:
        ElectionRefusedError: the first thing that is wrong, with its step, and its ballot if it is one.
        UnreadableInputError, OSError: the file cannot be read as an archive.
    """
    return examine_archive(path, demands, jobs=jobs, progress=progress, report=report).report


def examine_archive(
    path: Path,
    demands: Demands | None = None,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    report: VerificationReport | None = None,
) -> VerifiedElection:
    """Verify an archive as `verify_archive` does, and return all that the verification came to know.

    Specification: ``voting/SPEC.md`` §12.
    """
    found = report if report is not None else VerificationReport()
    verification = _Verification(path, demands or Demands(), found, jobs, progress)
    try:
        return verification.run()
    except VotingError as error:
        found.fail(error)
        raise


class _Verification:
    """The state that one step leaves to the next."""

    index: ArchiveIndex
    head: Event
    election: Election
    trustees: Trustees
    members: dict[int, TrusteeMember]
    credentials: PublicCredentials
    total: TallySum
    tally: EncryptedTally
    shufflers: list[int]
    ciphertexts: list[tuple[Ciphertext, ...]]
    decryptions: dict[int, PartialDecryption]

    def __init__(
        self, path: Path, demands: Demands, report: VerificationReport, jobs: int, progress: Progress | None
    ) -> None:
        self.path = path
        self.demands = demands
        self.report = report
        self.jobs = jobs
        self.progress = progress

    def run(self) -> VerifiedElection:
        """Take all steps in order."""
        steps = {
            Step.CONTAINER: self._container,
            Step.ORDER: self._order,
            Step.EARLIER: self._earlier,
            Step.ELECTION: self._election,
            Step.TRUSTEES: self._trustees,
            Step.CREDENTIALS: self._credentials,
            Step.BALLOTS: self._ballots,
            Step.TALLY: self._tally,
            Step.SHUFFLES: self._shuffles,
            Step.DECRYPTIONS: self._decryptions,
            Step.STRONG_PROOFS: self._strong_proofs,
            Step.RESULT: self._result,
        }
        for step, take in steps.items():
            with located(step):
                take()
        return VerifiedElection(
            index=self.index,
            election=self.election,
            trustees=self.trustees,
            credentials=self.credentials,
            stage=self.head.type,
            head=self.head,
            ballots=self.total.num_tallied,
            total_weight=self.total.total_weight,
            tally=self.tally,
            ciphertexts=tuple(self.ciphertexts),
            decryptions=self.decryptions,
            shufflers=tuple(self.shufflers),
            report=self.report,
        )

    def _container(self) -> None:
        heights = frozenset(height for height, _ in self.demands.heads)
        self.index = index = index_archive(self.path, note_heights=heights, progress=self.progress)
        if index.head is None:
            raise IncompleteElectionError("an archive without any event")
        self.head = index.head
        count = index.head.height + 1
        self.report.facts["head"] = {"height": index.head.height, "hash": index.head.hash}
        self.report.note(Step.CONTAINER, f"{count} events, head {index.head.hash}")

    def _order(self) -> None:
        setup = next(self.index.of_type(EventType.SETUP), None)
        shuffled = False
        if setup is not None:
            shuffled = Election.parse(self.index.read(setup)[0]).is_shuffled
        self.index.require_order(shuffled=shuffled)
        self.report.facts["stage"] = self.head.type.value
        self.report.note(Step.ORDER, f"the last event is {self.head.type}")

    def _earlier(self) -> None:
        demands = self.demands
        details: list[str] = []
        if demands.earlier is not None:
            added = require_continues_copy(self.path, demands.earlier)
            details.append(f"continues the earlier copy, {added} bytes were added")
        for height, digest in demands.heads:
            if self.index.noted.get(height) != digest:
                raise ChainError(f"event {height} is not the one that was noted")
            details.append(f"event {height} is the one that was noted")
        if demands.checkpoint is not None:
            details.append(compare_with_witnesses(self.index, demands.checkpoint, demands.policy))
        nothing = "no earlier copy and no noted event were given"
        self.report.note(Step.EARLIER, "; ".join(details) or nothing, applies=bool(details))

    def _election(self) -> None:
        setup = next(self.index.of_type(EventType.SETUP))
        data, trustees, credentials, _ = self.index.read(setup)
        self._setup = (trustees, credentials)
        self.election = election = Election.parse(data)
        if self.demands.fingerprint not in {None, election.fingerprint}:
            raise WrongElectionError(f"the election's fingerprint is {election.fingerprint}, not the one given")
        facts = {"uuid": election.uuid, "fingerprint": election.fingerprint, "name": election.name}
        self.report.facts |= facts | {"group": election.group.name}
        count = len(election.questions)
        self.report.note(
            Step.ELECTION,
            f"{election.uuid}, fingerprint {election.fingerprint}, {election.group.name}, {count} questions",
        )

    def _trustees(self) -> None:
        self.trustees = Trustees.parse(self._setup[0], self.election.group)
        self.trustees.require_valid()
        if self.trustees.election_key() != self.election.public_key:
            raise ElectionKeyMismatchError("the election's key is not made of its trustees' keys")
        self.members = {member.owner: member for member in self.trustees.members}
        parts = [f"{needed} of {len(owners)}" for owners, needed in self.trustees.shares_needed()]
        if all(len(owners) == 1 for owners, _ in self.trustees.shares_needed()) and len(parts) == 1:
            self.report.warn("single-trustee", "One trustee alone can decrypt every ballot.")
        self.report.note(Step.TRUSTEES, f"{len(self.members)} trustees; decryption takes " + " and ".join(parts))

    def _credentials(self) -> None:
        data = self._setup[1]
        found = credentials_fingerprint(data)
        if self.demands.credentials not in {None, found}:
            raise CredentialListMismatchError(f"the list's fingerprint is {found}, not the one given")
        self.credentials = PublicCredentials.parse(data, self.election.group)
        if self.election.is_shuffled and self.credentials.is_weighted:
            raise WeightError("weights cannot be applied to NonHomomorphic questions")
        if self.demands.credentials is None:
            self.report.warn(
                "credentials-not-compared",
                "The list of credentials was not compared with the fingerprint that its authority published.",
            )
        count = len(self.credentials.weights)
        self.report.facts["credentials"] = {"count": count, "fingerprint": found}
        self.report.note(Step.CREDENTIALS, f"{count} credentials, fingerprint {found}")

    def _ballots(self) -> None:
        weights = dict(self.credentials.weights)
        found = verify_ballots(self.index, self.election, weights, jobs=self.jobs, progress=self.progress)
        self.total = found.total
        if found.repeated:
            # Key extraction: two signatures with one nonce give the secret away.
            self.report.warn("repeated-randomness", f"{found.repeated} ballots were made with repeated randomness.")
        self._require_trackers()
        cast, counted = self.index.ballot_count, self.total.num_tallied
        self.report.facts["ballots"] = {"cast": cast, "counted": counted, "weight": self.total.total_weight}
        self.report.note(Step.BALLOTS, f"{cast} ballots, {counted} of them the last of their credential")

    def _require_trackers(self) -> None:
        if not self.demands.trackers:
            return
        counted = self.index.last_ballots()
        places = {self.index.tracker(ballot): ballot for ballot in range(self.index.ballot_count)}
        for tracker in self.demands.trackers:
            if tracker not in places:
                raise BallotNotFoundError("no such ballot in the archive").locate(tracker=tracker)
            if not counted[places[tracker]]:
                raise SupersededBallotError("a later ballot of the same voter counts instead").locate(tracker=tracker)

    def _tally(self) -> None:
        self.tally = self.total.tally()
        self.ciphertexts = list(self.tally.questions)
        tallied = next(self.index.of_type(EventType.ENCRYPTED_TALLY), None)
        if tallied is None:
            self._skip(Step.TALLY, "there is no tally yet")
            return
        data, size_data = self.index.read(tallied)
        size = SizedTally.parse(size_data)
        if size.num_tallied != self.total.num_tallied:
            raise BallotCountError(f"{size.num_tallied} ballots are claimed, {self.total.num_tallied} count")
        if size.total_weight != self.total.total_weight:
            raise TotalWeightError(f"a weight of {size.total_weight} is claimed, it is {self.total.total_weight}")
        if EncryptedTally.parse(data, self.election) != self.tally:
            raise TallyMismatchError("the published tally is not the sum of the last ballots")
        self.report.note(Step.TALLY, f"{size.num_tallied} ballots of total weight {size.total_weight}")

    def _shuffles(self) -> None:
        self.shufflers = seen = []
        if not self.election.is_shuffled:
            self._skip(Step.SHUFFLES, "no question needs one")
            return
        places = [i for i, q in enumerate(self.election.questions) if isinstance(q, NonHomomorphicQuestion)]
        for number, indexed in enumerate(self.index.of_type(EventType.SHUFFLE), start=1):
            data, owner_data = self.index.read(indexed)
            owner = Owned.parse(owner_data).owner
            if owner not in self.members or owner in seen:
                raise ShuffleOwnerError(f"shuffle {number}: trustee {owner} is unknown or has shuffled already")
            seen.append(owner)
            self._require_shuffle(Shuffle.parse(data, self.election.group), places)
        ended = next(self.index.of_type(EventType.END_SHUFFLES), None) is not None
        if ended and len(seen) < max(1, self.demands.least_shuffles):
            raise MissingShuffleError(f"{len(seen)} shuffles, at least {self.demands.least_shuffles} are demanded")
        if ended and len(seen) == 1:
            self.report.warn("single-shuffle", "One trustee alone shuffled, and can link answers to ballots.")
        self.report.note(Step.SHUFFLES, f"{len(seen)} shuffles by trustees {_listed(seen)}", applies=bool(seen))

    def _require_shuffle(self, shuffle: Shuffle, places: list[int]) -> None:
        election = self.election
        if len(shuffle.ciphertexts) != len(places):
            raise ShuffleShapeError("a shuffle of another number of questions")
        for place, after, proof in zip(places, shuffle.ciphertexts, shuffle.proofs, strict=True):
            require_valid_shuffle(
                election.group,
                election.public_key,
                election.fingerprint,
                before=self.ciphertexts[place],
                after=after,
                proof=proof,
            )
            self.ciphertexts[place] = after

    def _decryptions(self) -> None:
        self.decryptions = {}
        refused: dict[int, ElectionRefusedError] = {}
        for indexed in self.index.of_type(EventType.PARTIAL_DECRYPTION):
            data, owner_data = self.index.read(indexed)
            owner = Owned.parse(owner_data).owner
            if owner not in self.members or owner in self.decryptions or owner in refused:
                raise DecryptionOwnerError(f"trustee {owner} is unknown or has decrypted already")
            try:
                decryption = PartialDecryption.parse(data, self.election.group)
                require_decryption(self.election, self.members[owner], decryption, self.ciphertexts)
            except ElectionRefusedError as error:
                refused[owner] = error
            else:
                self.decryptions[owner] = decryption
        if refused and not self.trustees.can_do_without(refused):
            raise refused[min(refused)]
        for owner, refusal in sorted(refused.items()):
            # One member of a threshold structure must not be able to stop a result that enough others give.
            problem = f"is false and was not counted ({type(refusal).__name__}: {refusal})"
            self.report.warn("false-partial-decryption", f"The partial decryption of trustee {owner} {problem}.")
        if not self.decryptions:
            self._skip(Step.DECRYPTIONS, "there is none yet")
            return
        self.report.note(Step.DECRYPTIONS, f"by trustees {_listed(list(self.decryptions))}")

    def _strong_proofs(self) -> None:
        demanded = self.demands.strong_decryption
        if demanded is None:
            demanded = self.election.demands_strong_decryption
        if not self.decryptions:
            self._skip(Step.STRONG_PROOFS, "nothing is decrypted yet")
            return
        if self.demands.proofs is None:
            if demanded:
                raise MissingStrongProofError("this election demands strong decryption proofs, and none were given")
            self.report.warn(
                "no-strong-decryption-proofs",
                "The decryption proofs do not bind the ciphertexts and factors that they are about.",
            )
            self._skip(Step.STRONG_PROOFS, "none were given, and the election demands none")
            return
        strong = StrongDecryptions.parse(self.demands.proofs.read_bytes(), self.election)
        owners = [part.owner for part in strong.decryptions]
        if missing := self.decryptions.keys() - set(owners):
            raise MissingStrongProofError(f"trustee {min(missing)} gave no strong decryption proof")
        if owners != list(self.decryptions):
            raise PayloadReferenceError("the strong proofs are not those of the archive's partial decryptions")
        for part in strong.decryptions:
            member = self.members[part.owner]
            require_strong_decryption(self.election, member, self.decryptions[part.owner], part, self.ciphertexts)
        self.report.note(Step.STRONG_PROOFS, f"by trustees {_listed(owners)}")

    def _result(self) -> None:
        announced = next(self.index.of_type(EventType.RESULT), None)
        if announced is None:
            if self.demands.finished:
                raise IncompleteElectionError("the archive is right as far as it goes, but has no result")
            self._skip(Step.RESULT, "there is none yet")
            return
        (data,) = self.index.read(announced)
        result = Result.parse(data, self.election)
        require_result(
            self.election,
            self.trustees,
            self.ciphertexts,
            self.decryptions,
            result,
            total_weight=self.total.total_weight,
        )
        self.report.facts["result"] = result.to_json()
        self.report.note(Step.RESULT, data.decode() if len(data) <= 400 else f"{len(data)} bytes")

    def _skip(self, step: Step, why: str) -> None:
        self.report.note(step, why, applies=False)


def _listed(owners: list[int]) -> str:
    return ", ".join(map(str, owners)) or "none"
