"""The key ceremony of threshold trustees as steps over a shared folder (`voting.election.trustees.ceremony`).

The folder holds ``certificate-N.json``, ``commitment-N.json``, ``acknowledgement-N.json``, ``polynomial-N.json`` and
``output-N.json`` of each member N, and at the end ``threshold.json`` and ``commitments.json``; if a member cheats,
``complaint-N-about-M.json``. Nothing in it is secret; what must stay back until all have committed is kept beside the
member's seed.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from voting.election.commands.keys import read_seed
from voting.election.commands.terminal import UnreadableFileError, add_step, read_file, say, write_file
from voting.election.group import GROUP_NAMES, group_named
from voting.election.group.base import Group
from voting.election.shape import read_json
from voting.election.trustees.ceremony.commitment import require_committed, reveal
from voting.election.trustees.ceremony.keys import assemble, compute_key
from voting.election.trustees.ceremony.messages import CommitmentRound, Complaint, MemberOutput, PolynomialMessage
from voting.election.trustees.ceremony.polynomial import draw_polynomial, member_input
from voting.election.trustees.ceremony.roster import Ceremony
from voting.election.trustees.ceremony.shares import read_shares, require_founded
from voting.election.trustees.objects import CertificateContext, CertificateKeys, SignedMessage
from voting.election.trustees.pki import TrusteeSecrets, draw_seed, make_certificate
from voting.encoding import canonical_json

Part = TypeVar("Part")

_OWN = "--dir ceremony --seed me.seed"
_EXAMPLES = {
    "seed": "--out me.seed",
    "certificate": f"{_OWN} --index 1 --members 3 --threshold 2",
    "commit": f"{_OWN}          when all certificates are there",
    "reveal": f"{_OWN}          when all commitments are there",
    "key": f"{_OWN}          when all have revealed",
    "complain": f"{_OWN}          when `key` refused a share",
    "judge": "ceremony/complaint-*.json --dir ceremony",
    "assemble": "--dir ceremony                         once, at the end",
}
"""What is written behind each step."""


def _example(step: str, width: int = 0) -> str:
    return f"  python -m voting trustee {step:<{width}} {_EXAMPLES[step]}\n"


CEREMONY = "".join(_example(step, 11) for step in ("seed", "certificate", "commit", "reveal", "key", "assemble"))
"""The commands of a ceremony in which nobody cheats, in their order."""


def add_ceremony(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the steps."""
    seed = add_step(actions, "seed", "draw the one secret that a threshold trustee keeps", _example("seed"))
    seed.add_argument("--out", type=Path, required=True, metavar="FILE", help="readable by its owner only; keep a copy")
    certificate = _step(actions, "certificate", "publish the keys made from the seed")
    certificate.add_argument("--group", choices=GROUP_NAMES, default=GROUP_NAMES[0])
    certificate.add_argument("--index", type=int, required=True, metavar="N", help="which member, counted from 1")
    certificate.add_argument("--members", type=int, required=True, metavar="N")
    certificate.add_argument("--threshold", type=int, required=True, metavar="T", help="how many decrypt together")
    _step(actions, "commit", "draw a polynomial and publish a commitment to it")
    _step(actions, "reveal", "having seen all commitments, publish the polynomial's public part")
    _step(actions, "key", "check what all members sent and compute one's key").add_argument("--name")
    _step(actions, "complain", "publish evidence against members who sent false shares")
    judging = "say whether a complaint proves that the member it names cheated"
    judge = add_step(actions, "judge", judging, _example("judge"))
    judge.add_argument("complaints", type=Path, nargs="+", metavar="FILE")
    together = add_step(actions, "assemble", "put everything public together and check it", _example("assemble"))
    for step in (judge, together):
        step.add_argument("--dir", type=Path, required=True, metavar="DIR", help="the folder that all members share")


def run_ceremony(arguments: argparse.Namespace) -> None:
    """Do one step."""
    if arguments.action == "seed":
        write_file(arguments.out, draw_seed().encode() + b"\n", secret=True)
        say(f"{arguments.out}: keep it, and show it to nobody")
        return
    steps: dict[str, Callable[[argparse.Namespace], None]] = {
        "certificate": _certificate,
        "commit": _commit,
        "reveal": _reveal,
        "key": _key,
        "complain": _complain,
        "judge": _judge,
        "assemble": _assemble,
    }
    steps[arguments.action](arguments)


