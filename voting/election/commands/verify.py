"""``python -m voting verify``: check an election from its archive."""

import argparse
import re
from pathlib import Path

from voting.election.commands.terminal import add_jobs, progress_bar, say
from voting.election.verify.report import Demands, VerificationReport
from voting.election.verify.run import verify_archive
from voting.encoding import canonical_json
from voting.errors import VotingError

_HEAD = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")

EXAMPLE = """\
example:
  python -m voting verify 4R8BtGkq2sMZ3x.bel --proofs 4R8BtGkq2sMZ3x.proofs.json \\
      --tracker wDtZGGG6aUrbbLlU1WTxmAlcvxGvWwBlZxOgpUUOuGk

exit status: 0 everything is right, 1 something is wrong, 2 the file cannot be read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("archive", type=Path, help="the election's .bel file")
    parser.add_argument("--earlier", type=Path, metavar="FILE", help="an earlier copy, which must be continued")
    parser.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="HEIGHT:HASH",
        help="an event noted earlier (may be repeated)",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="a signed head of the board's log with the cosignatures of witnesses, which must be a head of the archive",
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="whose signatures it needs (default: as the election binds it)"
    )
    parser.add_argument(
        "--tracker", action="append", default=[], metavar="TRACKER", help="a voter's tracker (may be repeated)"
    )
    parser.add_argument("--credentials", metavar="FINGERPRINT", help="published by the credential authority")
    parser.add_argument("--fingerprint", metavar="FINGERPRINT", help="of the election, as shown to voters")
    parser.add_argument(
        "--proofs",
        type=Path,
        metavar="FILE",
        help="strong decryption proofs (default: ARCHIVE with the ending .proofs.json, if it exists)",
    )
    parser.add_argument("--require-strong-decryption", action="store_true", help="refuse without strong proofs")
    parser.add_argument("--shuffles", type=int, default=1, metavar="N", help="least number of shuffles (default: 1)")
    parser.add_argument("--unfinished", action="store_true", help="accept an election without a result yet")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    add_jobs(parser)


def run(arguments: argparse.Namespace) -> int:
    """Verify and print the report; a refusal is raised after the report is printed."""
    report = VerificationReport()
    proofs: Path | None = arguments.proofs
    beside = arguments.archive.with_suffix(".proofs.json")
    if proofs is None and beside.is_file():
        proofs = beside
    demands = Demands(
        finished=not arguments.unfinished,
        strong_decryption=True if arguments.require_strong_decryption else None,
        least_shuffles=arguments.shuffles,
        proofs=proofs,
        earlier=arguments.earlier,
        heads=arguments.head,
        checkpoint=arguments.checkpoint,
        policy=arguments.policy,
        trackers=arguments.tracker,
        credentials=arguments.credentials,
        fingerprint=arguments.fingerprint,
    )
    try:
        with progress_bar("verifying", quiet=arguments.quiet) as progress:
            verify_archive(arguments.archive, demands, jobs=arguments.jobs, progress=progress, report=report)
    except VotingError:
        _print(report, as_json=arguments.json)
        raise
    _print(report, as_json=arguments.json)
    # The report is the witness of success: a step that was never reached is no success, whatever else happened.
    return 0 if report.passed else 1


def _print(report: VerificationReport, *, as_json: bool) -> None:
    if as_json:
        say(canonical_json(report.to_json()).decode())
        return
    say(report.to_text())
    if report.passed:
        say("VERIFIED")


def _head(text: str) -> tuple[int, str]:
    match = _HEAD.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("HEIGHT:HASH, a number and 64 hexadecimal digits")
    return int(match.group(1)), match.group(2)
