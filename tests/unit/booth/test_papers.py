"""What the booth reads off the election, and how marks become votes and back."""

import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from app.assembly.rules.ballots import BallotForm, BallotLine, ChoiceOrder, Preference, questions_of
from app.assembly.rules.choosing import default_rule
from app.assembly.rules.facts import Frozen
from app.assembly.rules.reading import answer_of, read_result
from tests.booth import ask
from voting import Election, generate_trustee_key, group_named, new_uuid
from voting.allocation import tally

pytestmark = pytest.mark.slow

LINES = [
    BallotLine(1, 1, "화단 <b>", 4_000_000, "환경"),
    BallotLine(2, 2, "쉼터", 3_000_000, "복지"),
    BallotLine(3, 3, "나무", 2_000_000, "환경"),
    BallotLine(4, 4, "잔치", 1_000_000, ""),
]
ENVELOPE = 6_000_000
FORMS = {
    "approval": BallotForm(Preference.APPROVAL, at_most=2, majority=True),
    "categories": BallotForm(Preference.CATEGORIES, at_most=1),
    "points": BallotForm(Preference.POINTS, at_most=5, per_item=3),
    "shuffled approval": BallotForm(Preference.APPROVAL, at_most=2, shuffled=True),
    "shuffled categories": BallotForm(Preference.CATEGORIES, at_most=1, shuffled=True),
    "shuffled points": BallotForm(Preference.POINTS, at_most=5, per_item=3, majority=True, shuffled=True),
    "ranking": BallotForm(Preference.RANKING, at_most=3, shuffled=True),
    "knapsack": BallotForm(Preference.KNAPSACK, majority=True, shuffled=True),
    "yes and no": BallotForm(Preference.NONE, majority=True),
}


def election_of(form: BallotForm) -> Election:
    _, key = generate_trustee_key(group_named("Ed25519"))
    at = datetime(2026, 9, 1, tzinfo=UTC)
    frozen = Frozen(
        place="dong", year=2026, plan_hash="0" * 64, lines=LINES, envelope_won=ENVELOPE, form=form, rule=default_rule(),
        channel_weights={"online": Fraction(1)}, least_turnout=1, opens_at=at, closes_at=at,
    )  # fmt: skip
    return Election.create(
        name="총회", description="시험", group=group_named("Ed25519"), public_key=key.public_key,
        questions=questions_of(form, LINES), uuid=new_uuid(), extensions=frozen.to_json(),
    )  # fmt: skip


def marks(*picks: int, points: dict[str, int] | None = None, yes: dict[str, str] | None = None) -> dict[str, object]:
    return {"yes": yes or {}, "picks": list(picks), "points": points or {}}


def mark(form: BallotForm, *each: dict[str, object]) -> list[dict]:
    return ask(paper=election_of(form).data.decode(), marks=list(each))["marked"]


@pytest.mark.parametrize("name", FORMS)
def test_marks_become_votes_that_the_questions_admit_and_are_found_again(name: str):
    form = FORMS[name]
    answers = {"0": "yes", "3": "no"} if form.majority else {}
    tried = [marks(yes=answers)]
    if form.preference is Preference.POINTS:
        tried += [marks(points={"0": 3, "2": 2}, yes=answers), marks(points={"3": 1})]
    elif form.preference is not Preference.NONE:
        tried += [marks(3, 0, yes=answers), marks(2)]
    questions = questions_of(form, LINES)
    for told, wanted in zip(mark(form, *tried), tried, strict=True):
        assert len(told["votes"]) == len(questions)
        for question, vote in zip(questions, told["votes"], strict=True):
            question.require_valid(vote)
        assert told["back"]["yes"] == wanted["yes"]
        assert told["back"]["points"] == wanted["points"]
        order = wanted["picks"] if form.preference is Preference.RANKING else sorted(wanted["picks"])
        assert told["back"]["picks"] == order or form.preference is Preference.CATEGORIES
        assert sorted(told["back"]["picks"]) == sorted(wanted["picks"])
        if form.shuffled:
            assert answer_of(form, LINES, told["votes"][0], ENVELOPE) is not None


