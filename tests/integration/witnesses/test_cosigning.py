"""Cosignatures: whose count, which heads they are of, and what becomes of receipts. T39, T40."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from app.assembly.heads import SetBack, noted_head
from app.assembly.models import Assembly
from app.assembly.services import casting, inclusion, setting_back
from app.assembly.services.board import context_of
from app.assembly.witnesses import queries
from app.assembly.witnesses.models import BoardHead, Contradiction, Cosignature, Witness
from app.assembly.witnesses.rules import Trust
from app.assembly.witnesses.services import heads
from app.assembly.witnesses.services.cosigning import take_cosignatures
from app.assembly.witnesses.services.keeping import retire_witness
from app.db.session import session, transaction
from app.demo.witnesses import let_witnesses_sign, name_witnesses
from app.errors import InvalidInput, NotAllowed, NotFound
from app.people.models import Person
from app.record.models import RecordEntry
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories_witnesses import KEYS, cosigned, leave, make_witnessed, open_it, witness_key
from tests.factories_year import make_assembly, make_staff
from tests.integration.assembly.test_set_back_boards import set_back
from tests.load.casting import ballots_of
from tests.tampering import take_guards_away
from voting.log.checkpoint import Checkpoint, parse_checkpoint
from voting.log.errors import QuorumNotMetError
from voting.log.merkle import verify_consistency
from voting.log.note import SignatureType, SignedNote, SignerKey, parse_note
from voting.log.policy import parse_policy
from voting.log.proof_file import parse_log_proof

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def witnessed() -> tuple[Assembly, list[Person]]:
    """An open vote with three witnesses, two of whom are needed; its first head lies before them."""
    return make_witnessed(KEYS)


def offer(assembly: Assembly, *, at=LATER) -> bool:
    with transaction() as current:
        return heads.offer_head(current.get_one(Assembly, assembly.id, with_for_update=True), at=at)


def cast_all(assembly: Assembly, people: list[Person], *, at=NOW) -> list[casting.Receipt]:
    receipts = []
    for data in ballots_of(assembly, people):
        with transaction():
            receipts.append(casting.cast_ballot(assembly.id, data, at=at))
    return receipts


def stored(assembly: Assembly) -> int:
    count = select(func.count(Cosignature.id)).where(Cosignature.assembly_id == assembly.id)
    return session().scalar(count) or 0


def another_log(assembly: Assembly, head: Checkpoint) -> SignedNote:
    """Sign a head as this log would, if its key were not that of this log."""
    text = head.text()
    own = inclusion.log_key(assembly).partition("+")[0]
    return SignedNote(text, (SignerKey(own, SignatureType.ED25519, bytes(32)).sign(text),))


def by_this_log(assembly: Assembly, head: Checkpoint) -> SignedNote:
    """Sign a head with the log's own key: what only a server that lies, or was set back, has."""
    signer = inclusion._signer(assembly)
    assert signer is not None
    return SignedNote(head.text(), (signer.sign(head.text()),))


def test_the_election_binds_its_witnesses_and_later_ones_change_nothing(witnessed):
    assembly, _ = witnessed
    bound = context_of(assembly).election.extensions["assembly"]["witnesses"]
    assert Trust.from_json(bound) == Trust(2, tuple(str(key.verifier) for key in KEYS))
    assert parse_policy(Trust.from_json(bound).policy(inclusion.log_key(assembly)).encode()).quorum == b"village"


