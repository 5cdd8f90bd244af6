"""Ballots made by the browser's code, judged by the kernel."""

import itertools
import json
import random as seeded

import pytest

from tests.ballot_box import BallotBox, open_box
from tests.booth import Recorder, ask
from voting import Opening, check_ballot, group_named, make_ballot, open_challenged
from voting.election.casting import OPENING_FORMAT
from voting.election.errors import ElectionRefusedError, OpeningError
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion
from voting.encoding import canonical_json, sha256

pytestmark = pytest.mark.slow

SIX = HomomorphicQuestion("하고 싶은 일을 3개까지 고르세요", tuple(f"{n}. 사업" for n in range(1, 7)), 0, 3)
TWENTY = HomomorphicQuestion("5개까지", tuple(f"{n}" for n in range(20)), 0, 5)
ONE_TO_TWO = HomomorphicQuestion("한둘", ("가", "나", "다"), 1, 2)
EXACT = HomomorphicQuestion("꼭 둘", ("가", "나", "다"), 2, 2)
BLANK = HomomorphicQuestion("회칙을 바꿀까요? <b>\"'</b>", ("찬성", "반대"), 1, 1, blank=True)
BLANK_WIDE = HomomorphicQuestion("고르거나 기권", ("가", "나", "다", "라"), 0, 3, blank=True)


def box_of(*questions: HomomorphicQuestion | NonHomomorphicQuestion, voters: int = 2) -> BallotBox:
    return open_box(group_named("Ed25519"), questions, weights=[1] * voters)


def make(box: BallotBox, *jobs: dict) -> list[dict]:
    return ask(election=box.election.data.decode(), make=list(jobs))["made"]


def votes_of(question: HomomorphicQuestion) -> list[list[int]]:
    """Return every vote that a question admits."""
    found = []
    for vote in itertools.product((0, 1), repeat=question.width):
        chosen = sum(vote[1:]) if question.blank else sum(vote)
        is_blank = bool(question.blank and vote[0])
        if (chosen == 0) if is_blank else question.minimum <= chosen <= question.maximum:
            found.append(list(vote))
    return found


@pytest.mark.parametrize("question", [SIX, ONE_TO_TWO, EXACT, BLANK, BLANK_WIDE], ids=lambda q: q.question)
def test_every_vote_that_a_question_admits_is_accepted_and_opens_to_itself(question: HomomorphicQuestion):
    box = box_of(question)
    votes = votes_of(question)
    made = make(box, *[{"code": box.credentials[0].code, "votes": [vote]} for vote in votes])
    for vote, ballot in zip(votes, made, strict=True):
        data = ballot["ballot"].encode()
        checked = check_ballot(box.context, data)
        assert checked.tracker == ballot["tracker"]
        assert checked.credential == box.election.group.serialize(box.credentials[0].public)
        opening = Opening.parse(ballot["opening"].encode(), box.election)
        assert open_challenged(box.context, data, opening) == (tuple(vote),)
    assert len({ballot["tracker"] for ballot in made}) == len(votes)


def test_the_older_group_is_answered_byte_for_byte_like_the_kernel_answers_it():
    box = open_box(group_named("BELENIOS-2048"), [ONE_TO_TWO, BLANK])
    recorder = Recorder(seeded.Random(7).randrange)
    votes = ((1, 0, 1), (0, 1, 0))
    ours = make_ballot(box.election, box.credentials[0], votes, random=recorder)
    job = {"code": box.credentials[0].code, "votes": votes, "random": [str(n) for n in recorder.given]}
    made = make(box, job, {"code": box.credentials[1].code, "votes": votes})
    assert made[0]["ballot"].encode() == ours.data
    assert check_ballot(box.context, made[1]["ballot"].encode()).tracker == made[1]["tracker"]


def test_several_questions_share_one_ballot():
    box = box_of(SIX, BLANK, TWENTY)
    votes = [[1, 0, 0, 1, 0, 0], [0, 1, 0], [0] * 15 + [1] * 5]
    (made,) = make(box, {"code": box.credentials[1].code, "votes": votes})
    opening = Opening.parse(made["opening"].encode(), box.election)
    assert open_challenged(box.context, made["ballot"].encode(), opening) == tuple(map(tuple, votes))


