"""``python -m voting.lottery.verify BUNDLE [PANELS] [RESULT [REPLACEMENT]]``: 0 true, 1 false, 2 unreadable."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from voting.encoding import parse_json
from voting.errors import UnreadableInputError, VerificationError
from voting.lottery.verify.check import (
    VerifiedBundle,
    require_same_panels,
    verify_bundle,
    verify_panels,
    verify_replacement,
    verify_result,
)
from voting.lottery.verify.draw import Result
from voting.lottery.verify.panels import PANELS_FORMAT

USAGE = "usage: BUNDLE.json [PANELS.json] [RESULT.json [REPLACEMENT.json]]"


def report(verified: VerifiedBundle) -> list[str]:
    """Return what holds true of a bundle, one sentence a line."""
    bundle = verified.bundle
    lines = [
        f"commitment     {bundle.commitment}",
        f"{bundle.seats} seats, {len(bundle.numbers)} candidates, {len(bundle.types)} types, mode {bundle.mode}",
    ]
    if verified.deviation is not None:
        chances = bundle.probabilities
        lines += [
            f"{len(bundle.rows)} rows: each meets every quota; the weights add up to 1,000,000",
            f"chances from {min(chances)} to {max(chances)}; the table differs by at most {float(verified.deviation):.1e}",
            f"{len(bundle.levels)} levels proved optimal, grade {verified.grade}",
        ]
    if bundle.panels is not None:
        lines.append(f"drawn from {bundle.panels:,} panels by {bundle.digits} balls")
    return lines


def report_files(
    files: Sequence[bytes], commitments: Mapping[str, str] | None = None
) -> tuple[list[str], Result | None]:
    """Check a bundle and what is given of its panels, result and replacements; return what holds, and the result.

    Raises:
        VerificationError, UnreadableInputError: the first that is wrong; more files than there are documents.
    """
    bundle, rest = files[0], list(files[1:])
    lines, table, result = report(verify_bundle(bundle)), None, None
    if rest and _is_table(rest[0]):
        _, table = verify_panels(bundle, rest.pop(0), commitments=commitments)
        lines += [f"panels         {table.commitment}", f"{len(table.panels):,} panels as the mixing gives them"]
    if rest:
        _, result = verify_result(bundle, rest[0], commitments=commitments)
        if table is not None:
            require_same_panels(table, result)
        lines.append(f"{_place(result)}; selected: {', '.join(result.outcome.selected)}")
    if len(rest) == 2:
        lines.append(f"sitting: {', '.join(verify_replacement(bundle, *rest).sitting)}")
    elif len(rest) > 2:
        raise UnreadableInputError(USAGE)
    return lines, result


def _is_table(data: bytes) -> bool:
    fields = parse_json(data)
    return isinstance(fields, dict) and fields.get("format") == PANELS_FORMAT


def _place(result: Result) -> str:
    return f"{'row' if result.ceremony.mixed is None else 'panel'} {result.outcome.row}"


def main(argv: Sequence[str]) -> int:
    """Check the given files, print what holds, and return the exit status."""
    if not 1 <= len(argv) <= 4 or any(word.startswith("-") for word in argv):
        print(USAGE, file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        lines, _ = report_files([Path(name).read_bytes() for name in argv])
    except VerificationError as error:
        print(f"FAILED: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except (UnreadableInputError, OSError) as error:
        print(f"UNREADABLE: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print("\n".join([*lines, "VERIFIED"]))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
