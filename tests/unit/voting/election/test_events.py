"""Events: one spelling, one order. The whole product of states and events is tried."""

import pytest

from tests.json_leaves import compact
from voting.election.errors import (
    ChainError,
    EventOrderError,
    MalformedObjectError,
    MissingShuffleError,
    NonCanonicalObjectError,
)
from voting.election.events import (
    MOVES,
    PAYLOADS,
    SHUFFLED_MOVES,
    Event,
    EventType,
    Owned,
    SizedTally,
    next_event,
    next_record,
    require_allowed,
    require_continues,
)
from voting.encoding import sha256

H = "ab" * 32
E = EventType

# Written down a second time, in words: what may come after what.
AFTER = {
    None: {E.SETUP},
    E.SETUP: {E.BALLOT, E.END_BALLOTS},
    E.BALLOT: {E.BALLOT, E.END_BALLOTS},
    E.END_BALLOTS: {E.ENCRYPTED_TALLY},
    E.ENCRYPTED_TALLY: {E.PARTIAL_DECRYPTION},
    E.SHUFFLE: set(),
    E.END_SHUFFLES: set(),
    E.PARTIAL_DECRYPTION: {E.PARTIAL_DECRYPTION, E.RESULT},
    E.RESULT: set(),
}
AFTER_SHUFFLED = AFTER | {
    E.ENCRYPTED_TALLY: {E.SHUFFLE},
    E.SHUFFLE: {E.SHUFFLE, E.END_SHUFFLES},
    E.END_SHUFFLES: {E.PARTIAL_DECRYPTION},
}


def event(kind: EventType, height: int = 3) -> Event:
    return Event(kind, height, H, H if PAYLOADS[kind] else None)


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("before", [None, *EventType])
@pytest.mark.parametrize("kind", EventType)
def test_exactly_the_written_order_is_allowed(before: EventType | None, kind: EventType, shuffled: bool) -> None:
    allowed = kind in (AFTER_SHUFFLED if shuffled else AFTER)[before]
    head = None if before is None else event(before)
    if allowed:
        require_allowed(head, event(kind), shuffled=shuffled)
        return
    unshuffled = shuffled and before is E.ENCRYPTED_TALLY and kind in {E.END_SHUFFLES, E.PARTIAL_DECRYPTION}
    with pytest.raises(MissingShuffleError if unshuffled else EventOrderError):
        require_allowed(head, event(kind), shuffled=shuffled)


def test_the_tables_cover_every_type() -> None:
    assert set(SHUFFLED_MOVES) == {None, *EventType}
    assert set(MOVES) == {None, *EventType} - {E.SHUFFLE, E.END_SHUFFLES}


def test_the_chain_begins_at_zero_without_a_parent_and_goes_on_by_hashes() -> None:
    first = next_event(None, E.SETUP, b"setup")
    assert first.to_bytes() == compact({"height": 0, "type": "Setup", "payload": sha256(b"setup").hex()})
    second = next_event(first, E.END_BALLOTS)
    assert second.to_bytes() == compact({"parent": first.hash, "height": 1, "type": "EndBallots"})
    require_continues(None, first)
    require_continues(first, second)


def test_the_worked_example_of_the_reference_tool() -> None:
    payload = "662cda8eb15287b75285532c76862f17483a66f1a54da503cb868ed353b99a6e"
    first = Event(E.SETUP, 0, None, payload)
    assert first.hash == "c850dc5f95d8ec83f6d12ee7145e4a153cd25452bd90ffc5128f404e3418c233"
    second = Event(E.BALLOT, 1, first.hash, "f5be0c0d6cba120a3a4974f13fb6d3481fe29b0e14d39e274d42cf50ed0fd388")
    assert second.hash == "0b938e4422d0c36b791d78113ed85eb2f690da10fc73f36d28176fd10ebc5dab"


@pytest.mark.parametrize(
    "wrong",
    [
        Event(E.BALLOT, 2, "cd" * 32, H),
        Event(E.BALLOT, 3, None, H),
        Event(E.BALLOT, 0, None, H),
    ],
)
def test_what_does_not_continue_the_chain_is_refused(wrong: Event) -> None:
    first = next_event(None, E.SETUP, b"setup")
    with pytest.raises(ChainError):
        require_continues(first, wrong)
    with pytest.raises(ChainError):
        require_continues(None, Event(E.SETUP, 1, None, H))


