"""Properties of elections: whatever is voted is counted; whatever is changed is refused."""

import json
import random as seeded
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ballot_box import BLANK, PLAIN, RANKED, BallotBox, open_box
from tests.json_leaves import compact
from tests.rewriting import steps_of
from tests.whole_election import APPROVAL, RANKING, open_office
from voting.election.archive import archive_bytes, read_archive
from voting.election.ballot import Ballot
from voting.election.casting import make_ballot, open_challenged
from voting.election.checking import CheckedBallot, check_ballots
from voting.election.credentials import new_code, normalise_code
from voting.election.decryption import decrypt_partially
from voting.election.elgamal import encrypt_integer, multiply_ciphertexts, raise_ciphertext
from voting.election.errors import ElectionRefusedError
from voting.election.group import GROUP_NAMES, group_named
from voting.election.proofs import (
    Disjunct,
    prove_disjunction,
    prove_knowledge,
    range_statement,
    require_challenge,
    require_knowledge,
)
from voting.election.questions import HomomorphicQuestion
from voting.election.result import compute_result
from voting.election.shape import read_canonical
from voting.election.tally import TallySum, last_of_each_credential
from voting.election.trustees.single import publish_trustee_key
from voting.election.trustees.structure import Trustees
from voting.election.verify.report import Demands
from voting.election.verify.run import verify_archive
from voting.errors import VotingError

pytestmark = pytest.mark.slow

ED = group_named("Ed25519")
groups = st.sampled_from(GROUP_NAMES[:2]).map(group_named)
seeds = st.integers(0, 2**32)


def random(seed: int):
    return seeded.Random(seed).randrange


@settings(deadline=None, max_examples=40)
@given(groups, seeds, st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))
def test_ciphertexts_add_up(group, seed: int, one: int, two: int, weight: int) -> None:
    draw = random(seed)
    secret = 1 + draw(group.order - 1)
    key = group.generator_power_secret(secret)
    first = encrypt_integer(group, key, one, draw(group.order))
    second = encrypt_integer(group, key, two, draw(group.order))
    total = multiply_ciphertexts(group, [first, raise_ciphertext(group, second, weight)])
    message = group.divide(total.beta, group.power(total.alpha, secret))
    assert message == group.power(group.generator, one + weight * two)


@settings(deadline=None, max_examples=40)
@given(groups, seeds, st.text(max_size=20), st.text(max_size=20))
def test_a_proof_of_knowledge_holds_for_its_own_prefix_and_key_only(group, seed: int, prefix: str, other: str) -> None:
    draw = random(seed)
    secret = 1 + draw(group.order - 1)
    public = group.generator_power_secret(secret)
    proof = prove_knowledge(group, secret, prefix, random=draw)
    require_knowledge(group, public, prefix, proof, ElectionRefusedError)
    wrong = [(public, other)] if other != prefix else []
    wrong.append((group.multiply(public, group.generator), prefix))
    for key, text in wrong:
        try:
            require_knowledge(group, key, text, proof, ElectionRefusedError)
        except ElectionRefusedError:
            continue
        raise AssertionError("a proof held for something else")


@settings(deadline=None, max_examples=40)
@given(groups, seeds, st.integers(0, 6), st.integers(1, 5), st.data())
def test_a_disjunction_is_complete_and_does_not_move(group, seed: int, lowest: int, count: int, data) -> None:
    draw = random(seed)
    key = group.generator_power_secret(1 + draw(group.order - 1))
    message = data.draw(st.integers(lowest, lowest + count - 1))
    exponent = draw(group.order)
    ciphertext = encrypt_integer(group, key, message, exponent)
    claims = [Disjunct(exponent, message, lowest + number) for number in range(count)]
    proofs = prove_disjunction(group, key, "prefix|", claims, random=draw)
    texts = (group.serialize(ciphertext.alpha), group.serialize(ciphertext.beta))
    (found,) = group.range_commitments(key, [range_statement(*texts, lowest, proofs)])
    require_challenge(group, "prefix|", found.text, proofs, ElectionRefusedError)
    for moved in (lowest + 1, lowest + 2):
        (found,) = group.range_commitments(key, [range_statement(*texts, moved, proofs)])
        try:
            require_challenge(group, "prefix|", found.text, proofs, ElectionRefusedError)
        except ElectionRefusedError:
            continue
        raise AssertionError("a proof held for another range")


@st.composite
def questions_and_votes(draw) -> tuple[list[HomomorphicQuestion], list[list[list[int]]]]:
    """Draw questions and, for each of some ballots, a valid vote."""
    questions = []
    for _ in range(draw(st.integers(1, 2))):
        count = draw(st.integers(1, 4))
        minimum = draw(st.integers(0, count))
        maximum = draw(st.integers(minimum, count))
        answers = tuple(f"답 {number}" for number in range(count))
        questions.append(HomomorphicQuestion("?", answers, minimum, maximum, blank=draw(st.booleans())))
    ballots = []
    for _ in range(draw(st.integers(0, 4))):
        votes = []
        for question in questions:
            chosen = draw(st.integers(question.minimum, question.maximum))
            places = draw(st.permutations(range(len(question.answers))))[:chosen]
            vote = [int(place in places) for place in range(len(question.answers))]
            if question.blank:
                vote = [1] + [0] * len(vote) if draw(st.booleans()) else [0, *vote]
            votes.append(vote)
        ballots.append(votes)
    return questions, ballots


