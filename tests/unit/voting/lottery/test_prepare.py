"""Preparing: known answers, whole seats, homes, advice, modes."""

import json
from fractions import Fraction

import pytest

from tests.lottery_pools import adversarial, all_councils, cut_bundle, make_pool, odd_cycle, village, village_bundle
from voting.lottery import (
    Beacon,
    InfeasibleQuotasError,
    UnsuitablePoolError,
    certain,
    chance_in_table,
    condition_label,
    explain,
    fairness,
    lonely,
    parse_bundle,
    prepare,
    relaxed,
    require_feasible,
    verify_bundle,
)
from voting.lottery.leximin import Problem
from voting.lottery.prepare import solve_lottery
from voting.lottery.verify.bundle import Condition


def chances(data: bytes) -> dict[str, Fraction]:
    bundle = verify_bundle(data).bundle
    return {number: bundle.probabilities[kind] for number, kind in bundle.index.items()}


def test_without_binding_quotas_everybody_has_the_same_chance() -> None:
    pool = make_pool(
        {f"C{at}": ("x" if at < 4 else "y",) for at in range(7)}, [("f", "x", 0, 3), ("f", "y", 0, 3)], seats=3
    )
    assert set(chances(prepare(pool)).values()) == {Fraction(3, 7)}


def test_a_tight_maximum_is_shared_by_everybody_it_concerns() -> None:
    pool = make_pool(
        {f"C{at}": ("x" if at < 6 else "y",) for at in range(8)}, [("f", "x", 0, 1), ("f", "y", 0, 2)], seats=2
    )
    found = chances(prepare(pool))
    assert found["C0"] == Fraction(1, 6)
    assert found["C7"] == Fraction(1, 2)


def test_whole_seats_can_cost_fairness_and_the_cut_proves_it() -> None:
    verified = verify_bundle(cut_bundle())
    assert chances(cut_bundle()) == {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3), "d": Fraction(1)}
    assert verified.bundle.cuts
    assert verified.grade == "A"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_cut_holds_for_every_council(seed: int) -> None:
    for pool in (odd_cycle(), adversarial(seed, most_people=14)):
        bundle = parse_bundle(prepare(pool))
        for council in all_councils(pool):
            seats = [bundle.index[number] for number in council]
            for cut in bundle.cuts:
                assert sum(amount * seats.count(kind) for kind, amount in cut.entries) <= cut.most


def test_somebody_whom_no_council_seats_has_chance_zero_and_is_named() -> None:
    pool = make_pool(
        {"a": ("x", "p"), "b": ("y", "p"), "c": ("y", "q")},
        [("f", "x", 0, 1), ("f", "y", 1, 2), ("g", "p", 1, 1), ("g", "q", 1, 1)],
        seats=2,
    )
    bundle = parse_bundle(prepare(pool))
    assert certain(bundle) == ((), ("c",))
    tight = make_pool({"a": ("x",), "b": ("y",)}, [("f", "x", 0, 0), ("f", "y", 1, 1)], seats=1)
    assert certain(parse_bundle(prepare(tight))) == (("a",), ("b",))
    assert fairness(parse_bundle(prepare(tight))).geometric_mean == 0.0


def test_cloning_a_candidate_splits_the_chance_of_a_tight_type() -> None:
    quotas = [("f", "x", 0, 1), ("f", "y", 0, 3)]
    people = {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("y",), "e": ("x",)}
    once = chances(prepare(make_pool(people, quotas, seats=2)))
    twice = chances(prepare(make_pool({**people, "z1": ("x",), "z2": ("x",)}, quotas, seats=2)))
    assert once["a"] == once["e"] == Fraction(2, 5)
    assert {twice[n] for n in ("a", "e", "z1", "z2")} == {Fraction(1, 4)}


