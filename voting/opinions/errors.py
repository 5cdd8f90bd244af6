"""The refusals of ``voting.opinions``, one class each."""

from voting.errors import InfeasibleError, UnreadableInputError, VerificationError


class MalformedVotesError(UnreadableInputError):
    """A votes file lacks a column, or a row is not an id, an id, one of -1 0 1, and an instant."""


class MalformedRunError(UnreadableInputError):
    """A file is not the record of an analysis in a format this version reads."""


class UnknownParticipantError(InfeasibleError):
    """A given group names somebody who has no vote in the table."""


class OverlappingGroupsError(InfeasibleError):
    """A participant stands in two of the given groups, or a given group is empty."""


class ImpossibleGroupCountError(InfeasibleError):
    """The forced number of groups exceeds the distinct positions, or is outside 2 to 5."""


class PathDependentRunError(InfeasibleError):
    """A run that remembers earlier runs cannot be frozen: nobody could recompute it from the votes alone."""


class RunDigestMismatchError(VerificationError):
    """The record is not the one that was announced: its SHA-256 differs."""


class RunVotesMismatchError(VerificationError):
    """The votes are not those that the record was computed from."""


class RunResultMismatchError(VerificationError):
    """A number or a group in the record is not what the votes give."""
