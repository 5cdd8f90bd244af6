"""One sentence per decision, in both languages, with its numbers and the right particles."""

from fractions import Fraction

import pytest

from voting.allocation import (
    RESIDENTS,
    Account,
    BallotKind,
    CategoryLimit,
    Completion,
    Conditions,
    Election,
    Majority,
    Project,
    Reason,
    Rule,
    RuleName,
    ScoreSource,
    TieKey,
    TieOrder,
    Utility,
    YesNo,
    count,
    english_sentence,
    explain,
    from_ballots,
    from_sums,
    give_account,
    korean_sentence,
    share_of_voter,
)
from voting.allocation.explanation import english, korean
from voting.allocation.explanation.wording import Money, decimal, listed, particle, percent

LEXICO = TieOrder((TieKey.LEXICO,))


def tell(election: Election, rule: Rule) -> dict[str, tuple[str, str]]:
    account: Account = give_account(election, rule, count(election, rule))
    return {
        facts.project_id: (korean_sentence(account, facts), english_sentence(account, facts)) for facts in account.facts
    }


def sums(budget: int, *projects: tuple[str, int, int], **more: object) -> Election:
    return from_sums(
        [Project(id_, cost, f"{id_} 사업") for id_, cost, _ in projects],
        budget,
        {id_: votes for id_, _, votes in projects},
        voters=50,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("election", "rule", "project_id", "korean", "english"),
    [
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 50, 8)),
            Rule(RuleName.GREEDY),
            "꽃길",
            "「꽃길 사업」은 9표로 1위였고, 차례가 왔을 때 남은 100원 안에 사업비 60원이 들어와 선정되었습니다.",
            "‘꽃길 사업’ was funded: with 9 votes it ranked 1, and its cost of 60 won fitted into the 100 won left.",
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 50, 8)),
            Rule(RuleName.GREEDY),
            "쉼터",
            "「쉼터 사업」은 8표로 2위였으나, 앞선 1건(「꽃길 사업」)이 배정받고 남은 40원이 사업비 50원에 모자라 선정되지 않았습니다.",
            ("‘쉼터 사업’ was not funded: with 8 votes it ranked 2, but after ‘꽃길 사업’ the 40 won "
            "left did not reach its cost of 50 won."),
        ),
        (
            sums(100, ("꽃길", 160, 9)),
            Rule(RuleName.GREEDY),
            "꽃길",
            "「꽃길 사업」은 사업비 160원이 전체 예산 100원보다 커서 선정될 수 없었습니다.",
            "‘꽃길 사업’ could not be funded: its cost of 160 won exceeds the whole budget of 100 won.",
        ),
        (
            sums(100, ("꽃길", 60, 0)),
            Rule(RuleName.GREEDY),
            "꽃길",
            "「꽃길 사업」은 지지한 사람이 없어 선정되지 않았습니다.",
            "‘꽃길 사업’ was not funded: nobody supported it.",
        ),
        (
            sums(100, ("꽃길", 60, 1)),
            Rule(RuleName.GREEDY, conditions=Conditions(minimum_votes=5)),
            "꽃길",
            "「꽃길 사업」은 5표가 필요했는데 1표를 얻어 선정되지 않았습니다.",
            "‘꽃길 사업’ was not funded: it needed 5 votes and had 1 vote.",
        ),
        (
            sums(100, ("꽃길", 60, 3)),
            Rule(RuleName.GREEDY_THRESHOLD, conditions=Conditions(minimum_score=Fraction(5))),
            "꽃길",
            "「꽃길 사업」은 3표를 얻어 기준 5표에 이르지 못해 선정되지 않았습니다.",
            "‘꽃길 사업’ was not funded: it had 3 votes, below the threshold of 5.",
        ),
        (
            sums(100, ("꽃길", 60, 9)),
            Rule(RuleName.GREEDY, conditions=Conditions(support_floor=Fraction(1, 3))),
            "꽃길",
            "「꽃길 사업」은 사업비 60원에 견주어 10표의 지지가 필요했는데 9표를 얻어 선정되지 않았습니다.",
            "‘꽃길 사업’ was not funded: for its cost of 60 won it needed 10 votes and had 9 votes.",
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 50, 8), ("등", 10, 1)),
            Rule(RuleName.GREEDY_NO_SKIP),
            "등",
            "「등 사업」은 1표로 3위였으나, 앞선 「쉼터 사업」이 남은 돈을 넘어 거기서 집계가 끝나 선정되지 않았습니다.",
            ("‘등 사업’ was not funded: with 1 vote it ranked 3, and the count had ended at ‘쉼터 사업’, which exceeded the money "
            "left."),
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 10, 8)),
            Rule(RuleName.GREEDY, conditions=Conditions(exclusive=(("꽃길", "쉼터"),))),
            "쉼터",
            "「쉼터 사업」은 8표를 얻었으나, 함께 할 수 없는 「꽃길 사업」이 먼저 선정되어 선정되지 않았습니다.",
            "‘쉼터 사업’ was not funded: it had 8 votes, but ‘꽃길 사업’, with which it cannot be combined, was funded before it.",
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 10, 8)),
            Rule(RuleName.GREEDY, conditions=Conditions(winners_at_most=1)),
            "쉼터",
            "「쉼터 사업」은 8표로 2위였으나, 정해진 1건이 앞에서 모두 차서 선정되지 않았습니다.",
            "‘쉼터 사업’ was not funded: with 8 votes it ranked 2, and all places (1) were taken before it.",
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 50, 8)),
            Rule(RuleName.MAX_WELFARE),
            "쉼터",
            "「쉼터 사업」은 8표를 얻었으나, 사업비 50원을 들여 넣어도 전체 합계가 더 커지지 않아 선정되지 않았습니다.",
            "‘쉼터 사업’ was not funded: it had 8 votes, but no affordable set that includes it at 50 won has a larger total.",
        ),
        (
            sums(100, ("꽃길", 60, 9), yes_no={"꽃길": YesNo(20, 20)}),
            Rule(RuleName.GREEDY, majority=Majority()),
            "꽃길",
            "「꽃길 사업」은 찬성 20표, 반대 20표로 과반인 21표에 이르지 못해 부결되었습니다.",
            "‘꽃길 사업’ was rejected: 20 voted yes and 20 voted no, and a majority would have been 21 yes votes.",
        ),
        (
            sums(100, ("꽃길", 60, 9), ("쉼터", 50, 1), scores={"committee": {"꽃길": Fraction(1), "쉼터": Fraction(3)}}),
            Rule(RuleName.GREEDY, combination=(ScoreSource(RESIDENTS, 30), ScoreSource("committee", 70))),
            "쉼터",
            "「쉼터 사업」은 종합 55.5점으로 1위였고, 차례가 왔을 때 남은 100원 안에 사업비 50원이 들어와 선정되었습니다.",
            ("‘쉼터 사업’ was funded: with a combined score of 55.5 it ranked 1, and its cost of 50 won fitted into the 100 won "
            "left."),
        ),
    ],
)  # fmt: skip
def test_a_decision_is_told_with_its_numbers(
    election: Election, rule: Rule, project_id: str, korean: str, english: str
) -> None:
    assert tell(election, rule)[project_id] == (korean, english)


