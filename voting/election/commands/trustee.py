"""``python -m voting trustee``: keys of single trustees, and the key ceremony of threshold trustees."""

import argparse
from collections.abc import Callable
from pathlib import Path

from voting.election.commands.ceremony import CEREMONY, add_ceremony, run_ceremony
from voting.election.commands.terminal import UnreadableFileError, add_step, read_file, say, write_file
from voting.election.group import GROUP_NAMES, group_named
from voting.election.shape import printable, read_json
from voting.election.trustees.ceremony.commitment import require_committed_structure
from voting.election.trustees.ceremony.messages import CommitmentRound
from voting.election.trustees.checks import require_trustees
from voting.election.trustees.objects import PedersenParameters, TrusteeEntry, TrusteePublicKey
from voting.election.trustees.single import generate_trustee_key, key_identifier
from voting.election.trustees.structure import Trustees
from voting.encoding import canonical_json

_SINGLE = """\
  python -m voting trustee single --name "감사" --out keys/             writes keys/XXXXXXXX.privkey and .pubkey
"""
_LIST = """\
  python -m voting trustee list keys/*.pubkey --out trustees.json
"""
_LIST_THRESHOLD = """\
  python -m voting trustee list --threshold ceremony/threshold.json --out trustees.json
"""
_SHOW = """\
  python -m voting trustee show trustees.json --commitments ceremony/commitments.json
"""
EXAMPLE = f"""\
examples:
{_SINGLE}{_LIST}{_SHOW}
a ceremony of 3 trustees of whom any 2 decrypt; everybody shares the folder ceremony/ and keeps the seed:
{CEREMONY}{_LIST_THRESHOLD}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    single = add_step(actions, "single", "make a key that one trustee holds", _SINGLE)
    single.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
    single.add_argument("--name", help="published beside the key")
    single.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    listing = add_step(actions, "list", "put the trustees of an election together", _LIST + _LIST_THRESHOLD)
    listing.add_argument("keys", type=Path, nargs="*", metavar="PUBKEY")
    listing.add_argument("--threshold", type=Path, metavar="FILE", help="the result of a key ceremony")
    listing.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
    listing.add_argument("--out", type=Path, required=True, metavar="FILE")
    show = add_step(actions, "show", "check a list of trustees and show who they are", _SHOW)
    show.add_argument("list", type=Path, help="from `trustee list`")
    show.add_argument("--commitments", type=Path, metavar="FILE", help="also check that nobody chose a key late")
    show.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
    add_ceremony(actions)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    own: dict[str, Callable[[argparse.Namespace], None]] = {"single": _single, "list": _list, "show": _show}
    own.get(arguments.action, run_ceremony)(arguments)
    return 0


def _single(arguments: argparse.Namespace) -> None:
    group = group_named(arguments.group)
    private, public = generate_trustee_key(group, name=arguments.name)
    identifier = key_identifier(public, group)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_file(arguments.out / f"{identifier}.privkey", private.to_bytes(), secret=True)
    write_file(arguments.out / f"{identifier}.pubkey", canonical_json(public.to_json(group)))
    say(f"key {identifier}")


def _list(arguments: argparse.Namespace) -> None:
    group = group_named(arguments.group)
    entries: list[TrusteeEntry] = [
        read_file(path, lambda data: TrusteePublicKey.parse(read_json(data, "trustee key"), group))
        for path in arguments.keys
    ]
    if arguments.threshold is not None:
        entries.append(
            read_file(arguments.threshold, lambda data: PedersenParameters.parse(read_json(data, "trustees"), group))
        )
    require_trustees(entries, group)
    trustees = Trustees(group, tuple(entries))
    # Reading back refuses an empty list.
    data = trustees.to_bytes()
    Trustees.parse(data, group)
    write_file(arguments.out, data)
    _say_members(trustees)


def _show(arguments: argparse.Namespace) -> None:
    group = group_named(arguments.group)
    trustees = read_file(arguments.list, lambda data: Trustees.parse(data, group))
    trustees.require_valid()
    _say_members(trustees)
    if arguments.commitments is None:
        return
    committed = read_file(arguments.commitments, lambda data: CommitmentRound.parse(data, group))
    structures = [entry for entry in trustees.entries if isinstance(entry, PedersenParameters)]
    if len(structures) != 1:
        raise UnreadableFileError("--commitments needs a list with exactly one threshold structure")
    require_committed_structure(group, structures[0], committed)
    say("all members had committed to their coefficients before any were published")


def _say_members(trustees: Trustees) -> None:
    for member in trustees.members:
        key = trustees.group.serialize(member.public_key)
        say(f"{member.owner}. {printable(member.name or '(no name)')}: {key}")
    parts = " and ".join(f"{needed} of {len(owners)}" for owners, needed in trustees.shares_needed())
    say(f"decryption takes {parts}")
