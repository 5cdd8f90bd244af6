"""T48, the pattern ("Italian") attack: a ballot as the signature of somebody who was told how to fill it in.

A coercer demands the first place for one item and dictates each victim another order behind it. After the count the
published ballots say who obeyed. Nothing in the encryption prevents that; only fewer possible ballots do, or sums.
"""

import json
from dataclasses import dataclass, replace
from itertools import permutations

import pytest

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, BallotForm, Preference
from app.assembly.rules.ballots import BallotLine
from app.assembly.rules.marks import patterns_of, rank_limit
from app.assembly.services import board, casting, counting, opening, preparing, publishing
from app.db.session import transaction
from app.errors import InvalidInput
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_council import set_rule
from tests.factories_year import make_assembly, make_staff
from voting import EventType, derive_credential, make_ballot

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
ITEMS = 30
VICTIMS = 4
DEMANDED = 6
FULL = BallotForm(Preference.RANKING, at_most=ITEMS)


@dataclass
class Village:
    """An assembly of thirty items with a few people in it."""

    assembly: Assembly
    people: list[Person]
    staff: Person


def village_of(items: int) -> Village:
    assembly, people = make_assembly([1_000_000] * items, residents=VICTIMS + 1, is_open=False)
    return Village(assembly, people, make_staff(assembly.place))


def ask(village: Village, form: BallotForm) -> None:
    with transaction():
        preparing.choose_rule(
            village.assembly.id, form=form, rule=village.assembly.counting_rule, version=village.assembly.version,
            by=village.staff, at=NOW,
        )  # fmt: skip


def vote(village: Village, answers: list[list[int]]) -> None:
    """Open, let everybody cast, close and count."""
    assembly = village.assembly
    with transaction():
        opening.open_assembly(assembly.id, at=NOW)
    context = board.context_of(assembly)
    for person, answer in zip(village.people, answers, strict=True):
        code = casting.code_for(assembly, person, at=NOW)
        credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
        with transaction():
            casting.cast_ballot(assembly.id, make_ballot(context.election, credential, [answer]).data, at=NOW)
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    if assembly.state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=assembly.closes_at)


def published(assembly: Assembly) -> list[list[int]]:
    """Return the opened answers as everybody finds them on the board."""
    (answers,) = json.loads(board.last_payload(assembly, EventType.RESULT))["result"]
    return answers


def dictated(victim: int) -> list[int]:
    """The demanded item first, the others turned by another number of places for every victim."""
    others = [item for item in range(ITEMS) if item != DEMANDED]
    order = [DEMANDED, *others[victim + 1 :], *others[: victim + 1]]
    return [order.index(item) + 1 for item in range(ITEMS)]


def test_a_long_ranking_would_tell_the_coercer_who_obeyed_and_is_refused_unless_the_place_has_set_it():
    village = village_of(ITEMS)
    with pytest.raises(InvalidInput) as refused:
        ask(village, FULL)
    assert refused.value.values == {"k": ITEMS, "ways": "10^32", "most": 3}
    # Why: where the setting allows it, the coercer reads on the board who obeyed, and who did not.
    set_rule(village.assembly.place, "assembly.rank_limit", str(ITEMS))
    ask(village, FULL)
    own_mind = [0] * (ITEMS - 1) + [1]
    vote(village, [*(dictated(victim) for victim in range(VICTIMS)), own_mind])
    found = published(village.assembly)
    assert all(dictated(victim) in found for victim in range(VICTIMS))
    assert dictated(VICTIMS) not in found
    assert patterns_of(village.assembly.form, village.assembly.lines, 1).can_mark(8_000_000_000)


def test_three_places_on_a_roll_of_three_thousand_are_fewer_marks_than_people():
    lines = [BallotLine(number, number, f"사업 {number}", 1) for number in range(1, ITEMS + 1)]
    assert rank_limit(ITEMS, electors=3_000, wished=0) == 3
    short = replace(FULL, at_most=3, shuffled=True)
    marks = {(DEMANDED, *rest) for size in range(3) for rest in permutations({*range(ITEMS)} - {DEMANDED}, size)}
    assert len(marks) == patterns_of(short, lines, 1).beside == 842


def test_a_ballot_chosen_before_the_roll_was_known_is_looked_at_again_at_the_opening():
    village = village_of(6)
    with transaction():
        village.assembly.ballot = replace(FULL, at_most=6, shuffled=True).to_json()
    with pytest.raises(InvalidInput), transaction():
        opening.request_opening(village.assembly.id, version=village.assembly.version, by=village.staff, at=NOW)
    with pytest.raises(InvalidInput), transaction():
        opening.open_assembly(village.assembly.id, at=NOW)
    assert village.assembly.state is AssemblyState.PREPARING


def test_sums_do_not_tell_obedience_from_an_own_mind():
    """Two votes that differ in who chose what with what, and publish the very same figures."""
    items = 6
    village = village_of(items)
    ask(village, BallotForm(Preference.APPROVAL, at_most=2))

    def chosen(*those: int) -> list[int]:
        return [int(item in those) for item in range(items)]

    obeyed = [*(chosen(5, victim) for victim in range(VICTIMS)), chosen(4)]
    vote(village, obeyed)
    own_minds = [chosen(5, 4), *(chosen(5, victim) for victim in range(1, VICTIMS)), chosen(0)]
    assert obeyed != own_minds
    assert published(village.assembly) == [sum(column) for column in zip(*own_minds, strict=True)]
    assert "votes.pb" not in publishing.files_of(village.assembly)
