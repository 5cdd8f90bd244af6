"""The one pass over an archive: places, hashes and order of everything, and little memory for each ballot."""

from pathlib import Path

import pytest

from tests.finished_elections import mixed, plain
from tests.rewriting import steps_of, written
from voting.election.archive import read_archive
from voting.election.ballot import tracker_of
from voting.election.errors import IncompleteElectionError, MissingShuffleError, RepeatedBallotError
from voting.election.events import EventType
from voting.election.verify.index import digest_of, index_archive
from voting.encoding import sha256

E = EventType


def test_every_object_is_found_again_at_its_place() -> None:
    index = index_archive(mixed().path)
    data = mixed().path.read_bytes()
    timestamp, records = read_archive(mixed().path)
    assert index.timestamp == timestamp
    assert index.head == records[-1].event
    ballots = [record.payloads[0] for record in records if record.event.type is E.BALLOT]
    assert index.ballot_count == len(ballots) == 3
    for number, ballot in enumerate(ballots):
        offset, size = index.place(number)
        assert data[offset : offset + size] == ballot
        assert index.ballot_hash(number) == sha256(ballot)
        assert index.tracker(number) == tracker_of(ballot)
    others = [record for record in records if record.event.type is not E.BALLOT]
    assert [indexed.event for indexed in index.events] == [record.event for record in others]
    assert [tuple(index.read(indexed)) for indexed in index.events] == [record.payloads for record in others]
    decryptions = list(index.of_type(E.PARTIAL_DECRYPTION))
    assert [indexed.event for indexed in decryptions] == [
        record.event for record in records if record.event.type is E.PARTIAL_DECRYPTION
    ]


def test_ballots_are_told_apart_by_their_credential() -> None:
    group, index = plain().election.group, index_archive(plain().path)
    names = [group.serialize(plain().credentials[voter].public).encode() for voter in (0, 1, 2, 0)]
    assert [index.credential_digest(ballot) for ballot in range(4)] == [digest_of(name) for name in names]
    assert digest_of(b"a") != digest_of(b"b")
    assert len(digest_of(b"a")) == 16


def test_a_ballot_that_names_no_credential_has_that_of_nobody(tmp_path: Path) -> None:
    steps = steps_of(plain().path)[:2]
    steps[1].payloads[0] = b'{"x":1}'
    index = index_archive(written(tmp_path, steps))
    assert index.credential_digest(0) == digest_of(b"")


def test_equal_neighbours_are_noted_once_if_they_are_ballots_and_nothing_else(tmp_path: Path) -> None:
    assert index_archive(plain().path).kinds == [
        (E.SETUP, 0),
        (E.BALLOT, 1),
        (E.END_BALLOTS, 5),
        (E.ENCRYPTED_TALLY, 6),
        (E.PARTIAL_DECRYPTION, 7),
        (E.RESULT, 8),
    ]
    shuffles = [(kind, height) for kind, height in index_archive(mixed().path).kinds if kind is E.SHUFFLE]
    assert shuffles == [(E.SHUFFLE, 6), (E.SHUFFLE, 7)]
    setup, ballot, *_ = steps_of(plain().path)
    apart = written(tmp_path, [setup, ballot, setup, ballot])
    assert index_archive(apart).kinds == [(E.SETUP, 0), (E.BALLOT, 1), (E.SETUP, 2), (E.BALLOT, 3)]


def test_the_hashes_of_noted_heights_are_kept_and_no_others() -> None:
    events = [record.event for record in read_archive(plain().path)[1]]
    noted = index_archive(plain().path, note_heights=frozenset({0, 3, 99})).noted
    assert noted == {0: events[0].hash, 3: events[3].hash}
    assert index_archive(plain().path).noted == {}


def test_an_order_is_of_the_questions_that_are_asked(tmp_path: Path) -> None:
    index_archive(plain().path).require_order(shuffled=False)
    index_archive(mixed().path).require_order(shuffled=True)
    with pytest.raises(MissingShuffleError):
        index_archive(plain().path).require_order(shuffled=True)
    with pytest.raises(IncompleteElectionError):
        index_archive(written(tmp_path, [])).require_order(shuffled=False)


def test_the_second_of_two_equal_ballots_is_named(tmp_path: Path) -> None:
    index_archive(plain().path).require_distinct_ballots()
    steps = steps_of(plain().path)
    index = index_archive(written(tmp_path, [*steps[:4], steps[2]]))
    with pytest.raises(RepeatedBallotError) as refusal:
        index.require_distinct_ballots()
    assert refusal.value.tracker == tracker_of(steps[2].payloads[0])


def test_no_place_or_hash_is_written_out_with_the_index() -> None:
    """A traceback that shows an index of 100,000 ballots must stay readable."""
    assert len(repr(index_archive(plain().path))) < 10_000
    assert "_hashes" not in repr(index_archive(plain().path))
