"""A trustee's key on the command line: a private key, or a seed with the sealed key of the ceremony."""

import argparse
from pathlib import Path

from voting.election.commands.terminal import UnreadableFileError, read_file
from voting.election.errors import WrongPrivateKeyError
from voting.election.group.base import Group
from voting.election.shape import read_json, read_object, read_text
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.objects import PedersenParameters
from voting.election.trustees.pki import TrusteeSecrets
from voting.election.trustees.single import PrivateKey
from voting.election.trustees.structure import Trustees


def add_key(parser: argparse.ArgumentParser) -> None:
    """Declare ``--key``, or ``--seed`` with ``--output``."""
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--key", type=Path, metavar="FILE", help="the private key of a single trustee")
    key.add_argument("--seed", type=Path, metavar="FILE", help="the seed of a threshold trustee; needs --output")
    parser.add_argument("--output", type=Path, metavar="FILE", help="what this trustee answered in the key ceremony")


def read_secret(arguments: argparse.Namespace, trustees: Trustees) -> int:
    """Return the trustee's private exponent.

    Raises:
        UnreadableFileError: ``--seed`` without ``--output``, or a file holds something else.
        WrongPrivateKeyError: the seed belongs to no threshold structure of this election, or the sealed key is wrong.
    """
    group = trustees.group
    if arguments.key is not None:
        return read_file(arguments.key, lambda data: PrivateKey.parse(data, group)).secret
    if arguments.output is None:
        raise UnreadableFileError("--seed needs --output")
    seed = read_seed(arguments.seed, group)
    text = read_file(arguments.output, _sealed_key)
    structures = [entry for entry in trustees.entries if isinstance(entry, PedersenParameters)]
    # All but the last may be somebody else's; the last one's refusal is the one to tell.
    for structure in structures[:-1]:
        try:
            return open_decryption_key(group, seed, structure, text)[1]
        except WrongPrivateKeyError:
            continue
    if not structures:
        raise WrongPrivateKeyError("the election has no threshold trustees")
    return open_decryption_key(group, seed, structures[-1], text)[1]


def read_seed(path: Path, group: Group) -> TrusteeSecrets:
    """Derive a threshold trustee's keys from the file with its seed.

    Raises:
        UnreadableFileError: the file holds no seed.
    """
    return read_file(path, lambda data: TrusteeSecrets.from_seed(data.decode("ascii", "replace").strip(), group))


def _sealed_key(data: bytes) -> str:
    fields = read_object(read_json(data, "output"), "output", ("private_key", "public_key"))
    return read_text(fields["private_key"], "private key")
