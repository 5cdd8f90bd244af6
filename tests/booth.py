"""Runs the booth's JavaScript under node, so that Python can judge what it makes."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(__file__).parent / "unit" / "booth" / "run_booth.mjs"


def require_node() -> str:
    """Return where node is; without it the test is skipped, on the CI machine it fails."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is missing")
        pytest.skip("node is not installed")
    return found


def ask(**request: Any) -> dict[str, Any]:
    """Send one request to the booth's modules and return their answer."""
    done = subprocess.run(
        [require_node(), str(RUNNER)], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


class Recorder:
    """A source of randomness that remembers the numbers it gave, in order."""

    def __init__(self, random: Any) -> None:
        self.random = random
        self.given: list[int] = []

    def __call__(self, size: int) -> int:
        number = self.random(size)
        self.given.append(number)
        return int(number)
