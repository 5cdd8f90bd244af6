"""Debian's belenios-tool, called as a program."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def require_tool() -> str:
    """Return the program; skip without it, fail without it under ``CI=true``."""
    program = shutil.which("belenios-tool")
    if program is None:
        message = "belenios-tool is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return program


def run_tool(folder: Path, *arguments: str, given: str = "", succeed: bool = True) -> str:
    """Run the tool inside a folder and return what it prints.

    A failing tool fails the test, and, with ``succeed=False``, a succeeding one does.
    """
    done = subprocess.run(  # noqa: S603 - a fixed program with the test's own arguments
        [require_tool(), *arguments], cwd=folder, input=given, capture_output=True, text=True, check=False, timeout=300
    )
    if (done.returncode == 0) != succeed:
        pytest.fail(f"belenios-tool {' '.join(arguments)} exited {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout if succeed else done.stderr


def tool_verifies(archive: Path) -> None:
    """Let the tool verify an archive, alone in a folder of its own."""
    folder = archive.parent / f"verify-{archive.stem}"
    folder.mkdir(exist_ok=True)
    shutil.copy(archive, folder / archive.name)
    output = run_tool(folder, "election", "verify", "--dir", ".")
    assert "all checks passed" in output.lower() or not output


def tool_refuses(archive: Path) -> str:
    """Let the tool refuse an archive, and return what it says."""
    folder = archive.parent / f"refuse-{archive.stem}"
    folder.mkdir(exist_ok=True)
    shutil.copy(archive, folder / archive.name)
    return run_tool(folder, "election", "verify", "--dir", ".", succeed=False)