@pytest.mark.parametrize("questions", [(SIX,), (TWENTY,), (BLANK,), (EXACT, BLANK_WIDE, ONE_TO_TWO)], ids=str)
def test_the_same_random_numbers_give_the_same_bytes_as_the_kernel(questions: tuple[HomomorphicQuestion, ...]):
    box = box_of(*questions)
    choose = seeded.Random(7)
    kernel, jobs = [], []
    for _ in range(5):
        votes = [choose.choice(votes_of(q)) if q.width < 10 else [1] * 5 + [0] * 15 for q in questions]
        recorder = Recorder(seeded.Random(choose.random()).randrange)
        kernel.append(make_ballot(box.election, box.credentials[0], votes, random=recorder))
        jobs.append({"code": box.credentials[0].code, "votes": votes, "random": [str(n) for n in recorder.given]})
    for prepared, made in zip(kernel, make(box, *jobs), strict=True):
        assert made["ballot"].encode() == prepared.data
        assert made["tracker"] == prepared.tracker
        assert made["opening"].encode() == prepared.opening.to_bytes()


RANKED = NonHomomorphicQuestion("순위", tuple(f"{n}" for n in range(1, 8)))
FULL = NonHomomorphicQuestion("가득", tuple(f"{n}" for n in range(30)))


@pytest.mark.parametrize(
    ("questions", "votes"),
    [
        ((RANKED,), [[3, 0, 1, 2, 0, 0, 0]]),
        ((RANKED,), [[0] * 7]),
        ((RANKED, BLANK, SIX), [[255, 0, 1, 9, 0, 0, 7], [0, 0, 1], [1, 0, 0, 0, 0, 1]]),
        ((FULL,), [[255] * 30]),
        ((FULL,), [[0] * 29 + [1]]),
    ],
    ids=["ranks", "nothing", "beside sums", "full", "last"],
)
def test_whole_ballots_are_hidden_in_one_element_byte_for_byte_as_the_kernel_does(questions, votes):
    box = box_of(*questions)
    recorder = Recorder(seeded.Random(11).randrange)
    prepared = make_ballot(box.election, box.credentials[0], votes, random=recorder)
    job = {"code": box.credentials[0].code, "votes": votes}
    told, fresh = make(box, {**job, "random": [str(n) for n in recorder.given]}, job)
    assert told["ballot"].encode() == prepared.data
    assert told["opening"].encode() == prepared.opening.to_bytes()
    data = fresh["ballot"].encode()
    opening = Opening.parse(fresh["opening"].encode(), box.election)
    assert open_challenged(box.context, data, opening) == tuple(map(tuple, votes))
    asked = {"ballot": fresh["ballot"], "opening": fresh["opening"]}
    assert ask(election=box.election.data.decode(), open=[asked])["opened"] == [votes]


def test_a_whole_ballot_that_opens_to_other_numbers_is_refused():
    box = box_of(RANKED)
    (made,) = make(box, {"code": box.credentials[0].code, "votes": [[1, 2, 3, 0, 0, 0, 0]]})
    opening = json.loads(made["opening"])
    opening["answers"][0]["values"] = [2, 1, 3, 0, 0, 0, 0]
    asked = [{"ballot": made["ballot"], "opening": json.dumps(opening)}]
    assert ask(election=box.election.data.decode(), open=asked)["opened"][0]["error"] == "WrongOpening"


@pytest.mark.parametrize("vote", [[256] + [0] * 6, [-1] + [0] * 6, [0] * 6, [0.5] + [0] * 6, ["1"] + [0] * 6])
def test_a_whole_ballot_of_something_else_than_small_numbers_is_never_encrypted(vote: list):
    box = box_of(RANKED)
    (made,) = make(box, {"code": box.credentials[0].code, "votes": [vote]})
    assert made["error"] == "InvalidVote"


def test_hundreds_of_ballots_of_twenty_answers_are_accepted():
    box = box_of(TWENTY, voters=10)
    choose = seeded.Random(3)
    jobs = []
    for number in range(300):
        vote = [0] * 20
        for index in choose.sample(range(20), number % 6):
            vote[index] = 1
        jobs.append({"code": box.credentials[number % 10].code, "votes": [vote]})
    made = make(box, *jobs)
    for ballot in made:
        assert check_ballot(box.context, ballot["ballot"].encode()).tracker == ballot["tracker"]
    ciphertexts = [c["alpha"] for ballot in made for c in json.loads(ballot["ballot"])["answers"][0]["choices"]]
    assert len(set(ciphertexts)) == 300 * 20, "randomness was used twice"


