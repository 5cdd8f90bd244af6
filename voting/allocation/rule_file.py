"""A rule as canonical JSON: published before the vote, frozen at opening, part of the result bundle.

Every field is always written, defaults included, so that a later change of a default cannot change an old count.
Unknown fields are refused: a verifier that does not know a condition must not count as if it were not there.
"""

from fractions import Fraction

from voting.allocation.conditions import CategoryLimit, Conditions
from voting.allocation.errors import MalformedFieldError, MalformedRuleError
from voting.allocation.fields import Fields, fraction_text, read_array, read_named, read_text, read_whole
from voting.allocation.rule import (
    Completion,
    Majority,
    MajorityBase,
    Rule,
    RuleName,
    ScoreScale,
    ScoreSource,
)
from voting.allocation.scores import Ranking, Utility
from voting.allocation.ties import TieKey, TieOrder
from voting.encoding import JSON, canonical_json, parse_json

FORMAT = "madang-rule-1"


def rule_to_json(rule: Rule) -> bytes:
    """Write a rule; equal rules give equal bytes."""
    return canonical_json(rule_to_value(rule))


def rule_to_value(rule: Rule) -> dict[str, JSON]:
    """Return a rule as a JSON object."""
    conditions = rule.conditions
    ranking = rule.ranking_in_force
    return {
        "format": FORMAT,
        "rule": rule.name.value,
        "utility": None if rule.utility is None else rule.utility.value,
        "completion": rule.completion.value,
        "increment": rule.increment,
        "integral_start": rule.integral_start,
        "comparison_step": rule.comparison_step,
        "ties": [key.value for key in rule.ties.keys],
        "lottery": list(rule.ties.lottery),
        "ranking": ranking.value if isinstance(ranking, Ranking) else list(ranking),
        "conditions": {
            "minimum_votes": conditions.minimum_votes,
            "minimum_score": _fraction(conditions.minimum_score),
            "support_floor": _fraction(conditions.support_floor),
            "winners_at_most": conditions.winners_at_most,
            "categories": [
                {
                    "category": limit.category,
                    "at_most": limit.at_most,
                    "cost_at_most": limit.cost_at_most,
                    "at_least": limit.at_least,
                }
                for limit in conditions.categories
            ],
            "exclusive": [list(group) for group in conditions.exclusive],
            "part_funding": conditions.part_funding,
        },
        "majority": None
        if rule.majority is None
        else {"share": _fraction(rule.majority.share), "base": rule.majority.base.value},
        "combination": [
            {"source": part.source, "weight": part.weight, "scale": part.scale.value} for part in rule.combination
        ],
        "pabutools": rule.pabutools,
    }


def rule_from_json(data: bytes) -> Rule:
    """Read a rule.

    Raises:
        MalformedJSONError: not strict JSON.
        MalformedRuleError: a field is missing, unknown or of the wrong kind.
    """
    return rule_from_value(parse_json(data, max_bytes=1024 * 1024))


def rule_from_value(value: JSON) -> Rule:
    """Read a rule from a JSON object.

    Raises:
        MalformedRuleError: a field is missing, unknown or of the wrong kind.
    """
    try:
        return _rule(Fields(value, "the rule"))
    except MalformedFieldError as error:
        raise MalformedRuleError(str(error)) from None


def _rule(fields: Fields) -> Rule:
    if fields.text("format") != FORMAT:
        raise MalformedRuleError(f"not a rule of format {FORMAT}")
    rule = Rule(
        name=fields.named("rule", RuleName),
        utility=fields.optional("utility", lambda: fields.named("utility", Utility)),
        completion=fields.named("completion", Completion),
        increment=fields.whole("increment"),
        integral_start=fields.flag("integral_start"),
        comparison_step=fields.flag("comparison_step"),
        ties=TieOrder(
            keys=tuple(read_named(key, TieKey, "ties") for key in fields.array("ties")), lottery=fields.texts("lottery")
        ),
        ranking=_ranking(fields),
        conditions=_conditions(fields.inside("conditions")),
        majority=fields.optional("majority", lambda: _majority(fields.inside("majority"))),
        combination=tuple(_source(Fields(part, "a source")) for part in fields.array("combination")),
        pabutools=fields.flag("pabutools"),
    )
    fields.close()
    return rule


def _ranking(fields: Fields) -> Ranking | tuple[int, ...]:
    value = fields.take("ranking")
    if isinstance(value, list):
        return tuple(read_whole(points, "ranking") for points in value)
    return read_named(value, Ranking, "ranking")


def _conditions(fields: Fields) -> Conditions:
    conditions = Conditions(
        minimum_votes=fields.whole("minimum_votes"),
        minimum_score=fields.optional("minimum_score", lambda: fields.fraction("minimum_score")),
        support_floor=fields.optional("support_floor", lambda: fields.fraction("support_floor")),
        winners_at_most=fields.optional("winners_at_most", lambda: fields.whole("winners_at_most")),
        categories=tuple(_limit(Fields(limit, "a category")) for limit in fields.array("categories")),
        exclusive=tuple(
            tuple(read_text(project_id, "exclusive") for project_id in read_array(group, "exclusive"))
            for group in fields.array("exclusive")
        ),
        part_funding=fields.flag("part_funding"),
    )
    fields.close()
    return conditions


def _limit(fields: Fields) -> CategoryLimit:
    limit = CategoryLimit(
        category=fields.text("category"),
        at_most=fields.optional("at_most", lambda: fields.whole("at_most")),
        cost_at_most=fields.optional("cost_at_most", lambda: fields.whole("cost_at_most")),
        at_least=fields.whole("at_least"),
    )
    fields.close()
    return limit


def _majority(fields: Fields) -> Majority:
    majority = Majority(share=fields.fraction("share"), base=fields.named("base", MajorityBase))
    fields.close()
    return majority


def _source(fields: Fields) -> ScoreSource:
    source = ScoreSource(
        source=fields.text("source"), weight=fields.whole("weight"), scale=fields.named("scale", ScoreScale)
    )
    fields.close()
    return source


def _fraction(number: Fraction | None) -> str | None:
    return None if number is None else fraction_text(number)
