"""``python -m voting decrypt``: a trustee decrypts the tally that this machine verified, and nothing else."""

import argparse
from pathlib import Path

from voting.election.commands.acts import add_archive, append, examine
from voting.election.commands.terminal import UnreadableFileError, read_file, say
from voting.election.conduct import decryption_payloads
from voting.election.decryption import StrongDecryptions
from voting.election.events import EventType
from voting.election.shape import read_json, read_object, read_text
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.objects import PedersenParameters
from voting.election.trustees.pki import TrusteeSecrets
from voting.election.trustees.single import PrivateKey
from voting.election.verify.state import VerifiedElection

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
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--key", type=Path, metavar="FILE", help="the private key of a single trustee")
    key.add_argument("--seed", type=Path, metavar="FILE", help="the seed of a threshold trustee; needs --output")
    parser.add_argument("--output", type=Path, metavar="FILE", help="what this trustee answered in the key ceremony")
    parser.add_argument(
        "--expect", metavar="HASH", help="hexadecimal SHA-256 of the tally that one was asked to decrypt"
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify, decrypt, append."""
    verified = examine(arguments)
    secret = _secret(arguments, verified)
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


def _secret(arguments: argparse.Namespace, verified: VerifiedElection) -> int:
    group = verified.election.group
    if arguments.key is not None:
        return read_file(arguments.key, lambda data: PrivateKey.parse(data, group)).secret
    if arguments.output is None:
        raise UnreadableFileError("--seed needs --output")
    secrets = TrusteeSecrets.from_seed(arguments.seed.read_text(encoding="ascii").strip(), group)
    text = read_file(arguments.output, _private_part)
    structures = [entry for entry in verified.trustees.entries if isinstance(entry, PedersenParameters)]
    if len(structures) != 1:
        raise UnreadableFileError("the election does not have exactly one threshold structure")
    return open_decryption_key(group, secrets, structures[0], text)[1]


def _private_part(data: bytes) -> str:
    fields = read_object(read_json(data, "output"), "output", ("private_key", "public_key"))
    return read_text(fields["private_key"], "private key")
