"""Cast or challenge: an honest device opens what the voter chose, a cheating one is found out."""

import dataclasses
import json

import pytest

from tests.ballot_box import BLANK, BLANK_VOTE, PLAIN, PLAIN_VOTE, RANKED, RANKED_VOTE, BallotBox, loaded, open_box
from tests.groups import EVERY_GROUP, group_called
from tests.json_leaves import compact
from voting.election.casting import Opening, make_ballot, open_challenged
from voting.election.checking import check_ballot
from voting.election.errors import (
    BallotSignatureError,
    ChallengedBallotError,
    MalformedObjectError,
    MalformedScalarError,
    NonCanonicalObjectError,
    OpeningError,
)
from voting.election.group import group_named

VOTES = (PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE)


@pytest.fixture(scope="module")
def box() -> BallotBox:
    return open_box(group_named("Ed25519"), (PLAIN, BLANK, RANKED))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_an_honest_opening_shows_the_vote(name: str) -> None:
    questions = (PLAIN, BLANK) if name == "BELENIOS-2048" else (PLAIN, BLANK, RANKED)
    box = open_box(group_called(name), questions)
    prepared = box.ballot(*VOTES[: len(questions)])
    opening = Opening.parse(prepared.opening.to_bytes(), box.election)
    assert open_challenged(box.context, prepared.data, opening) == tuple(map(tuple, VOTES[: len(questions)]))


def test_an_opening_of_other_votes_is_refused(box: BallotBox) -> None:
    """The device encrypted something else than it claims."""
    prepared = box.ballot(*VOTES)
    for index in range(3):
        for values in ([1, 0, 0], [0, 1, 0], [1, 2, 3]):
            answers = list(prepared.opening.answers)
            if tuple(values) == answers[index].values:
                continue
            answers[index] = dataclasses.replace(answers[index], values=tuple(values))
            with pytest.raises(OpeningError):
                open_challenged(
                    box.context, prepared.data, dataclasses.replace(prepared.opening, answers=tuple(answers))
                )


def test_an_opening_with_other_randomness_is_refused(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    order = box.election.group.order
    for index, answer in enumerate(prepared.opening.answers):
        for position, exponent in enumerate(answer.randomness):
            for changed in ((exponent + 1) % order, order - exponent):
                randomness = (*answer.randomness[:position], changed, *answer.randomness[position + 1 :])
                answers = list(prepared.opening.answers)
                answers[index] = dataclasses.replace(answer, randomness=randomness)
                with pytest.raises(OpeningError):
                    open_challenged(
                        box.context, prepared.data, dataclasses.replace(prepared.opening, answers=tuple(answers))
                    )


def test_an_opening_of_another_shape_is_refused(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    answers = prepared.opening.answers
    for changed in (
        answers[:-1],
        (),
        (dataclasses.replace(answers[0], values=answers[0].values[:-1]), *answers[1:]),
        (dataclasses.replace(answers[0], randomness=answers[0].randomness[:-1]), *answers[1:]),
        (*answers[:2], dataclasses.replace(answers[2], randomness=())),
        (*answers[:2], dataclasses.replace(answers[2], randomness=answers[2].randomness * 2)),
    ):
        with pytest.raises(OpeningError):
            open_challenged(box.context, prepared.data, dataclasses.replace(prepared.opening, answers=changed))


def test_an_opening_of_another_ballot_is_refused(box: BallotBox) -> None:
    one, two = box.ballot(*VOTES), box.ballot(*VOTES)
    with pytest.raises(OpeningError):
        open_challenged(box.context, one.data, two.opening)
    with pytest.raises(OpeningError):
        open_challenged(box.context, one.data, dataclasses.replace(one.opening, fingerprint="A" * 43))


def test_a_challenged_ballot_must_be_a_valid_one(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    with pytest.raises(BallotSignatureError):
        open_challenged(box.context, box.signed(loaded(prepared.data), voter=1), prepared.opening)


def test_a_challenged_ballot_can_never_be_cast(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    with pytest.raises(ChallengedBallotError):
        check_ballot(box.context, prepared.data, challenged={prepared.tracker})


def test_its_ciphertexts_cannot_be_cast_under_a_new_signature_either(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    content = check_ballot(box.context, prepared.data).content
    again = box.signed(loaded(prepared.data))
    assert check_ballot(box.context, again).tracker != prepared.tracker
    with pytest.raises(ChallengedBallotError):
        check_ballot(box.context, again, challenged={content})


def test_another_ballot_with_the_same_vote_can_be_cast(box: BallotBox) -> None:
    challenged, cast = box.ballot(*VOTES), box.ballot(*VOTES)
    burnt = {challenged.tracker, check_ballot(box.context, challenged.data).content}
    assert check_ballot(box.context, cast.data, challenged=burnt).tracker == cast.tracker


def test_neither_the_ballot_nor_the_opening_shows_secrets_by_accident(box: BallotBox) -> None:
    prepared = box.ballot(*VOTES)
    shown = repr(prepared) + repr(prepared.opening) + repr(prepared.opening.answers[0])
    for answer in prepared.opening.answers:
        assert str(list(answer.values)) not in shown
        assert str(answer.values) not in shown
        for exponent in answer.randomness:
            assert str(exponent) not in shown


def opening_of(box: BallotBox) -> dict:
    return json.loads(box.ballot(*VOTES).opening.to_bytes())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda o: {**o, "format": "madang-opening-2"}, OpeningError),
        (lambda o: {**o, "x": 1}, MalformedObjectError),
        (lambda o: {k: o[k] for k in ("format", "tracker", "answers")}, MalformedObjectError),
        (lambda o: {**o, "answers": [{**o["answers"][0], "values": [256, 0, 0]}]}, MalformedObjectError),
        (lambda o: {**o, "answers": [{**o["answers"][0], "values": [-1, 0, 0]}]}, MalformedObjectError),
        (lambda o: {**o, "answers": [{**o["answers"][0], "randomness": [1]}]}, MalformedScalarError),
        (lambda o: {**o, "answers": [{**o["answers"][0], "randomness": ["01"]}]}, MalformedScalarError),
    ],
)
def test_an_opening_has_one_spelling(box: BallotBox, change, error: type[Exception]) -> None:
    with pytest.raises(error):
        Opening.parse(compact(change(opening_of(box))), box.election)


def test_an_opening_with_spaces_is_refused(box: BallotBox) -> None:
    with pytest.raises(NonCanonicalObjectError):
        Opening.parse(json.dumps(opening_of(box)).encode(), box.election)


def test_a_ballot_is_the_same_whether_or_not_it_will_be_challenged() -> None:
    # The device commits before it knows: nothing in the making depends on the choice that comes later.
    box = open_box(group_named("Ed25519"), (PLAIN,))
    first = make_ballot(box.election, box.credentials[0], [[1, 0, 0]], random=lambda n: 3 % n)
    again = make_ballot(box.election, box.credentials[0], [[1, 0, 0]], random=lambda n: 3 % n)
    assert first.data == again.data
    assert first.opening == again.opening