def test_a_receipt_has_the_servers_word_first_and_its_quorum_when_fetched_again(witnessed):
    assembly, people = witnessed
    receipt = cast_all(assembly, people)[0]
    policy = parse_policy(Trust.from_json(assembly.witnesses).policy(inclusion.log_key(assembly)).encode())
    leaf = bytes.fromhex(inclusion.leaf_of(assembly, receipt.height))
    with pytest.raises(QuorumNotMetError):
        parse_log_proof(receipt.proof.encode()).verify(leaf, policy)
    # A head that waits for its quorum stands for ten minutes; then the next comes all the same.
    assert not offer(assembly, at=NOW + timedelta(minutes=9))
    assert offer(assembly, at=NOW + timedelta(minutes=10))
    at = NOW + timedelta(minutes=11)
    leave(assembly, cosigned(assembly, KEYS[0], at=at), at=at)
    one = parse_log_proof(inclusion.proof_of(assembly, receipt.height).encode())
    assert len(one.note.signatures) == 2
    leave(assembly, cosigned(assembly, KEYS[2], at=at), at=at)
    upgraded = parse_log_proof(inclusion.proof_of(assembly, receipt.height).encode())
    assert upgraded.verify(leaf, policy).cosigned_at == dict.fromkeys([b"w1", b"w3"], int(at.timestamp()))


def test_the_next_head_comes_once_the_quorum_has_signed(witnessed):
    assembly, people = witnessed
    assert not offer(assembly), "nothing is new"
    cast_all(assembly, people)
    assert not offer(assembly), "the first head waits for its witnesses"
    leave(assembly, cosigned(assembly, *KEYS[:2]))
    with transaction():
        assert heads.offer_due_heads(LATER) == 1
        assert heads.offer_due_heads(LATER) == 0
    assert queries.newest_head(assembly).size == 4


def test_the_newest_head_with_its_quorum_is_the_one_of_receipts(witnessed):
    assembly, people = witnessed
    first, *_ = cast_all(assembly, people[:1])
    offer(assembly, at=NOW + timedelta(minutes=10))
    at = NOW + timedelta(minutes=11)
    leave(assembly, cosigned(assembly, *KEYS[:2], at=at), at=at)
    last = cast_all(assembly, people[1:], at=at)[-1]
    offer(assembly, at=at)
    leave(assembly, cosigned(assembly, KEYS[1], at=at), at=at)
    sizes = [parse_log_proof(inclusion.proof_of(assembly, each).encode()).note.text.split("\n")[1] for each in (1, 3)]
    assert sizes == ["2", "4"], "two signatures say more than one, one says more than none"
    assert first.height == 1
    assert last.height == 3


def test_an_unknown_key_is_ignored_and_alone_it_is_refused(witnessed):
    assembly, _ = witnessed
    stranger = witness_key("stranger.example")
    with pytest.raises(NotAllowed):
        leave(assembly, cosigned(assembly, stranger))
    assert stored(assembly) == 0
    taken = leave(assembly, cosigned(assembly, stranger, KEYS[0]))
    assert taken.witnesses == ("witness1.example",)
    assert stored(assembly) == 1


def test_the_name_of_a_witness_with_another_key_is_nobody(witnessed):
    assembly, _ = witnessed
    impostor = SignerKey("witness1.example", SignatureType.COSIGNATURE, bytes(32))
    with pytest.raises(NotAllowed):
        leave(assembly, cosigned(assembly, impostor))


def test_a_wrong_signature_of_a_known_witness_refuses_the_whole_note(witnessed):
    assembly, _ = witnessed
    good = cosigned(assembly, *KEYS[:2])
    lines = good.serialize().decode().splitlines(keepends=True)
    other = KEYS[1].sign(good.text + "x\n", at=int(NOW.timestamp())).line()
    with pytest.raises(NotAllowed):
        leave(assembly, "".join([*lines[:-1], other]).encode())
    assert stored(assembly) == 0


def test_another_log_another_size_and_no_note_at_all_are_refused_and_accuse_nobody(witnessed):
    assembly, people = witnessed
    other, _ = make_assembly([1_000_000], residents=1)
    with pytest.raises(NotAllowed):
        leave(assembly, cosigned(other, KEYS[0], size=1))
    forged = another_log(assembly, Checkpoint(inclusion.log_key(assembly).partition("+")[0], 9, bytes(32)))
    with pytest.raises(NotAllowed):
        leave(assembly, forged)
    cast_all(assembly, people)
    with pytest.raises(NotFound):
        leave(assembly, cosigned(assembly, KEYS[0], size=3))
    for nonsense in (b"", b"hello", b"\xff" * 10, b"a\n" * 20_000):
        with pytest.raises(InvalidInput):
            leave(assembly, nonsense)
    assert (stored(assembly), session().scalar(select(func.count(Contradiction.id)))) == (0, 0)


