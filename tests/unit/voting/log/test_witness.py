"""The witness: each answer of the protocol, the rollback race, and what a crash leaves behind."""

import itertools

import pytest

from tests.village_log import LOG, NOON, ORIGIN, STRANGER, WITNESSES, checkpoint_of, key, signed, tree_of
from voting.log.checkpoint import Checkpoint, parse_checkpoint
from voting.log.errors import (
    InconsistentCheckpointError,
    MalformedRequestError,
    OldSizeTooLargeError,
    StaleOldSizeError,
    UnknownOriginError,
    UntrustedCheckpointError,
)
from voting.log.merkle import EMPTY_ROOT, MerkleTree, leaf_hash
from voting.log.note import NoteSignature, SignatureType, SignedNote, parse_signature_lines, verify_note
from voting.log.proof_file import format_hashes
from voting.log.witness import AddCheckpoint, Witness, WitnessRecord, parse_add_checkpoint

TREE = tree_of(40)


class MemoryStore:
    """What a witness remembers, until the test ends."""

    def __init__(self) -> None:
        self.records: dict[str, WitnessRecord] = {}
        self.before_advance = lambda: None
        self.after_advance = lambda: None

    def latest(self, origin: str) -> WitnessRecord | None:
        return self.records.get(origin)

    def advance(self, origin: str, *, expected: WitnessRecord | None, new: WitnessRecord) -> bool:
        self.before_advance()
        if self.records.get(origin) != expected:
            return False
        self.records[origin] = new
        self.after_advance()
        return True


def witness_with(store: MemoryStore) -> Witness:
    return Witness(WITNESSES[0], logs={ORIGIN: [LOG.verifier]}, store=store)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def witness(store):
    return witness_with(store)


def request(old: int, size: int, *, tree: MerkleTree = TREE, proof=None, note=None) -> bytes:
    proof = tree.consistency_proof(old, size) if proof is None else proof
    note = signed(checkpoint_of(tree, size)) if note is None else note
    return f"old {old}\n".encode() + format_hashes(proof) + b"\n" + note.serialize()


def forked_tree() -> MerkleTree:
    """A log that agrees with the other one on ten entries and no more."""
    tree = tree_of(10)
    for number in range(30):
        tree.append(leaf_hash(b"forged %d" % number))
    return tree


def test_a_growing_log_is_cosigned_at_every_step(witness):
    old = 0
    for size in (0, 1, 2, 7, 8, 33, 40):
        answer = witness.answer(request(old, size), at=NOON + size)
        assert answer.status == 200
        text = checkpoint_of(TREE, size).text()
        note = SignedNote(text, tuple(parse_signature_lines(answer.body.decode())))
        assert verify_note(note, [WITNESSES[0].verifier]) == [(WITNESSES[0].verifier, NOON + size)]
        old = size


def test_the_same_head_is_cosigned_again_with_the_new_time(witness):
    witness.add_checkpoint(request(0, 7), at=NOON)
    again = witness.add_checkpoint(request(7, 7), at=NOON + 3600)
    note = SignedNote(checkpoint_of(TREE, 7).text(), (again,))
    assert verify_note(note, [WITNESSES[0].verifier]) == [(WITNESSES[0].verifier, NOON + 3600)]


def test_monitors_get_the_latest_checkpoint_with_the_log_s_signature_and_the_cosignature(witness):
    assert witness.checkpoint(ORIGIN) is None
    note = signed(checkpoint_of(TREE, 7), STRANGER)
    cosignature = witness.add_checkpoint(request(0, 7, note=note), at=NOON)
    kept, checkpoint = parse_checkpoint(witness.checkpoint(ORIGIN))
    assert checkpoint.size == 7
    assert kept.signatures == (LOG.sign(kept.text), cosignature), "nothing of strangers is passed on"


