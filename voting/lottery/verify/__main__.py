"""``python -m voting.lottery.verify BUNDLE.json [RESULT.json [REPLACEMENT.json]]``: 0 true, 1 false, 2 unreadable."""

import sys
from collections.abc import Sequence
from pathlib import Path

from voting.errors import UnreadableInputError, VerificationError
from voting.lottery.verify.check import VerifiedBundle, verify_bundle, verify_replacement, verify_result

USAGE = "usage: BUNDLE.json [RESULT.json [REPLACEMENT.json]]"


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
    return lines


def main(argv: Sequence[str]) -> int:
    """Check the given files, print what holds, and return the exit status."""
    if not 1 <= len(argv) <= 3 or any(word.startswith("-") for word in argv):
        print(USAGE, file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        files = [Path(name).read_bytes() for name in argv]
        lines = report(verify_bundle(files[0]))
        if len(files) > 1:
            _, result = verify_result(files[0], files[1])
            lines.append(f"row {result.outcome.row}; selected: {', '.join(result.outcome.selected)}")
        if len(files) > 2:
            lines.append(f"sitting: {', '.join(verify_replacement(*files).sitting)}")
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
