"""Refusals of an election: one class per reason.

Everything about *content* is a `VerificationError` (exit status 1): readable, and wrong. Only a file that is no archive
at all, or ends in the middle, is an `UnreadableInputError` (exit status 2). No message ever holds a secret. Refusals of
group elements are in `voting.election.group.errors`.
"""

from typing import Self

from voting.errors import UnreadableInputError, VerificationError


class ElectionRefusedError(VerificationError):
    """The root of all refusals here; knows which ballot and which step of the verification it is about.

    Attributes:
        tracker: the tracker of the ballot that is refused, if one is.
        step: the number of the verification step (``voting/SPEC.md``, section "Verification"), inside a verification.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.tracker: str | None = None
        self.step: int | None = None

    def locate(self, *, tracker: str | None = None, step: int | None = None) -> Self:
        """Add what an outer caller knows; what an inner one said stays."""
        self.tracker = self.tracker or tracker
        self.step = self.step if self.step is not None else step
        return self

    def __str__(self) -> str:
        message = super().__str__()
        if self.tracker is not None:
            message = f"ballot {self.tracker}: {message}"
        if self.step is not None:
            message = f"step {self.step}: {message}"
        return message


# Shapes and encodings ------------------------------------------------------------------------------------------------


class MalformedObjectError(ElectionRefusedError):
    """A JSON object lacks a field, has one too many, has them in another order, or of another type."""


class NonCanonicalObjectError(ElectionRefusedError):
    """The bytes are not the canonical form of the object that they hold."""


class OversizedObjectError(ElectionRefusedError):
    """More bytes than an honest object can have."""


class MalformedScalarError(ElectionRefusedError):
    """A scalar is not a canonical decimal below the group order."""


class MalformedUuidError(ElectionRefusedError):
    """An election's identifier is not at least 14 Base58 characters."""


class UnsupportedVersionError(ElectionRefusedError):
    """The election or archive is of another version of the protocol."""


class UnsupportedQuestionError(ElectionRefusedError):
    """A question is of a type that is neither homomorphic nor NonHomomorphic."""


class MalformedQuestionError(ElectionRefusedError):
    """A question's bounds make no sense, or its texts are not acceptable."""


# Proofs --------------------------------------------------------------------------------------------------------------


class WrongProofError(ElectionRefusedError):
    """The root of all zero-knowledge proofs that do not hold."""


class PossessionProofError(WrongProofError):
    """A trustee's proof of knowing the private key does not hold."""


class IndividualProofError(WrongProofError):
    """The proof that one choice is 0 or 1 does not hold."""


class OverallProofError(WrongProofError):
    """The proof that the number of choices lies between min and max does not hold."""


class BlankProofError(WrongProofError):
    """The proof that a ballot is either blank or not does not hold."""


class RankingProofError(WrongProofError):
    """The proof of knowing a NonHomomorphic answer does not hold."""


class BallotSignatureError(WrongProofError):
    """A ballot's signature does not hold."""


class MessageSignatureError(WrongProofError):
    """The signature of a trustee's message does not hold."""


class DecryptionProofError(WrongProofError):
    """A proof of correct partial decryption does not hold."""


class StrongDecryptionProofError(WrongProofError):
    """A strong proof of correct partial decryption does not hold."""


class ShuffleProofError(WrongProofError):
    """A proof of correct shuffling does not hold."""


class ShuffleShapeError(ElectionRefusedError):
    """A shuffle's output, or a list of its proof, does not have the length of its input."""


# Credentials and ballots ---------------------------------------------------------------------------------------------


class MalformedCredentialError(ElectionRefusedError):
    """A voting code is mistyped: another length, alphabet or checksum."""


class DuplicateCredentialError(ElectionRefusedError):
    """The public list names the same credential twice."""


class WeightError(ElectionRefusedError):
    """A weight is not a canonical non-negative integer, or is not allowed here."""


class CredentialListMismatchError(ElectionRefusedError):
    """The public list is not the one whose fingerprint the credential authority published."""


class WrongElectionError(ElectionRefusedError):
    """A ballot was made for another election."""


class UnknownCredentialError(ElectionRefusedError):
    """A ballot's credential is not on the public list."""


class AnswerShapeError(ElectionRefusedError):
    """A ballot has another number of answers, choices or proofs than its questions ask for."""


class BallotHashError(ElectionRefusedError):
    """The hash that a ballot's signature names is not the ballot's."""


class RepeatedBallotError(ElectionRefusedError):
    """The same ballot is cast a second time."""


class SupersededBallotError(ElectionRefusedError):
    """A voter's tracker is not the last of its credential."""


class BallotNotFoundError(ElectionRefusedError):
    """A voter's tracker is not in the archive."""


class InvalidVoteError(ElectionRefusedError):
    """The choices to encrypt do not answer the questions."""


