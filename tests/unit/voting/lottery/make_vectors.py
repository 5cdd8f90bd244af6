"""Write the vectors anew: ``python -m tests.unit.voting.lottery.make_vectors``."""

from pathlib import Path

from tests.lottery_pools import cut_bundle, make_pool, panels_bundle, village, village_bundle
from voting.lottery import Event, draw, draw_panel, mix, parse_bundle, parse_result, prepare, replace_members

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "lottery"
GIVEN = ("quota.bundle.json", "panels.bundle.json", "simple.bundle.json")
SECRETS = {"갑": "봄비", "을": "가을 하늘"}


def bundles() -> dict[str, bytes]:
    """Return the bundles by file name."""
    homes = {"a": "1", "b": "1", "d": "2", "e": "2"}
    people = {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("x",), "e": ("x",), "f": ("y",)}
    return {
        "quota.bundle.json": village_bundle(),
        "cut.bundle.json": cut_bundle(),
        "homes.bundle.json": prepare(make_pool(people, [("f", "x", 1, 2), ("f", "y", 1, 2)], seats=3, homes=homes)),
        "panels.bundle.json": panels_bundle(),
        "simple.bundle.json": prepare(village(), mode="simple"),
    }


def derived(quota: bytes, panels: bytes, simple: bytes) -> dict[str, bytes]:
    """Return the documents that follow from three bundles, by file name."""
    table = mix(panels, digits="482913", reveals=SECRETS)
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
        "panels.table.json": table,
        "panels.result.json": draw_panel(panels, table, digits="007"),
        "quota.replacement.json": replace_members(quota, result, events),
        "simple.result.json": draw(simple, digits="000000", reveals={}),
        "simple.balls-result.json": draw(simple, digits=None, reveals={}, order=order),
    }


if __name__ == "__main__":
    fixed = bundles()
    for name, data in (fixed | derived(*map(fixed.__getitem__, GIVEN))).items():
        (FOLDER / name).write_bytes(data)