def test_a_home_shares_one_seat() -> None:
    people = {"a": ("x",), "b": ("x",), "c": ("x",)}
    pool = make_pool(people, [("f", "x", 0, 2)], seats=2, homes={"a": "1", "b": "1"})
    assert chances(prepare(pool)) == {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": Fraction(1)}


def test_infeasible_quotas_come_with_the_smallest_change_by_name() -> None:
    pool = make_pool(
        {f"C{at}": ("x" if at < 2 else "y",) for at in range(8)}, [("f", "x", 3, 4), ("f", "y", 0, 4)], seats=4
    )
    with pytest.raises(InfeasibleQuotasError) as refusal:
        prepare(pool)
    advice = refusal.value.advice
    assert "f x: at least 3 are required, 2 stand" in advice.obstacles
    assert [str(item) for item in advice.options[0]] == ["f x: min 3 → 2"]
    verify_bundle(prepare(relaxed(pool, advice.options[0])))


def test_advice_offers_other_quotas_as_further_options() -> None:
    people = {f"C{at}": ("x" if at < 4 else "y",) for at in range(8)}
    pool = make_pool(people, [("f", "x", 0, 1), ("f", "y", 0, 2)], seats=4)
    with pytest.raises(InfeasibleQuotasError) as refusal:
        require_feasible(pool)
    options = [[str(item) for item in option] for option in refusal.value.advice.options]
    assert sorted(options[:2]) == [["f x: max 1 → 2"], ["f y: max 2 → 3"]]
    assert refusal.value.advice.obstacles == ("f: the maximums add up to 3, fewer than 4 seats",)


def test_advice_stays_within_the_flex_of_the_committee() -> None:
    pool = make_pool({"a": ("x",), "b": ("x",)}, [("f", "x", 0, 1)], seats=2)
    rule = pool.quotas[0]
    stiff = type(pool)(2, pool.features, (type(rule)("f", "x", 0, 1, 0, 1),), pool.candidates, False)
    with pytest.raises(InfeasibleQuotasError, match="no relaxation within the given limits"):
        prepare(stiff)


def test_too_few_homes_are_named() -> None:
    pool = make_pool({"a": ("x",), "b": ("x",)}, [("f", "x", 0, 2)], seats=2, homes={"a": "1", "b": "1"})
    with pytest.raises(InfeasibleQuotasError, match="1 homes for 2 seats"):
        prepare(pool)


def test_the_explanation_names_the_quota_that_binds() -> None:
    pool = make_pool(
        {f"C{at}": ("x" if at < 6 else "y",) for at in range(8)}, [("f", "x", 0, 1), ("f", "y", 0, 2)], seats=2
    )
    bundle = parse_bundle(prepare(pool))
    why = explain(bundle, "C0")
    assert why.single is not None
    assert (condition_label(bundle, why.single.condition), why.single.candidates) == ("f x", 6)
    assert why.chance == Fraction(1, 6)
    assert explain(bundle, "C7").single is None


def test_the_table_gives_everybody_their_chance_within_ten_millionths() -> None:
    bundle = parse_bundle(village_bundle())
    for number, kind in bundle.index.items():
        assert abs(chance_in_table(bundle, number) - bundle.probabilities[kind]) <= Fraction(10, 10**6)


def test_a_bundle_holds_no_names_and_warns_of_types_of_one() -> None:
    pool = make_pool({"a": ("x",), "b": ("y",), "c": ("y",)}, [("f", "x", 0, 1), ("f", "y", 0, 2)], seats=1)
    assert lonely(parse_bundle(prepare(pool))) == ("a",)
    assert b"name" not in village_bundle()


def test_a_beacon_and_the_witnesses_are_named_in_the_bundle() -> None:
    data = prepare(village(), witnesses=["을", "갑", "갑"], beacon=Beacon("ab" * 32, 17))
    fields = json.loads(data)
    assert fields["witnesses"] == ["갑", "을"]
    assert fields["beacon"] == {"chain": "ab" * 32, "round": 17}
    assert parse_bundle(data).beacon == Beacon("ab" * 32, 17)


def test_a_simple_draw_takes_two_features_and_no_homes() -> None:
    verified = verify_bundle(prepare(village(), mode="simple"))
    assert verified.grade is None
    with pytest.raises(UnsuitablePoolError, match="two features"):
        prepare(odd_cycle(), mode="simple")
    homes = make_pool({"a": ("x",), "b": ("x",)}, [("f", "x", 0, 2)], seats=1, homes={"a": "1", "b": "1"})
    with pytest.raises(UnsuitablePoolError, match="no homes"):
        prepare(homes, mode="simple")
    narrow = make_pool({"a": ("x",), "b": ("y",)}, [("f", "x", 0, 1), ("f", "y", 0, 0)], seats=2)
    with pytest.raises(InfeasibleQuotasError):
        prepare(narrow, mode="simple")


def test_a_lottery_is_solved_even_when_peeling_and_linear_levels_are_of_no_use() -> None:
    ones = tuple((kind, 1) for kind in range(3))
    pairs = [Condition(0, 1, ((0, 1), (1, 1))), Condition(0, 1, ((1, 1), (2, 1))), Condition(0, 1, ((0, 1), (2, 1)))]
    optimum = solve_lottery(Problem(1, (1, 1, 1), (*pairs, Condition(1, 1, ones))))
    assert {level.value for level in optimum.levels} == {Fraction(1, 3)}
    assert abs(sum(optimum.weights.values()) - 1) < Fraction(1, 10**9)
