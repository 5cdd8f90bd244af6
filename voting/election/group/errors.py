"""Refusals of the group layer: one class per refusal."""

from voting.election.errors import ElectionRefusedError


class UnknownGroupError(ElectionRefusedError):
    """The name is not one of the fixed groups. Nobody can bring parameters of their own."""


class ElementError(ElectionRefusedError):
    """A text is not an acceptable group element; the subclass says why."""


class MalformedElementError(ElementError):
    """The text is not the canonical encoding of any element: another alphabet or length, out of range, minus zero."""


class NotInGroupError(ElementError):
    """The text is canonical, but what it encodes is outside the prime-order subgroup."""


class IdentityElementError(ElementError):
    """The identity stands where it makes no sense: as a public key, a credential, a share."""
