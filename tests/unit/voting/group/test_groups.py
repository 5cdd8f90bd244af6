"""What every group promises, one test for all of them and for both ways to compute in Ed25519."""

import hashlib
import os
import pickle
import random

import pytest

from tests.groups import ED25519, EVERY_GROUP, group_called
from tests.strange_elements import malformed, non_members
from voting.election.group import (
    Group,
    IdentityElementError,
    MalformedElementError,
    NotInGroupError,
    RangeStatement,
    group_named,
)
from voting.election.group.accelerated import AcceleratedEd25519Group
from voting.election.group.accelerator import find_library
from voting.election.group.ed25519 import Ed25519Group


@pytest.fixture(params=EVERY_GROUP)
def group(request) -> Group:
    return group_called(request.param)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(3)


def some(group: Group, chance: random.Random):
    return group.power(group.generator, chance.randrange(1, group.order))


def test_text_and_element_go_to_and_fro(group, chance):
    for element in (group.generator, group.identity, some(group, chance)):
        text = group.serialize(element)
        assert group.parse(text) == element
        assert hash(group.parse(text)) == hash(element)
        assert pickle.loads(pickle.dumps(element)) == element


def test_the_operations_obey_the_laws(group, chance):
    a, b = chance.randrange(group.order), chance.randrange(group.order)
    g = group.generator
    x, y = group.power(g, a), group.power(g, b)
    assert group.multiply(x, y) == group.multiply(y, x) == group.power(g, a + b)
    assert group.multiply(x, group.identity) == x
    assert group.multiply(x, group.invert(x)) == group.identity
    assert group.divide(x, y) == group.power(g, a - b)
    assert group.divide(x, x) == group.identity
    assert group.power(x, b) == group.power(y, a)
    assert group.product([x, y, x]) == group.power(g, 2 * a + b)
    assert group.product([]) == group.identity
    assert group.product(iter([x])) == x
    assert group.double_power(x, b, y, -a) == group.identity
    assert group.multi_power([x, y, g], [3, -2, 1]) == group.power(g, 3 * a - 2 * b + 1)
    assert group.multi_power([], []) == group.identity


def test_lists_of_different_length_are_no_multi_power(group):
    with pytest.raises(ValueError, match="zip"):
        group.multi_power([group.generator], [1, 2])


@pytest.mark.parametrize("exponent", [0, 1, 2, -1, -2, 2**252, 2**255, 2**256 + 1])
def test_every_way_to_raise_agrees_and_exponents_wrap_around_the_order(group, exponent):
    base = group.power(group.generator, 123456789)
    expected = group.serialize(group.power(base, exponent % group.order))
    for found in (
        group.power(base, exponent),
        group.power(base, exponent + group.order),
        group.power_secret(base, exponent),
        group.power_secret(base, exponent - group.order),
        group.double_power(base, exponent, group.generator, 0),
        group.double_power(group.generator, 0, base, exponent),
        group.generator_power_secret(exponent * 123456789),
    ):
        assert group.serialize(found) == expected


@pytest.mark.parametrize("shift", [0, 1, -1])
def test_the_order_is_the_order(group, shift):
    assert group.power(group.generator, group.order + shift) == group.power(group.generator, shift)
    assert group.power_secret(group.generator, group.order + shift) == group.power(group.generator, shift)


def test_the_identity_is_raised_to_itself(group, chance):
    exponent = chance.randrange(group.order)
    one = group.identity
    assert group.power(one, exponent) == group.power_secret(one, exponent) == one
    assert group.double_power(one, exponent, one, exponent) == one
    assert group.invert(one) == one
    assert group.multiply(one, one) == one


def test_a_prepared_base_gives_the_same_powers(group, chance):
    base = some(group, chance)
    pairs = [(base, chance.randrange(group.order), some(group, chance), chance.randrange(group.order)) for _ in "ab"]
    pairs.append((base, 0, group.generator, 0))
    pairs.append((base, group.order - 1, base, 1))
    before = group.double_powers(pairs)
    group.prepare(base)
    assert group.double_powers(pairs) == before
    assert before[-2:] == [group.identity] * 2
    assert group.double_powers([]) == []


