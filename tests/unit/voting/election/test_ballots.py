"""Ballots: honest ones are accepted, and every way to be wrong has its own refusal (T01, T02, T10, T11, T14)."""

import base64
import hashlib
import json

import pytest

from tests.ballot_box import BLANK, BLANK_VOTE, PLAIN, PLAIN_VOTE, RANKED, RANKED_VOTE, BallotBox, loaded, open_box
from tests.groups import EVERY_GROUP, group_called
from tests.json_leaves import compact
from voting.election import casting
from voting.election.ballot import Ballot, largest_ballot, tracker_of
from voting.election.casting import make_ballot
from voting.election.checking import CheckedBallot, ElectionContext, check_ballot, check_ballots
from voting.election.errors import (
    AnswerShapeError,
    BallotHashError,
    BallotSignatureError,
    BlankProofError,
    ElectionRefusedError,
    IndividualProofError,
    InvalidVoteError,
    MalformedObjectError,
    NonCanonicalObjectError,
    OverallProofError,
    OversizedObjectError,
    RankingProofError,
    RepeatedBallotError,
    UnknownCredentialError,
    WrongElectionError,
)
from voting.election.group import group_named
from voting.election.questions import HomomorphicQuestion


@pytest.fixture(scope="module")
def box() -> BallotBox:
    return open_box(group_named("Ed25519"), (PLAIN, BLANK, RANKED))


@pytest.fixture(scope="module")
def ballot(box: BallotBox) -> bytes:
    return box.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_an_honest_ballot_is_accepted(name: str) -> None:
    group = group_called(name)
    questions = (PLAIN, BLANK) if name == "BELENIOS-2048" else (PLAIN, BLANK, RANKED)
    box = open_box(group, questions, weights=(7, 1))
    prepared = box.ballot(*(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE)[: len(questions)])
    checked = box.check(prepared.data)
    assert checked.data == prepared.data
    assert checked.tracker == prepared.tracker == tracker_of(prepared.data)
    assert checked.weight == 7
    assert checked.credential == group.serialize(box.credentials[0].public)


