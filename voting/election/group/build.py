"""Compile the optional accelerator: ``python -m voting.election.group.build``.

Needs a C compiler for a 64-bit machine (``cc``, ``gcc`` or ``clang``; ``CC`` overrides) and nothing else. Without it
every group works all the same, only slower, with the same results. The library is named after the hash of its source,
the compiler's flags and the machine, so that one left over from another version is never loaded.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from voting.election.group.accelerator import FLAGS, SOURCE, directories, library_name


class BuildError(Exception):
    """The accelerator cannot be compiled here; the message says why."""


def compiler() -> list[str] | None:
    """Return the command of the C compiler: ``CC``, or the first of ``cc``, ``gcc``, ``clang`` on the path."""
    if chosen := os.environ.get("CC"):
        return shlex.split(chosen)
    return next(([found] for found in map(shutil.which, ("cc", "gcc", "clang")) if found), None)


def build(directory: Path) -> Path:
    """Compile the accelerator into a directory and return its path; the file appears complete or not at all.

    Raises:
        BuildError: no compiler, or it refuses.
        OSError: the directory cannot be written.
    """
    command = compiler()
    if command is None:
        raise BuildError("no C compiler found (cc, gcc, clang; or set CC)")
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        made = Path(scratch) / "library.so"
        try:
            done = subprocess.run(  # noqa: S603 - the compiler that the user chose
                [*command, *FLAGS, "-o", str(made), str(SOURCE)], capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise BuildError(f"{command[0]} cannot be run: {error.strerror}") from None
        if done.returncode != 0 or not made.is_file():
            raise BuildError(f"{command[0]} failed:\n{done.stderr.strip()}")
        path = directory / library_name()
        made.replace(path)
    return path


def main() -> int:
    """Compile into the first directory that can be written; exit status 0 also when there is no compiler."""
    reason = "no directory can be written"
    for directory in directories():
        try:
            path = build(directory)
        except OSError as error:
            reason = f"{directory}: {error.strerror}"
            continue
        except BuildError as error:
            reason = str(error)
            break
        sys.stdout.write(f"accelerator: {path}\n")
        return 0
    sys.stdout.write(f"accelerator: not built, PyNaCl is used instead: {reason}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
