"""Asks axe-core what people with disabilities would stumble over."""

import os
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COME_TO_REST = """() => Promise.all(document.getAnimations()
  .filter((each) => each.playState === 'running' && each.effect?.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => null)))"""


@cache
def _axe() -> str:
    return AXE.read_text()


def come_to_rest(page: Page) -> None:
    """Wait until nothing moves and no colour fades any more, however slow the machine."""
    page.evaluate(COME_TO_REST)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page once it has come to rest: rule, and the first element it concerns."""
    if not AXE.exists():
        message = "axe-core is not installed (npm ci --prefix tests/tools)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(f"() => {{ {_axe()} }}")
    come_to_rest(page)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]