@pytest.mark.parametrize("vote", [[1, 0, 0], [0, 1, 1]])
@pytest.mark.parametrize("blank", [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
def test_every_allowed_vote_is_accepted(box: BallotBox, vote: list[int], blank: list[int]) -> None:
    box.check(box.ballot(vote, blank, [0, 255, 0]).data)


@pytest.mark.parametrize(
    "question",
    [
        HomomorphicQuestion("?", ("가",), 0, 0),
        HomomorphicQuestion("?", ("가",), 1, 1),
        HomomorphicQuestion("?", ("가", "나", "다"), 3, 3),
        HomomorphicQuestion("?", ("가", "나"), 0, 2, blank=True),
    ],
)
def test_the_extremes_of_the_bounds_are_accepted(question: HomomorphicQuestion) -> None:
    box = open_box(group_named("Ed25519"), (question,))
    vote = [0] * (question.width - question.minimum) + [1] * question.minimum
    box.check(box.ballot(vote).data)


@pytest.mark.parametrize(
    "votes",
    [
        [[0, 0, 0], [0, 0, 1], RANKED_VOTE],
        [[1, 1, 1], [0, 0, 1], RANKED_VOTE],
        [[2, 0, 0], [0, 0, 1], RANKED_VOTE],
        [[-1, 1, 1], [0, 0, 1], RANKED_VOTE],
        [[1, 0], [0, 0, 1], RANKED_VOTE],
        [[1, 0, 0, 0], [0, 0, 1], RANKED_VOTE],
        [PLAIN_VOTE, [1, 1, 0], RANKED_VOTE],
        [PLAIN_VOTE, [0, 0, 0], RANKED_VOTE],
        [PLAIN_VOTE, [0, 1, 1], RANKED_VOTE],
        [PLAIN_VOTE, BLANK_VOTE, [256, 0, 0]],
        [PLAIN_VOTE, BLANK_VOTE, [-1, 0, 0]],
        [PLAIN_VOTE, BLANK_VOTE, [1, 2]],
        [PLAIN_VOTE, BLANK_VOTE],
    ],
)
def test_an_invalid_vote_is_not_encrypted_and_not_repeated_in_the_refusal(
    box: BallotBox, votes: list[list[int]]
) -> None:
    with pytest.raises(InvalidVoteError) as refusal:
        box.ballot(*votes)
    assert str(votes[0]) not in str(refusal.value)


def cheat(monkeypatch: pytest.MonkeyPatch, box: BallotBox, *votes: list[int]) -> bytes:
    """Encrypt what may not be encrypted: the prover lies that the first claim of a disjunction is the true one."""
    honest = casting.prove_disjunction

    def lying(group, key, prefix, disjuncts, *, random):
        if all(d.message != d.claimed for d in disjuncts):
            first, *rest = disjuncts
            disjuncts = [first._replace(message=first.claimed), *rest]
        return honest(group, key, prefix, disjuncts, random=random)

    for question in box.election.questions:
        monkeypatch.setattr(type(question), "require_valid", lambda *_: None)
    monkeypatch.setattr(casting, "prove_disjunction", lying)
    return box.ballot(*votes).data


@pytest.mark.parametrize("value", [2, -1, 100, -2])
def test_a_choice_that_is_neither_zero_nor_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, box: BallotBox, value: int
) -> None:
    data = cheat(monkeypatch, box, [value, 0, 0], BLANK_VOTE, RANKED_VOTE)
    with pytest.raises(IndividualProofError):
        box.check(data)


@pytest.mark.parametrize("vote", [[0, 0, 0], [1, 1, 1]])
def test_too_few_or_too_many_choices_are_refused(
    monkeypatch: pytest.MonkeyPatch, box: BallotBox, vote: list[int]
) -> None:
    data = cheat(monkeypatch, box, vote, BLANK_VOTE, RANKED_VOTE)
    with pytest.raises(OverallProofError):
        box.check(data)


@pytest.mark.parametrize(
    ("vote", "refusal"), [([1, 1, 0], BlankProofError), ([0, 0, 0], OverallProofError), ([0, 1, 1], OverallProofError)]
)
def test_blank_together_with_choices_is_refused_and_neither_is_too(
    monkeypatch: pytest.MonkeyPatch, box: BallotBox, vote: list[int], refusal: type[ElectionRefusedError]
) -> None:
    data = cheat(monkeypatch, box, PLAIN_VOTE, vote, RANKED_VOTE)
    with pytest.raises(refusal):
        box.check(data)


def test_a_ballot_under_another_voters_credential_is_refused(box: BallotBox, ballot: bytes) -> None:
    copied = loaded(ballot) | {"credential": box.election.group.serialize(box.credentials[1].public)}
    with pytest.raises(IndividualProofError):
        box.check(box.signed(copied, voter=1))


def test_copied_ciphertexts_are_refused_even_permuted(box: BallotBox, ballot: bytes) -> None:
    stolen = loaded(ballot) | {"credential": box.election.group.serialize(box.credentials[1].public)}
    answer = stolen["answers"][0]
    for name in ("choices", "individual_proofs"):
        answer[name] = answer[name][::-1]
    with pytest.raises(IndividualProofError):
        box.check(box.signed(stolen, voter=1))


def test_rerandomised_ciphertexts_of_another_voter_are_refused(box: BallotBox, ballot: bytes) -> None:
    group, key = box.election.group, box.election.public_key
    stolen = loaded(ballot) | {"credential": box.election.group.serialize(box.credentials[1].public)}
    for choice in stolen["answers"][0]["choices"]:
        alpha, beta = group.parse(choice["alpha"]), group.parse(choice["beta"])
        choice["alpha"] = group.serialize(group.multiply(alpha, group.power(group.generator, 5)))
        choice["beta"] = group.serialize(group.multiply(beta, group.power(key, 5)))
    with pytest.raises(IndividualProofError):
        box.check(box.signed(stolen, voter=1))


@pytest.mark.parametrize("field", ["election_uuid", "election_hash"])
def test_a_ballot_for_another_election_is_refused(box: BallotBox, ballot: bytes, field: str) -> None:
    other = open_box(group_named("Ed25519"), (PLAIN, BLANK, RANKED), seed=2)
    foreign = loaded(other.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data)
    with pytest.raises(WrongElectionError):
        box.check(box.signed(loaded(ballot) | {field: foreign[field]}))


def test_a_credential_that_is_not_on_the_list_is_refused(box: BallotBox, ballot: bytes) -> None:
    context = ElectionContext(box.election, {})
    with pytest.raises(UnknownCredentialError):
        check_ballot(context, ballot)


def test_a_signature_over_another_hash_is_refused(box: BallotBox, ballot: bytes) -> None:
    other = loaded(box.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data)
    with pytest.raises(BallotHashError):
        box.check(compact(loaded(ballot) | {"signature": other["signature"]}))


def test_a_signature_of_another_credential_is_refused(box: BallotBox, ballot: bytes) -> None:
    with pytest.raises(BallotSignatureError):
        box.check(box.signed(loaded(ballot), voter=1))


def test_a_signature_is_no_permission_to_swap_proofs(box: BallotBox, ballot: bytes) -> None:
    swapped = loaded(ballot)
    proofs = swapped["answers"][0]["individual_proofs"]
    proofs[0], proofs[1] = proofs[1], proofs[0]
    with pytest.raises(IndividualProofError):
        box.check(box.signed(swapped))


def test_the_disjuncts_of_a_proof_cannot_be_swapped(box: BallotBox, ballot: bytes) -> None:
    swapped = loaded(ballot)
    swapped["answers"][0]["individual_proofs"][0].reverse()
    with pytest.raises(IndividualProofError):
        box.check(box.signed(swapped))


@pytest.mark.parametrize(
    ("answer", "field", "refusal"),
    [
        (0, "overall_proof", OverallProofError),
        (1, "overall_proof", OverallProofError),
        (1, "blank_proof", BlankProofError),
    ],
)
def test_proofs_of_another_ballot_of_the_same_voter_are_refused(
    box: BallotBox, ballot: bytes, answer: int, field: str, refusal: type[ElectionRefusedError]
) -> None:
    other = loaded(box.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data)
    mixed = loaded(ballot)
    mixed["answers"][answer][field] = other["answers"][answer][field]
    with pytest.raises(refusal):
        box.check(box.signed(mixed))


def test_the_proof_of_a_ranking_is_bound_to_its_ciphertext(box: BallotBox, ballot: bytes) -> None:
    other = loaded(box.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data)
    mixed = loaded(ballot)
    mixed["answers"][2]["proof"] = other["answers"][2]["proof"]
    with pytest.raises(RankingProofError):
        box.check(box.signed(mixed))


def test_answers_to_equal_questions_cannot_be_exchanged() -> None:
    # Proofs say nothing of the question that they belong to; the overall proof covers its own choices only, so an
    # exchange of whole answers is the voter's own business, and the signature is what protects it from others.
    box = open_box(group_named("Ed25519"), (PLAIN, PLAIN))
    ballot = loaded(box.ballot([1, 0, 0], [0, 1, 0]).data)
    ballot["answers"].reverse()
    with pytest.raises(BallotHashError):
        box.check(compact(ballot))


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: text.replace('{"election_uuid"', '{ "election_uuid"', 1),
        lambda text: text + " ",
        lambda text: text + "\n",
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"answers"', '"\\u0061nswers"', 1),
        lambda text: json.dumps(json.loads(text)),
        lambda text: json.dumps(json.loads(text), indent=1),
    ],
)
def test_another_spelling_of_the_same_ballot_is_refused(box: BallotBox, ballot: bytes, mangle) -> None:
    with pytest.raises((NonCanonicalObjectError, MalformedObjectError)):
        box.check(mangle(ballot.decode()).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"0", b'"x"', b"\xff", b"[" * 100_000, b"NaN", b"1e400"])