@pytest.mark.slow
def test_many_bases_may_be_prepared(group, chance):
    """More than are kept: the oldest is forgotten, and nothing goes wrong."""
    bases = [some(group, chance) for _ in range(10)]
    for base in bases:
        group.prepare(base)
    assert [group.power(base, 5) for base in bases] == [group.product([base] * 5) for base in bases]


def test_a_member_s_text_has_one_form(group, chance):
    for name, text in malformed(group, group.serialize(some(group, chance))).items():
        with pytest.raises(MalformedElementError):
            group.parse(text)
        (refusal,) = group.parse_many([text])
        assert type(refusal) is MalformedElementError, name


def test_what_is_outside_the_subgroup_is_refused_on_every_path(group, chance):
    """T06, T07: small order, mixed order, off the curve, non-residues, wherever an element can enter."""
    member = group.serialize(some(group, chance))
    strange = non_members(group, member)
    for text in strange.values():
        with pytest.raises(NotInGroupError):
            group.parse(text)
        with pytest.raises(NotInGroupError):
            group.parse_key(text)
    answers = group.parse_many([member, *strange.values(), member])
    assert [type(answer) for answer in answers[1:-1]] == [NotInGroupError] * len(strange)
    assert answers[0] == answers[-1] == group.parse(member)
    proofs = [(1, 2), (3, 4)]
    statements = [RangeStatement(text, member, 0, proofs) for text in strange.values()]
    statements += [RangeStatement(member, text, 0, proofs) for text in strange.values()]
    found = group.range_commitments(group.generator, statements)
    assert [type(answer) for answer in found] == [NotInGroupError] * len(statements)


def test_the_identity_is_an_element_and_no_key(group):
    text = group.serialize(group.identity)
    assert group.parse(text) == group.identity
    assert group.parse_many([text]) == [group.identity]
    with pytest.raises(IdentityElementError):
        group.parse_key(text)
    assert group.parse_key(group.serialize(group.generator)) == group.generator


def statements_of(group: Group, chance: random.Random, key) -> list[RangeStatement]:
    """Range proofs of many shapes; what they claim need not be true."""

    def scalar() -> int:
        return chance.randrange(group.order)

    found = []
    for lowest, size in ((0, 2), (0, 1), (1, 5), (0, 0), (3, 9), (0, 17), (-2, 3)):
        alpha, beta = some(group, chance), some(group, chance)
        proofs = [(scalar(), scalar()) for _ in range(size)]
        found.append(RangeStatement(group.serialize(alpha), group.serialize(beta), lowest, proofs))
        found.append(found[-1]._replace(members=True))
    edges = [0, 1, group.order - 1]
    for challenge in edges:
        for response in edges:
            for alpha in (group.identity, group.generator, key):
                text = group.serialize(alpha)
                found.append(RangeStatement(text, text, 0, [(challenge, response)] * 2))
    return found


@pytest.mark.slow
def test_range_commitments_are_the_formula_s(group, chance):
    key = some(group, chance)
    statements = statements_of(group, chance, key)
    g = group.generator
    for statement, found in zip(statements, group.range_commitments(key, statements), strict=True):
        alpha, beta = group.parse(statement.alpha), group.parse(statement.beta)
        texts = []
        for number, (challenge, response) in enumerate(statement.proofs, start=statement.lowest):
            claimed = group.divide(beta, group.power(g, number))
            texts.append(group.multiply(group.power(g, response), group.power(alpha, challenge)))
            texts.append(group.multiply(group.power(key, response), group.power(claimed, challenge)))
        assert (found.alpha, found.beta) == (alpha, beta)
        assert found.text == ",".join(map(group.serialize, texts))


