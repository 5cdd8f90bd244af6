"""Refusals of the transparency log: one class per refusal.

What cannot be read at all is an `UnreadableInputError` (exit status 2 of the command), what reads well but is wrong a
`VerificationError` (exit status 1).
"""

from voting.errors import UnreadableInputError, VerificationError


class MalformedNoteError(UnreadableInputError):
    """The bytes are no signed note: not UTF-8, a control character, no signature, a line out of form."""


class MalformedKeyError(UnreadableInputError):
    """A verifier key or signer key is not well-formed, of an unsupported type, or its id does not fit."""


class MalformedCheckpointError(UnreadableInputError):
    """The note's text is no checkpoint: origin, size or root hash out of form."""


class MalformedProofError(UnreadableInputError):
    """The bytes are no ``.tlog-proof`` file and no list of hashes."""


class MalformedPolicyError(UnreadableInputError):
    """The bytes are no trust policy; the message names the line."""


class MalformedTileError(UnreadableInputError):
    """A tile's path or content is out of form."""


class IndexOutOfRangeError(VerificationError):
    """There is no such leaf, or no such earlier tree, in a tree of that size."""


class ProofLengthError(VerificationError):
    """A Merkle proof has more or fewer hashes than its sizes call for."""


class RootMismatchError(VerificationError):
    """A Merkle proof leads to another root: the leaf is not there, or the history was changed."""


class InvalidSignatureError(VerificationError):
    """A known key's signature does not verify; the whole note is refused."""


class NoKnownSignatureError(VerificationError):
    """None of the note's signatures is by a known key."""


class UnknownLogError(VerificationError):
    """The checkpoint's origin is not one of the logs that the policy accepts."""


class QuorumNotMetError(VerificationError):
    """Too few of the policy's witnesses cosigned the checkpoint."""


class OriginMismatchError(VerificationError):
    """Two checkpoints speak of different logs."""


class RollbackError(VerificationError):
    """The later checkpoint is of a smaller tree."""


class SplitViewError(VerificationError):
    """Two validly signed checkpoints of one log and one size have different roots: proof of misbehaviour."""


class WitnessRefusal(VerificationError):  # noqa: N818 - it is the protocol's word
    """A witness does not cosign; ``status`` is the HTTP status of the answer."""

    status = 400


class MalformedRequestError(WitnessRefusal):
    """The request is not of the protocol's form."""


class OldSizeTooLargeError(WitnessRefusal):
    """The old size is larger than the checkpoint's."""


class UntrustedCheckpointError(WitnessRefusal):
    """No signature by a trusted key of the log, or a wrong one."""

    status = 403


class UnknownOriginError(WitnessRefusal):
    """The witness does not follow this log."""

    status = 404


class StaleOldSizeError(WitnessRefusal):
    """The old size is not the latest that was cosigned; ``current_size`` is."""

    status = 409

    def __init__(self, current_size: int) -> None:
        """Remember the size that the witness answers with."""
        super().__init__(f"the latest cosigned size is {current_size}")
        self.current_size = current_size


class InconsistentCheckpointError(WitnessRefusal):
    """The consistency proof is wrong, or an empty tree has a root, or one size has two roots."""

    status = 422


class ContradictionError(VerificationError):
    """A log has shown its witness two heads that do not fit together; both were kept, and nothing was signed."""
