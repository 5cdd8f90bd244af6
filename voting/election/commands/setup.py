"""``python -m voting setup``: draft an election and open it."""

import argparse
import time
from pathlib import Path

from voting.election.archive import ArchiveWriter
from voting.election.commands.credentials import read_public_list
from voting.election.commands.terminal import UnreadableFileError, add_step, read_file, say, uuid_argument
from voting.election.conduct import require_credentials, setup_payloads
from voting.election.definition import Election, new_uuid
from voting.election.events import EventType
from voting.election.group import GROUP_NAMES, group_named
from voting.election.questions import Question, parse_questions
from voting.election.shape import read_json
from voting.election.trustees.structure import Trustees
from voting.encoding import JSON

_UUID = "  python -m voting setup uuid\n"
_OPEN = """\
  python -m voting setup open --uuid 4R8BtGkq2sMZ3x --template questions.json --trustees trustees.json \\
      --credentials codes/public_credentials.json --credentials-fingerprint "$FINGERPRINT" --out .

A template is {"name":…,"description":…,"questions":[…]}; more fields are frozen with the election. A question is
  {"question":"…","answers":["…","…"],"min":1,"max":2}            select 1 or 2 (add "blank":true to allow blank votes)
  {"type":"NonHomomorphic","value":{"question":"…","answers":["…","…"]}}      rank or score, shuffled before decryption
"""
EXAMPLE = f"examples:\n{_UUID}{_OPEN}"

_OWN_FIELDS = ("name", "description", "questions", "administrator", "credential_authority")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    add_step(actions, "uuid", "print a fresh identifier for an election", _UUID)
    opening = add_step(actions, "open", "freeze everything and begin the archive", _OPEN)
    opening.add_argument("--uuid", type=uuid_argument, required=True, help="from `setup uuid`")
    opening.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
    opening.add_argument("--template", type=Path, required=True, metavar="FILE", help="name, description, questions")
    opening.add_argument("--trustees", type=Path, required=True, metavar="FILE", help="from `trustee list`")
    opening.add_argument("--credentials", type=Path, required=True, metavar="FILE", help="the public list")
    opening.add_argument("--credentials-fingerprint", metavar="F", help="as the credential authority published it")
    opening.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where UUID.bel is written")
    opening.add_argument("--timestamp", type=int, metavar="SECONDS", help="of the archive (default: now)")
    opening.add_argument(
        "--no-strong-decryption", action="store_true", help="do not demand strong decryption proofs of the trustees"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if arguments.action == "uuid":
        say(new_uuid())
        return 0
    group = group_named(arguments.group)
    trustees = read_file(arguments.trustees, lambda data: Trustees.parse(data, group))
    credentials = read_public_list(arguments.credentials, arguments.group)
    if arguments.credentials_fingerprint is not None:
        require_credentials(credentials, arguments.credentials_fingerprint)
    name, description, questions, rest = _read_template(arguments.template)
    election = Election.create(
        name=name,
        description=description,
        group=group,
        public_key=trustees.election_key(),
        questions=questions,
        uuid=arguments.uuid,
        administrator=_text(rest.pop("administrator", None)),
        credential_authority=_text(rest.pop("credential_authority", None)),
        extensions=rest,
        strong_decryption=not arguments.no_strong_decryption,
    )
    payloads = setup_payloads(election, trustees, credentials)
    now = int(time.time()) if arguments.timestamp is None else arguments.timestamp
    writer = ArchiveWriter.create(arguments.out / f"{election.uuid}.bel", now)
    writer.append(EventType.SETUP, *payloads)
    say(f"{writer.path}: opened; fingerprint of the election: {election.fingerprint}")
    return 0


def _read_template(path: Path) -> tuple[str, str, tuple[Question, ...], dict[str, JSON]]:
    def parse(data: bytes) -> tuple[str, str, tuple[Question, ...], dict[str, JSON]]:
        value = read_json(data, "template")
        if not isinstance(value, dict) or "questions" not in value:
            raise UnreadableFileError(f"{path}: not an object with questions")
        name, description = _text(value.get("name")), _text(value.get("description"))
        rest = {key: content for key, content in value.items() if key not in _OWN_FIELDS[:3]}
        return name or "", description or "", parse_questions(value["questions"]), rest

    return read_file(path, parse)


def _text(value: JSON) -> str | None:
    if value is not None and not isinstance(value, str):
        raise UnreadableFileError("a template's names and descriptions are texts")
    return value
