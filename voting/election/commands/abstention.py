"""``python -m voting abstention``: a signed statement that no ballot was cast with a credential."""

import argparse
from pathlib import Path

from voting.election.abstention import open_abstention, require_true, sign_abstention, state_abstention
from voting.election.commands.acts import add_archive, examine
from voting.election.commands.credentials import private_credential
from voting.election.commands.terminal import add_step, say, write_file
from voting.log.note import SignerKey, parse_verifier_key

_SIGN = """\
  python -m voting abstention sign 4R8BtGkq2sMZ3x.bel --code-file my-code.txt --signer board.key --out not-voted.note
"""
_VERIFY = """\
  python -m voting abstention verify 4R8BtGkq2sMZ3x.bel --note not-voted.note --key "$BOARD_VKEY"
"""
EXAMPLE = f"examples:\n{_SIGN}{_VERIFY}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    sign = add_step(actions, "sign", "state that no ballot was cast, as the board's operator", _SIGN)
    add_archive(sign)
    who = sign.add_mutually_exclusive_group(required=True)
    who.add_argument("--credential", metavar="TEXT", help="the public credential")
    who.add_argument("--code-file", type=Path, metavar="FILE", help="a file with the voting code")
    sign.add_argument("--signer", type=Path, required=True, metavar="FILE", help="the signing key (C2SP signed-note)")
    sign.add_argument("--out", type=Path, required=True, metavar="FILE", help="the signed statement")
    verify = add_step(actions, "verify", "check a statement against an archive", _VERIFY)
    add_archive(verify)
    verify.add_argument("--note", type=Path, required=True, metavar="FILE", help="the signed statement")
    verify.add_argument("--key", required=True, metavar="VKEY", help="the operator's key (C2SP signed-note)")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    verified = examine(arguments)
    if arguments.action == "verify":
        statement = open_abstention(arguments.note.read_bytes(), [parse_verifier_key(arguments.key)])
        require_true(statement, verified)
        say(f"true: no ballot was cast with {statement.credential}")
        return 0
    credential = arguments.credential
    if credential is None:
        group = verified.election.group
        private = private_credential(arguments.code_file, verified.election.uuid, group)
        credential = group.serialize(private.public)
    signer = SignerKey.parse(arguments.signer.read_text(encoding="utf-8"))
    write_file(arguments.out, sign_abstention(state_abstention(verified, credential), [signer]))
    say(f"no ballot was cast with {credential}")
    return 0
