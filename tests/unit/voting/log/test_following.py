"""A witness that follows one log: what continues is cosigned; what does not is refused, and both heads are kept (T39, T40)."""

import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.village_log import LOG, NOON, ORIGIN, STRANGER, WITNESSES, checkpoint_of, key, policy, signed, tree_of
from voting.cli import FAILED, OK, UNREADABLE, main
from voting.log.checkpoint import parse_checkpoint
from voting.log.commands import witness as command
from voting.log.errors import ContradictionError, StaleOldSizeError, UnknownOriginError, UntrustedCheckpointError
from voting.log.following import SEEN, SHOWN, WHY, Follower
from voting.log.merkle import MerkleTree, leaf_hash
from voting.log.note import SignatureType, SignedNote, SignerKey, parse_note, parse_verifier_key
from voting.log.witness import AddCheckpoint
from voting.log.witness_files import DirectoryStore


def follower(folder: Path, signer: SignerKey = WITNESSES[0]) -> Follower:
    memory = folder / "memory"
    memory.mkdir(exist_ok=True)
    return Follower(signer, LOG.verifier, store=DirectoryStore(memory), evidence=folder / "evidence")


def request(tree: MerkleTree, old: int, note: SignedNote | None = None) -> bytes:
    checkpoint = checkpoint_of(tree)
    proof = tree.consistency_proof(old) if old <= len(tree) else []
    return AddCheckpoint(old, tuple(proof), note or signed(checkpoint), checkpoint).serialize()


def fork(size: int, at: int) -> MerkleTree:
    """A tree that agrees up to an entry and has others from there."""
    forked = tree_of(at)
    for number in range(at, size):
        forked.append(leaf_hash(f"forged {number}".encode()))
    return forked


def test_what_continues_is_cosigned_and_remembered(tmp_path: Path):
    witness = follower(tmp_path)
    first = witness.cosign(request(tree_of(5), 0), at=NOON)
    later = witness.cosign(request(tree_of(11), 5), at=NOON + 60)
    assert (first.is_new, later.is_new, witness.size) == (True, True, 11)
    assert policy(quorum=1).verify_checkpoint(parse_note(later.note)).cosigned_at == {b"w1": NOON + 60}
    assert follower(tmp_path).size == 11, "another process of the same witness remembers it"


