"""Choosing how to count: the rules in plain words, what a place should know before it freezes one, and trying one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.marks import patterns_of, shown
from app.errors import InvalidInput
from app.i18n import N_
from voting.allocation import (
    Completion,
    Conditions,
    Election,
    Majority,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    count,
    granted,
    measure,
)

TIES = (TieKey.VOTES, TieKey.COST, TieKey.LOTTERY)
"""More voters first, then the cheaper one, then the order that is drawn and published when voting opens."""
FEW_ELECTORS = 100
"""Below this a rare ballot among published ones is likely to be recognised (allocation.md §5)."""
VERY_FEW_ELECTORS = 10
"""Below this even sums let people guess (security.md T49)."""
MOST_APPROVALS = 5
"""With more approvals most published ballots are unique (allocation.md §5: 5-8 approvals, 54 % of them)."""

RULE_NAMES: dict[RuleName, str] = {
    RuleName.GREEDY: N_("표가 많은 차례로, 안 들어가면 건너뛰기"),
    RuleName.GREEDY_NO_SKIP: N_("표가 많은 차례로, 안 들어가면 거기서 멈추기"),
    RuleName.GREEDY_THRESHOLD: N_("기준을 넘은 것만, 표가 많은 차례로"),
    RuleName.GREEDY_COST_RATIO: N_("돈에 견주어 표가 많은 차례로"),
    RuleName.EQUAL_SHARES: N_("같은 몫 나누기"),
    RuleName.PHRAGMEN: N_("부담 고르게 나누기"),
    RuleName.MAX_WELFARE: N_("예산 안에서 표의 합이 가장 큰 묶음"),
}
RULE_TEXTS: dict[RuleName, str] = {
    RuleName.GREEDY: N_(
        "표를 가장 많이 받은 사업부터 예산에 넣습니다. 남은 돈에 들어가지 않는 사업은 건너뛰고 다음 사업을 봅니다. "
        "가장 흔하고 알기 쉽습니다. 다만 표가 한쪽에 몰리면 나머지 주민은 아무것도 얻지 못할 수 있습니다."
    ),
    RuleName.GREEDY_NO_SKIP: N_(
        "표를 가장 많이 받은 사업부터 넣다가, 처음으로 들어가지 않는 사업이 나오면 멈춥니다. 돈이 남을 수 있습니다."
    ),
    RuleName.GREEDY_THRESHOLD: N_(
        "정해 둔 표나 점수에 이른 사업만 놓고, 많은 차례로 예산에 넣습니다. 안 들어가면 건너뜁니다."
    ),
    RuleName.GREEDY_COST_RATIO: N_("표를 비용으로 나눈 값이 큰 사업부터 넣습니다. 작고 싼 사업이 많이 뽑힙니다."),
    RuleName.EQUAL_SHARES: N_(
        "예산을 투표한 사람 수로 똑같이 나누어 한 사람이 한 몫씩 갖습니다. 한 사업은 그것을 고른 사람들이 몫을 모아 비용을 "
        "다 낼 수 있을 때 뽑힙니다. 이미 원하는 것을 얻은 사람은 몫이 줄어 있으므로, 적은 수의 주민도 수만큼은 얻습니다."
    ),
    RuleName.PHRAGMEN: N_(
        "사업을 하나씩 뽑을 때마다 그 비용을 고른 사람들이 나누어 지고, 부담이 가장 고르게 되는 사업을 다음에 뽑습니다. "
        "같은 몫 나누기처럼 여러 무리의 주민이 골고루 얻습니다."
    ),
    RuleName.MAX_WELFARE: N_(
        "예산 안에 들어가는 모든 묶음 가운데 표의 합이 가장 큰 것을 고릅니다. 컴퓨터로 셈해야 하고, 표가 많은 사업이 빠질 수도 있습니다."
    ),
}
COMPLETION_NAMES: dict[Completion, str] = {
    Completion.ADD1U: N_("몫을 조금씩 올려 다시 셈하고, 그래도 남으면 표가 많은 차례로 (권합니다)"),
    Completion.ADD1: N_("몫을 조금씩 올려 다시 셈하고, 그래도 남으면 남깁니다"),
    Completion.ADD1_EXHAUSTIVE: N_("몫을 올리다가 더 넣을 것이 없어지면 멈춥니다"),
    Completion.UTILITARIAN: N_("남은 돈은 표가 많은 차례로 씁니다"),
    Completion.NONE: N_("남은 돈은 쓰지 않습니다"),
}


@dataclass(frozen=True)
class Warning:  # noqa: A001 - what it is
    """Something to know before a choice is frozen. ``is_grave`` ones speak against it."""

    text: str
    values: Mapping[str, object]
    is_grave: bool = False


@dataclass(frozen=True)
class Trial:
    """What one rule would have funded."""

    rule: RuleName
    is_chosen: bool
    funded: tuple[str, ...]
    spent_won: int
    happy: int | None
    """Voters with at least one funded item that they chose; None where only sums are known."""
    voters: int


def default_rule(majority: Majority | None = None) -> Rule:
    """Return the rule of most places: most votes first, skip what does not fit."""
    return Rule(RuleName.GREEDY, ties=TieOrder(TIES), majority=majority)


def compose_rule(
    name: RuleName,
    *,
    completion: Completion,
    increment_won: int,
    threshold: int | None,
    minimum_votes: int,
    majority: Majority | None,
) -> Rule:
    """Return the rule that a place composed; the lottery order is filled in when voting opens.

    Raises:
        InvalidInput: the parts do not belong together.
    """
    if name is RuleName.GREEDY_THRESHOLD and not threshold:
        raise InvalidInput(N_("몇 표, 몇 점부터 뽑을지 기준을 적어 주세요."), field="threshold")
    shares = name is RuleName.EQUAL_SHARES
    return Rule(
        name,
        completion=completion if shares else Completion.NONE,
        increment=increment_won if shares and completion.raises_shares else 1,
        ties=TieOrder(TIES),
        conditions=Conditions(
            minimum_votes=minimum_votes,
            minimum_score=Fraction(threshold) if name is RuleName.GREEDY_THRESHOLD and threshold else None,
        ),
        majority=majority,
    )


def with_lottery(rule: Rule, drawn: Sequence[str]) -> Rule:
    """Return the rule with the order that was drawn for ties that nothing else settles."""
    return replace(rule, ties=TieOrder(rule.ties.keys, tuple(drawn)))


def suggested_increment(envelope_won: int, electors: int) -> int:
    """Return by how much a share is raised at a time: about a thousandth of it, a round number of won."""
    share = envelope_won // (1000 * max(1, electors))
    return max(step for step in (1, 10, 100, 1_000, 10_000) if step <= max(1, share))


def require_fitting(form: BallotForm, rule: Rule, weights: Mapping[str, Fraction]) -> None:
    """Refuse a rule that cannot count this ballot.

    Raises:
        InvalidInput: so.
    """
    if rule.name.needs_ballots and form.preference is Preference.NONE:
        raise InvalidInput(N_("찬성과 반대만 묻는 표로는 이 방법으로 정할 수 없습니다."), field="rule")
    if form.shuffled and len(set(weights.values())) > 1:
        raise InvalidInput(
            N_("표를 하나하나 섞어 공개하는 방법에서는 투표 방법별 무게를 다르게 할 수 없습니다."), field="rule"
        )


def warnings(
    form: BallotForm,
    rule: Rule,
    lines: Sequence[BallotLine],
    *,
    electors: int,
    envelope_won: int,
    mixers: int = 1,
) -> list[Warning]:
    """Return what a place should know before it freezes this ballot and this rule, gravest first.

    Args:
        form: the ballot.
        rule: how it is counted.
        lines: its items.
        electors: how many may vote.
        envelope_won: the money there is.
        mixers: how many shuffle the ballots, each on a device of their own; the server alone is one.
    """
    grave: list[Warning] = []
    plain: list[Warning] = []
    if electors < VERY_FEW_ELECTORS:
        text = N_("투표할 주민이 %(n)s명뿐이라 합계만 보아도 누가 무엇을 골랐는지 짐작할 수 있습니다.")
        grave.append(Warning(text, {"n": electors}, is_grave=True))
    if form.shuffled:
        plain.append(
            Warning(
                N_(
                    "이 방법은 표를 섞은 뒤 하나하나 공개합니다. 누구의 표인지는 알 수 없지만, 무엇을 함께 골랐는지는 "
                    "모두가 봅니다. 투표 화면에서 주민에게도 그렇게 알립니다."
                ),
                {},
            )
        )
        if mixers < 2:
            text = N_(
                "지금 방식에서는 서버 하나가 표를 섞습니다. 서버를 맡은 쪽이 규칙을 어기면 표의 주인을 알 수 있습니다."
            )
            plain.append(Warning(text, {}))
        if electors < FEW_ELECTORS:
            text = N_("투표할 주민이 %(n)s명이면 드문 표는 눈에 띕니다. 합계만 푸는 방법을 권합니다.")
            grave.append(Warning(text, {"n": f"{electors:,}"}, is_grave=True))
        if form.preference is Preference.APPROVAL and form.at_most > MOST_APPROVALS:
            text = N_(
                "%(k)s개까지 고르면 서로 다른 표가 너무 많아 표가 표식이 될 수 있습니다. %(most)s개까지를 권합니다."
            )
            grave.append(Warning(text, {"k": form.at_most, "most": MOST_APPROVALS}, is_grave=True))
        marks = _about_marks(form, lines, electors=electors, envelope_won=envelope_won)
        (grave if marks.is_grave else plain).append(marks)
    if rule.name is RuleName.EQUAL_SHARES:
        if rule.completion is Completion.NONE:
            plain.append(Warning(N_("몫만으로 사면 예산의 3분의 1쯤이 남는 일이 흔합니다."), {}))
        if form.preference in {Preference.APPROVAL, Preference.RANKING} and form.at_most < min(3, len(lines)):
            text = N_("한 사람이 고르는 수가 적으면 몫이 모이지 않습니다. 3개보다 많이 고르게 하기를 권합니다.")
            plain.append(Warning(text, {}))
    if too_dear := [line.label for line in lines if line.cost_won > envelope_won]:
        text = N_("예산보다 비싸서 뽑힐 수 없는 사업이 있습니다: %(titles)s")
        grave.append(Warning(text, {"titles": ", ".join(too_dear)}, is_grave=True))
    return grave + plain


def _about_marks(form: BallotForm, lines: Sequence[BallotLine], *, electors: int, envelope_won: int) -> Warning:
    found = patterns_of(form, lines, envelope_won)
    values = {"ways": shown(found.ballots), "beside": shown(found.beside), "n": f"{electors:,}"}
    if not found.can_mark(electors):
        text = N_(
            "나올 수 있는 표는 %(ways)s가지이고, 한 사업을 꼭 넣으면 %(beside)s가지입니다. 투표할 사람 %(n)s명보다 많지 않아, "
            "시킨 대로 채운 표를 공개된 표 가운데서 찾아내기 어렵습니다."
        )
        return Warning(text, values)
    text = N_(
        "나올 수 있는 표가 %(ways)s가지입니다. 누가 한 사업을 찍게 하고 나머지는 정해 준 대로 채우게 하면 %(beside)s가지 "
        "표식을 쓸 수 있습니다. 투표할 사람 %(n)s명보다 많아, 시킨 대로 했는지를 공개된 표에서 확인할 수 있습니다. "
        "고르는 수를 줄이거나 합계만 푸는 방법을 고르세요."
    )
    return Warning(text, values, is_grave=True)


def try_rules(election: Election, rule: Rule) -> list[Trial]:
    """Count votes by the chosen rule and by the best known ones beside it, to see what difference it makes.

    A majority is left out: the votes that a rule is tried on have no answers to questions of this year.

    Args:
        election: votes to try it on, last year's or made up.
        rule: the chosen one; its ties are settled by votes and cost.
    """
    step = suggested_increment(election.budget, election.voters)
    # A page waits for this: a finer step than makes a difference would keep it waiting for minutes.
    chosen = replace(rule, majority=None, ties=TieOrder(), increment=max(rule.increment, step))
    others = [Rule(RuleName.GREEDY), Rule(RuleName.GREEDY_NO_SKIP)]
    if election.profile is not None:
        others.append(Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=step))
    found = [_trial(election, chosen, is_chosen=True)]
    return found + [_trial(election, other, is_chosen=False) for other in others if other.name is not chosen.name]


def _trial(election: Election, rule: Rule, *, is_chosen: bool) -> Trial:
    outcome = count(election, rule)
    happy = measure(election, granted(outcome)).satisfied if election.profile is not None else None
    return Trial(rule.name, is_chosen, outcome.funded, outcome.total_cost, happy, election.voters)