@pytest.mark.parametrize(
    "body",
    {
        "empty": b"",
        "no old size": request(0, 7).removeprefix(b"old 0\n"),
        "old without number": request(0, 7).replace(b"old 0", b"old"),
        "old with a tab": request(0, 7).replace(b"old 0", b"old\t0"),
        "leading zero": request(0, 7).replace(b"old 0", b"old 00"),
        "a sign": request(0, 7).replace(b"old 0", b"old -0"),
        "2^63": request(0, 7).replace(b"old 0", b"old 9223372036854775808"),
        "no empty line": request(0, 7).replace(b"\n\n", b"\n", 1),
        "a hash out of form": request(7, 9).replace(b"\n", b"\nabc\n", 1),
        "64 hashes": request(7, 9, proof=[EMPTY_ROOT] * 64),
        "carriage returns": request(0, 7).replace(b"\n", b"\r\n"),
        "no checkpoint": request(0, 7).split(b"\n\n")[0] + b"\n\n",
        "a note that is no checkpoint": request(0, 7, note=SignedNote("hello\n", (LOG.sign("hello\n"),))),
        "not UTF-8": request(0, 7).replace(b"dong-a", b"dong\xff", 1),
        "too long": request(0, 7) + b"x" * (1 << 21),
    }.items(),
    ids=lambda item: item[0],
)
def test_400_a_request_out_of_form(witness, store, body):
    with pytest.raises(MalformedRequestError):
        witness.add_checkpoint(body[1], at=NOON)
    assert witness.answer(body[1], at=NOON).status == 400
    assert not store.records


def test_400_an_old_size_larger_than_the_checkpoint(witness):
    body = request(0, 7).replace(b"old 0", b"old 8")
    with pytest.raises(OldSizeTooLargeError):
        witness.add_checkpoint(body, at=NOON)
    assert witness.answer(body, at=NOON).status == 400


def test_403_a_checkpoint_without_a_trusted_signature(witness, store):
    text = checkpoint_of(TREE, 7).text()
    imposter = key(ORIGIN, SignatureType.COSIGNATURE)
    wrong = NoteSignature(LOG.verifier.name, LOG.verifier.key_id, bytes(64))
    for signatures in (
        (key("other").sign(text),),
        (imposter.sign(text, at=NOON),),
        (wrong,),
        (LOG.sign(text), wrong),
        (LOG.sign(checkpoint_of(TREE, 8).text()),),
    ):
        body = request(0, 7, note=SignedNote(text, signatures))
        with pytest.raises(UntrustedCheckpointError):
            witness.add_checkpoint(body, at=NOON)
        assert witness.answer(body, at=NOON).status == 403
    assert not store.records


def test_404_a_log_that_is_not_followed(witness, store):
    other = key("elsewhere.example")
    text = Checkpoint("elsewhere.example", 7, TREE.root(7)).text()
    body = request(0, 7, note=SignedNote(text, (other.sign(text), LOG.sign(text))))
    with pytest.raises(UnknownOriginError):
        witness.add_checkpoint(body, at=NOON)
    assert witness.answer(body, at=NOON).status == 404
    assert not store.records


def test_409_an_old_size_that_is_not_the_latest_tells_the_latest(witness):
    assert witness.answer(request(3, 7), at=NOON).body == b"0\n"
    witness.add_checkpoint(request(0, 20), at=NOON)
    for old, size in ((0, 30), (7, 30), (7, 7), (0, 0), (21, 30)):
        with pytest.raises(StaleOldSizeError):
            witness.add_checkpoint(request(old, size), at=NOON)
        answer = witness.answer(request(old, size), at=NOON)
        assert (answer.status, answer.body, answer.content_type) == (409, b"20\n", "text/x.tlog.size")


def test_422_a_history_that_was_rewritten(witness, store):
    witness.add_checkpoint(request(0, 20), at=NOON)
    before = dict(store.records)
    fork = forked_tree()
    bodies = [
        request(20, 30, tree=fork),
        request(20, 30, proof=[]),
        request(20, 30, proof=[*TREE.consistency_proof(20, 30), EMPTY_ROOT]),
        request(20, 20, tree=fork),
        request(20, 20, proof=[TREE.root(20)]),
    ]
    for body in bodies:
        with pytest.raises(InconsistentCheckpointError):
            witness.add_checkpoint(body, at=NOON)
        assert witness.answer(body, at=NOON).status == 422
    assert store.records == before