@pytest.mark.parametrize(
    "votes",
    [
        [[1, 1, 1, 1, 0, 0]],
        [[1, 0, 0]],
        [[2, 0, 0, 0, 0, 0]],
        [[-1, 0, 0, 0, 0, 0]],
        [[True, 0, 0, 0, 0, 0]],
        [["1", 0, 0, 0, 0, 0]],
        [],
        [[0] * 6, [0] * 6],
    ],
    ids=["too many", "short", "two", "negative", "boolean", "text", "none", "two answers"],
)
def test_a_vote_that_does_not_answer_the_question_is_never_encrypted(votes: list):
    box = box_of(SIX)
    (made,) = make(box, {"code": box.credentials[0].code, "votes": votes})
    assert made["error"] == "InvalidVote"
    assert "1" not in made["reason"]


def test_a_blank_vote_cannot_select_something_too():
    box = box_of(BLANK)
    made = make(
        box, *[{"code": box.credentials[0].code, "votes": [vote]} for vote in ([1, 1, 0], [0, 0, 0], [0, 1, 1])]
    )
    assert [each["error"] for each in made] == ["InvalidVote"] * 3


def test_an_opening_with_one_thing_changed_is_refused_by_both():
    box = box_of(SIX)
    (made,) = make(box, {"code": box.credentials[0].code, "votes": [[1, 0, 1, 0, 0, 0]]})
    honest = json.loads(made["opening"])
    wrong = []
    for change in (
        lambda o: o["answers"][0].update(values=[0, 1, 1, 0, 0, 0]),
        lambda o: o["answers"][0]["randomness"].__setitem__(0, "1"),
        lambda o: o.update(tracker="A" * 43),
        lambda o: o.update(election_hash="A" * 43),
    ):
        each = json.loads(json.dumps(honest))
        change(each)
        wrong.append(each)
    asked = [{"ballot": made["ballot"], "opening": json.dumps(each)} for each in [honest, *wrong]]
    first, *rest = ask(election=box.election.data.decode(), open=asked)["opened"]
    assert first == [[1, 0, 1, 0, 0, 0]]
    assert [each["error"] for each in rest] == ["WrongOpening"] * 4
    assert honest["format"] == OPENING_FORMAT
    for each in wrong:
        with pytest.raises(OpeningError):
            open_challenged(box.context, made["ballot"].encode(), Opening.parse(canonical_json(each), box.election))


def test_the_opening_made_by_the_kernel_opens_in_the_browser():
    box = box_of(BLANK_WIDE)
    prepared = box.ballot([0, 1, 0, 1, 1])
    asked = {"ballot": prepared.data.decode(), "opening": prepared.opening.to_bytes().decode()}
    assert ask(election=box.election.data.decode(), open=[asked])["opened"] == [[[0, 1, 0, 1, 1]]]


def test_a_ballot_of_another_credential_or_election_is_refused_by_the_box():
    box, other = box_of(SIX), open_box(group_named("Ed25519"), [SIX], seed=2)
    stranger, foreign = (
        make(box, {"code": other.credentials[0].code, "votes": [[0] * 6]})[0],
        make(other, {"code": other.credentials[0].code, "votes": [[0] * 6]})[0],
    )
    for each in (stranger, foreign):
        with pytest.raises(ElectionRefusedError):
            check_ballot(box.context, each["ballot"].encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", "RFC-3526-2048"),
        ("version", 2),
        ("questions", [{"type": "Lists", "value": {"answers": [["가"]], "question": "목록"}}]),
        ("questions", [{"type": "NonHomomorphic", "value": {"answers": ["가"] * 31, "question": "너무 길다"}}]),
    ],
)
def test_an_election_that_the_booth_cannot_encrypt_for_is_said_so(name: str, value: object):
    fields = json.loads(box_of(SIX).election.data) | {name: value}
    assert ask(election=json.dumps(fields))["election"]["error"] == "UnsupportedElection"


def test_the_hash_of_the_event_that_holds_the_ballot_is_recomputed():
    parent, ballot = "ab" * 32, '{"x":"가"}'
    payload = sha256(ballot.encode()).hex()
    event = canonical_json({"parent": parent, "height": 7, "type": "Ballot", "payload": payload})
    assert ask(events=[{"parent": parent, "height": 7, "ballot": ballot}])["events"] == [sha256(event).hex()]
