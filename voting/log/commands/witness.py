"""``python -m voting log witness``: follow the board of somebody else's assembly and cosign what continues it."""

import argparse
import os
import secrets
import time
from pathlib import Path

from voting.log.errors import ContradictionError, MalformedKeyError, StaleOldSizeError
from voting.log.following import Cosigned, Follower
from voting.log.note import SignatureType, SignerKey, parse_verifier_key
from voting.log.visiting import Board, NoAnswerError
from voting.log.witness_files import DirectoryStore

_DESCRIPTION = """\
Witness the board of an assembly: remember its newest head, cosign the next one only if it continues it, and refuse,
keeping both heads as evidence, if it does not. The memory lies in --state, on this machine, and nowhere else.

  python -m voting log witness new-key witness.gangdong.example --key witness.key
  python -m voting log witness visit https://madang.example/gwansan/assembly/2026 \\
      --log 'VKEY' --key witness.key --state memory --every 60

Without letting this program use the network:

  python -m voting log witness size --log 'VKEY' --key witness.key --state memory
  curl -fsS "$BOARD/add-checkpoint?old=$SIZE" -o request
  python -m voting log witness sign request --log 'VKEY' --key witness.key --state memory --out cosigned
  curl -fsS --data-binary @cosigned -H 'Accept: application/json' "$BOARD/cosignatures"

exit status: 0 cosigned, or nothing new; 1 the log contradicted itself or its request is wrong; 2 no answer, unreadable"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of each act."""
    parser.description = _DESCRIPTION
    acts = parser.add_subparsers(dest="act", required=True, metavar="new-key|visit|size|sign")
    new_key = acts.add_parser("new-key", help="make a witness's key, and print its public half")
    new_key.add_argument("name", help="a name like an address without https://, for example witness.gangdong.example")
    new_key.add_argument("--key", type=Path, required=True, metavar="FILE", help="where the private half goes")
    visit = acts.add_parser("visit", help="fetch the newest head over the network, cosign it, leave the cosignature")
    visit.add_argument("board", metavar="URL", help="https://…/DONG/assembly/YEAR")
    visit.add_argument("--every", type=int, metavar="SECONDS", help="come again, until stopped")
    sign = acts.add_parser("sign", help="cosign the head of a request that is in a file")
    sign.add_argument("request", type=Path, metavar="FILE", help="what …/add-checkpoint?old=SIZE gave")
    sign.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the cosigned head goes")
    size = acts.add_parser("size", help="print the size of the newest cosigned head")
    for act in (visit, sign, size):
        act.add_argument("--log", required=True, metavar="VKEY", help="the log's key, from the election")
        act.add_argument("--key", type=Path, required=True, metavar="FILE", help="the witness's private key")
        act.add_argument("--state", type=Path, required=True, metavar="DIR", help="the witness's memory; a local disk")


def run(arguments: argparse.Namespace) -> int:
    """Do one act; return 0.

    Raises:
        VotingError: the exact refusal.
        OSError: a file cannot be read or written.
    """
    if arguments.act == "new-key":
        signer = SignerKey(arguments.name, SignatureType.COSIGNATURE, secrets.token_bytes(32))
        _write_secret(arguments.key, f"{signer.secret_text()}\n")
        print(signer.verifier)
        return 0
    follower = _follower(arguments)
    match arguments.act:
        case "size":
            print(follower.size)
        case "sign":
            found = follower.cosign(arguments.request.read_bytes(), at=int(time.time()))
            arguments.out.write_bytes(found.note)
            _say(found)
        case _:
            _visit(follower, Board(arguments.board), arguments.every)
    return 0


def _follower(arguments: argparse.Namespace) -> Follower:
    signer = SignerKey.parse(arguments.key.read_text(encoding="utf-8"))
    if signer.verifier.kind is not SignatureType.COSIGNATURE:
        raise MalformedKeyError("this is no witness's key; `witness new-key` makes one")
    arguments.state.mkdir(parents=True, exist_ok=True)
    return Follower(
        signer,
        parse_verifier_key(arguments.log),
        store=DirectoryStore(arguments.state),
        evidence=arguments.state / "evidence",
    )


def _visit(follower: Follower, board: Board, every: int | None) -> None:
    """Visit once, or again and again: a board that does not answer is asked again, one that contradicts itself is not."""
    while True:
        try:
            _visit_once(follower, board)
        except (NoAnswerError, StaleOldSizeError) as error:
            if every is None:
                raise
            print(f"not this time: {error}", flush=True)
        if every is None:
            return
        time.sleep(max(every, 1))


def _visit_once(follower: Follower, board: Board) -> None:
    try:
        found = follower.cosign(board.request_for(follower.size), at=int(time.time()))
    except ContradictionError:
        _show_what_was_seen(follower, board)
        raise
    # Left at every visit: the answer to the last one may have been lost.
    board.leave(found.note)
    _say(found)


def _show_what_was_seen(follower: Follower, board: Board) -> None:
    """Bring the earlier head back to the board: an honest operator who restored a backup learns so what is missing."""
    seen = follower.seen
    try:
        board.leave(seen or b"")
    except NoAnswerError as error:
        print(f"the earlier head was shown to the board: {error}", flush=True)


def _say(found: Cosigned) -> None:
    words = "cosigned" if found.is_new else "cosigned before, nothing new"
    print(f"{found.checkpoint.origin}: {found.checkpoint.size} entries, {words}", flush=True)


def _write_secret(path: Path, text: str) -> None:
    # Never over an older key: what it signed would be nobody's.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