def in_two_categories(limit: CategoryLimit) -> dict[str, tuple[str, str]]:
    projects = [Project("a", 40, "가로등", ("안전",)), Project("b", 40, "놀이터", ("안전",), least_cost=None)]
    election = from_sums(projects, 100, {"a": 5, "b": 4}, voters=9)
    return tell(election, Rule(RuleName.GREEDY, conditions=Conditions(categories=(limit,))))


def test_a_full_category_names_who_filled_it() -> None:
    assert in_two_categories(CategoryLimit("안전", at_most=1))["b"] == (
        "「놀이터」는 4표를 얻었으나, 같은 분야의 1자리가 「가로등」으로 먼저 차서 선정되지 않았습니다.",
        "‘놀이터’ was not funded: it had 4 votes, but the places of its category (1) were taken by ‘가로등’.",
    )
    assert in_two_categories(CategoryLimit("안전", cost_at_most=50))["b"][0] == (
        "「놀이터」는 4표를 얻었으나, 사업비 40원이 같은 분야에 남은 한도를 넘어 선정되지 않았습니다."
    )
    assert in_two_categories(CategoryLimit("안전", at_least=1))["a"][1] == (
        "‘가로등’ was funded: with 5 votes it took a place reserved for its category."
    )


def test_equal_shares_says_who_paid_and_where_the_money_of_the_others_went() -> None:
    projects = [Project("a", 30, "가로등"), Project("b", 28, "놀이터"), Project("c", 0, "인사하기")]
    votes = from_ballots(projects, 60, BallotKind.APPROVAL, [["a", "c"]] * 3 + [["a", "b"]] * 2 + [["b"]])
    told = tell(votes, Rule(RuleName.EQUAL_SHARES, ties=LEXICO))
    assert told["a"] == (
        "「가로등」은 지지자 5명이 각자의 몫 10원 가운데 많아야 6원씩 내어 사업비 30원을 모두 마련해 선정되었습니다.",
        "‘가로등’ was funded: 5 supporters paid its cost of 30 won from their shares of 10 won, at most 6 won each.",
    )
    assert told["b"] == (
        (
            "「놀이터」는 지지자 3명에게 남은 몫이 모두 18원으로 사업비 28원의 64.3%에 그쳐 선정되지 않았습니다 "
            "(이들의 몫은 「가로등」에 12원 등으로 쓰였습니다)."
        ),
        (
            "‘놀이터’ was not funded: its supporters (3) had 18 won of their shares left, 64.3% of its cost of 28 won; they had "
            "paid 12 won to ‘가로등’."
        ),
    )
    assert told["c"] == (
        "「인사하기」는 지지가 있고 돈이 들지 않아 선정되었습니다.",
        "‘인사하기’ was funded: it has support and costs nothing.",
    )


