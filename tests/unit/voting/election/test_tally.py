"""Sums, discrete logarithms, and results: computed and checked."""

import random as seeded
import time

import pytest

from tests.ballot_box import BLANK, BLANK_VOTE, PLAIN, PLAIN_VOTE, RANKED, BallotBox, open_box
from tests.groups import EVERY_GROUP, group_called
from voting.election.ballot import Ballot
from voting.election.checking import CheckedBallot, check_ballots
from voting.election.decryption import decrypt_partially, require_decryption
from voting.election.errors import (
    AnswerShapeError,
    DecryptionShapeError,
    DiscreteLogError,
    NonCanonicalObjectError,
    NotEnoughDecryptionsError,
    ResultMismatchError,
    WeightError,
    WrongPrivateKeyError,
)
from voting.election.group import group_named
from voting.election.result import Result, compute_result, require_result
from voting.election.tally import DiscreteLogarithms, EncryptedTally, TallySum, last_of_each_credential
from voting.election.trustees.objects import TrusteePublicKey
from voting.election.trustees.single import PrivateKey, generate_trustee_key, key_identifier, publish_trustee_key
from voting.election.trustees.structure import TrusteeMember, Trustees

ED = group_named("Ed25519")


def trustees_of(box: BallotBox) -> Trustees:
    return Trustees(box.election.group, (publish_trustee_key(box.election.group, box.secret),))


def checked(box: BallotBox, *ballots: bytes) -> list[CheckedBallot]:
    found = check_ballots(box.context, [Ballot.parse(data, box.election) for data in ballots])
    assert all(isinstance(ballot, CheckedBallot) for ballot in found)
    return found


def summed(box: BallotBox, ballots: list[CheckedBallot]) -> TallySum:
    total = TallySum(box.election)
    for ballot in ballots:
        total.add(ballot)
    return total


def decrypted(box: BallotBox, total: TallySum) -> Result:
    member = trustees_of(box).members[0]
    ciphertexts = total.tally().questions
    part, _ = decrypt_partially(box.election, member, box.secret, ciphertexts)
    parts = {1: part}
    result = compute_result(box.election, trustees_of(box), ciphertexts, parts, total_weight=total.total_weight)
    require_result(box.election, trustees_of(box), ciphertexts, parts, result, total_weight=total.total_weight)
    return result


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_the_decrypted_sum_is_the_sum(name: str) -> None:
    box = open_box(group_called(name), (PLAIN, BLANK), weights=(3, 1, 2**31))
    ballots = checked(
        box,
        box.ballot([1, 0, 0], [1, 0, 0], voter=0).data,
        box.ballot([1, 1, 0], [0, 1, 0], voter=1).data,
        box.ballot([0, 0, 1], [0, 1, 0], voter=2).data,
    )
    total = summed(box, ballots)
    assert (total.num_tallied, total.total_weight) == (3, 2**31 + 4)
    assert decrypted(box, total).questions == ((4, 1, 2**31), (3, 2**31 + 1, 0))


def test_a_weight_of_zero_counts_nothing() -> None:
    box = open_box(ED, (PLAIN,), weights=(0, 1))
    ballots = checked(box, box.ballot([1, 0, 0]).data, box.ballot([0, 1, 0], voter=1).data)
    total = summed(box, ballots)
    assert (total.num_tallied, total.total_weight) == (2, 1)
    assert decrypted(box, total).questions == ((0, 1, 0),)


def test_nobody_voted() -> None:
    box = open_box(ED, (PLAIN, RANKED))
    total = TallySum(box.election)
    assert decrypted(box, total).questions == ((0, 0, 0), ())


def test_parts_add_up_to_the_same_tally_in_any_order() -> None:
    box = open_box(ED, (PLAIN, RANKED), weights=(1,) * 5)
    ballots = checked(box, *(box.ballot([1, 0, voter % 2], [voter, 0, 0], voter=voter).data for voter in range(5)))
    whole = summed(box, ballots).tally()
    for cut in range(6):
        total = TallySum(box.election)
        total.merge(summed(box, ballots[cut:]).part())
        total.merge(summed(box, ballots[:cut]).part())
        assert total.tally() == whole
        assert total.num_tallied == 5


def test_a_long_column_is_multiplied_out_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    box = open_box(ED, (PLAIN,), weights=(1,) * 5)
    ballots = checked(box, *(box.ballot([1, 0, 0], voter=voter).data for voter in range(5)))
    whole = summed(box, ballots).tally()
    monkeypatch.setattr("voting.election.tally._BATCH", 2)
    assert summed(box, ballots).tally() == whole


def test_shuffled_questions_are_sorted_in_the_tally() -> None:
    box = open_box(ED, (RANKED,), weights=(1,) * 6)
    ballots = checked(box, *(box.ballot([voter, 0, 0], voter=voter).data for voter in range(6)))
    (rows,) = summed(box, ballots).tally().questions
    texts = [bytes.fromhex(ED.serialize(c.alpha))[::-1] for c in rows]
    assert texts == sorted(texts)


def test_weights_and_shuffled_questions_do_not_go_together() -> None:
    box = open_box(ED, (RANKED,), weights=(2,))
    (ballot,) = checked(box, box.ballot([1, 2, 3]).data)
    with pytest.raises(WeightError):
        TallySum(box.election).add(ballot)


def test_the_last_ballot_of_each_credential_counts() -> None:
    box = open_box(ED, (PLAIN,), weights=(1, 1))
    data = [box.ballot([1, 0, 0], voter=voter).data for voter in (0, 1, 0, 0, 1)]
    ballots = checked(box, *data)
    assert [ballot.data for ballot in last_of_each_credential(ballots)] == [data[3], data[4]]
    assert last_of_each_credential([]) == []


