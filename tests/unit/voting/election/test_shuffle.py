"""The verifiable shuffle: honest ones of other tools and our own, and every way to cheat."""

import base64
import dataclasses
import hashlib
import json
import random as seeded
from pathlib import Path

import pytest

from tests.json_leaves import compact, containers, leaves, replaced
from tests.shared_data import shared_data
from tests.strange_elements import malformed, non_members
from voting.election.elgamal import encrypt_element, multiply_ciphertexts, raise_ciphertext
from voting.election.errors import (
    MalformedObjectError,
    MalformedScalarError,
    NonCanonicalObjectError,
    ShuffleProofError,
    ShuffleShapeError,
)
from voting.election.group import Element, Group, MalformedElementError, NotInGroupError, group_named
from voting.election.objects import Ciphertext
from voting.election.shuffle import prove
from voting.election.shuffle.check import require_valid_shuffle
from voting.election.shuffle.objects import Shuffle, ShuffleProof
from voting.election.shuffle.prove import shuffle_and_prove
from voting.election.shuffle.transcript import (
    CommitmentKey,
    commitment_key,
    exponent_challenges,
    public_statement,
)

pytestmark = pytest.mark.slow

GROUPS = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
PHI = "Jp+gaOmb2fN8K696Il6QXRid3pr3rPN2IAxmfaQDUXY"


def repeatable(seed: int = 1):
    return seeded.Random(seed).randrange


class Mixed:
    """An honest shuffle of ``size`` ciphertexts under a known key."""

    def __init__(self, group: Group, size: int, seed: int = 1) -> None:
        self.group = group
        self.random = repeatable(seed)
        self.secret = 1 + self.random(group.order - 1)
        self.key = group.generator_power_secret(self.secret)
        self.messages = [group.generator_power_secret(self.random(group.order)) for _ in range(size)]
        self.before = tuple(
            encrypt_element(group, self.key, message, self.random(group.order)) for message in self.messages
        )
        self.after, self.proof = shuffle_and_prove(group, self.key, PHI, self.before, self.random)

    def check(self, **changes: object) -> None:
        parts = {"before": self.before, "after": self.after, "proof": self.proof, **changes}
        key = parts.pop("key", self.key)
        fingerprint = parts.pop("fingerprint", PHI)
        require_valid_shuffle(self.group, key, fingerprint, **parts)

    def decrypt(self, ciphertext: Ciphertext) -> Element:
        return self.group.divide(ciphertext.beta, self.group.power_secret(ciphertext.alpha, self.secret))


@pytest.fixture(scope="module")
def mixed() -> Mixed:
    return Mixed(group_named("Ed25519"), 3)


# Honest shuffles -----------------------------------------------------------------------------------------------------


def tool_shuffles(folder: Path):
    """Yield the input, output and proof of every question of every shuffle in an archive's source files."""
    data = (folder / "setup/election.json").read_bytes().rstrip(b"\n")
    election = json.loads(data)
    group = group_named(election["group"])
    fingerprint = base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    tally = json.loads((folder / "tally/encrypted_tally.jsons").read_text().splitlines()[0])
    questions = [number for number, question in enumerate(election["questions"]) if "type" in question]
    before = [tuple(Ciphertext.parse(c, group.parse) for c in tally[number]) for number in questions]
    key = group.parse(election["public_key"])
    for number in (1, 2):
        raw = (folder / f"tally/shuffle{number}.jsons").read_bytes().splitlines()[0]
        shuffle = Shuffle.parse(raw, group)
        yield group, key, fingerprint, before, shuffle, raw
        before = list(shuffle.ciphertexts)


