"""The vectors for other implementations: still what this one makes, and accepted."""

import json

import pytest

from tests.vectors.election.make import CASES, FOLDER, text
from voting.election.ballot import tracker_of
from voting.election.casting import Opening, open_challenged
from voting.election.checking import ElectionContext, check_ballot
from voting.election.definition import Election

FAST = [name for name in CASES if not name.startswith("rfc")]
ALL = [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in CASES]


def test_every_vector_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(CASES)


@pytest.mark.parametrize("name", ALL)
def test_a_vector_is_what_is_made_today(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text(name)


@pytest.mark.parametrize("name", ALL)
def test_a_vectors_ballot_is_accepted_and_opens(name: str) -> None:
    vector = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    election = Election.parse(vector["election"].encode())
    assert election.fingerprint == vector["fingerprint"]
    context = ElectionContext(election, {vector["credential"]: 1})
    ballot = vector["ballot"].encode()
    assert check_ballot(context, ballot).tracker == vector["tracker"] == tracker_of(ballot)
    opening = Opening.parse(vector["opening"].encode(), election)
    assert [list(votes) for votes in open_challenged(context, ballot, opening)] == vector["votes"]
