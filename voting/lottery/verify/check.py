"""What a citizen runs: check a bundle, a result, a record of replacements. Each returns facts, or raises the refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.draw import Result, mixing_of, outcome_of, parse_result, require_fitting
from voting.lottery.verify.errors import (
    MalformedBundleError,
    WrongBundleError,
    WrongPanelsError,
    WrongReplacementError,
    WrongReservesError,
    WrongRowError,
    WrongSeedError,
    WrongSelectionError,
)
from voting.lottery.verify.panels import PanelTable, parse_panels, require_mixing, table_of
from voting.lottery.verify.parsing import parse_bundle
from voting.lottery.verify.proof import require_proved
from voting.lottery.verify.reading import commitment_of
from voting.lottery.verify.replacement import Replacement, parse_replacement, replay
from voting.lottery.verify.simple import MAX_SIMPLE_FEATURES
from voting.lottery.verify.table import require_table
from voting.lottery.verify.witnesses import require_beacon, require_witnesses


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle that holds true. ``grade`` and ``deviation`` are None for a simple draw.

    ``deviation`` is the largest difference between anybody's chance in the table and their exact fraction.
    """

    bundle: Bundle
    grade: str | None
    deviation: Fraction | None


def verify_bundle(data: bytes) -> VerifiedBundle:
    """Check everything that can be checked before the draw.

    Raises:
        MalformedJSONError, MalformedBundleError, NotCanonicalError: the form.
        BrokenQuotaError, WrongWeightError, WrongProbabilityError, WrongProofError: the content.
    """
    bundle = parse_bundle(data)
    if bundle.mode == "simple":
        if len(bundle.features) > MAX_SIMPLE_FEATURES:
            raise MalformedBundleError("a simple draw has at most two features")
        return VerifiedBundle(bundle, None, None)
    grade = require_proved(bundle)
    return VerifiedBundle(bundle, grade, require_table(bundle))


def verify_panels(
    bundle_data: bytes, panels_data: bytes, *, commitments: Mapping[str, str] | None = None
) -> tuple[VerifiedBundle, PanelTable]:
    """Check a bundle and the table of panels that claims to follow from it.

    Args:
        bundle_data: the bytes of the bundle.
        panels_data: the bytes of the table.
        commitments: witness name → SHA-256, as published before the mixing.

    Raises:
        VerificationError: any of `verify_bundle`, or the first of bundle hash, witnesses, commitments, beacon,
            randomness and panels that is wrong.
        UnreadableInputError: a document's form.
    """
    verified = verify_bundle(bundle_data)
    table = parse_panels(panels_data)
    bundle, mixing = verified.bundle, table.mixing
    if table.bundle != bundle.commitment:
        raise WrongBundleError(f"the table belongs to bundle {table.bundle}, this one is {bundle.commitment}")
    require_mixing(bundle, mixing)
    require_witnesses(bundle, mixing.witnesses, commitments)
    require_beacon(bundle, mixing.pulse)
    right = table_of(bundle, mixing)
    if table.randomness != right.randomness:
        raise WrongSeedError("the randomness does not follow from bundle, digits, secrets and beacon")
    if table.panels != right.panels:
        raise WrongPanelsError("the panels are not those that bundle and randomness give")
    return verified, table


def require_same_panels(table: PanelTable, result: Result) -> None:
    """Refuse a result that was drawn from another table than the published one.

    Raises:
        WrongPanelsError: it was.
    """
    if result.ceremony.mixed is None or result.ceremony.mixed.table != table.commitment:
        raise WrongPanelsError(f"the result was not drawn from the table {table.commitment}")


def verify_result(
    bundle_data: bytes, result_data: bytes, *, commitments: Mapping[str, str] | None = None
) -> tuple[VerifiedBundle, Result]:
    """Check a bundle and the result that claims to follow from it.

    Args:
        bundle_data: the bytes of the bundle.
        result_data: the bytes of the result.
        commitments: witness name → SHA-256, as published before the draw; the result must agree with it exactly.

    Raises:
        VerificationError: any of `verify_bundle`, or the first of bundle hash, witnesses, commitments, beacon, seed,
            panels, row, selection and reserves that is wrong.
        UnreadableInputError: a document's form.
    """
    verified = verify_bundle(bundle_data)
    result = parse_result(result_data)
    bundle, ceremony = verified.bundle, result.ceremony
    if result.bundle != bundle.commitment:
        raise WrongBundleError(f"the result belongs to bundle {result.bundle}, this one is {bundle.commitment}")
    require_fitting(bundle, ceremony)
    require_witnesses(bundle, ceremony.witnesses, commitments)
    if ceremony.order is None:
        require_beacon(bundle, ceremony.pulse)
    mixing = mixing_of(ceremony)
    if (
        mixing is not None
        and ceremony.mixed is not None
        and table_of(bundle, mixing).commitment != ceremony.mixed.table
    ):
        raise WrongPanelsError("the table that the result names is not the one that bundle and mixing give")
    outcome, claimed = outcome_of(bundle, ceremony), result.outcome
    if claimed.seed != outcome.seed:
        raise WrongSeedError("the seed does not follow from bundle, digits, secrets and beacon")
    if claimed.row != outcome.row:
        raise WrongRowError(f"the digits select row {outcome.row}")
    if claimed.selected != outcome.selected:
        raise WrongSelectionError("the selected are not those whom row and order select")
    if claimed.reserves != outcome.reserves:
        raise WrongReservesError("the reserves are not the others in public order")
    return verified, result


def verify_replacement(bundle_data: bytes, result_data: bytes, replacement_data: bytes) -> Replacement:
    """Check a bundle, its result and the record of replacements that claims to follow from them.

    Raises:
        WrongReplacementError: the record belongs to another draw, or a seat went to another than the rule's.
        VerificationError, UnreadableInputError: as `verify_result`.
    """
    verified, result = verify_result(bundle_data, result_data)
    record = parse_replacement(replacement_data)
    if record.bundle != verified.bundle.commitment or record.result != commitment_of(result_data):
        raise WrongReplacementError("the record belongs to another draw")
    if (record.steps, record.sitting, record.reserves) != replay(verified.bundle, result, record.events):
        raise WrongReplacementError("a seat did not go to the reserve whom the rule names")
    return record