@pytest.mark.slow
def test_a_refused_statement_keeps_its_place_and_spoils_no_other(group, chance):
    key = some(group, chance)
    good = statements_of(group, chance, key)[:6]
    wrong = next(iter(non_members(group, good[0].alpha).values()))
    garbage = "garbage"
    mixed = [
        good[0]._replace(alpha=garbage),
        good[0],
        good[1]._replace(alpha=wrong),
        good[2],
        good[2]._replace(beta=garbage),
        good[4]._replace(beta=wrong),
        good[4],
        good[4]._replace(alpha=wrong, beta=garbage),
    ]
    mixed[2] = good[2]._replace(alpha=wrong)
    answers = group.range_commitments(key, mixed)
    right = group.range_commitments(key, good)
    assert [answers[1], answers[3], answers[6]] == [right[0], right[2], right[4]]
    kinds = [type(answers[i]) for i in (0, 2, 4, 5, 7)]
    assert kinds[:4] == [MalformedElementError, NotInGroupError, MalformedElementError, NotInGroupError]
    assert kinds[4] is MalformedElementError
    assert group.range_commitments(key, []) == []


def test_a_hash_becomes_a_scalar_as_specified(group):
    elements = [group.generator, group.identity]
    preimage = f"prefix|{group.serialize(elements[0])},{group.serialize(elements[1])}".encode()
    expected = int.from_bytes(hashlib.sha256(preimage).digest(), "big") % group.order
    assert group.hash_to_scalar("prefix|", elements) == expected
    texts = ",".join(map(group.serialize, elements))
    assert group.hash_texts_to_scalar("prefix|", texts) == expected
    nothing = int.from_bytes(hashlib.sha256(b"p").digest(), "big") % group.order
    assert group.hash_to_scalar("p", []) == nothing


def test_independent_generators_are_members_and_differ(group):
    found = [group.independent_generator(index) for index in range(-1, 20)]
    assert len({group.serialize(element) for element in found}) == 21
    for element in found:
        assert group.parse_key(group.serialize(element)) == element


@pytest.mark.parametrize("values", [[], [0], [255], [0, 0, 0], [255, 0, 7], list(range(20)), [255] * 30])
def test_what_is_embedded_is_extracted(group, values):
    if group.name == "BELENIOS-2048":
        with pytest.raises(ValueError, match="no embedding"):
            group.embed(values)
        with pytest.raises(ValueError, match="no embedding"):
            group.extract(group.generator, 1)
        return
    element = group.embed(values)
    assert group.extract(element, len(values)) == values
    assert group.parse(group.serialize(element)) == element


def test_what_cannot_be_embedded_is_refused(group):
    for values in ([256], [-1], [0] * 256):
        with pytest.raises(ValueError, match=r"255|holds|no embedding"):
            group.embed(values)
    for count in (-1, 256):
        with pytest.raises(ValueError, match=r"holds|no embedding"):
            group.extract(group.generator, count)


def test_an_element_that_nobody_embedded_is_extracted_all_the_same(group, chance):
    if group.name != "BELENIOS-2048":
        for _ in range(20):
            values = group.extract(some(group, chance), 5)
            assert len(values) == 5
            assert all(0 <= value <= 255 for value in values)


def test_a_group_travels_by_name():
    for name in ("Ed25519", "BELENIOS-2048", "RFC-3526-2048"):
        assert pickle.loads(pickle.dumps(group_named(name))) is group_named(name)


def test_elements_sort_as_the_reference_sorts(group, chance):
    elements = [some(group, chance) for _ in range(20)]
    ordered = [group.serialize(element) for element in sorted(elements, key=group.sort_key)]
    if group.name == "Ed25519":
        assert ordered == sorted(ordered, key=lambda text: bytes.fromhex(text)[::-1])
    else:
        assert ordered == sorted(ordered, key=int)


def test_both_ways_of_ed25519_say_the_same(chance):
    reference, accelerated = map(group_called, ED25519)
    key = some(reference, chance)
    statements = statements_of(reference, chance, key)
    assert reference.range_commitments(key, statements) == accelerated.range_commitments(key, statements)


def test_the_tests_of_elections_run_on_the_path_that_the_environment_wishes():
    """`make test` runs them twice, the second time with ``MADANG_ACCELERATOR=off``; neither may silently be the other."""
    ci = os.environ.get("CI") == "true"
    plain = os.environ.get("MADANG_ACCELERATOR") == "off" or (find_library() is None and not ci)
    assert type(group_named("Ed25519")) is (Ed25519Group if plain else AcceleratedEd25519Group)
