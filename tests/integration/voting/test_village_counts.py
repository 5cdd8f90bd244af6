"""Real village assemblies counted under their own rules. Votes are published figures; costs were not published.

Where a rule knows no money (a number of places), every item costs nothing, so that money plays no part.
"""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.shared_data import shared_data
from voting.allocation import (
    CategoryLimit,
    Conditions,
    Election,
    Majority,
    MajorityBase,
    Project,
    Reason,
    Rule,
    RuleName,
    YesNo,
    count,
    english_sentence,
    from_sums,
    give_account,
    korean_sentence,
)


def village(case_id: str) -> dict[str, Any]:
    cases = json.loads((shared_data() / "village_assemblies.json").read_text(encoding="utf-8"))["cases"]
    case: dict[str, Any] = next(case for case in cases if case["id"] == case_id)
    return case


def sentences(election: Election, rule: Rule, project_id: str) -> tuple[str, str]:
    account = give_account(election, rule, count(election, rule))
    facts = next(facts for facts in account.facts if facts.project_id == project_id)
    return korean_sentence(account, facts), english_sentence(account, facts)


def test_gwansan_2022_ranks_six_projects_by_votes_and_money() -> None:
    case = village("gwansan-2022")
    # Three votes each: 2,312 of at most 2,313 were cast. Costs are examples, with the fifth one too dear.
    costs = [9_000_000, 7_500_000, 6_000_000, 5_000_000, 4_500_000, 2_400_000]
    projects = [
        Project(str(number), cost, title)
        for number, ((title, _), cost) in enumerate(zip(case["items"], costs, strict=True), 1)
    ]
    votes = {str(number): votes for number, (_, votes) in enumerate(case["items"], 1)}
    assert sum(votes.values()) == 3 * case["participants"] - 1
    election = from_sums(projects, 30_000_000, votes, voters=case["participants"])
    outcome = count(election, Rule(RuleName.GREEDY))
    assert outcome.funded == ("1", "2", "3", "4", "6")
    assert outcome.unspent == 100_000
    korean, english = sentences(election, Rule(RuleName.GREEDY), "5")
    assert korean == (
        "「전통 고추장 담그기」는 361표로 5위였으나, 앞선 4건(「통일로 문화축제」, 「관산동 꽃밭·꽃길 가꾸기」, "
        "「평생학습 프로그램 운영」 외 1건)이 배정받고 남은 2,500,000원이 사업비 4,500,000원에 모자라 선정되지 않았습니다."
    )
    assert english.startswith(
        "‘전통 고추장 담그기’ was not funded: with 361 votes it ranked 5, but after ‘통일로 문화축제’, "
    )
    # Without skipping, the sixth would not have been reached.
    assert count(election, Rule(RuleName.GREEDY_NO_SKIP)).funded == ("1", "2", "3", "4")


def test_sangmyeon_2022_gives_two_votes_to_each_of_324_people() -> None:
    case = village("sangmyeon-2022")
    votes = dict(case["items"])
    assert sum(votes.values()) == 2 * case["participants"]
    projects = [Project(title, 0, title) for title in votes]
    election = from_sums(projects, 0, votes, voters=case["participants"])
    outcome = count(election, Rule(RuleName.GREEDY, conditions=Conditions(winners_at_most=2)))
    assert outcome.funded == ("마을자치사업 발굴", "쓰레기 투기방지 현수막 설치")
    third = outcome.decisions["어르신 생신찾아드리기"]
    assert third.reason is Reason.NO_PLACE_LEFT
    assert third.because == outcome.funded


def test_mokhaeng_2024_gives_two_votes_in_each_of_two_categories() -> None:
    case = village("mokhaeng-2024")
    projects = [Project(title, 0, title, categories=(category,)) for title, _, category in case["items"]]
    votes = {title: votes for title, votes, _ in case["items"]}
    places = case["k_per_category"]
    for category in ("마을우선", "분과"):
        cast = sum(votes[project.id] for project in projects if project.categories == (category,))
        assert cast <= places * case["participants"]
    # The page names the two winners of each list. A dearer rule is played beside them: three losers of one list, any
    # of which has more votes than the winners of the other.
    more = [Project(f"탈락 {number}", 0, categories=("마을우선",)) for number in range(3)]
    votes |= {project.id: 400 - number for number, project in enumerate(more)}
    limits = tuple(CategoryLimit(category, at_most=places) for category in ("마을우선", "분과"))
    election = from_sums([*projects, *more], 0, votes, voters=case["participants"])
    outcome = count(election, Rule(RuleName.GREEDY, conditions=Conditions(categories=limits)))
    assert set(outcome.funded) == {title for title, _, _ in case["items"]}
    assert {outcome.decisions[project.id].reason for project in more} == {Reason.CATEGORY_FULL}


@pytest.mark.parametrize("base", list(MajorityBase))
def test_dangjin2_2019_rejects_what_has_no_majority(base: MajorityBase) -> None:
    case = village("dangjin2-2019")
    title, answers, decided = case["items"][0]
    projects = [Project(title, 0, title), *(Project(other, 0, other) for other in case["adopted_titles"])]
    yes_no = {title: YesNo(**answers)} | {other: YesNo(yes=120, no=45) for other in case["adopted_titles"]}
    voters = answers["yes"] + answers["no"]
    votes = {project_id: answer.yes for project_id, answer in yes_no.items()}
    election = from_sums(projects, case["envelope"], votes, voters=voters, yes_no=yes_no)
    rule = Rule(RuleName.GREEDY, majority=Majority(base=base))
    outcome = count(election, rule)
    assert decided == "rejected"
    assert outcome.decisions[title].reason is Reason.NO_MAJORITY
    assert set(outcome.funded) == set(case["adopted_titles"])
    korean, english = sentences(election, rule, title)
    assert korean == "「당진2동 잼버리대회」는 찬성 74표, 반대 91표로 과반인 83표에 이르지 못해 부결되었습니다."
    assert english == (
        "‘당진2동 잼버리대회’ was rejected: 74 voted yes and 91 voted no, and a majority would have been 83 yes votes."
    )


@pytest.mark.parametrize("case_id", ["jeondong-2024", "jeondong-2025"])
def test_jeondong_lets_everybody_choose_one(case_id: str) -> None:
    case = village(case_id)
    votes = dict(case["items"])
    assert sum(votes.values()) == case["participants"]
    election = from_sums([Project(title, 0) for title in votes], 0, votes, voters=case["participants"])
    outcome = count(election, Rule(RuleName.GREEDY, conditions=Conditions(winners_at_most=1)))
    assert outcome.funded == (case["items"][0][0],)
    assert Fraction(votes[outcome.funded[0]], case["participants"]) > Fraction(1, 2)
