"""``python -m voting decrypt``: a trustee decrypts the tally that this machine verified, and nothing else."""

import argparse

from voting.election.commands.acts import add_archive, append, examine
from voting.election.commands.keys import add_key, read_secret
from voting.election.commands.terminal import read_file, say
from voting.election.conduct import decryption_payloads
from voting.election.decryption import StrongDecryptions
from voting.election.events import EventType

EXAMPLE = """\
examples:
  python -m voting decrypt 4R8BtGkq2sMZ3x.bel --key 1B2C3D4E.privkey
  python -m voting decrypt 4R8BtGkq2sMZ3x.bel --seed member1.seed --output member1.output.json      (threshold trustees)

The partial decryption is appended to the archive, the strong proofs to 4R8BtGkq2sMZ3x.proofs.json beside it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    add_archive(parser)
    add_key(parser)
    parser.add_argument(
        "--expect", metavar="HASH", help="hexadecimal SHA-256 of the tally that one was asked to decrypt"
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify, decrypt, append."""
    verified = examine(arguments)
    secret = read_secret(arguments, verified.trustees)
    payloads, strong = decryption_payloads(verified, secret, expected_tally=arguments.expect)
    proofs = arguments.archive.with_suffix(".proofs.json")
    election = verified.election
    before: tuple[StrongDecryptions, ...] = ()
    if proofs.exists():
        before = (read_file(proofs, lambda data: StrongDecryptions.parse(data, election)),)
    parts = [part for one in before for part in one.decryptions if part.owner != strong.owner]
    proofs.write_bytes(StrongDecryptions(election.fingerprint, (*parts, strong)).to_bytes())
    append(verified, EventType.PARTIAL_DECRYPTION, *payloads)
    say(f"strong proofs: {proofs}")
    return 0