@pytest.mark.parametrize("name", ["c-nonhomomorphic-2shuffles", "n30-ed25519-nh"])
def test_shuffles_of_the_reference_tools_are_accepted(name: str) -> None:
    seen = 0
    for group, key, fingerprint, before, shuffle, raw in tool_shuffles(shared_data() / "belenios/honest" / name):
        assert shuffle.to_bytes(group) == raw
        for inputs, outputs, proof in zip(before, shuffle.ciphertexts, shuffle.proofs, strict=True):
            require_valid_shuffle(group, key, fingerprint, before=inputs, after=outputs, proof=proof)
            assert len(inputs) > 4
            seen += 1
    assert seen == 2


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_an_honest_shuffle_is_accepted_and_keeps_every_message(name: str, size: int) -> None:
    mixed = Mixed(group_named(name), size)
    mixed.check()
    texts = mixed.group.serialize
    assert sorted(texts(mixed.decrypt(c)) for c in mixed.after) == sorted(map(texts, mixed.messages))
    assert not set(mixed.before) & set(mixed.after)


def test_an_honest_shuffle_survives_writing_and_reading(mixed: Mixed) -> None:
    data = Shuffle((mixed.after,), (mixed.proof,)).to_bytes(mixed.group)
    found = Shuffle.parse(data, mixed.group)
    assert found.ciphertexts == (mixed.after,)
    assert found.proofs == (mixed.proof,)
    mixed.check(after=found.ciphertexts[0], proof=found.proofs[0])


def test_the_order_depends_on_the_randomness_alone() -> None:
    group = group_named("Ed25519")
    orders = set()
    for seed in range(40):
        mixed = Mixed(group, 3)
        after, _ = shuffle_and_prove(group, mixed.key, PHI, mixed.before, repeatable(seed))
        orders.add(tuple(mixed.messages.index(mixed.decrypt(ciphertext)) for ciphertext in after))
    assert len(orders) == 6


def test_every_permutation_is_about_equally_frequent() -> None:
    random = repeatable(7)
    counts: dict[tuple[int, ...], int] = {}
    for _ in range(6000):
        order = tuple(prove._random_permutation(3, random))
        counts[order] = counts.get(order, 0) + 1
    # Chi-square with 5 degrees of freedom: 20.5 is exceeded once in a thousand.
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 20.5
    assert len(counts) == 6


def test_two_shuffles_of_the_same_ballots_have_nothing_in_common(mixed: Mixed) -> None:
    after, proof = shuffle_and_prove(mixed.group, mixed.key, PHI, mixed.before, repeatable(99))
    assert not set(after) & set(mixed.after)
    assert not set(proof.commitments) & set(mixed.proof.commitments)
    assert proof.t1 != mixed.proof.t1


def test_the_secrets_of_a_shuffle_are_not_shown() -> None:
    shown = repr(prove._Secrets(permutation=[1, 0], reencryption=[123456789, 987654321]))
    assert "123456789" not in shown
    assert "[1, 0]" not in shown
    assert "424242" not in repr(prove._Chain(links=[], openings=[424242], g_exponents=[424242], h_exponents=[424242]))


# Generators ----------------------------------------------------------------------------------------------------------

GENERATORS = {
    "RFC-3526-2048": {
        -1: ("7562611357224275240186272453829725922377", "34838414737096991296"),
        0: ("3595905040167336753333929406024469078005", "08953139799489765801"),
        1: ("1128136623327973486241851275347142804181", "64728529409250372809"),
    },
    "Ed25519": {
        -1: ("d6f7c1ea42e2474a28baea1141185bb7b39fe58011e5fc31d093b5c9345f18c7", ""),
        0: ("c95c81b40c41366b2e62e68fec3c5fa4dbb93f0c3c242ac2fe7a07c0e0fd92fe", ""),
        1: ("8278c9f7f36153e64f1e858bf1bfbf7f3a42f2f9589a4010c192a5d11c89746c", ""),
    },
}


@pytest.mark.parametrize("name", GENERATORS)
def test_the_generators_are_those_that_everybody_derives(name: str) -> None:
    group = group_named(name)
    key = commitment_key(group, 2)
    for index, element in zip((-1, 0, 1), (key.anchor, *key.generators), strict=True):
        start, end = GENERATORS[name][index]
        assert group.serialize(element).startswith(start)
        assert group.serialize(element).endswith(end)