def test_a_tally_is_read_as_it_is_written() -> None:
    box = open_box(ED, (PLAIN, BLANK))
    tally = summed(box, checked(box, box.ballot(PLAIN_VOTE, BLANK_VOTE).data)).tally()
    assert EncryptedTally.parse(tally.to_bytes(ED), box.election) == tally
    with pytest.raises(NonCanonicalObjectError):
        EncryptedTally.parse(tally.to_bytes(ED) + b" ", box.election)
    with pytest.raises(AnswerShapeError):
        EncryptedTally.parse(b"[]", box.election)


@pytest.mark.parametrize("name", EVERY_GROUP)
@pytest.mark.parametrize("bound", [0, 1, 2, 3, 10, 99, 100, 101])
def test_every_exponent_up_to_the_bound_is_found_and_none_beyond(name: str, bound: int) -> None:
    group = group_called(name)
    logarithms = DiscreteLogarithms(group, bound)
    exponents = list(range(bound + 1))
    seeded.Random(bound).shuffle(exponents)
    for exponent in exponents:
        assert logarithms.find(group.power(group.generator, exponent)) == exponent
    for exponent in (bound + 1, bound + 2, 2 * bound + 3, -1, group.order // 2):
        with pytest.raises(DiscreteLogError):
            logarithms.find(group.power(group.generator, exponent))


def test_the_search_beyond_the_bound_ends_soon() -> None:
    """T25: a sum that cannot be is an error after about two square roots of steps, not an endless loop."""
    started = time.process_time()
    with pytest.raises(DiscreteLogError):
        DiscreteLogarithms(ED, 10**6).find(ED.power(ED.generator, ED.order // 3))
    assert time.process_time() - started < 2


@pytest.mark.slow
def test_the_largest_total_weight_is_feasible() -> None:
    exponent = 10**11 - 12345
    assert DiscreteLogarithms(ED, 10**11).find(ED.power(ED.generator, exponent)) == exponent


def test_a_sum_above_all_votes_together_is_an_error() -> None:
    box = open_box(ED, (PLAIN,))
    total = summed(box, checked(box, box.ballot([1, 0, 0]).data))
    ciphertexts = total.tally().questions
    part, _ = decrypt_partially(box.election, trustees_of(box).members[0], box.secret, ciphertexts)
    with pytest.raises(DiscreteLogError):
        compute_result(box.election, trustees_of(box), ciphertexts, {1: part}, total_weight=0)
    with pytest.raises(ResultMismatchError):
        require_result(box.election, trustees_of(box), ciphertexts, {1: part}, Result(((1, 0, 0),)), total_weight=0)


def test_a_result_without_decryptions_is_none() -> None:
    box = open_box(ED, (PLAIN,))
    with pytest.raises(NotEnoughDecryptionsError):
        compute_result(box.election, trustees_of(box), TallySum(box.election).tally().questions, {}, total_weight=0)


@pytest.mark.parametrize("counts", [((1, 0, 0),), ((2**30, 2**30 - 1, 2**31),)])
def test_a_result_is_read_as_it_is_written(counts: tuple) -> None:
    box = open_box(ED, (PLAIN,))
    result = Result(counts)
    assert Result.parse(result.to_bytes(), box.election) == result
    assert (b'"1073741824"' in result.to_bytes()) == (counts[0][0] == 2**30)


def test_the_wrong_private_key_decrypts_nothing() -> None:
    box = open_box(ED, (PLAIN,))
    member = trustees_of(box).members[0]
    with pytest.raises(WrongPrivateKeyError):
        decrypt_partially(box.election, member, box.secret + 1, TallySum(box.election).tally().questions)


def test_factors_and_ciphertexts_go_in_pairs() -> None:
    box = open_box(ED, (PLAIN,))
    member = trustees_of(box).members[0]
    ciphertexts = TallySum(box.election).tally().questions
    part, _ = decrypt_partially(box.election, member, box.secret, ciphertexts)
    with pytest.raises(DecryptionShapeError):
        require_decryption(box.election, member, part, [ciphertexts[0][:-1]])


@pytest.mark.parametrize("name", EVERY_GROUP)
def test_a_fresh_trustees_key_is_valid_and_its_secret_is_not_shown(name: str) -> None:
    group = group_called(name)
    private, public = generate_trustee_key(group, name="감사")
    Trustees(group, (public,)).require_valid()
    assert str(private.secret) not in repr(private)
    assert PrivateKey.parse(private.to_bytes(), group) == private
    assert PrivateKey.parse(private.to_bytes() + b"\n", group) == private
    assert TrusteePublicKey.parse(public.to_json(group), group) == public
    assert len(key_identifier(public, group)) == 8


@pytest.mark.parametrize("data", [b'"0"', b'"-1"', b'"01"', b"1", b'""', b'"x"', b"", b"null"])
def test_what_is_no_private_key_is_refused_without_being_repeated(data: bytes) -> None:
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - any refusal, all of them quiet
        PrivateKey.parse(data, ED)
    assert refusal.type.__module__ in {"voting.election.errors", "voting.election.group.errors"}


def test_the_key_of_the_election_is_the_product_of_its_trustees() -> None:
    keys = [generate_trustee_key(ED) for _ in range(3)]
    trustees = Trustees(ED, tuple(public for _, public in keys))
    assert trustees.election_key() == ED.power(ED.generator, sum(private.secret for private, _ in keys))
    assert [member.owner for member in trustees.members] == [1, 2, 3]
    assert trustees.members[1] == TrusteeMember(2, keys[1][1].public_key, None, 1, 1)