@settings(deadline=None, max_examples=25)
@given(questions_and_votes(), seeds, st.data())
def test_whatever_is_voted_is_counted(drawn, seed: int, data) -> None:
    questions, ballots = drawn
    weights = [data.draw(st.integers(0, 5)) for _ in range(3)]
    box = open_box(ED, questions, weights=weights, seed=seed)
    voters = [data.draw(st.integers(0, 2)) for _ in ballots]
    made = [box.ballot(*votes, voter=voter) for voter, votes in zip(voters, ballots, strict=True)]
    checked = check_ballots(box.context, [Ballot.parse(one.data, box.election) for one in made])
    assert all(isinstance(one, CheckedBallot) for one in checked)
    for one, votes in zip(made, ballots, strict=True):
        assert [list(vote) for vote in open_challenged(box.context, one.data, one.opening)] == votes
    total = TallySum(box.election)
    for one in last_of_each_credential(checked):
        total.add(one)
    trustees = Trustees(ED, (publish_trustee_key(ED, box.secret),))
    ciphertexts = total.tally().questions
    part, _ = decrypt_partially(box.election, trustees.members[0], box.secret, ciphertexts)
    result = compute_result(box.election, trustees, ciphertexts, {1: part}, total_weight=total.total_weight)
    last = dict(zip(voters, ballots, strict=True))
    expected = tuple(
        tuple(sum(weights[v] * votes[q][c] for v, votes in last.items()) for c in range(question.width))
        for q, question in enumerate(questions)
    )
    assert result.questions == expected


@cache
def box() -> BallotBox:
    return open_box(ED, (PLAIN, BLANK, RANKED))


@cache
def honest() -> bytes:
    return box().ballot([1, 0, 1], [0, 0, 1], [3, 1, 2]).data


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_ballot_survives_a_changed_byte(data) -> None:
    ballot = bytearray(honest())
    position = data.draw(st.integers(0, len(ballot) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != ballot[position]))
    ballot[position] = new
    try:
        box().check(bytes(ballot))
    except ElectionRefusedError:
        return
    raise AssertionError(f"byte {position} does not matter")


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_noise_is_refused_and_never_crashes(noise: bytes) -> None:
    for data in (noise, honest()[:150] + noise, noise + honest()[-150:]):
        try:
            box().check(data)
        except ElectionRefusedError:
            continue
        raise AssertionError("noise was accepted")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(json_values)
def test_canonical_json_is_read_and_any_other_spelling_is_not(value) -> None:
    data = compact(value)
    assert read_canonical(data, "value") == value
    spelt = json.dumps(value, indent=1).encode()
    if spelt != data:
        try:
            read_canonical(spelt, "value")
        except ElectionRefusedError:
            return
        raise AssertionError("two spellings")


@settings(deadline=None, max_examples=60)
@given(json_values, st.integers(0, 4))
def test_any_value_in_place_of_an_answer_is_refused(value, depth: int) -> None:
    ballot = json.loads(honest())
    place = [
        (ballot, "answers"),
        (ballot["answers"], 0),
        (ballot["answers"][0], "choices"),
        (ballot["answers"][1]["blank_proof"], 1),
        (ballot["answers"][2], "choices"),
    ][depth]
    if place[0][place[1]] == value:
        return
    place[0][place[1]] = value
    try:
        box().check(box().signed(ballot))
    except ElectionRefusedError:
        return
    raise AssertionError("accepted")


@settings(deadline=None, max_examples=60)
@given(seeds, st.booleans(), st.data())
def test_a_code_is_found_under_any_dashes_and_spaces(seed: int, old: bool, data) -> None:
    code = new_code(random=random(seed), old_format=old)
    separators = st.sampled_from(["", "-", " ", "–", " - "])
    typed = "".join(character + data.draw(separators) for character in code.replace("-", ""))
    assert normalise_code(typed) == code


@cache
def folder() -> Path:
    return Path(mkdtemp())


@cache
def archive() -> bytes:
    office = open_office(folder(), "Ed25519", [APPROVAL, RANKING], voters=2)
    office.cast(0, [1, 0, 0], [1, 2, 3])
    office.cast(1, [0, 1, 0], [3, 2, 1])
    office.close()
    office.shuffle(1)
    office.decrypt(1)
    office.announce()
    assert len(steps_of(office.path)) == 9
    return office.path.read_bytes()


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_no_archive_survives_a_changed_byte(data) -> None:
    changed = bytearray(archive())
    position = data.draw(st.integers(0, len(changed) - 1))
    changed[position] ^= data.draw(st.integers(1, 255))
    path = folder() / "changed.bel"
    path.write_bytes(bytes(changed))
    try:
        verify_archive(path, Demands(strong_decryption=False))
    except VotingError:
        return
    raise AssertionError(f"byte {position} does not matter")


def test_the_unchanged_archive_verifies_and_is_written_back(tmp_path: Path) -> None:
    path = tmp_path / "same.bel"
    path.write_bytes(archive())
    assert verify_archive(path, Demands(strong_decryption=False)).passed
    timestamp, records = read_archive(path)
    assert b"".join(archive_bytes(timestamp, records)) == archive()


def test_the_same_randomness_gives_the_same_ballot() -> None:
    made = [
        make_ballot(box().election, box().credentials[0], [[1, 0, 0], [1, 0, 0], [0, 0, 0]], random=random(5))
        for _ in range(2)
    ]
    assert made[0] == made[1]
