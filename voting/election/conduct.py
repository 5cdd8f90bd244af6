"""Conducting an election: each act computes what is appended to the archive next.

Every act of a trustee starts from an `VerifiedElection`, that is from an archive that this very machine has verified; there
is no way here to decrypt something that somebody hands over (SPEC "Trustees"). The acts are pure: they return the data
members of the next event in archive order, for `voting.election.archive.ArchiveWriter.append` or
`voting.election.events.next_record`.
"""

from voting.election.credentials import PublicCredentials, credentials_fingerprint
from voting.election.decryption import StrongDecryption, decrypt_partially
from voting.election.definition import Election, SetupData
from voting.election.errors import (
    CredentialListMismatchError,
    DecryptionOwnerError,
    ElectionKeyMismatchError,
    EventOrderError,
    NotWhatWasAskedError,
    ShuffleOwnerError,
    WeightError,
    WrongPrivateKeyError,
)
from voting.election.events import EventType, Owned, SizedTally
from voting.election.progress import Progress
from voting.election.questions import NonHomomorphicQuestion
from voting.election.randomness import Random, system_random
from voting.election.result import Result, compute_result
from voting.election.shuffle.objects import Shuffle
from voting.election.shuffle.prove import shuffle_and_prove
from voting.election.tally import TallySum
from voting.election.trustees.structure import TrusteeMember, Trustees
from voting.election.verify.state import VerifiedElection
from voting.encoding import sha256


def setup_payloads(election: Election, trustees: Trustees, credentials: PublicCredentials) -> tuple[bytes, ...]:
    """Return the data members of the event Setup, after checking that they belong together.

    Specification: ``voting/SPEC.md`` §11.

    Raises:
        ElectionKeyMismatchError: the election's key is not made of these trustees' keys.
        WeightError: weights with a NonHomomorphic question.
        ElectionRefusedError: anything wrong with the trustees, by its class.
    """
    trustees.require_valid()
    if trustees.election_key() != election.public_key:
        raise ElectionKeyMismatchError("the election's key is not made of its trustees' keys")
    if election.is_shuffled and credentials.is_weighted:
        raise WeightError("weights cannot be applied to NonHomomorphic questions")
    parts = (election.data, trustees.to_bytes(), credentials.to_bytes())
    return (*parts, SetupData(*(sha256(part).hex() for part in parts)).to_bytes())


def tally_payloads(election: Election, total: TallySum) -> tuple[bytes, ...]:
    """Return the data members of the event EncryptedTally.

    Specification: ``voting/SPEC.md`` §6.3.
    """
    data = total.tally().to_bytes(election.group)
    return data, SizedTally(total.num_tallied, total.total_weight, sha256(data).hex()).to_bytes()


def verified_tally_payloads(verified: VerifiedElection) -> tuple[bytes, ...]:
    """Return the data members of the event EncryptedTally of an archive that was closed.

    Specification: ``voting/SPEC.md`` §6.3.

    Raises:
        EventOrderError: voting is not closed, or the tally is there already.
    """
    require_stage(verified, EventType.END_BALLOTS)
    data = verified.tally.to_bytes(verified.election.group)
    return data, SizedTally(verified.ballots, verified.total_weight, sha256(data).hex()).to_bytes()


def shuffle_payloads(
    verified: VerifiedElection, owner: int, *, random: Random = system_random, progress: Progress | None = None
) -> tuple[bytes, ...]:
    """Shuffle every NonHomomorphic question and return the data members of the event Shuffle.

    Specification: ``voting/SPEC.md`` §9.1.

    Raises:
        EventOrderError: it is not the time for shuffles.
        ShuffleOwnerError: the owner is no trustee, or has shuffled already.
    """
    require_stage(verified, EventType.ENCRYPTED_TALLY, EventType.SHUFFLE)
    election = verified.election
    if not election.is_shuffled:
        raise EventOrderError("no question needs a shuffle")
    if owner in verified.shufflers or owner not in {member.owner for member in verified.trustees.members}:
        raise ShuffleOwnerError(f"trustee {owner} is unknown or has shuffled already")
    shuffled = [
        ciphertexts
        for question, ciphertexts in zip(election.questions, verified.ciphertexts, strict=True)
        if isinstance(question, NonHomomorphicQuestion)
    ]

    def told(position: int) -> Progress | None:
        if progress is None:
            return None
        return lambda done, phases: progress(position * phases + done, len(shuffled) * phases)

    made = [
        shuffle_and_prove(
            election.group,
            election.public_key,
            election.fingerprint,
            ciphertexts,
            random,
            progress=told(position),
        )
        for position, ciphertexts in enumerate(shuffled)
    ]
    data = Shuffle(tuple(after for after, _ in made), tuple(proof for _, proof in made)).to_bytes(election.group)
    return data, Owned.of(owner, data).to_bytes()