def _step(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser = add_step(actions, name, summary, _example(name))
    parser.add_argument("--dir", type=Path, required=True, metavar="DIR", help="the folder that all members share")
    parser.add_argument("--seed", type=Path, required=True, metavar="FILE", help="one's seed")
    return parser


def _certificate(arguments: argparse.Namespace) -> None:
    group = group_named(arguments.group)
    context = CertificateContext(group.name, arguments.members, arguments.threshold, arguments.index)
    certificate = make_certificate(group, _secrets(arguments, group), context)
    arguments.dir.mkdir(parents=True, exist_ok=True)
    _publish(arguments.dir, "certificate", context.index, canonical_json(certificate.to_json()))


def _commit(arguments: argparse.Namespace) -> None:
    ceremony = _ceremony(arguments.dir)
    secrets = _secrets(arguments, ceremony.group)
    commitment, message = draw_polynomial(ceremony, secrets)
    write_file(_kept_back(arguments), message.to_bytes(), secret=True)
    _publish(arguments.dir, "commitment", ceremony.number_of(secrets), canonical_json(commitment.to_json()))


def _reveal(arguments: argparse.Namespace) -> None:
    ceremony = _ceremony(arguments.dir)
    group = ceremony.group
    secrets = _secrets(arguments, group)
    message = read_file(_kept_back(arguments), lambda data: PolynomialMessage.parse(data, group))
    commitments = _signed(arguments.dir, "commitment", ceremony)
    acknowledgement = reveal(ceremony, secrets, commitments, message)
    number = ceremony.number_of(secrets)
    _publish(arguments.dir, "acknowledgement", number, canonical_json(acknowledgement.to_json()))
    _publish(arguments.dir, "polynomial", number, message.to_bytes())


def _key(arguments: argparse.Namespace) -> None:
    ceremony = _ceremony(arguments.dir)
    secrets = _secrets(arguments, ceremony.group)
    number = ceremony.number_of(secrets)
    received = member_input(ceremony, _polynomials(arguments.dir, ceremony), number)
    output = compute_key(ceremony, secrets, received, _commitments(arguments.dir, ceremony), name=arguments.name)
    _publish(arguments.dir, "output", number, output.to_bytes(ceremony.group))


def _complain(arguments: argparse.Namespace) -> None:
    ceremony = _ceremony(arguments.dir)
    secrets = _secrets(arguments, ceremony.group)
    number = ceremony.number_of(secrets)
    received = member_input(ceremony, _polynomials(arguments.dir, ceremony), number)
    _, found = read_shares(ceremony, secrets, received)
    for complaint in found:
        path = arguments.dir / f"complaint-{complaint.recipient}-about-{complaint.sender}.json"
        write_file(path, complaint.to_bytes())
        say(f"published {path}: start anew without member {complaint.sender}")
    if not found:
        say(f"all shares for member {number} are good")


def _judge(arguments: argparse.Namespace) -> None:
    ceremony = _ceremony(arguments.dir)
    coefficients = [message.coefficients for message in _polynomials(arguments.dir, ceremony)]
    for path in arguments.complaints:
        complaint = read_file(path, lambda data: Complaint.parse(data, ceremony.group))
        require_founded(ceremony, coefficients, complaint)
        say(f"{path}: member {complaint.sender} sent member {complaint.recipient} a false share")


def _assemble(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.dir
    ceremony = _ceremony(folder)
    group = ceremony.group
    polynomials = _polynomials(folder, ceremony)
    committed = _commitments(folder, ceremony)
    require_committed(ceremony, committed, [message.coefficients for message in polynomials])
    outputs = _all(folder, "output", ceremony.size, lambda data: MemberOutput.parse(data, group))
    parameters = assemble(ceremony, polynomials, outputs)
    write_file(folder / "commitments.json", committed.to_bytes())
    write_file(folder / "threshold.json", canonical_json(parameters.to_json(group)))
    say(f"{folder / 'threshold.json'}: {parameters.threshold} of {parameters.size}")


def _ceremony(folder: Path) -> Ceremony:
    """Begin from the certificates; the first one says for which group, size and threshold, and all must agree."""
    path = folder / "certificate-1.json"
    group, context = read_file(path, lambda data: _context(data, path))
    certificates = _all(folder, "certificate", context.size, lambda data: _signed_message(data, group))
    return Ceremony.begin(group, context.threshold, certificates)


def _context(data: bytes, path: Path) -> tuple[Group, CertificateContext]:
    for name in GROUP_NAMES:
        # The group is named inside a text that can only be read knowing the group.
        if f'\\"group\\":\\"{name}\\"'.encode() in data:
            group = group_named(name)
            keys = CertificateKeys.parse(_signed_message(data, group).message, group)
            if keys.context is not None:
                return group, keys.context
    raise UnreadableFileError(f"{path}: a certificate without a known group")


def _commitments(folder: Path, ceremony: Ceremony) -> CommitmentRound:
    commitments = _signed(folder, "commitment", ceremony)
    return CommitmentRound(tuple(commitments), tuple(_signed(folder, "acknowledgement", ceremony)))


def _polynomials(folder: Path, ceremony: Ceremony) -> list[PolynomialMessage]:
    return _all(folder, "polynomial", ceremony.size, lambda data: PolynomialMessage.parse(data, ceremony.group))


def _signed(folder: Path, what: str, ceremony: Ceremony) -> list[SignedMessage]:
    return _all(folder, what, ceremony.size, lambda data: _signed_message(data, ceremony.group))


def _signed_message(data: bytes, group: Group) -> SignedMessage:
    return SignedMessage.parse(read_json(data, "signed message"), group)


def _all(folder: Path, what: str, size: int, parse: Callable[[bytes], Part]) -> list[Part]:
    return [read_file(folder / f"{what}-{number}.json", parse) for number in range(1, size + 1)]


def _publish(folder: Path, what: str, number: int, data: bytes) -> None:
    path = folder / f"{what}-{number}.json"
    write_file(path, data)
    say(f"published {path}")


def _secrets(arguments: argparse.Namespace, group: Group) -> TrusteeSecrets:
    return read_seed(arguments.seed, group)


def _kept_back(arguments: argparse.Namespace) -> Path:
    path: Path = arguments.seed
    return path.with_name(path.name + ".polynomial")