def test_a_cosignature_of_another_head_does_not_pass_for_this_one(witnessed):
    assembly, people = witnessed
    old = cosigned(assembly, KEYS[0], KEYS[1])
    leave(assembly, old)
    cast_all(assembly, people)
    offer(assembly)
    new = inclusion.head_of(assembly, 4, cosigned=False)
    with pytest.raises(NotAllowed):
        leave(assembly, SignedNote(new.text, (*new.signatures, *old.signatures[1:])), at=LATER)


@pytest.mark.parametrize("minutes", [-6, 7, 60 * 24 * 365 * 400])
def test_a_time_that_cannot_be_is_refused(witnessed, minutes: int):
    assembly, _ = witnessed
    with pytest.raises(InvalidInput):
        leave(assembly, cosigned(assembly, KEYS[0], at=NOW + timedelta(minutes=minutes)))
    assert stored(assembly) == 0


def test_a_note_that_comes_again_changes_nothing_and_the_first_time_stays(witnessed):
    assembly, _ = witnessed
    for minute in (0, 0, 3):
        leave(assembly, cosigned(assembly, KEYS[0], at=NOW + timedelta(minutes=minute)))
    row = session().scalars(select(Cosignature)).one()
    assert row.cosigned_at == NOW


def test_two_witnesses_and_a_retry_at_the_same_instant_are_two_cosignatures(app: Flask, witnessed):
    assembly, _ = witnessed
    notes = [cosigned(assembly, key).serialize() for key in (KEYS[0], KEYS[1], KEYS[0])]
    number = assembly.id
    acts = [lambda note=note: take_cosignatures(number, note, at=LATER) for note in notes]
    assert at_once(app, *acts) == []
    assert stored(assembly) == 2


def test_a_retired_witness_signs_no_more_and_the_others_are_heard(witnessed):
    assembly, _ = witnessed
    leave(assembly, cosigned(assembly, KEYS[1]))
    first = session().scalars(select(Witness).where(Witness.key == str(KEYS[0].verifier))).one()
    clerk = make_staff(assembly.place)
    with transaction():
        retire_witness(first.id, place=assembly.place, reason="열쇠를 잃음", by=clerk, at=NOW)
    with pytest.raises(NotAllowed):
        leave(assembly, cosigned(assembly, KEYS[0]))
    assert leave(assembly, cosigned(assembly, KEYS[0], KEYS[2])).witnesses == ("witness2.example", "witness3.example")


def test_what_was_shown_and_signed_cannot_be_changed_in_the_database(witnessed):
    assembly, _ = witnessed
    leave(assembly, cosigned(assembly, KEYS[0]))
    for act in (delete(Cosignature), delete(BoardHead)):
        with pytest.raises(DBAPIError), transaction() as current:
            current.execute(act)
    with pytest.raises(DBAPIError), transaction() as current:
        current.scalars(select(Cosignature)).one().line = "x"
        current.flush()


def test_every_pair_of_heads_is_consistent(witnessed):
    assembly, people = witnessed
    cast_all(assembly, people)
    for size in range(1, 5):
        for old in range(size + 1):
            verify_consistency(
                old_size=old,
                old_root=inclusion.root_at(assembly, old),
                size=size,
                root=inclusion.root_at(assembly, size),
                proof=inclusion.consistency_of(assembly, old, size),
            )


def test_a_vote_without_witnesses_puts_no_heads_and_takes_no_cosignatures():
    assembly, people = make_assembly([1_000_000], residents=1)
    receipt = cast_all(assembly, people)[0]
    assert (assembly.witnesses, queries.newest_head(assembly), queries.seen_by(assembly)) == ({}, None, [])
    assert len(parse_log_proof(receipt.proof.encode()).note.signatures) == 1
    with pytest.raises(NotAllowed):
        leave(assembly, cosigned(assembly, KEYS[0]))


