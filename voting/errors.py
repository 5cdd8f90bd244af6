"""Errors of the kernel: one root, one branch per meaning, one class per refusal.

A function that checks returns nothing, or raises the exact refusal. Nothing here is ever reported as a boolean, so that
a forgotten ``if`` cannot turn a refusal into an acceptance.
"""


class VotingError(Exception):
    """The root of every error that the kernel raises on purpose.

    Specification: ``voting/SPEC.md`` §12.
    """


class UnreadableInputError(VotingError):
    """The input cannot be read at all: missing, too large, not the format it claims (exit status 2).

    Specification: ``voting/SPEC.md`` §12.
    """


class VerificationError(VotingError):
    """Something readable is wrong: a proof, a sum, an order, a signature (exit status 1).

    Specification: ``voting/SPEC.md`` §12.

    Each refusal has a class of its own, in the package that raises it.
    """


class InfeasibleError(VotingError):
    """The request is well-formed, but nothing satisfies it (exit status 1).

    Specification: ``voting/SPEC.md`` §12.
    """
