"""Properties of threshold keys, over thresholds, sizes, randomness, subsets and tamperings."""

import itertools
import json
import random as seeded

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.json_leaves import compact, leaves, replaced
from tests.key_ceremony import Held, hold_ceremony
from voting.election.errors import (
    ElectionRefusedError,
    InvalidChannelMessageError,
    InvalidShareError,
    NotEnoughDecryptionsError,
)
from voting.election.group import group_named
from voting.election.trustees.ceremony.keys import compute_key, open_decryption_key
from voting.election.trustees.ceremony.messages import MemberInput
from voting.election.trustees.ceremony.shares import read_shares, require_founded
from voting.election.trustees.channel import Cipher, EncryptedMessage, decrypt, encrypt, receive, send
from voting.election.trustees.objects import PedersenParameters
from voting.election.trustees.pedersen import (
    evaluate,
    lagrange_coefficient,
    require_valid_parameters,
    share_commitment,
)
from voting.election.trustees.pki import TrusteeSecrets, draw_seed
from voting.election.trustees.structure import Trustees

pytestmark = pytest.mark.slow

GROUP = group_named("Ed25519")
SEEDS = st.integers(min_value=0, max_value=2**64)
SIZES = st.integers(min_value=1, max_value=5).flatmap(
    lambda size: st.tuples(st.integers(min_value=1, max_value=size), st.just(size))
)
FEW = settings(max_examples=15, deadline=None)
MANY = settings(max_examples=60, deadline=None)


@FEW
@given(numbers=SIZES, seed=SEEDS, exponent=st.integers(min_value=1, max_value=GROUP.order - 1))
def test_exactly_the_subsets_of_threshold_size_decrypt(numbers: tuple[int, int], seed: int, exponent: int) -> None:
    threshold, size = numbers
    held = hold_ceremony(GROUP, threshold, size, seed=seed)
    outputs = held.outputs()
    parameters = held.parameters()
    trustees = Trustees(GROUP, (parameters,))
    trustees.require_valid()
    alpha = GROUP.power(GROUP.generator, exponent)
    expected = GROUP.power(trustees.election_key(), exponent)
    shares = {}
    for number, (secrets, output) in enumerate(zip(held.secrets, outputs, strict=True), start=1):
        found, key = open_decryption_key(GROUP, secrets, parameters, output.private_key)
        assert found == number
        shares[number] = [GROUP.power_secret(alpha, key)]
    for count in range(size + 1):
        for chosen in itertools.combinations(shares, count):
            factors = {number: shares[number] for number in chosen}
            if count >= threshold:
                assert trustees.combine(factors) == [expected]
            else:
                with pytest.raises(NotEnoughDecryptionsError):
                    trustees.combine(factors)


@MANY
@given(
    polynomial=st.lists(st.integers(min_value=0, max_value=GROUP.order - 1), min_size=1, max_size=6),
    indexes=st.sets(st.integers(min_value=1, max_value=255), min_size=6, max_size=6),
)
def test_as_many_shares_as_coefficients_restore_the_secret(polynomial: list[int], indexes: set[int]) -> None:
    chosen = sorted(indexes)[: len(polynomial)]
    total = sum(lagrange_coefficient(chosen, i, GROUP.order) * evaluate(polynomial, i, GROUP.order) for i in chosen)
    assert total % GROUP.order == polynomial[0]


@MANY
@given(
    shares=st.lists(st.integers(min_value=0, max_value=GROUP.order - 1), min_size=1, max_size=4),
    secret=st.integers(min_value=0, max_value=GROUP.order - 1),
)
def test_one_share_fewer_leaves_every_secret_possible(shares: list[int], secret: int) -> None:
    # For any secret there is exactly one polynomial through it and the shares of 1…t−1: they tell nothing about it.
    order = GROUP.order
    points = [(0, secret), *enumerate(shares, start=1)]

    def through(at: int) -> int:
        value = 0
        for x, y in points:
            term = y
            for other, _ in points:
                if other != x:
                    term = term * (at - other) * pow(x - other, -1, order) % order
            value += term
        return value % order

    assert [through(x) for x, _ in points] == [y for _, y in points]
    beyond = len(points)
    chosen = range(1, beyond + 1)
    restored = sum(lagrange_coefficient(chosen, i, order) * through(i) for i in chosen) % order
    assert restored == secret