def test_what_the_booth_marks_is_what_the_count_reads():
    """One voter's votes, summed by nobody, read as a result."""
    form = FORMS["points"]
    (told,) = mark(form, marks(points={"0": 3, "2": 2}))
    reading = read_result(form, LINES, told["votes"], envelope_won=ENVELOPE, voters=1)
    assert tally(reading.election).scores == (3, 0, 2, 0)
    assert tally(reading.election).votes == (1, 0, 1, 0)

    form = FORMS["approval"]
    (told,) = mark(form, marks(1, yes={"0": "yes", "1": "no", "2": "blank"}))
    reading = read_result(form, LINES, told["votes"], envelope_won=ENVELOPE, voters=1)
    assert tally(reading.election).votes == (0, 1, 0, 0)
    assert [(m.yes, m.no, m.abstained) for m in reading.majorities] == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]

    form = FORMS["ranking"]
    (told,) = mark(form, marks(3, 0, 1))
    reading = read_result(form, LINES, [[told["votes"][0]]], envelope_won=ENVELOPE, voters=1)
    assert reading.election.profile is not None
    assert reading.election.profile.choices == ((3, 0, 1),)


def test_too_much_is_told_before_anything_is_locked():
    def stopped(form: BallotForm, each: dict[str, object]) -> dict:
        return mark(form, each)[0]["sum"]

    assert stopped(FORMS["approval"], marks(0, 1, 2))["tooMany"] == 1
    assert stopped(FORMS["ranking"], marks(0, 1, 2, 3))["tooMany"] == 1
    assert stopped(FORMS["categories"], marks(0, 2))["fullCategory"] == {"category": "환경", "over": 1}
    assert stopped(FORMS["knapsack"], marks(0, 1))["overFilled"] == 1_000_000
    assert stopped(FORMS["knapsack"], marks(0, 2))["overFilled"] == 0
    over = stopped(FORMS["approval"], marks(0, 1))
    assert (over["tooMany"], over["overEnvelope"], over["overFilled"]) == (0, 1_000_000, 0)
    points = stopped(FORMS["points"], marks(points={"0": 3, "1": 1}))
    assert (points["used"], points["left"]) == (4, 1)
    assert stopped(FORMS["yes and no"], marks(yes={"0": "yes", "1": "blank"}))["abstained"] == 2


def test_another_election_than_the_published_one_is_refused():
    data = election_of(FORMS["approval"]).data.decode()
    assert ask(paper=data, published="A" * 43)["paper"]["error"] == "WrongElection"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("change", ["titles", "order", "more", "fewer", "bounds", "kind"])
def test_questions_that_mean_something_else_than_is_shown_are_refused(name: str, change: str):
    """A ballot paper whose answers are not the items in their order would turn a vote for one into a vote for another."""
    fields = json.loads(election_of(FORMS[name]).data)
    first = fields["questions"][0]
    content = first.get("value", first)
    match change:
        case "titles":
            fields["assembly"]["items"][0]["title"] = "다른 사업"
        case "order":
            fields["assembly"]["items"].reverse()
        case "more":
            fields["questions"].append(fields["questions"][-1])
        case "fewer":
            fields["questions"].pop()
        case "bounds":
            content["answers"] = content["answers"][:-1]
        case "kind":
            fields["assembly"]["ballot"]["preference"] = "lottery"
    told = ask(paper=json.dumps(fields, ensure_ascii=False))["paper"]
    assert told["error"] == "TypeError"


def test_the_first_place_on_the_list_is_as_the_policy_says():
    def orders(policy: str) -> set[tuple[int, ...]]:
        told = ask(orders={"policy": policy, "size": 4, "count": 400})["orders"]
        return {tuple(each) for each in told}

    assert orders(ChoiceOrder.FIXED) == {(0, 1, 2, 3)}
    assert orders(ChoiceOrder.ROTATED) == {(0, 1, 2, 3), (1, 2, 3, 0), (2, 3, 0, 1), (3, 0, 1, 2)}
    mixed = orders(ChoiceOrder.RANDOM)
    assert all(sorted(each) == [0, 1, 2, 3] for each in mixed)
    assert len(mixed) == 24
