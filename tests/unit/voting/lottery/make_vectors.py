"""Write the vectors anew: ``python -m tests.unit.voting.lottery.make_vectors``."""

from pathlib import Path

from tests.lottery_pools import cut_bundle, make_pool, village, village_bundle
from voting.lottery import Event, Expansion, draw, parse_bundle, parse_result, prepare, replace_members

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "lottery"
SECRETS = {"갑": "봄비", "을": "가을 하늘"}


def bundles() -> dict[str, bytes]:
    """Return the bundles by file name."""
    homes = {"a": "1", "b": "1", "d": "2", "e": "2"}
    people = {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("x",), "e": ("x",), "f": ("y",)}
    return {
        "quota.bundle.json": village_bundle(),
        "cut.bundle.json": cut_bundle(),
        "homes.bundle.json": prepare(make_pool(people, [("f", "x", 1, 2), ("f", "y", 1, 2)], seats=3, homes=homes)),
        "simple.bundle.json": prepare(village(), mode="simple"),
    }


def derived(quota: bytes, simple: bytes) -> dict[str, bytes]:
    """Return the documents that follow from two bundles, by file name."""
    result = draw(quota, digits="482913", reveals=SECRETS)
    outcome = parse_result(result).outcome
    events = [
        Event("vacant", outcome.selected[0]),
        Event("refused", outcome.reserves[0]),
        Event("unfilled", outcome.selected[1]),
    ]
    order = list(reversed(parse_bundle(simple).numbers))
    return {
        "quota.result.json": result,
        "quota.panels-result.json": draw(quota, digits="007", reveals=SECRETS, expansion=Expansion(1000, "drand 1000")),
        "quota.replacement.json": replace_members(quota, result, events),
        "simple.result.json": draw(simple, digits="000000", reveals={}),
        "simple.balls-result.json": draw(simple, digits=None, reveals={}, order=order),
    }


if __name__ == "__main__":
    fixed = bundles()
    for name, data in (fixed | derived(fixed["quota.bundle.json"], fixed["simple.bundle.json"])).items():
        (FOLDER / name).write_bytes(data)