def test_filling_up_and_part_funding_are_told() -> None:
    projects = [Project("a", 30, "가로등"), Project("b", 25, "놀이터"), Project("c", 20, "쉼터", least_cost=1)]
    votes = from_ballots(projects, 60, BallotKind.APPROVAL, [["a"]] * 3 + [["b"]] * 2 + [["c"]])
    rule = Rule(RuleName.EQUAL_SHARES, completion=Completion.UTILITARIAN, conditions=Conditions(part_funding=True))
    told = tell(votes, rule)
    assert told["b"][1] == (
        "‘놀이터’ was funded: with 2 votes its turn came to fill up, and its cost of 25 won fitted into the 30 won that the "
        "shares had left."
    )
    assert told["c"] == (
        "「쉼터」는 사업비 20원 전부는 남은 돈에 들어오지 않았으나, 조정할 수 있는 사업이어서 5원이 배정되었습니다.",
        "‘쉼터’ was funded in part: its full cost of 20 won no longer fitted, and being adjustable it was granted 5 won.",
    )


def test_points_that_do_not_exceed_nought_are_not_called_no_support() -> None:
    projects = [Project("a", 10, "가로등")]
    votes = from_ballots(projects, 10, BallotKind.SCORING, [{"a": 1}, {"a": -3}])
    assert tell(votes, Rule(RuleName.GREEDY))["a"] == (
        "「가로등」은 얻은 점수가 -2점으로 0점을 넘지 못해 선정되지 않았습니다.",
        "‘가로등’ was not funded: it had -2 points and needed more than 0.",
    )


def test_a_voter_sees_what_her_share_paid_for() -> None:
    projects = [Project("a", 30), Project("b", 8)]
    votes = from_ballots(projects, 60, BallotKind.APPROVAL, [["a"]] * 3 + [["a", "b"]] * 2 + [[]])
    account = explain(votes, Rule(RuleName.EQUAL_SHARES, utility=Utility.COST, ties=LEXICO)).account
    assert share_of_voter(account, (1, 0)) == (("a", Fraction(6)), ("b", Fraction(4)))
    assert share_of_voter(account, (0,)) == (("a", Fraction(6)),)
    assert share_of_voter(account, (1,)) == ()  # nobody cast this ballot
    assert share_of_voter(explain(votes, Rule(RuleName.GREEDY)).account, (0,)) == ()


def test_the_trace_shows_effective_support_and_what_is_left() -> None:
    projects = [Project("a", 30), Project("b", 24)]
    votes = from_ballots(projects, 60, BallotKind.APPROVAL, [["a"]] * 3 + [["a", "b"]] * 2 + [["b"]])
    trace = explain(votes, Rule(RuleName.EQUAL_SHARES, ties=LEXICO, completion=Completion.ADD1)).account.trace
    assert trace is not None
    first, second = trace.rounds
    assert (first.payers, first.in_full, first.largest_payment, first.effective_support) == (5, 5, 6, 5)
    # The share rises to 12: the two who paid 6 give their other 6, and the third one all 12.
    assert trace.endowment == 12
    assert (second.payers, second.in_full, second.largest_payment, second.effective_support) == (3, 1, 12, 2)
    assert second.money_left == 6 * 12 - 54


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("사과", ("는", "가", "를", "와", "로")),
        ("귤", ("은", "이", "을", "과", "로")),
        ("감", ("은", "이", "을", "과", "으로")),
        ("「길」", ("은", "이", "을", "과", "로")),
        ("10", ("은", "이", "을", "과", "으로")),
        ("2", ("는", "가", "를", "와", "로")),
        ("7", ("은", "이", "을", "과", "로")),
        ("Song", ("은(는)", "이(가)", "을(를)", "과(와)", "(으)로")),
        ("", ("은(는)", "이(가)", "을(를)", "과(와)", "(으)로")),
    ],
)
def test_particles_follow_the_sound(word: str, kinds: tuple[str, ...]) -> None:
    assert tuple(particle(word, kind) for kind in ("은", "이", "을", "과", "으로")) == kinds


def test_numbers_are_rounded_half_up_and_money_has_its_unit() -> None:
    assert [decimal(Fraction(n, 2)) for n in (1, 3, -1, 2001)] == ["1", "2", "-1", "1,001"]
    assert decimal(Fraction(-1, 1000), 2) == "0"
    assert [decimal(Fraction(n, 8), 2) for n in (1, 2, 8)] == ["0.13", "0.25", "1"]
    assert percent(Fraction(1, 3)) == "33.3%"
    assert Money("KRW", 1).korean(1_000_000) == "1,000,000원"
    assert Money("KRW", 1).english(1_000_000) == "1,000,000 won"
    assert Money("XXX", 1).english(5) == Money("XXX", 1).korean(5) == "5"
    assert Money("EUR", 100).english(12_345) == "123.45 EUR"
    assert listed(["a", "b", "c"], most=2, korean=True) == "「a」, 「b」 외 1건"
    assert listed(["a", "b", "c"], most=2, korean=False) == "‘a’, ‘b’ and 1 more"


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    assert set(english._SENTENCES) == set(korean._SENTENCES) == set(Reason)
