"""The laws of a group of prime order, for whatever exponents hypothesis thinks of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.groups import EVERY_GROUP, group_called
from voting.election.group import Group

EXPONENTS = st.one_of(
    st.integers(min_value=-(2**260), max_value=2**260),
    st.sampled_from([0, 1, -1, 2**252, 2**253 - 1, 2**255 - 19]),
    st.integers(min_value=0, max_value=252).map(lambda bit: 1 << bit),
    st.integers(min_value=1, max_value=253).map(lambda bits: (1 << bits) - 1),
)
quick = settings(max_examples=30, deadline=None)


@pytest.fixture(params=EVERY_GROUP, scope="module")
def group(request) -> Group:
    return group_called(request.param)


@quick
@given(a=EXPONENTS, b=EXPONENTS)
def test_exponents_add_up(group, a, b):
    g = group.generator
    assert group.multiply(group.power(g, a), group.power(g, b)) == group.power(g, a + b)
    assert group.double_power(g, a, g, b) == group.power(g, a + b)


@quick
@given(a=EXPONENTS, b=EXPONENTS, c=EXPONENTS)
def test_the_operation_is_associative_and_commutative(group, a, b, c):
    x, y, z = (group.power(group.generator, e) for e in (a, b, c))
    assert group.multiply(group.multiply(x, y), z) == group.multiply(x, group.multiply(y, z))
    assert group.multiply(x, y) == group.multiply(y, x)
    assert group.product([x, y, z]) == group.product([z, x, y])


@quick
@given(a=EXPONENTS, b=EXPONENTS)
def test_powers_of_powers_multiply(group, a, b):
    base = group.power(group.generator, a)
    expected = group.power(group.generator, a * b % group.order)
    assert group.power(base, b) == group.power_secret(base, b) == expected
    assert group.generator_power_secret(a * b) == expected


@quick
@given(a=EXPONENTS)
def test_an_inverse_undoes(group, a):
    x = group.power(group.generator, a)
    assert group.multiply(x, group.invert(x)) == group.identity
    assert group.invert(x) == group.power(group.generator, -a)
    assert group.invert(group.invert(x)) == x


@quick
@given(a=EXPONENTS, b=EXPONENTS)
def test_equal_elements_have_equal_texts_and_only_those(group, a, b):
    x, y = group.power(group.generator, a), group.power(group.generator, b)
    assert (group.serialize(x) == group.serialize(y)) == (x == y) == ((a - b) % group.order == 0)
    assert group.parse(group.serialize(x)) == x


@quick
@given(exponents=st.lists(st.tuples(EXPONENTS, EXPONENTS), max_size=5))
def test_a_multi_power_is_the_product_of_the_powers(group, exponents):
    bases = [group.power(group.generator, a) for a, _ in exponents]
    expected = group.power(group.generator, sum(a * b for a, b in exponents) % group.order)
    assert group.multi_power(bases, [b for _, b in exponents]) == expected


@quick
@given(values=st.lists(st.integers(min_value=0, max_value=255), max_size=30))
def test_whatever_is_embedded_is_extracted(group, values):
    if group.name != "BELENIOS-2048":
        assert group.extract(group.embed(values), len(values)) == values