def decryption_payloads(
    verified: VerifiedElection,
    secret: int,
    *,
    expected_tally: str | None = None,
    random: Random = system_random,
) -> tuple[tuple[bytes, ...], StrongDecryption]:
    """Decrypt a trustee's part of the verified tally, and of nothing else.

    Specification: ``voting/SPEC.md`` §8.4.

    Args:
        verified: the archive, verified by this machine.
        secret: the trustee's private exponent; whose it is is found from the public keys.
        expected_tally: hexadecimal SHA-256 of the tally that the trustee was asked to decrypt, if it was told one.
        random: for tests only.

    Returns:
        The data members of the event PartialDecryption, and the strong proofs for the file beside the archive.

    Raises:
        EventOrderError: it is not the time for decryption.
        NotWhatWasAskedError: what was asked is not the tally that follows from the ballots.
        WrongPrivateKeyError: the key belongs to none of the trustees.
        DecryptionOwnerError: this trustee has decrypted already.
    """
    election, group = verified.election, verified.election.group
    before = EventType.END_SHUFFLES if election.is_shuffled else EventType.ENCRYPTED_TALLY
    require_stage(verified, before, EventType.PARTIAL_DECRYPTION)
    if expected_tally not in {None, sha256(verified.tally.to_bytes(group)).hex()}:
        raise NotWhatWasAskedError("the tally to be decrypted is not the one that follows from the ballots")
    member = trustee_of(verified.trustees, secret)
    if member.owner in verified.decryptions:
        raise DecryptionOwnerError(f"trustee {member.owner} has decrypted already")
    decryption, strong = decrypt_partially(election, member, secret, verified.ciphertexts, random=random)
    data = decryption.to_bytes(group)
    return (data, Owned.of(member.owner, data).to_bytes()), strong


def result_of(verified: VerifiedElection) -> Result:
    """Combine the partial decryptions of a verified archive into the result.

    Specification: ``voting/SPEC.md`` §8.1.

    Raises:
        EventOrderError: nothing is decrypted yet, or the result is there already.
        NotEnoughDecryptionsError: too few partial decryptions.
        DiscreteLogError: a count is larger than all votes together.
    """
    require_stage(verified, EventType.PARTIAL_DECRYPTION)
    return compute_result(
        verified.election,
        verified.trustees,
        verified.ciphertexts,
        verified.decryptions,
        total_weight=verified.total_weight,
    )


def trustee_of(trustees: Trustees, secret: int) -> TrusteeMember:
    """Return whose private exponent this is.

    Raises:
        WrongPrivateKeyError: nobody's.
    """
    public = trustees.group.generator_power_secret(secret)
    for member in trustees.members:
        if member.public_key == public:
            return member
    raise WrongPrivateKeyError("the private key belongs to none of the trustees")


def require_stage(verified: VerifiedElection, *stages: EventType) -> None:
    """Refuse an act at the wrong time.

    Raises:
        EventOrderError: the last event is none of these.
    """
    if verified.stage not in stages:
        raise EventOrderError(f"the last event is {verified.stage}; this comes after {' or '.join(stages)}")


def require_credentials(credentials: PublicCredentials, announced: str) -> None:
    """Refuse a list that is not the one whose fingerprint its authority announced.

    Raises:
        CredentialListMismatchError: so.
    """
    if credentials_fingerprint(credentials.to_bytes()) != announced:
        raise CredentialListMismatchError("the list's fingerprint is not the one announced")
