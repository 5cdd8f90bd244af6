"""Runs the ceremony's JavaScript under node, so that Python can judge what trustees' browsers make."""

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.booth import require_node

RUNNER = Path(__file__).parent / "unit" / "ceremony" / "run_craft.mjs"


def ask_all(jobs: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Send several requests to the modules in one process; return what each made or why it refused."""
    text = json.dumps([{"craft": craft, "asked": _written(asked)} for craft, asked in jobs])
    done = subprocess.run([require_node(), str(RUNNER)], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def ask(craft: str, **asked: Any) -> Any:
    """Return what one request made; a refusal is an error of the test."""
    answer = ask_all([(craft, asked)])[0]
    assert "made" in answer, answer
    return answer["made"]


def _written(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: base64.b64encode(each).decode() if isinstance(each, bytes) else each for name, each in asked.items()}
