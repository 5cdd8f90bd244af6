"""The published files of a draw, parsed."""

from functools import lru_cache

from app.draw.models import LotteryDraw
from voting.lottery import Bundle, Result, parse_bundle, parse_replacement, parse_result


def bundle_of(draw: LotteryDraw) -> Bundle:
    """Return the parsed bundle of a frozen draw; the last few stay parsed."""
    return _bundle(draw.bundle)


def result_of(draw: LotteryDraw) -> Result | None:
    """Return the parsed result, once drawn."""
    return _result(draw.result) if draw.result else None


def sitting_and_reserves(draw: LotteryDraw) -> tuple[list[str], list[str]]:
    """Return the numbers who hold a seat and who wait, in public order, after all that has happened."""
    if draw.replacement:
        found = parse_replacement(draw.replacement.encode())
        return list(found.sitting), list(found.reserves)
    outcome = _result(draw.result).outcome
    return list(outcome.selected), list(outcome.reserves)


@lru_cache(maxsize=8)
def _bundle(data: str) -> Bundle:
    return parse_bundle(data.encode())


@lru_cache(maxsize=8)
def _result(data: str) -> Result:
    return parse_result(data.encode())
