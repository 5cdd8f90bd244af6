"""A rule as canonical JSON: published before the vote, frozen at opening, part of the result bundle.

Every field is always written, defaults included, so that a later change of a default cannot change an old count.
Unknown fields are refused: a verifier that does not know a condition must not count as if it were not there.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

from voting.allocation.conditions import CategoryLimit, Conditions
from voting.allocation.errors import MalformedRuleError
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
_FRACTION = re.compile(r"(-?[0-9]{1,18})/([1-9][0-9]{0,17})")
_T = TypeVar("_T")


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
    fields = _Fields(value, "the rule")
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
            keys=tuple(_named(key, TieKey, "ties") for key in fields.array("ties")), lottery=fields.texts("lottery")
        ),
        ranking=_ranking(fields),
        conditions=_conditions(fields.inside("conditions")),
        majority=fields.optional("majority", lambda: _majority(fields.inside("majority"))),
        combination=tuple(_source(_Fields(part, "a source")) for part in fields.array("combination")),
        pabutools=fields.flag("pabutools"),
    )
    fields.close()
    return rule


def _ranking(fields: "_Fields") -> Ranking | tuple[int, ...]:
    value = fields.take("ranking")
    if isinstance(value, list):
        return tuple(_whole(points, "ranking") for points in value)
    return _named(value, Ranking, "ranking")


def _conditions(fields: "_Fields") -> Conditions:
    conditions = Conditions(
        minimum_votes=fields.whole("minimum_votes"),
        minimum_score=fields.optional("minimum_score", lambda: fields.fraction("minimum_score")),
        support_floor=fields.optional("support_floor", lambda: fields.fraction("support_floor")),
        winners_at_most=fields.optional("winners_at_most", lambda: fields.whole("winners_at_most")),
        categories=tuple(_limit(_Fields(limit, "a category")) for limit in fields.array("categories")),
        exclusive=tuple(
            tuple(_text(project_id, "exclusive") for project_id in _array(group, "exclusive"))
            for group in fields.array("exclusive")
        ),
        part_funding=fields.flag("part_funding"),
    )
    fields.close()
    return conditions


def _limit(fields: "_Fields") -> CategoryLimit:
    limit = CategoryLimit(
        category=fields.text("category"),
        at_most=fields.optional("at_most", lambda: fields.whole("at_most")),
        cost_at_most=fields.optional("cost_at_most", lambda: fields.whole("cost_at_most")),
        at_least=fields.whole("at_least"),
    )
    fields.close()
    return limit


def _majority(fields: "_Fields") -> Majority:
    majority = Majority(share=fields.fraction("share"), base=fields.named("base", MajorityBase))
    fields.close()
    return majority


def _source(fields: "_Fields") -> ScoreSource:
    source = ScoreSource(
        source=fields.text("source"), weight=fields.whole("weight"), scale=fields.named("scale", ScoreScale)
    )
    fields.close()
    return source


class _Fields:
    """A JSON object of which every field must be taken exactly as its kind, and none may be left over."""

    def __init__(self, value: JSON, what: str) -> None:
        if not isinstance(value, dict):
            raise MalformedRuleError(f"{what} is not an object")
        self._value: Mapping[str, JSON] = value
        self._what = what
        self._taken: set[str] = set()

    def take(self, key: str) -> JSON:
        if key not in self._value:
            raise MalformedRuleError(f"{self._what} lacks '{key}'")
        self._taken.add(key)
        return self._value[key]

    def close(self) -> None:
        left = sorted(set(self._value) - self._taken)
        if left:
            raise MalformedRuleError(f"{self._what} has the unknown field '{left[0]}'")

    def optional(self, key: str, read: Callable[[], _T]) -> _T | None:
        return None if self.take(key) is None else read()

    def text(self, key: str) -> str:
        return _text(self.take(key), key)

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_text(item, key) for item in self.array(key))

    def whole(self, key: str) -> int:
        return _whole(self.take(key), key)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise MalformedRuleError(f"'{key}' is neither true nor false")
        return value

    def array(self, key: str) -> list[JSON]:
        return _array(self.take(key), key)

    def inside(self, key: str) -> "_Fields":
        return _Fields(self.take(key), f"'{key}'")

    def fraction(self, key: str) -> Fraction:
        match = _FRACTION.fullmatch(self.text(key))
        if match is None:
            raise MalformedRuleError(f"'{key}' is not a fraction such as 1/2")
        return Fraction(int(match[1]), int(match[2]))

    def named(self, key: str, kind: Callable[[str], _T]) -> _T:
        return _named(self.take(key), kind, key)


def _named(value: JSON, kind: Callable[[str], _T], key: str) -> _T:
    try:
        return kind(_text(value, key))
    except ValueError:
        raise MalformedRuleError(f"'{key}' has the unknown value '{value}'") from None


def _text(value: JSON, key: str) -> str:
    if not isinstance(value, str):
        raise MalformedRuleError(f"'{key}' is not a text")
    return value


def _whole(value: JSON, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedRuleError(f"'{key}' is not a whole number")
    return value


def _array(value: JSON, key: str) -> list[JSON]:
    if not isinstance(value, list):
        raise MalformedRuleError(f"'{key}' is not a list")
    return value


def _fraction(number: Fraction | None) -> str | None:
    return None if number is None else f"{number.numerator}/{number.denominator}"