def test_the_same_head_again_is_the_same_cosignature(tmp_path: Path):
    witness = follower(tmp_path)
    first = witness.cosign(request(tree_of(5), 0), at=NOON)
    again = witness.cosign(request(tree_of(5), 5), at=NOON + 60)
    assert not again.is_new
    assert again.note == first.note


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        (fork(5, at=3), "SplitViewError"),
        (tree_of(4), "RollbackError"),
        (fork(9, at=3), "RootMismatchError"),
        (fork(8, at=0), "RootMismatchError"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused_and_both_heads_are_kept(tmp_path: Path, capsys, shown, name):
    witness = follower(tmp_path)
    seen = witness.cosign(request(tree_of(5), 0), at=NOON)
    for _ in range(2):
        with pytest.raises(ContradictionError, match="publish"):
            witness.cosign(request(shown, 5), at=NOON + 60)
    assert witness.size == 5
    assert witness.seen == seen.note
    (kept,) = (tmp_path / "evidence").iterdir()
    assert name in (kept / WHY).read_text()
    words = ["--log", str(LOG.verifier), "--earlier", str(kept / SEEN), "--consistency", str(kept / "consistency.txt")]
    assert main(["log", "verify", str(kept / SHOWN), *words]) == FAILED
    assert name in capsys.readouterr().err, "a stranger with the log's key sees the same"


def test_a_stranger_cannot_make_a_log_look_dishonest(tmp_path: Path):
    witness = follower(tmp_path)
    witness.cosign(request(tree_of(5), 0), at=NOON)
    forged = fork(5, at=3)
    note = checkpoint_of(forged).text()
    by_stranger = SignedNote(note, (key(ORIGIN + "x").sign(note),))
    of_another = key("another.example")
    with pytest.raises(UntrustedCheckpointError):
        witness.cosign(request(forged, 5, by_stranger), at=NOON)
    other = checkpoint_of(forged).text().replace(ORIGIN, "another.example")
    with pytest.raises(UnknownOriginError):
        witness.cosign(request(forged, 5, SignedNote(other, (of_another.sign(other),))), at=NOON)
    assert not (tmp_path / "evidence").exists()


def test_a_slow_visit_is_no_rollback(tmp_path: Path):
    witness = follower(tmp_path)
    slow = request(tree_of(7), 5)
    witness.cosign(request(tree_of(5), 0), at=NOON)
    witness.cosign(request(tree_of(9), 5), at=NOON)
    with pytest.raises(StaleOldSizeError):
        witness.cosign(slow, at=NOON)
    assert not (tmp_path / "evidence").exists()


class Server(HTTPServer):
    """A board in memory: a tree that a test may exchange, and what was left at it."""

    tree = tree_of(5)
    left: list[bytes]


class Desk(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        address = urllib.parse.urlsplit(self.path)
        old = int(urllib.parse.parse_qs(address.query)["old"][0])
        self.say(200, request(self.server.tree, old))

    def do_POST(self) -> None:
        self.server.left.append(self.rfile.read(int(self.headers["Content-Length"])))
        _, head = parse_checkpoint(self.server.left[-1])
        if head != checkpoint_of(self.server.tree):
            self.say(409, '{"error": "다른 머리\\u001b[31m입니다"}'.encode())
        else:
            self.say(200, b"{}")

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def board():
    server = Server(("127.0.0.1", 0), Desk)
    server.left = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def words_of(board: Server) -> list[str]:
    return [f"http://127.0.0.1:{board.server_port}/dong/assembly/2026", *LOCAL]


LOCAL = ["--log", str(LOG.verifier), "--key", "key", "--state", "memory"]


def test_the_command_makes_a_key_visits_a_board_and_stops_at_a_split_view(board, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["log", "witness", "new-key", "witness.gangdong.example", "--key", "key"]) == OK
    public = parse_verifier_key(capsys.readouterr().out.strip())
    assert public.kind is SignatureType.COSIGNATURE
    assert Path("key").stat().st_mode & 0o777 == 0o600
    assert main(["log", "witness", "new-key", "other.example", "--key", "key"]) == UNREADABLE, "never over a key"
    visit = ["log", "witness", "visit", *words_of(board)]
    assert [main(visit), main(visit)] == [OK, OK]
    assert "nothing new" in capsys.readouterr().out
    board.tree = tree_of(9)
    assert main(visit) == OK
    assert main(["log", "witness", "size", *LOCAL]) == OK
    assert capsys.readouterr().out.endswith("9\n")
    assert public.verify(parse_note(board.left[-1]).text, parse_note(board.left[-1]).signatures[-1].signature)
    board.tree = fork(9, at=7)
    assert main(visit) == FAILED
    told = capsys.readouterr()
    assert "ContradictionError" in told.err
    assert "다른 머리" in told.out, "the board is shown what it once signed"
    assert "\x1b" not in told.out
    assert parse_checkpoint(board.left[-1])[1] == checkpoint_of(tree_of(9))
    assert len(list(Path("memory/evidence").iterdir())) == 1


def test_the_command_signs_from_files_without_a_network(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("key").write_text(WITNESSES[1].secret_text() + "\n")
    Path("request").write_bytes(request(tree_of(6), 0))
    assert main(["log", "witness", "sign", "request", "--out", "cosigned", *LOCAL]) == OK
    assert policy(quorum=1).verify_checkpoint(parse_note(Path("cosigned").read_bytes())).checkpoint.size == 6
    Path("request").write_bytes(request(fork(6, at=2), 6))
    assert main(["log", "witness", "sign", "request", "--out", "cosigned", *LOCAL]) == FAILED
    Path("request").write_bytes(b"old x\n")
    assert main(["log", "witness", "sign", "request", "--out", "cosigned", *LOCAL]) == FAILED
    Path("key").write_text(LOG.secret_text())
    capsys.readouterr()
    assert main(["log", "witness", "size", *LOCAL]) == UNREADABLE
    assert "MalformedKeyError" in capsys.readouterr().err


def test_a_board_that_does_not_answer_is_asked_again_and_a_wrong_address_never(board, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("key").write_text(STRANGER.secret_text())
    address, *rest = words_of(board)
    assert main(["log", "witness", "visit", "file:///etc/passwd", *rest]) == UNREADABLE
    assert main(["log", "witness", "visit", address.replace(str(board.server_port), "1"), *rest]) == UNREADABLE
    assert "does not answer" in capsys.readouterr().err
    waits: list[int] = []

    def wait(seconds: int) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(command.time, "sleep", wait)
    words = ["log", "witness", "visit", address.replace(str(board.server_port), "1"), *rest, "--every", "60"]
    assert main(words) == UNREADABLE
    assert waits == [60, 60]
    assert "not this time" in capsys.readouterr().out
