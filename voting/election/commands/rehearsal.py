"""``python -m voting rehearsal``: trustees show, before an election opens, that they still hold their keys."""

import argparse
from pathlib import Path

from voting.election.commands.keys import add_key, read_secret
from voting.election.commands.terminal import add_step, read_file, say, write_file
from voting.election.conduct import trustee_of
from voting.election.group import GROUP_NAMES, group_named
from voting.election.trustees.rehearsal import Rehearsal, RehearsalAnswer, rehearse, require_rehearsal
from voting.election.trustees.structure import Trustees

_ANSWER = """\
  python -m voting rehearsal answer trustees.json --uuid 4R8BtGkq2sMZ3x --occasion 2026-10-01T09:00+09:00 \\
      --seed me.seed --output ceremony/output-2.json --out answer-2.json
"""
_CHECK = """\
  python -m voting rehearsal check trustees.json --uuid 4R8BtGkq2sMZ3x --occasion 2026-10-01T09:00+09:00 answer-*.json
"""
EXAMPLE = f"""\
examples, with an occasion that never comes twice:
{_ANSWER}{_CHECK}
Nothing is decrypted: everybody derives the test ciphertext, its randomness is public, and only the proofs count.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    answer = add_step(actions, "answer", "show that one holds one's key", _ANSWER)
    check = add_step(actions, "check", "check everybody's answers", _CHECK)
    for action in (answer, check):
        action.add_argument("trustees", type=Path, help="from `trustee list`")
        action.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
        action.add_argument("--uuid", required=True, help="of the election to come")
        action.add_argument("--occasion", required=True, help="such as the time; letters, digits and :._+-")
    add_key(answer)
    answer.add_argument("--out", type=Path, required=True, metavar="FILE", help="the answer, to be sent round")
    check.add_argument("answers", type=Path, nargs="+", metavar="FILE", help="everybody's answers")
    check.add_argument("--enough", action="store_true", help="accept if as many answer as a result needs")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    group = group_named(arguments.group)
    trustees = read_file(arguments.trustees, lambda data: Trustees.parse(data, group))
    trustees.require_valid()
    rehearsal = Rehearsal(trustees, arguments.uuid, arguments.occasion)
    if arguments.action == "answer":
        secret = read_secret(arguments, trustees)
        owner = trustee_of(trustees, secret).owner
        write_file(arguments.out, rehearse(rehearsal, owner, secret).to_bytes(group))
        say(f"{arguments.out}: trustee {owner}")
        return 0
    answers = [read_file(path, lambda data: RehearsalAnswer.parse(data, group)) for path in arguments.answers]
    require_rehearsal(rehearsal, answers, everybody=not arguments.enough)
    owners = ", ".join(str(owner) for owner in sorted(answer.owner for answer in answers))
    say(f"trustees {owners} hold their keys")
    return 0
