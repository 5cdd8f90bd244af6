"""The gate before opinion groups."""

import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import Refusal, analyse
from voting.opinions.gate import judge

GOOD = {"qualified": 30, "group_sizes": (25, 5), "silhouette": 0.30, "stability": 0.8}


def test_groups_that_just_meet_every_condition_may_be_shown():
    gate = judge(**GOOD)
    assert gate.is_open
    assert gate.refusals == ()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"qualified": 29}, Refusal.TOO_FEW_PEOPLE),
        ({"group_sizes": (26, 4)}, Refusal.SMALL_GROUP),
        ({"group_sizes": (90, 9)}, Refusal.SMALL_GROUP),
        ({"group_sizes": (46, 5)}, Refusal.SMALL_GROUP),
        ({"group_sizes": (30,)}, Refusal.NO_GROUPS),
        ({"group_sizes": ()}, Refusal.NO_GROUPS),
        ({"silhouette": None}, Refusal.NO_GROUPS),
        ({"silhouette": 0.2999}, Refusal.NO_SEPARATION),
        ({"stability": 0.7999}, Refusal.UNSTABLE),
        ({"stability": None}, Refusal.STABILITY_UNKNOWN),
    ],
)
def test_each_condition_alone_keeps_groups_from_being_shown(change, refusal):
    gate = judge(**{**GOOD, **change})
    assert gate.refusals == (refusal,)
    assert not gate.is_open


def test_every_unmet_condition_is_named():
    gate = judge(qualified=9, group_sizes=(8, 1), silhouette=0.1, stability=0.2)
    assert gate.refusals == (Refusal.TOO_FEW_PEOPLE, Refusal.SMALL_GROUP, Refusal.NO_SEPARATION, Refusal.UNSTABLE)


def test_a_village_of_two_clear_camps_shows_its_groups():
    found = analyse(camps(30, 20))
    assert found.gate.is_open
    assert [len(group.members) for group in found.groups] == [30, 20]
    assert found.stability.mean == 1.0


def test_a_village_without_camps_does_not():
    found = analyse(camps(60, doubt=1.0))
    assert not found.gate.is_open
    assert found.gate.qualified == 60


def test_two_clear_camps_of_too_few_people_are_not_shown():
    found = analyse(camps(14, 12))
    assert found.gate.refusals == (Refusal.TOO_FEW_PEOPLE,)


def test_groups_whose_stability_was_not_measured_are_not_shown():
    assert analyse(camps(30, 20), resamples=0).gate.refusals == (Refusal.STABILITY_UNKNOWN,)
