"""``python -m voting credentials``: voting codes and the public list, made by the credential authority."""

import argparse
from pathlib import Path

from voting.election.commands.terminal import (
    UnreadableFileError,
    add_step,
    progress_bar,
    read_file,
    say,
    understood,
    uuid_argument,
    write_file,
)
from voting.election.credentials import (
    MAX_TOTAL_WEIGHT,
    Credential,
    PublicCredentials,
    credentials_fingerprint,
    derive_credential,
    generate_credentials,
)
from voting.election.group import GROUP_NAMES, group_named
from voting.election.group.base import Group
from voting.election.shape import read_json

_GENERATE = """\
  python -m voting credentials generate --uuid 4R8BtGkq2sMZ3x --count 300 --out codes/
  python -m voting credentials generate --uuid 4R8BtGkq2sMZ3x --voters voters.txt --out codes/
      voters.txt has one voter a line: ADDRESS or ADDRESS,LOGIN or ADDRESS,LOGIN,WEIGHT
"""
_FINGERPRINT = "  python -m voting credentials fingerprint codes/public_credentials.json\n"
_PUBLIC = "  python -m voting credentials public --uuid 4R8BtGkq2sMZ3x --code-file my-code.txt\n"
EXAMPLE = f"""\
examples:
{_GENERATE}{_FINGERPRINT}{_PUBLIC}
generate writes private_codes.csv (readable by its owner only: hand the codes out, then destroy it) and
public_credentials.json, and prints the list's fingerprint, which the authority publishes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    generate = add_step(actions, "generate", "make voting codes and the public list", _GENERATE)
    _add_election(generate)
    who = generate.add_mutually_exclusive_group(required=True)
    who.add_argument("--count", type=int, metavar="N", help="number of voters, each of weight 1")
    who.add_argument("--voters", type=Path, metavar="FILE", help="one voter a line: ADDRESS[,LOGIN[,WEIGHT]]")
    generate.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder to write into")
    generate.add_argument("--old-format", action="store_true", help="codes of 15 characters, for belenios-tool 2.0")
    fingerprint = add_step(actions, "fingerprint", "show the fingerprint of a public list", _FINGERPRINT)
    fingerprint.add_argument("list", type=Path, help="public_credentials.json")
    public = add_step(actions, "public", "show the public credential of a voting code", _PUBLIC)
    _add_election(public)
    public.add_argument("--code-file", type=Path, required=True, metavar="FILE", help="a file with the code alone")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if arguments.action == "generate":
        _generate(arguments)
    elif arguments.action == "fingerprint":
        say(credentials_fingerprint(arguments.list.read_bytes()))
    else:
        group = group_named(arguments.group)
        credential = private_credential(arguments.code_file, arguments.uuid, group)
        say(group.serialize(credential.public))
    return 0


def private_credential(path: Path, uuid: str, group: Group) -> Credential:
    """Derive a credential from a code in a file; never on the command line, which other users of the machine can see.

    Raises:
        UnreadableFileError: the code is mistyped.
    """
    code = path.read_text(encoding="utf-8").strip()
    return understood(lambda: derive_credential(code, uuid=uuid, group=group))


def read_public_list(path: Path, group_name: str) -> PublicCredentials:
    """Read a public list; the ``.pubcreds`` of the reference tool, which names logins, is read too."""
    group = group_named(group_name)

    def parse(data: bytes) -> PublicCredentials:
        if isinstance(value := read_json(data, "public credentials"), list) and any(
            isinstance(item, str) and item.count(",") == 2 for item in value
        ):
            parts = [str(item).split(",") for item in value]
            entries = ((group.parse_key(part[0]), int(part[1] or "1") if len(part) > 1 else 1) for part in parts)
            return PublicCredentials.create(entries, group)
        return PublicCredentials.parse(data, group)

    return read_file(path, parse)


def _add_election(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uuid", type=uuid_argument, required=True, help="of the election, from `python -m voting setup uuid`"
    )
    parser.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])


def _generate(arguments: argparse.Namespace) -> None:
    uuid = arguments.uuid
    group = group_named(arguments.group)
    voters = _read_voters(arguments)
    weights = [weight for _, _, weight in voters]
    with progress_bar("making codes", quiet=False) as progress:
        made, public = generate_credentials(
            weights, uuid=uuid, group=group, old_format=arguments.old_format, progress=progress
        )
    arguments.out.mkdir(parents=True, exist_ok=True)
    lines = ["address,login,weight,code"]
    lines += [
        f"{address},{login},{weight},{credential.code}"
        for (address, login, weight), credential in zip(voters, made, strict=True)
    ]
    write_file(arguments.out / "private_codes.csv", ("\n".join(lines) + "\n").encode(), secret=True)
    write_file(arguments.out / "public_credentials.json", public.to_bytes())
    say(f"{len(made)} codes, fingerprint of the public list: {public.fingerprint}")


def _read_voters(arguments: argparse.Namespace) -> list[tuple[str, str, int]]:
    if arguments.voters is None:
        if arguments.count < 1:
            raise UnreadableFileError("--count: at least 1")
        return [(str(number), "", 1) for number in range(1, arguments.count + 1)]
    found: list[tuple[str, str, int]] = []
    for number, line in enumerate(arguments.voters.read_text(encoding="utf-8").splitlines(), start=1):
        address, login, weight = ([*line.split(","), "", ""])[:3]
        if not address or line.count(",") > 2 or not (weight or "1").isascii() or not (weight or "1").isdigit():
            raise UnreadableFileError(f"{arguments.voters}: line {number}: not ADDRESS[,LOGIN[,WEIGHT]]")
        if int(weight or "1") > MAX_TOTAL_WEIGHT:
            raise UnreadableFileError(f"{arguments.voters}: line {number}: a weight above {MAX_TOTAL_WEIGHT}")
        found.append((address, login, int(weight or "1")))
    return found