@pytest.mark.parametrize("name", GROUPS)
def test_the_generators_are_distinct_and_not_trivial(name: str) -> None:
    group = group_named(name)
    key = commitment_key(group, 8)
    everything = {key.anchor, *key.generators, group.generator, group.identity}
    assert len(everything) == 11


def test_a_proof_over_chosen_generators_is_refused(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    # Trapdoor commitments (Swiss Post, 2019): the prover knows every logarithm.
    group = mixed.group

    def trapdoors(_: Group, size: int) -> CommitmentKey:
        return CommitmentKey(
            group.power(group.generator, 7), tuple(group.power(group.generator, 8 + i) for i in range(size))
        )

    monkeypatch.setattr(prove, "commitment_key", trapdoors)
    after, proof = shuffle_and_prove(group, mixed.key, PHI, mixed.before, repeatable())
    with pytest.raises(ShuffleProofError):
        mixed.check(after=after, proof=proof)


# Cheats --------------------------------------------------------------------------------------------------------------


def test_two_outputs_swapped_are_refused(mixed: Mixed) -> None:
    first, second, third = mixed.after
    with pytest.raises(ShuffleProofError):
        mixed.check(after=(second, first, third))


def test_an_output_replaced_by_a_ballot_of_the_mixers_is_refused(mixed: Mixed) -> None:
    own = encrypt_element(mixed.group, mixed.key, mixed.messages[0], 12345)
    for position in range(3):
        with pytest.raises(ShuffleProofError):
            mixed.check(after=(*mixed.after[:position], own, *mixed.after[position + 1 :]))


def test_a_ballot_doubled_in_place_of_another_is_refused(mixed: Mixed) -> None:
    # The mixer proves honestly over an output in which one input went in twice and another not at all.
    group, random = mixed.group, repeatable(3)
    for permutation in ([0, 0, 1], [2, 2, 2]):
        secrets = prove._Secrets(permutation=permutation, reencryption=[random(group.order) for _ in range(3)])
        after = tuple(
            prove._reencrypt(group, mixed.key, mixed.before[source], exponent)
            for source, exponent in zip(secrets.permutation, secrets.reencryption, strict=True)
        )
        proof = prove._prove(group, mixed.key, PHI, mixed.before, after, secrets, random)
        with pytest.raises(ShuffleProofError):
            mixed.check(after=after, proof=proof)


def prove_mixture(mixed: Mixed, matrix: list[list[int]], inverse: list[list[int]]):
    """Return the output and proof of a mixer that applies a matrix instead of a permutation, as well as it can.

    Input j weighs ``matrix[i][j]`` in the permuted weight i; the output is raised to the transposed inverse, so that the
    folded ciphertexts agree for every choice of weights.
    """
    group, key, random, order = mixed.group, mixed.key, repeatable(21), mixed.group.order
    size = len(matrix)
    generators = commitment_key(group, size)
    reencryption = prove._scalars(group, size, random)
    after = tuple(
        prove._reencrypt(
            group,
            key,
            multiply_ciphertexts(
                group, [raise_ciphertext(group, c, inverse[j][i]) for j, c in enumerate(mixed.before)]
            ),
            reencryption[i],
        )
        for i in range(size)
    )
    openings = prove._scalars(group, size, random)
    commitments = tuple(
        group.multi_power((group.generator, *generators.generators), (openings[j], *(row[j] for row in matrix)))
        for j in range(size)
    )
    statement = public_statement(mixed.before, after, commitments)
    weights = exponent_challenges(group, PHI, statement, size)
    permuted = [sum(entry * weight for entry, weight in zip(row, weights, strict=True)) % order for row in matrix]
    chain = prove._commit_to_chain(group, generators, permuted, random)
    w1, w2, w3, w4 = prove._scalars(group, 4, random)
    chain_nonces, weight_nonces = prove._scalars(group, size, random), prove._scalars(group, size, random)
    t1, t2 = group.power(group.generator, w1), group.power(group.generator, w2)
    t3 = group.multi_power((group.generator, *generators.generators), (w3, *weight_nonces))
    t4_beta = group.multi_power((key, *(c.beta for c in after)), (-w4, *weight_nonces))
    t4_alpha = group.multi_power((group.generator, *(c.alpha for c in after)), (-w4, *weight_nonces))
    t_chain = prove._commit_to_links(group, generators, chain, chain_nonces, weight_nonces)
    c = prove.final_challenge(
        group,
        PHI,
        proof_commitments=(t1, t2, t3, t4_beta, t4_alpha, *t_chain),
        statement=statement,
        chain=chain.links,
        public_key=key,
    )
    proof = ShuffleProof(
        t1=t1,
        t2=t2,
        t3=t3,
        t4_beta=t4_beta,
        t4_alpha=t4_alpha,
        t_chain=tuple(t_chain),
        s1=(w1 + c * sum(openings)) % order,
        s2=(w2 + c * chain.g_exponents[-1]) % order,
        s3=(w3 + c * sum(r * u for r, u in zip(openings, weights, strict=True))) % order,
        s4=(w4 + c * sum(r * u for r, u in zip(reencryption, permuted, strict=True))) % order,
        s_chain=tuple((w + c * r) % order for w, r in zip(chain_nonces, chain.openings, strict=True)),
        s_weights=tuple((w + c * u) % order for w, u in zip(weight_nonces, permuted, strict=True)),
        commitments=commitments,
        chain=tuple(chain.links),
    )
    return after, proof


def test_a_permutation_written_as_a_matrix_is_accepted() -> None:
    # So that the two tests below fail for the reason that they name.
    mixed = Mixed(group_named("Ed25519"), 2)
    swap = [[0, 1], [1, 0]]
    after, proof = prove_mixture(mixed, swap, swap)
    mixed.check(after=after, proof=proof)


def test_a_mixture_of_ballots_with_right_sums_fails_only_at_the_product() -> None:
    # Every output is two parts of one ballot minus one of the other: votes change, sums and re-encryption agree.
    mixed = Mixed(group_named("Ed25519"), 2)
    third = pow(3, -1, mixed.group.order)
    after, proof = prove_mixture(mixed, [[2, -1], [-1, 2]], [[2 * third, third], [third, 2 * third]])
    with pytest.raises(ShuffleProofError, match="t2, the product of the weights"):
        mixed.check(after=after, proof=proof)


def test_a_multiple_of_a_ballot_with_the_right_product_fails_only_at_the_sums() -> None:
    # One vote counts double and another half.
    mixed = Mixed(group_named("Ed25519"), 2)
    half = pow(2, -1, mixed.group.order)
    after, proof = prove_mixture(mixed, [[2, 0], [0, half]], [[half, 0], [0, 2]])
    with pytest.raises(ShuffleProofError, match="t1, the row sums of the permutation"):
        mixed.check(after=after, proof=proof)


@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_an_output_changed_before_it_is_proven_fails_at_its_own_half_of_the_ciphertext(part: str) -> None:
    # Changing beta adds a vote of the mixer's; changing alpha spoils one.
    mixed = Mixed(group_named("Ed25519"), 3)
    group, random = mixed.group, repeatable(8)
    secrets = prove._Secrets(permutation=[2, 0, 1], reencryption=prove._scalars(group, 3, random))
    after = [
        prove._reencrypt(group, mixed.key, mixed.before[source], exponent)
        for source, exponent in zip(secrets.permutation, secrets.reencryption, strict=True)
    ]
    changed = group.multiply(getattr(after[1], part), group.generator)
    after[1] = dataclasses.replace(after[1], **{part: changed})
    proof = prove._prove(group, mixed.key, PHI, mixed.before, tuple(after), secrets, random)
    with pytest.raises(ShuffleProofError, match=f"t4, the re-encryption .{part}"):
        mixed.check(after=tuple(after), proof=proof)


@pytest.mark.parametrize(
    ("response", "equation"),
    [
        ("s1", "t1, the row sums of the permutation"),
        ("s2", "t2, the product of the weights"),
        ("s3", "t3, the permuted weights"),
        ("s4", "t4, the re-encryption .beta"),
    ],
)
def test_the_refusal_names_the_equation_that_fails(mixed: Mixed, response: str, equation: str) -> None:
    changed = (getattr(mixed.proof, response) + 1) % mixed.group.order
    with pytest.raises(ShuffleProofError, match=f"^the proof of the shuffle fails at {equation}"):
        mixed.check(proof=dataclasses.replace(mixed.proof, **{response: changed}))


@pytest.mark.parametrize("position", [0, 1, 2])
def test_the_refusal_names_the_link_that_fails(mixed: Mixed, position: int) -> None:
    responses = list(mixed.proof.s_chain)
    responses[position] = (responses[position] + 1) % mixed.group.order
    with pytest.raises(ShuffleProofError, match=f"t̂, link {position + 1} of the chain$"):
        mixed.check(proof=dataclasses.replace(mixed.proof, s_chain=tuple(responses)))


def test_inputs_and_outputs_of_different_number_are_refused(mixed: Mixed) -> None:
    with pytest.raises(ShuffleShapeError):
        mixed.check(after=mixed.after[:-1])
    with pytest.raises(ShuffleShapeError):
        mixed.check(before=mixed.before[:-1])


@pytest.mark.parametrize("part", ["t_chain", "s_chain", "s_weights", "commitments", "chain"])
def test_a_proof_with_a_list_too_short_or_too_long_is_refused(mixed: Mixed, part: str) -> None:
    whole = getattr(mixed.proof, part)
    for changed in (whole[:-1], (*whole, whole[0]), ()):
        with pytest.raises(ShuffleShapeError):
            mixed.check(proof=dataclasses.replace(mixed.proof, **{part: changed}))


def test_the_proof_of_another_shuffle_of_the_same_ballots_is_refused(mixed: Mixed) -> None:
    _, proof = shuffle_and_prove(mixed.group, mixed.key, PHI, mixed.before, repeatable(11))
    with pytest.raises(ShuffleProofError):
        mixed.check(proof=proof)


def test_a_shuffle_claimed_for_another_input_is_refused(mixed: Mixed) -> None:
    with pytest.raises(ShuffleProofError):
        mixed.check(before=mixed.after)
    with pytest.raises(ShuffleProofError):
        mixed.check(before=mixed.before[::-1])


def test_a_shuffle_claimed_for_another_election_is_refused(mixed: Mixed) -> None:
    with pytest.raises(ShuffleProofError):
        mixed.check(fingerprint=PHI[::-1])


def test_a_shuffle_claimed_for_another_key_is_refused(mixed: Mixed) -> None:
    with pytest.raises(ShuffleProofError):
        mixed.check(key=mixed.group.power(mixed.key, 2))


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_any_element_or_scalar_of_a_shuffle_changed_is_refused(name: str) -> None:
    mixed = Mixed(group_named(name), 2)
    group = mixed.group
    value = json.loads(Shuffle((mixed.after,), (mixed.proof,)).to_bytes(group))
    changed = 0
    for path, leaf in leaves(value):
        # proofs / question 0 / part 1 are the responses, and nothing else is a scalar.
        if path[0] == "proofs" and path[2] == 1:
            new = str((int(leaf) + 1) % group.order)
        else:
            new = group.serialize(group.multiply(group.parse(leaf), group.generator))
        shuffle = Shuffle.parse(compact(replaced(value, path, new)), group)
        with pytest.raises(ShuffleProofError):
            mixed.check(after=shuffle.ciphertexts[0], proof=shuffle.proofs[0])
        changed += 1
    assert changed == 2 * 2 + (5 + 2) + (4 + 2 + 2) + 2 + 2


def test_each_hashed_part_left_out_of_the_challenge_is_refused(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = prove.final_challenge
    for part in ("proof_commitments", "statement", "chain"):
        for position in (0, -1):

            def weak(group: Group, fingerprint: str, *, part=part, position=position, **parts) -> int:
                elements = list(parts[part])
                del elements[position]
                return honest(group, fingerprint, **{**parts, part: elements})

            monkeypatch.setattr(prove, "final_challenge", weak)
            after, proof = shuffle_and_prove(mixed.group, mixed.key, PHI, mixed.before, repeatable(5))
            with pytest.raises(ShuffleProofError):
                mixed.check(after=after, proof=proof)


def test_weights_chosen_by_the_mixer_are_refused(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "exponent_challenges", lambda *_: [1, 1, 1])
    after, proof = shuffle_and_prove(mixed.group, mixed.key, PHI, mixed.before, repeatable(5))
    with pytest.raises(ShuffleProofError):
        mixed.check(after=after, proof=proof)


# Shapes and encodings ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["Ed25519", "BELENIOS-2048"])
def written(request: pytest.FixtureRequest):
    mixed = Mixed(group_named(request.param), 2)
    return mixed.group, json.loads(Shuffle((mixed.after,), (mixed.proof,)).to_bytes(mixed.group))


def is_response(path: tuple[int | str, ...]) -> bool:
    return path[0] == "proofs" and path[2] == 1


def test_a_non_member_in_any_place_is_refused(written) -> None:
    group, value = written
    for path, leaf in leaves(value):
        if is_response(path):
            continue
        for name, text in non_members(group, leaf).items():
            with pytest.raises(NotInGroupError):
                Shuffle.parse(compact(replaced(value, path, text)), group)
                pytest.fail(f"{name} at {path}")


def test_a_non_canonical_text_in_any_place_is_refused(written) -> None:
    group, value = written
    for path, leaf in leaves(value):
        if is_response(path):
            continue
        for name, text in malformed(group, leaf).items():
            with pytest.raises(MalformedElementError):
                Shuffle.parse(compact(replaced(value, path, text)), group)
                pytest.fail(f"{name} at {path}")


def test_a_scalar_out_of_range_or_not_canonical_in_any_place_is_refused(written) -> None:
    group, value = written
    for path, leaf in leaves(value):
        if not is_response(path):
            continue
        for text in (
            str(group.order),
            str(int(leaf) + group.order),
            f"0{leaf}",
            f"-{leaf}",
            "",
            f" {leaf}",
            int(leaf) % 7,
        ):
            with pytest.raises(MalformedScalarError):
                Shuffle.parse(compact(replaced(value, path, text)), group)


def test_an_array_with_an_item_too_many_or_too_few_is_refused_everywhere(written) -> None:
    group, value = written
    for path, inner in containers(value):
        if isinstance(inner, dict):
            continue
        for new in (inner[:-1], [*inner, inner[-1]], {}):
            if path == ("ciphertexts",) and new == []:
                continue  # tested below: one proof for no question
            with pytest.raises(MalformedObjectError):
                Shuffle.parse(compact(replaced(value, path, new)), group)
                pytest.fail(f"{path}")


def test_a_proof_without_a_question_is_refused(written) -> None:
    group, value = written
    with pytest.raises(MalformedObjectError):
        Shuffle.parse(compact({**value, "ciphertexts": []}), group)


def test_fields_reordered_or_added_are_refused(written) -> None:
    group, value = written
    reordered = {"proofs": value["proofs"], "ciphertexts": value["ciphertexts"]}
    for changed in (reordered, {**value, "extra": 1}, {"ciphertexts": value["ciphertexts"]}):
        with pytest.raises(MalformedObjectError):
            Shuffle.parse(compact(changed), group)


def test_another_spelling_of_the_same_shuffle_is_refused(written) -> None:
    group, value = written
    with pytest.raises(NonCanonicalObjectError):
        Shuffle.parse(json.dumps(value).encode(), group)