# The log contradicts itself: T39, T40


def test_a_split_view_is_kept_published_and_stops_the_box(witnessed):
    """T39: the server showed somebody another head of the same size; whoever brings it, it proves itself."""
    assembly, people = witnessed
    cast_all(assembly, people[:2])
    shown = Checkpoint(inclusion.log_key(assembly).partition("+")[0], 2, bytes(32))
    for _ in range(2):
        assert leave(assembly, by_this_log(assembly, shown)).contradicts
    row = session().scalars(select(Contradiction)).one()
    (_, theirs), (_, ours) = parse_checkpoint(row.note.encode()), parse_checkpoint(row.ours.encode())
    assert theirs.size == ours.size == 2
    assert theirs.root != ours.root
    assert session().scalar(select(func.count()).where(RecordEntry.act == "assembly.contradicted")) == 1
    with pytest.raises(SetBack):
        cast_all(assembly, people[2:])
    clerk = make_staff(assembly.place)
    assert "맞지 않는" in queries.todos(clerk, LATER)[0].title


def test_a_box_that_was_set_back_with_its_notes_learns_it_from_a_witness(app: Flask, witnessed):
    """T40: database and notes were restored together; only the witness remembers."""
    assembly, people = witnessed
    receipts = cast_all(assembly, people[:2])
    at = NOW + timedelta(minutes=10)
    offer(assembly, at=at)
    seen = cosigned(assembly, KEYS[0], at=at)
    leave(assembly, seen, at=at)
    take_guards_away(Cosignature, BoardHead)
    with transaction() as current:
        for table in (Cosignature, BoardHead):
            current.execute(delete(table).where(table.assembly_id == assembly.id, table.size > 1))
    set_back(assembly, to=1)
    for file in (app.config["MADANG"].data_dir / "heads").iterdir():
        file.unlink()
    assert noted_head(assembly.fingerprint) is None
    taken = leave(assembly, seen, at=at)
    assert (taken.contradicts, taken.size) == (True, 3)
    with pytest.raises(SetBack):
        cast_all(assembly, people[2:])
    run = app.test_cli_runner().invoke
    done = run(args=["boards", "accept", assembly.place.slug, "--reason", "디스크 고장"])
    assert done.exit_code == 0, done.output
    assert "at least 1 events" in done.output
    session().expire_all()
    assert cast_all(assembly, people[2:])[0].height == receipts[1].height
    with pytest.raises(Exception, match="이어집니다"), transaction():
        setting_back.accept_set_back(assembly.id, reason="", at=NOW)


def test_a_box_that_was_set_back_and_grew_again_is_a_split_view(app: Flask, witnessed):
    assembly, people = witnessed
    data = ballots_of(assembly, people)
    for each in data[:2]:
        with transaction():
            casting.cast_ballot(assembly.id, each, at=NOW)
    seen = inclusion.head_of(assembly, 3, cosigned=False)
    set_back(assembly, to=1)
    for file in (app.config["MADANG"].data_dir / "heads").iterdir():
        file.unlink()
    with transaction():
        casting.cast_ballot(assembly.id, data[2], at=NOW)
    assert leave(assembly, seen).contradicts
    row = session().scalars(select(Contradiction)).one()
    assert parse_note(row.ours.encode()).text.split("\n")[1] == "3"


def test_the_demonstrations_witnesses_are_made_up_and_one_is_silent():
    assembly, people = make_assembly([1_000_000], residents=2, is_open=False)
    name_witnesses(assembly.place, make_staff(assembly.place), NOW)
    open_it(assembly)
    cast_all(assembly, people)
    let_witnesses_sign(assembly, NOW + timedelta(hours=1))
    seen = queries.seen_by(assembly)
    assert [row.silent_since is None for row in seen] == [True, True, False]
    assert all("예시" in row.witness.name and row.key.startswith("demo.") for row in seen if row.witness is not None)
    assert queries.confirmed(assembly, 2).is_met
