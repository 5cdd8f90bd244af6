"""Properties of the verifiable shuffle, over sizes, keys, messages, permutations and tamperings."""

import json
import random as seeded

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.json_leaves import compact, leaves, replaced
from voting.election.elgamal import encrypt_element
from voting.election.errors import ElectionRefusedError
from voting.election.group import group_named
from voting.election.objects import Ciphertext
from voting.election.shuffle.check import require_valid_shuffle
from voting.election.shuffle.objects import Shuffle
from voting.election.shuffle.prove import shuffle_and_prove
from voting.election.shuffle.transcript import commitment_key

GROUP = group_named("Ed25519")
SEEDS = st.integers(min_value=0, max_value=2**64)
MESSAGES = st.lists(st.lists(st.integers(min_value=0, max_value=255), min_size=1, max_size=4), max_size=6)
EXAMPLES = settings(max_examples=40, deadline=None)


def encrypted(messages: list[list[int]], random) -> tuple[int, list[Ciphertext]]:
    secret = 1 + random(GROUP.order - 1)
    key = GROUP.generator_power_secret(secret)
    return secret, [encrypt_element(GROUP, key, GROUP.embed(m), random(GROUP.order)) for m in messages]


def decrypted(secret: int, ciphertexts) -> list[str]:
    return sorted(GROUP.serialize(GROUP.divide(c.beta, GROUP.power_secret(c.alpha, secret))) for c in ciphertexts)


@pytest.mark.slow
@EXAMPLES
@given(messages=MESSAGES, seed=SEEDS, phi=st.text(min_size=1, max_size=43))
def test_any_shuffle_made_is_accepted_and_loses_nothing(messages: list[list[int]], seed: int, phi: str) -> None:
    random = seeded.Random(seed).randrange
    secret, before = encrypted(messages, random)
    key = GROUP.generator_power_secret(secret)
    after, proof = shuffle_and_prove(GROUP, key, phi, before, random)
    require_valid_shuffle(GROUP, key, phi, before=before, after=after, proof=proof)
    assert decrypted(secret, after) == decrypted(secret, before)
    data = Shuffle((after,), (proof,)).to_bytes(GROUP)
    assert Shuffle.parse(data, GROUP).to_bytes(GROUP) == data


@pytest.mark.slow
@EXAMPLES
@given(messages=MESSAGES, seed=SEEDS)
def test_shuffles_follow_one_another(messages: list[list[int]], seed: int) -> None:
    random = seeded.Random(seed).randrange
    secret, first = encrypted(messages, random)
    key = GROUP.generator_power_secret(secret)
    current = tuple(first)
    for _ in range(3):
        after, proof = shuffle_and_prove(GROUP, key, "phi", current, random)
        require_valid_shuffle(GROUP, key, "phi", before=current, after=after, proof=proof)
        current = after
    assert decrypted(secret, current) == decrypted(secret, first)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(size=st.integers(min_value=1, max_value=4), seed=SEEDS, data=st.data())
def test_any_one_change_to_a_published_shuffle_is_refused(size: int, seed: int, data: st.DataObject) -> None:
    random = seeded.Random(seed).randrange
    secret, before = encrypted([[n] for n in range(size)], random)
    key = GROUP.generator_power_secret(secret)
    after, proof = shuffle_and_prove(GROUP, key, "phi", before, random)
    value = json.loads(Shuffle((after,), (proof,)).to_bytes(GROUP))
    places = list(leaves(value))
    path, leaf = data.draw(st.sampled_from(places))
    replacements = [other for _, other in places if other != leaf] + ["0", "1", "", leaf[::-1], leaf[1:], f"{leaf}0"]
    new = data.draw(st.sampled_from([text for text in replacements if text != leaf]))
    with pytest.raises(ElectionRefusedError):
        shuffle = Shuffle.parse(compact(replaced(value, path, new)), GROUP)
        require_valid_shuffle(GROUP, key, "phi", before=before, after=shuffle.ciphertexts[0], proof=shuffle.proofs[0])


@pytest.mark.slow
@EXAMPLES
@given(size=st.integers(min_value=2, max_value=5), seed=SEEDS, data=st.data())
def test_any_other_order_or_input_than_the_proven_one_is_refused(size: int, seed: int, data: st.DataObject) -> None:
    random = seeded.Random(seed).randrange
    secret, before = encrypted([[n] for n in range(size)], random)
    key = GROUP.generator_power_secret(secret)
    after, proof = shuffle_and_prove(GROUP, key, "phi", before, random)
    order = data.draw(st.permutations(range(size)).filter(lambda found: found != list(range(size))))
    for parts in (
        {"before": [before[i] for i in order], "after": after},
        {"before": before, "after": tuple(after[i] for i in order)},
        {"before": [before[i] for i in order], "after": tuple(after[i] for i in order)},
    ):
        with pytest.raises(ElectionRefusedError):
            require_valid_shuffle(GROUP, key, "phi", proof=proof, **parts)


@EXAMPLES
@given(size=st.integers(min_value=0, max_value=40), more=st.integers(min_value=0, max_value=10))
def test_the_commitment_key_of_a_larger_shuffle_begins_like_that_of_a_smaller_one(size: int, more: int) -> None:
    small, large = commitment_key(GROUP, size), commitment_key(GROUP, size + more)
    assert large.anchor == small.anchor
    assert large.generators[:size] == small.generators
    assert len(set(large.generators)) == size + more
