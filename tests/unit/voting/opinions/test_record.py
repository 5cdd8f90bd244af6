"""The frozen record: hashed, and recomputed by whoever doubts it."""

import hashlib
import json

import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import (
    MalformedRunError,
    PathDependentRunError,
    RunDigestMismatchError,
    RunResultMismatchError,
    RunVotesMismatchError,
    analyse,
    describe,
    freeze,
    record,
    verify_run,
)

EVENTS = camps(30, 20, doubt=0.3)


@pytest.fixture(scope="module")
def frozen():
    return freeze(analyse(EVENTS, meta=[2], moderated_out=[3], resamples=2))


def changed(frozen, change):
    document = json.loads(frozen.document)
    change(document)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_record_has_the_announced_keys(frozen):
    keys = json.loads(frozen.document).keys()
    assert keys >= {
        "counts",
        "groups",
        "group_informed_consensus",
        "consensus",
        "representative",
        "priorities",
        "silhouette",
        "stability",
    }


def test_the_digest_is_that_of_the_document(frozen):
    assert frozen.sha256 == hashlib.sha256(frozen.document).hexdigest()


def test_the_record_verifies_against_the_votes(frozen):
    again = verify_run(frozen.document, EVENTS, digest=frozen.sha256)
    assert freeze(again) == frozen


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "polis", "resamples": 0},
        {"seed": 2**70, "group_count": 3, "resamples": 1},
        {"groups": {4: range(10), 2: range(10, 30)}},
        {"mode": "polis", "start_centres": [(1.0, 0.0), (-1.0, 0.5)], "resamples": 1},
    ],
    ids=["polis", "forced", "given groups", "given centres"],
)
def test_every_kind_of_run_verifies(options):
    frozen = freeze(analyse(EVENTS, **options))
    verify_run(frozen.document, EVENTS, digest=frozen.sha256)


def test_statements_without_votes_and_ids_of_text_survive():
    events = [(f"주민-{event[0]}", f"s{event[1]}", *event[2:]) for event in EVENTS]
    frozen = freeze(analyse(events, resamples=0))
    verify_run(frozen.document, events)


def test_a_run_with_a_memory_cannot_be_frozen():
    memory = analyse(EVENTS, resamples=0).memory
    with pytest.raises(PathDependentRunError):
        freeze(analyse(EVENTS, resamples=0, memory=memory))


def test_another_document_than_the_announced_one_is_refused(frozen):
    with pytest.raises(RunDigestMismatchError):
        verify_run(frozen.document + b"\n", EVENTS, digest=frozen.sha256)


def test_one_vote_more_or_less_or_other_is_refused(frozen):
    for events in (EVENTS[1:], [*EVENTS, (0, 0, 0, 10**9)], [(999, 0, 1, 10**9), *EVENTS]):
        with pytest.raises(RunVotesMismatchError):
            verify_run(frozen.document, events)


def move_a_member(document):
    document["groups"]["1"].append(document["groups"]["0"].pop())


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["counts"]["0"].update(agree=document["counts"]["0"]["agree"] + 1),
        lambda document: document["group_informed_consensus"].update({"0": 0.5}),
        lambda document: document["priorities"].update({"5": document["priorities"]["5"] + 1e-6}),
        lambda document: document["consensus"]["agree"].reverse(),
        lambda document: document["gate"].update(open=not document["gate"]["open"]),
        lambda document: document.update(silhouette=None),
        lambda document: document["stability"]["indices"].append(1.0),
        lambda document: document.update(comment="added"),
        lambda document: document.pop("representative"),
        lambda document: document["parameters"].update(seed=1),
        lambda document: document["parameters"].update(meta=[]),
        lambda document: document["counts"]["0"].update(agree=float(document["counts"]["0"]["agree"])),
        move_a_member,
    ],
)
def test_anything_the_votes_do_not_give_is_refused(frozen, change):
    with pytest.raises(RunResultMismatchError):
        verify_run(changed(frozen, change), EVENTS)


def test_the_last_bits_of_a_number_may_differ(frozen):
    def nudge(document):
        document["silhouette"] += 1e-12

    verify_run(changed(frozen, nudge), EVENTS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format":"madang-opinions-2"}',
        b'{"format":"madang-opinions-1"}',
        b'{"format":"madang-opinions-1","format":"madang-opinions-1"}',
        b'{"format":"madang-opinions-1","x":NaN}',
        b'{"format":"madang-opinions-1","x":' + b"9" * 5000 + b"}",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_record_is_refused(data):
    with pytest.raises(MalformedRunError):
        verify_run(data, EVENTS)


@pytest.mark.parametrize(
    "parameters",
    [
        {"mode": "fast"},
        {"mode": ["polis"]},
        {"seed": -1},
        {"seed": True},
        {"seed": "0"},
        {"resamples": 10**9},
        {"resamples": -1},
        {"group_count": "2"},
        {"start_centres": [[1.0]]},
        {"start_centres": {}},
        {"meta": 3},
        {"meta": [1.5]},
    ],
)
def test_malformed_parameters_are_refused(frozen, parameters):
    with pytest.raises(MalformedRunError):
        verify_run(changed(frozen, lambda document: document["parameters"].update(parameters)), EVENTS)


def test_a_record_beyond_the_limit_is_refused_before_it_is_read(frozen, monkeypatch):
    monkeypatch.setattr(record, "MAX_BYTES", 100)
    with pytest.raises(MalformedRunError, match="at most 100"):
        verify_run(frozen.document, EVENTS)


def test_numbers_in_the_record_are_exact(frozen):
    found = analyse(EVENTS, meta=[2], moderated_out=[3], resamples=2)
    document = json.loads(frozen.document)
    assert document == json.loads(json.dumps(describe(found)))
    assert list(document["group_informed_consensus"].values()) == found.group_informed_consensus.agree.tolist()
