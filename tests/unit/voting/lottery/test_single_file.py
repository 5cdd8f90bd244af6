"""The verifier needs the standard library and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lottery_pools import changed
from tests.unit.voting.lottery.make_vectors import FOLDER
from voting.lottery import single_file
from voting.lottery.single_file import MODULES

VERIFIER = Path(__file__).resolve().parents[4] / "voting" / "lottery" / "verify"


def run(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    script = folder / "lottery_verify.py"
    script.write_text(single_file(), encoding="utf-8")
    # -I and -S: no site-packages, no current directory, no environment.
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(script), *names]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, encoding="utf-8")


@pytest.mark.slow
def test_one_file_verifies_without_this_project(tmp_path: Path) -> None:
    names = [str(FOLDER / f"quota.{what}.json") for what in ("bundle", "result", "replacement")]
    for count in (1, 2, 3):
        done = run(tmp_path, *names[:count])
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VERIFIED"), done.stderr


@pytest.mark.slow
def test_one_file_verifies_panels_and_what_was_picked_from_them(tmp_path: Path) -> None:
    names = [str(FOLDER / f"panels.{what}.json") for what in ("bundle", "table", "result")]
    for given in (names[:2], names, [names[0], names[2]]):
        done = run(tmp_path, *given)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VERIFIED"), done.stderr
    assert run(tmp_path, str(FOLDER / "quota.bundle.json"), names[1]).returncode == 1


@pytest.mark.slow
def test_one_file_refuses_what_the_project_refuses(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(changed((FOLDER / "quota.bundle.json").read_bytes(), lambda fields: fields["levels"].pop()))
    done = run(tmp_path, str(wrong))
    assert done.returncode == 1
    assert "WrongProofError" in done.stderr
    assert run(tmp_path, str(tmp_path / "nothing.json")).returncode == 2
    assert run(tmp_path).returncode == 2
    assert run(tmp_path, "--help").returncode == 2


def test_the_modules_of_the_file_share_no_name() -> None:
    """Joined into one namespace, a second definition would silently replace the first."""
    seen: dict[str, str] = {}
    for module in MODULES:
        path = VERIFIER.parents[2].joinpath(*module.split(".")).with_suffix(".py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
            if isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names = [node.target.id]
            for name in names:
                assert name not in seen, f"{name} is in {seen[name]} and {module}"
                seen[name] = module


def test_the_verifier_imports_the_standard_library_and_the_kernels_parsing_only() -> None:
    allowed = sys.stdlib_module_names | {"voting"}
    files = sorted(VERIFIER.glob("*.py"))
    assert len(files) > 8
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed
                if name.startswith("voting"):
                    assert name.startswith(("voting.lottery.verify", "voting.errors", "voting.encoding")), name


def test_importing_the_lottery_loads_no_solver() -> None:
    code = "import sys, voting, voting.lottery, voting.lottery.cli; print({'highspy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
