"""Hand counts of few papers are not published apart, and do not follow from what is (T49)."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.assembly.stations.rules.telling import HAND, Part, is_small, told, told_channels
from voting.allocation import Channel, Sums, YesNo, combine_channels

LEAST = 10


def channel(voters: int, weight: Fraction = Fraction(1)) -> Channel:
    """Everybody in it chose the one item: a unanimous channel."""
    sums = Sums((voters,), (Fraction(voters),), voters)
    return Channel(sums, {"item-1": YesNo(voters, 0)}, weight)


def parts(*papers: int) -> list[Part]:
    return [Part(str(number), each) for number, each in enumerate(papers)]


def test_three_unanimous_papers_are_told_neither_apart_nor_by_subtraction():
    assert told(parts(3, 40, 90), least=LEAST) == {"2"}
    assert told(parts(3, 40), least=LEAST) == set()
    assert told(parts(3, 9, 40), least=LEAST) == {"2"}
    assert told(parts(3), least=LEAST) == set()


def test_large_and_empty_boxes_are_told():
    assert told(parts(10, 0, 200), least=LEAST) == {"0", "1", "2"}
    assert told([], least=LEAST) == set()


@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_withheld_is_nothing_or_large_enough_or_all_there_is(papers: list[int]):
    found = told(parts(*papers), least=LEAST)
    withheld = sum(each for number, each in enumerate(papers) if str(number) not in found)
    assert all(papers[int(key)] == 0 or papers[int(key)] >= LEAST for key in found)
    assert withheld == 0 or withheld >= LEAST or withheld == sum(papers)


def test_a_small_channel_is_told_with_another_and_nothing_is_lost():
    every = {"online": channel(500), "booth": channel(60), "paper": channel(3), "onsite": channel(80)}
    found = told_channels(every, least=LEAST)
    assert set(found) == {"online", "onsite", HAND}
    assert found[HAND] == channel(63)
    assert combine_channels({name: each.sums for name, each in found.items()}, {}).votes == (643,)


def test_channels_of_different_weight_stay_apart_because_the_result_could_not_be_added_up():
    every = {"online": channel(500), "paper": channel(3), "onsite": channel(80, Fraction(1, 2))}
    assert told_channels(every, least=LEAST) == every


def test_two_kinds_of_weight_are_joined_each_for_itself():
    light = Fraction(1, 2)
    every = {"a": channel(3), "b": channel(4), "c": channel(5, light), "d": channel(6, light)}
    found = told_channels({"online": replace(channel(1)), **every}, least=LEAST)
    assert found == {"online": channel(1), HAND: channel(7), f"{HAND}-1-2": channel(11, light)}


def test_large_channels_are_told_as_they_are():
    every = {"online": channel(2), "booth": channel(60), "onsite": channel(10)}
    assert told_channels(every, least=LEAST) == every


def test_few_papers_in_all_are_warned_of():
    assert is_small([3, 0, 4], least=LEAST)
    assert not is_small([3, 7], least=LEAST)
    assert not is_small([0], least=LEAST)