def test_422_a_proof_where_none_is_needed_and_an_empty_log_with_a_root(witness, store):
    empty = signed(Checkpoint(ORIGIN, 0, bytes(32)))
    for body in (request(0, 7, proof=[EMPTY_ROOT]), request(0, 0, note=empty), request(0, 0, proof=[EMPTY_ROOT])):
        with pytest.raises(InconsistentCheckpointError):
            witness.add_checkpoint(body, at=NOON)
    assert not store.records


def test_a_slow_request_cannot_roll_the_log_back(witness, store):
    """The race that the specification spells out in six steps: A is checked, B overtakes it, A must not be stored."""
    witness.add_checkpoint(request(0, 10), at=NOON)

    def overtake() -> None:
        store.before_advance = lambda: None
        assert witness.answer(request(10, 40), at=NOON).status == 200

    store.before_advance = overtake
    answer = witness.answer(request(10, 20), at=NOON)
    assert (answer.status, answer.body) == (409, b"40\n")
    assert store.records[ORIGIN].size == 40


def test_two_heads_of_one_size_never_both_get_a_cosignature(store):
    """Two clients race with a fork each, through two witness processes over one store."""
    one, two = witness_with(store), witness_with(store)
    one.add_checkpoint(request(0, 10), at=NOON)
    bodies = [request(10, 20), request(10, 20, tree=forked_tree())]
    for first, second in itertools.permutations(bodies):
        kept = dict(store.records)
        answers = []

        def overtake(body=second, answers=answers) -> None:
            store.before_advance = lambda: None
            answers.append(two.answer(body, at=NOON).status)

        store.before_advance = overtake
        answers.append(one.answer(first, at=NOON).status)
        assert sorted(answers) == [200, 409]
        store.records = kept


def test_nothing_is_signed_away_when_the_store_fails(witness, store):
    def fail() -> None:
        raise OSError("disk full")

    store.before_advance = fail
    with pytest.raises(OSError, match="disk full"):
        witness.answer(request(0, 10), at=NOON)
    store.before_advance = lambda: None
    assert not store.records
    assert witness.answer(request(0, 10), at=NOON).status == 200


def test_a_crash_between_storing_and_answering_costs_the_client_one_more_question(witness, store):
    def crash() -> None:
        raise OSError("power cut")

    store.after_advance = crash
    with pytest.raises(OSError, match="power cut"):
        witness.answer(request(0, 10), at=NOON)
    store.after_advance = lambda: None
    answer = witness_with(store).answer(request(0, 10), at=NOON)
    assert (answer.status, answer.body) == (409, b"10\n")
    assert witness_with(store).answer(request(10, 10), at=NOON).status == 200
    assert witness_with(store).answer(request(10, 10, tree=forked_tree()), at=NOON).status == 200, "same ten entries"
    assert witness_with(store).answer(request(10, 12, tree=forked_tree()), at=NOON).status == 200
    assert witness_with(store).answer(request(12, 20), at=NOON).status == 422


def test_any_key_that_is_trusted_for_the_log_will_do(store):
    old_key, new_key = key(ORIGIN), key("rotated")
    witness = Witness(WITNESSES[0], logs={ORIGIN: [old_key.verifier, new_key.verifier]}, store=store)
    text = checkpoint_of(TREE, 7).text()
    body = request(0, 7, note=SignedNote(text, (new_key.sign(text),)))
    assert witness.answer(body, at=NOON).status == 200


def test_a_witness_needs_a_cosignature_key(store):
    with pytest.raises(ValueError, match="0x04"):
        Witness(LOG, logs={}, store=store)


def test_a_request_is_read_as_it_is_written():
    body = request(7, 20)
    parsed = parse_add_checkpoint(body)
    assert isinstance(parsed, AddCheckpoint)
    assert parsed.serialize() == body
    assert (parsed.old_size, parsed.checkpoint) == (7, checkpoint_of(TREE, 20))