@MANY
@given(
    polynomial=st.lists(st.integers(min_value=0, max_value=GROUP.order - 1), min_size=1, max_size=5),
    index=st.integers(min_value=1, max_value=255),
)
def test_public_coefficients_commit_to_every_share(polynomial: list[int], index: int) -> None:
    public = [GROUP.generator_power_secret(coefficient) for coefficient in polynomial]
    share = evaluate(polynomial, index, GROUP.order)
    assert share_commitment(GROUP, public, index) == GROUP.generator_power_secret(share)


HELD = hold_ceremony(GROUP, 2, 3, seed=31)
STRUCTURE = json.loads(compact(HELD.parameters().to_json(GROUP)))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_one_change_to_a_published_structure_is_refused(data: st.DataObject) -> None:
    places = list(leaves(STRUCTURE))
    path, leaf = data.draw(st.sampled_from(places))
    if isinstance(leaf, int):
        new: object = data.draw(st.integers(min_value=-1, max_value=5).filter(lambda found: found != leaf))
    else:
        alike = [other for _, other in places if isinstance(other, str) and other != leaf]
        position = data.draw(st.integers(min_value=0, max_value=len(leaf) - 1))
        letter = data.draw(st.sampled_from('0123456789abcdef"{ ').filter(lambda found: found != leaf[position]))
        new = data.draw(st.sampled_from([*alike, leaf[:position] + letter + leaf[position + 1 :], leaf[:-1]]))
    with pytest.raises(ElectionRefusedError):
        require_valid_parameters(GROUP, PedersenParameters.parse(replaced(STRUCTURE, path, new), GROUP))


@FEW
@given(seed=SEEDS, cheat=st.integers(min_value=1, max_value=3), offset=st.integers(min_value=1, max_value=2**200))
def test_whoever_sends_a_false_share_is_named_and_convicted_and_nobody_else(seed: int, cheat: int, offset: int) -> None:
    held: Held = hold_ceremony(GROUP, 2, 3, seed=seed)
    victim = cheat % 3 + 1
    shares, none = read_shares(held.ceremony, held.secrets[victim - 1], held.input(victim))
    assert none == []
    content = json.dumps({"secret": str((shares[cheat - 1] + offset) % GROUP.order)}, separators=(",", ":"))
    false = send(GROUP, held.secrets[cheat - 1], held.ceremony.keys[victim - 1].encryption, content)
    honest = held.input(victim)
    received = MemberInput(
        polynomial=honest.polynomial,
        secrets=(*honest.secrets[: cheat - 1], false, *honest.secrets[cheat:]),
        coefficients=honest.coefficients,
        signatures=honest.signatures,
    )
    with pytest.raises(InvalidShareError, match=f"of member {cheat}"):
        compute_key(held.ceremony, held.secrets[victim - 1], received, held.committed)
    _, (complaint,) = read_shares(held.ceremony, held.secrets[victim - 1], received)
    assert complaint.sender == cheat
    require_founded(held.ceremony, received.coefficients, complaint)


ALICE = TrusteeSecrets.from_seed("A" * 22, GROUP)
BORA = TrusteeSecrets.from_seed("B" * 22, GROUP)


@MANY
@given(message=st.text(max_size=300).filter(lambda text: text.isprintable()), cipher=st.sampled_from(Cipher))
def test_any_text_reaches_its_recipient(message: str, cipher: Cipher) -> None:
    text = send(GROUP, ALICE, BORA.public(GROUP).encryption, message, cipher=cipher)
    assert receive(GROUP, BORA, ALICE.public(GROUP).verification, text) == message


@MANY
@given(plaintext=st.binary(max_size=200), cipher=st.sampled_from(Cipher), data=st.data())
def test_any_changed_byte_of_a_message_is_noticed(plaintext: bytes, cipher: Cipher, data: st.DataObject) -> None:
    message = encrypt(GROUP, BORA.public(GROUP).encryption, plaintext, cipher=cipher)
    assert decrypt(GROUP, BORA.decryption, message) == plaintext
    position = data.draw(st.integers(min_value=0, max_value=len(message.data) - 1))
    flip = data.draw(st.integers(min_value=1, max_value=255))
    changed = bytearray(message.data)
    changed[position] ^= flip
    with pytest.raises(InvalidChannelMessageError):
        decrypt(GROUP, BORA.decryption, EncryptedMessage(cipher, message.alpha, message.beta, bytes(changed)))


@MANY
@given(seed=SEEDS)
def test_every_drawn_seed_gives_two_different_keys(seed: int) -> None:
    secrets = TrusteeSecrets.from_seed(draw_seed(seeded.Random(seed).randrange), GROUP)
    assert 0 < secrets.signing < GROUP.order
    assert secrets.signing != secrets.decryption