class OpeningError(ElectionRefusedError):
    """The opening of a challenged ballot does not open it."""


class ChallengedBallotError(ElectionRefusedError):
    """A ballot was challenged, hence opened, and can never be cast."""


class AbstentionStatementError(ElectionRefusedError):
    """A statement that no ballot was cast with a credential is false or not signed by the named key."""


# Trustees ------------------------------------------------------------------------------------------------------------


class ElectionKeyMismatchError(ElectionRefusedError):
    """The election's public key is not the product of its trustees' keys."""


class DuplicateTrusteeKeyError(ElectionRefusedError):
    """Two trustees have the same public key."""


class TrusteeStructureError(ElectionRefusedError):
    """A threshold structure has impossible numbers: no member, a threshold above the members, lists of other lengths."""


class CertificateError(ElectionRefusedError):
    """A threshold trustee's certificate names another group, size, threshold or index."""


class VerificationKeyError(ElectionRefusedError):
    """A threshold trustee's verification key does not follow from the published coefficients."""


class InvalidShareError(ElectionRefusedError):
    """A secret share does not fit its sender's published coefficients; the message names the sender's index."""


class InvalidChannelMessageError(ElectionRefusedError):
    """A message between trustees cannot be decrypted, or is meant for someone else."""


class MalformedSeedError(ElectionRefusedError):
    """A trustee's seed is not 22 Base58 characters."""


class CoefficientCommitmentError(ElectionRefusedError):
    """A trustee's coefficients are not those that it committed to, or a commitment is missing or of another ceremony."""


class ComplaintError(ElectionRefusedError):
    """A complaint about a share is unfounded: the share is good, or its sender did not sign it."""


class RehearsalError(ElectionRefusedError):
    """A trustee did not show that it still holds its key."""


class WrongPrivateKeyError(ElectionRefusedError):
    """A private key belongs to none of the election's trustees, or to another one than named."""


# Archive -------------------------------------------------------------------------------------------------------------


class NotAnArchiveError(UnreadableInputError):
    """The file is no ``.bel`` archive."""


class TruncatedArchiveError(UnreadableInputError):
    """The archive ends in the middle of a member."""


class ArchiveMemberError(ElectionRefusedError):
    """A member's header is not in the one allowed form: name, mode, times, type, padding."""


class MemberHashError(ElectionRefusedError):
    """A member's bytes do not have the hash that is its name."""


class UnexpectedMemberError(ElectionRefusedError):
    """A member that no event names, stands elsewhere than its event says, or twice."""


class MissingMemberError(ElectionRefusedError):
    """An event names a payload that is not there."""


class WitnessedHeadError(ElectionRefusedError):
    """A signed head of the board's log is not the archive's, or lacks the witnesses that it should have."""


class ChainError(ElectionRefusedError):
    """An event's parent or height does not continue the chain."""


class EventOrderError(ElectionRefusedError):
    """An event of a type that is not allowed at this place."""


class IncompleteElectionError(ElectionRefusedError):
    """The archive is consistent as far as it goes, but has no result yet."""


class EarlierCopyError(ElectionRefusedError):
    """The archive does not continue an earlier copy of itself."""


# Tally ---------------------------------------------------------------------------------------------------------------


class TallyMismatchError(ElectionRefusedError):
    """The published encrypted tally is not the one that follows from the ballots."""


class BallotCountError(ElectionRefusedError):
    """The published number of tallied ballots is wrong."""


class TotalWeightError(ElectionRefusedError):
    """The published total weight is wrong."""


class PayloadReferenceError(ElectionRefusedError):
    """An object names another payload than the one that it belongs to."""


class MissingShuffleError(ElectionRefusedError):
    """NonHomomorphic answers were to be decrypted without having been shuffled (often enough)."""


class ShuffleOwnerError(ElectionRefusedError):
    """A shuffle's owner is unknown or has shuffled already."""


class DecryptionOwnerError(ElectionRefusedError):
    """A partial decryption's owner is unknown or has decrypted already."""


class DecryptionShapeError(ElectionRefusedError):
    """A partial decryption has another number of factors or proofs than there are ciphertexts."""


class NotEnoughDecryptionsError(ElectionRefusedError):
    """Too few partial decryptions for a result."""


class MissingStrongProofError(ElectionRefusedError):
    """A partial decryption has no strong proof, and this election demands one."""


class ResultShapeError(ElectionRefusedError):
    """The published result does not have the shape of the questions."""


class ResultMismatchError(ElectionRefusedError):
    """The published result is not the one that follows from the partial decryptions."""


class DiscreteLogError(ElectionRefusedError):
    """A decrypted sum is larger than all votes together can be."""


class NotWhatWasAskedError(ElectionRefusedError):
    """A trustee is asked to decrypt something else than the tally of the archive."""
