"""The refusals of the lottery's verifier: one class per thing that can be wrong."""

from voting.errors import UnreadableInputError, VerificationError


class MalformedBundleError(UnreadableInputError):
    """A document lacks a field, has one too many, or a field has the wrong type, range or order."""


class NotCanonicalError(VerificationError):
    """The bytes are not the canonical form of what they say, so that their hash is not the document's hash."""


class BrokenQuotaError(VerificationError):
    """A row of the table does not fill the seats, or breaks a quota or the household rule."""


class WrongWeightError(VerificationError):
    """The weights of the table do not add up to 1,000,000, or are not in the prescribed order."""


class WrongProbabilityError(VerificationError):
    """A probability is not the one its level proves, or the table gives another one."""


class WrongProofError(VerificationError):
    """A level's certificate does not prove that nobody in it could have had a better chance."""


class WrongBundleError(VerificationError):
    """The result belongs to another bundle."""


class WrongCommitmentError(VerificationError):
    """A witness's secret does not open the commitment published before the draw."""


class WrongWitnessError(VerificationError):
    """The witnesses of the result are not those that the bundle, or the notice board, names."""


class WrongBeaconError(VerificationError):
    """The drand round is not the one that the bundle named in advance."""


class WrongSeedError(VerificationError):
    """The seed does not follow from the bundle, the digits, the secrets and the beacon."""


class WrongRowError(VerificationError):
    """The digits select another row of the table."""


class WrongSelectionError(VerificationError):
    """The selected are not those whom the row and the public order select."""


class WrongReservesError(VerificationError):
    """The reserves are not the others in public order."""


class WrongPanelsError(VerificationError):
    """The panels are not those that bundle and mixing give, or not those that were published."""


class WrongReplacementError(VerificationError):
    """A vacancy was filled by somebody other than the one the rule names."""


class StuckDrawError(VerificationError):
    """The seats of a simple draw cannot all be filled in the given order."""