@pytest.mark.parametrize("kind", EventType)
def test_every_event_is_read_as_it_is_written(kind: EventType) -> None:
    assert Event.parse(event(kind).to_bytes()) == event(kind)


GOOD = {"parent": H, "height": 3, "type": "Ballot", "payload": H}


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (compact({**GOOD, "type": "ballot"}), EventOrderError),
        (compact({**GOOD, "type": "Audit"}), EventOrderError),
        (compact({**GOOD, "type": ["Ballot"]}), MalformedObjectError),
        (compact({**GOOD, "height": "3"}), MalformedObjectError),
        (compact({**GOOD, "height": -1}), MalformedObjectError),
        (compact({**GOOD, "height": True}), MalformedObjectError),
        (compact({**GOOD, "height": 2**40}), MalformedObjectError),
        (compact({**GOOD, "parent": H.upper()}), MalformedObjectError),
        (compact({**GOOD, "parent": H[1:]}), MalformedObjectError),
        (compact({**GOOD, "parent": None}), MalformedObjectError),
        (compact({**GOOD, "payload": "x" * 64}), MalformedObjectError),
        (compact({**GOOD, "payload": H + "\n"}), MalformedObjectError),
        (compact({**GOOD, "more": 1}), MalformedObjectError),
        (compact(dict(reversed(GOOD.items()))), MalformedObjectError),
        (compact({key: GOOD[key] for key in ("parent", "height", "type")}), MalformedObjectError),
        (compact({"parent": H, "height": 3, "type": "EndBallots", "payload": H}), MalformedObjectError),
        (compact({"type": "Ballot", "payload": H}), MalformedObjectError),
        (compact(GOOD) + b"\n", NonCanonicalObjectError),
        (compact(GOOD).replace(b":", b": ", 1), NonCanonicalObjectError),
        (compact(GOOD).replace(b'{"parent"', b'{"height":3,"parent"'), MalformedObjectError),
        (b"[]", MalformedObjectError),
        (b"", MalformedObjectError),
    ],
)
def test_an_event_has_one_spelling(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Event.parse(data)


@pytest.mark.parametrize("kind", EventType)
def test_a_payload_is_there_if_and_only_if_the_type_has_one(kind: EventType) -> None:
    wrong = None if PAYLOADS[kind] else b"x"
    with pytest.raises(MalformedObjectError):
        next_event(None, kind, wrong)
    with pytest.raises(MalformedObjectError):
        next_record(None, kind, [b"x"] * (PAYLOADS[kind] + 1))


def test_owners_and_sizes_are_read_as_they_are_written() -> None:
    owned = Owned.of(2, b"payload")
    assert Owned.parse(owned.to_bytes()) == owned
    assert owned.to_bytes() == compact({"owner": 2, "payload": sha256(b"payload").hex()})
    for weight, text in ((7, b'"total_weight":7,'), (2**30, b'"total_weight":"1073741824",')):
        size = SizedTally(3, weight, H)
        assert SizedTally.parse(size.to_bytes()) == size
        assert text in size.to_bytes()


@pytest.mark.parametrize(
    "value",
    [
        {"owner": 0, "payload": H},
        {"owner": 256, "payload": H},
        {"owner": "1", "payload": H},
        {"owner": True, "payload": H},
        {"payload": H, "owner": 1},
        {"owner": 1},
        {"owner": 1, "payload": H, "x": 1},
        [1, H],
    ],
)
def test_an_owner_has_one_spelling(value: object) -> None:
    with pytest.raises(MalformedObjectError):
        Owned.parse(compact(value))


@pytest.mark.parametrize(
    "value",
    [
        {"num_tallied": -1, "total_weight": 1, "encrypted_tally": H},
        {"num_tallied": "1", "total_weight": 1, "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": "1", "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": 2**30, "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": "01073741824", "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": -1, "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": True, "encrypted_tally": H},
        {"total_weight": 1, "num_tallied": 1, "encrypted_tally": H},
        {"num_tallied": 1, "total_weight": 1},
    ],
)
def test_a_size_has_one_spelling(value: object) -> None:
    with pytest.raises(MalformedObjectError):
        SizedTally.parse(compact(value))
