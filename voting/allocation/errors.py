"""What the allocation package refuses, one class per refusal."""

from voting.errors import InfeasibleError, UnreadableInputError, VerificationError


class MalformedElectionError(UnreadableInputError):
    """Projects, money or ballots contradict each other: equal ids, a negative cost, a ballot for an unknown project."""


class MalformedRuleError(UnreadableInputError):
    """A counting rule is not complete or not one of ours: unknown name, a threshold rule without its threshold."""


class MalformedBundleError(UnreadableInputError):
    """Not a result bundle: no zip archive, no manifest, or a needed file is missing."""


class WrongBundleError(VerificationError):
    """A result bundle does not hold: a file was changed, left out or added, or the recount gives another result."""


class MalformedFieldError(UnreadableInputError):
    """A JSON document lacks a field, has an unknown one, or one of the wrong kind."""


class MalformedPabulibError(UnreadableInputError):
    """A ``.pb`` file cannot be read; ``line`` is where, counted from one (``None`` when no single line is at fault)."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line


class BallotsNeededError(InfeasibleError):
    """The rule needs whole ballots, and only sums per project are known."""


class MissingScoresError(InfeasibleError):
    """A weighted combination names a source (committee, survey) that scored nothing, or not every project."""


class UnsupportedConditionError(InfeasibleError):
    """The rule cannot honour this condition; counting without it would be another rule than the published one."""


class TooComplexError(InfeasibleError):
    """An exact answer would need more memory than allowed; nothing approximate is returned instead."""


class ImpossibleBallotsError(UnreadableInputError):
    """Numbers that no ballot can have: negative ones, or more items than can be counted."""