def test_what_is_no_ballot_is_refused(box: BallotBox, data: bytes) -> None:
    with pytest.raises((MalformedObjectError, OversizedObjectError, NonCanonicalObjectError)):
        box.check(data)


def test_a_duplicate_key_is_refused(box: BallotBox, ballot: bytes) -> None:
    doubled = ballot.replace(b'{"election_uuid":', b'{"election_uuid":"x","election_uuid":', 1)
    with pytest.raises(MalformedObjectError):
        box.check(doubled)


def test_a_huge_ballot_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch, box: BallotBox) -> None:
    def parse(*_: object, **__: object) -> None:
        pytest.fail("parsed")

    monkeypatch.setattr("voting.election.shape._parse_json", parse)
    with pytest.raises(OversizedObjectError):
        box.check(b"[" * (largest_ballot(box.election) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_no_honest_ballot_is_too_large_and_the_bound_is_not_far(name: str) -> None:
    box = open_box(group_called(name), (PLAIN, BLANK))
    size = len(box.ballot(PLAIN_VOTE, BLANK_VOTE).data)
    assert size < largest_ballot(box.election) < 2 * size


def test_a_ballot_that_was_cast_is_refused_whatever_came_after(box: BallotBox, ballot: bytes) -> None:
    later = box.ballot([0, 1, 0], BLANK_VOTE, RANKED_VOTE)
    cast = {tracker_of(ballot), later.tracker}
    with pytest.raises(RepeatedBallotError):
        check_ballot(box.context, ballot, cast=cast)


def test_a_refusal_names_the_tracker(box: BallotBox, ballot: bytes) -> None:
    with pytest.raises(BallotSignatureError) as refusal:
        box.check(wrong := box.signed(loaded(ballot), voter=1))
    assert refusal.value.tracker == tracker_of(wrong)
    assert tracker_of(wrong) in str(refusal.value)


def test_what_is_refused_before_any_proof_is_looked_at_names_its_tracker_too(box: BallotBox, ballot: bytes) -> None:
    for data, cast, challenged in (
        (ballot + b" ", set(), set()),
        (b"noise", set(), set()),
        (ballot, {tracker_of(ballot)}, set()),
        (ballot, set(), {tracker_of(ballot)}),
        (ballot, set(), {box.check(ballot).content}),
    ):
        with pytest.raises(ElectionRefusedError) as refusal:
            check_ballot(box.context, data, cast=cast, challenged=challenged)
        assert refusal.value.tracker == tracker_of(data)


def test_every_one_of_several_rankings_is_checked_with_its_own_proof() -> None:
    box = open_box(group_named("Ed25519"), (RANKED, PLAIN, RANKED, RANKED))
    honest = box.ballot([1, 2, 3], PLAIN_VOTE, [3, 2, 1], [0, 0, 9]).data
    checked = box.check(honest)
    group = box.election.group
    for place in (0, 2, 3):
        shown = loaded(honest)["answers"][place]["choices"]
        answer = checked.answers[place]
        assert (group.serialize(answer.alpha), group.serialize(answer.beta)) == (shown["alpha"], shown["beta"])
        wrong = loaded(honest)
        proof = wrong["answers"][place]["proof"]
        proof["response"] = str(int(proof["response"]) ^ 1)
        with pytest.raises(RankingProofError):
            box.check(box.signed(wrong))


def test_the_content_of_a_ballot_is_the_hash_of_all_its_ciphertexts(box: BallotBox, ballot: bytes) -> None:
    texts = []
    for answer in loaded(ballot)["answers"]:
        choices = answer["choices"] if isinstance(answer["choices"], list) else [answer["choices"]]
        texts += [f"{choice['alpha']},{choice['beta']}" for choice in choices]
    digest = hashlib.sha256(",".join(texts).encode()).digest()
    assert box.check(ballot).content == base64.b64encode(digest).decode().rstrip("=")


@pytest.mark.parametrize("questions", [(PLAIN,), (RANKED,)])
def test_the_powers_of_fresh_randomness_are_told(questions: tuple) -> None:
    box = open_box(group_named("Ed25519"), questions)
    data = box.ballot(PLAIN_VOTE if questions == (PLAIN,) else RANKED_VOTE).data
    ballot, group = loaded(data), box.election.group
    choices = ballot["answers"][0]["choices"]
    proof = ballot["signature"]["proof"]
    commitment = group.double_power(
        group.generator, int(proof["response"]), group.parse(ballot["credential"]), int(proof["challenge"])
    )
    first = choices[0] if isinstance(choices, list) else choices
    assert box.check(data).nonces == (first["alpha"], group.serialize(commitment))


def test_a_batch_gives_every_ballot_the_verdict_that_it_gets_alone(box: BallotBox, ballot: bytes) -> None:
    right = box.ballot([0, 1, 0], [1, 0, 0], [1, 1, 1]).data
    stolen = loaded(ballot) | {"credential": box.election.group.serialize(box.credentials[1].public)}
    batch = [ballot, box.signed(loaded(ballot), voter=1), right, box.signed(stolen, voter=1), ballot]
    found = check_ballots(box.context, [Ballot.parse(data, box.election) for data in batch])
    kinds = [type(item) for item in found]
    assert kinds == [CheckedBallot, BallotSignatureError, CheckedBallot, IndividualProofError, CheckedBallot]
    assert [item.tracker for item in found] == [tracker_of(data) for data in batch]


def test_a_wrong_number_of_answers_choices_or_proofs_is_refused(box: BallotBox, ballot: bytes) -> None:
    for change in (
        lambda b: b["answers"].pop(),
        lambda b: b["answers"].append({}),
        lambda b: b["answers"][0]["choices"].pop(),
        lambda b: b["answers"][0]["individual_proofs"].pop(),
        lambda b: b["answers"][0]["overall_proof"].pop(),
        lambda b: b["answers"][0]["overall_proof"].append(b["answers"][0]["overall_proof"][0]),
        lambda b: b["answers"][0]["individual_proofs"][0].pop(),
        lambda b: b["answers"][1]["blank_proof"].pop(),
        lambda b: b["answers"][0].__setitem__("choices", []),
    ):
        changed = loaded(ballot)
        change(changed)
        with pytest.raises(AnswerShapeError):
            box.check(box.signed(changed))


def test_two_honest_ballots_share_no_element_and_no_scalar(box: BallotBox) -> None:
    def parts(value: object) -> set[str]:
        if isinstance(value, dict):
            return set().union(*(parts(item) for item in value.values()))
        if isinstance(value, list):
            return set().union(*(parts(item) for item in value))
        return {str(value)}

    one, two = (parts(loaded(box.ballot(PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE).data)["answers"]) for _ in range(2))
    assert not one & two


def test_the_same_randomness_twice_gives_the_same_ballot_so_randomness_is_what_makes_them_differ() -> None:
    box = open_box(group_named("Ed25519"), (PLAIN,))
    ballots = [make_ballot(box.election, box.credentials[0], [[1, 0, 0]], random=lambda n: 5 % n) for _ in range(2)]
    assert ballots[0] == ballots[1]


def test_two_voters_never_see_the_same_tracker_even_with_a_seeded_booth() -> None:
    # Clash attack (Küsters, Truderung, Vogt 2012): the tracker covers the credential.
    box = open_box(group_named("Ed25519"), (PLAIN,))
    seen = {
        make_ballot(box.election, credential, [[1, 0, 0]], random=lambda n: 5 % n).tracker
        for credential in box.credentials
    }
    assert len(seen) == len(box.credentials)
