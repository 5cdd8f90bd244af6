"""The house rules of docs/architecture.md, as tests. Each of them was seen failing on a planted violation."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
VOTING = ROOT / "voting"
ORDER = [
    "places",
    "people",
    "cycle",
    "council",
    "draw",
    "agenda",
    "deliberation",
    "discussion",
    "plan",
    "inspection",
    "assembly",
    "execution",
    "following",
    "desk",
    "demo",
]
"""Concepts from upstream to downstream; each may import what stands before it."""
SERVING = {"db", "web", "record", "jobs", "outbox", "privacy", "files"}
"""Packages that all concepts may use."""
PURE = {"rules", "settings", "search"}
FORBIDDEN = {
    "rules": {"flask", "sqlalchemy", "random", "secrets", "os", "time", "flask_babel", "flask_login", "wtforms"},
    "settings": {"flask", "sqlalchemy", "random", "secrets", "os", "time", "flask_babel", "flask_login", "wtforms"},
    "search": {"flask", "sqlalchemy", "random", "secrets", "os", "time", "flask_babel", "flask_login", "wtforms"},
    "models": {"flask", "flask_login", "flask_babel", "wtforms", "smtplib"},
    "permissions": {"flask", "flask_login", "flask_babel", "wtforms"},
    "services": {"flask", "flask_login", "flask_babel", "wtforms"},
    "queries": {"flask", "flask_login", "wtforms"},
    "forms": {"sqlalchemy"},
    "views": {"sqlalchemy"},
    "api": {"sqlalchemy"},
}
LAYERS = ["rules", "settings", "search", "models", "permissions", "queries", "services", "forms", "views", "api", "cli"]


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations/versions" not in str(path))


def imports(path: Path) -> list[tuple[int, str]]:
    """Return (line, dotted name) of every import; ``from a import b`` counts as ``a.b``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def layer_of(path: Path) -> str | None:
    """Return the layer that a path names: ``app/agenda/services/submission.py`` is ``services``."""
    parts = [*path.relative_to(APP).parts[1:-1], path.stem]
    return next((part for part in parts if part in LAYERS), None)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", sources(VOTING), ids=label)
def test_the_kernel_knows_no_web_and_no_database(path: Path):
    bad = [name for _, name in imports(path) if name.split(".")[0] in {"app", "flask", "sqlalchemy", "flask_babel"}]
    assert not bad


@pytest.mark.parametrize("path", sources(APP), ids=label)
def test_a_layer_imports_only_what_its_file_name_allows(path: Path):
    layer = layer_of(path)
    bad = [name for _, name in imports(path) if name.split(".")[0] in FORBIDDEN.get(layer or "", set())]
    assert not bad


@pytest.mark.parametrize("path", sources(APP), ids=label)
def test_arrows_never_point_back(path: Path):
    concept = path.relative_to(APP).parts[0]
    if concept not in ORDER and concept not in SERVING:
        return
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] != "app" or len(parts) < 2 or parts[1] not in ORDER:
            continue
        # A page of a serving package may show the stage line; its rules and services know places and people only.
        allowed = set(ORDER[:3] if concept in SERVING else ORDER[: ORDER.index(concept) + 1])
        assert parts[1] in allowed, f"{label(path)}:{line} imports {name}"


@pytest.mark.parametrize("path", sources(APP), ids=label)
def test_layers_point_one_way(path: Path):
    concept, layer = path.relative_to(APP).parts[0], layer_of(path)
    rank = {
        name: index
        for index, name in enumerate(
            ["rules", "settings", "models", "permissions", "queries", "services", "forms", "views"]
        )
    }
    if layer not in rank or concept not in ORDER:
        return
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] != "app" or len(parts) < 3 or parts[1] not in ORDER:
            continue
        other = next((part for part in parts[2:] if part in rank), None)
        if other is None:
            continue
        if parts[1] != concept:
            assert other not in {"views", "forms"}, f"{label(path)}:{line} imports {name}"
        if layer == "forms":
            assert other in {"rules", "settings", "forms"}, f"{label(path)}:{line} imports {name}"
        assert rank[other] <= max(rank[layer], rank["queries"] if layer == "services" else 0), (
            f"{label(path)}:{line} imports {name}"
        )


@pytest.mark.parametrize("path", sources(APP) + sources(VOTING), ids=label)
def test_imports_stand_at_the_top_and_are_absolute(path: Path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inner = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
            assert not inner, f"{label(path)}:{inner[0].lineno} imports inside a function"
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{label(path)}:{node.lineno} imports relatively"


@pytest.mark.parametrize("path", sources(APP) + sources(VOTING), ids=label)
def test_checks_are_never_asserts(path: Path):
    bad = [node.lineno for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Assert)]
    assert not bad, "assert vanishes under python -O"


@pytest.mark.parametrize("path", sources(APP), ids=label)
def test_only_one_module_commits(path: Path):
    if path == APP / "db" / "session.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr != "commit", f"{label(path)}:{node.lineno} commits"


@pytest.mark.parametrize("path", sources(APP), ids=label)
def test_only_the_clock_reads_the_time(path: Path):
    if path == APP / "clock.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {
                ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"),
            }, f"{label(path)}:{node.lineno} reads the time"  # fmt: skip


@pytest.mark.parametrize("path", [p for p in sources(APP) if layer_of(p) in {"services", "rules", "models"}], ids=label)
def test_use_cases_get_the_time_as_an_argument(path: Path):
    assert not [name for _, name in imports(path) if name == "app.clock.utc_now"]


@pytest.mark.parametrize("path", [p for p in sources(APP) if layer_of(p) == "views"], ids=label)
def test_views_leave_refusals_to_the_error_pages(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            names = ast.unparse(node.type) if node.type else "everything"
            assert not any(
                word in names for word in ("AppError", "RuleViolation", "NotFound", "Exception", "everything")
            )


@pytest.mark.parametrize("path", sources(APP) + sources(VOTING), ids=label)
def test_files_stay_readable_in_one_sitting(path: Path):
    assert len(path.read_text().splitlines()) <= 420, f"{label(path)}: split it by task"


@pytest.mark.parametrize("path", sources(APP) + sources(VOTING), ids=label)
def test_no_drawer_for_odds_and_ends(path: Path):
    assert not {"utils", "helpers", "common", "manager", "misc"} & {*path.parts, path.stem}


@pytest.mark.parametrize(
    "name", ["app", *[f"app.{path.parent.name}.rules" for path in APP.glob("*/rules.py")], "voting"]
)
def test_pure_modules_load_nothing_heavy(name: str):
    code = f"import sys, {name}; print([m for m in ('flask', 'sqlalchemy', 'numpy', 'highspy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_modules_import_in_no_circle():
    graph: dict[str, set[str]] = {}
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sources(APP) + sources(VOTING)
    }
    for name, path in names.items():
        targets = set()
        for _, imported in imports(path):
            candidate = imported if imported in names else imported.rpartition(".")[0]
            if candidate in names and candidate != name:
                targets.add(candidate)
        graph[name] = targets
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        for target in sorted(graph[name]):
            visit(target, [*trail, name])
        done.add(name)

    for name in sorted(graph):
        visit(name, [])


def test_nothing_asks_another_host():
    for folder in ("templates", "static/css", "static/js", "static/booth"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".html", ".css", ".js", ".svg"}:
                text = path.read_text()
                for mark in ("https://", "http://"):
                    for line in text.splitlines():
                        if mark in line:
                            assert "www.w3.org" in line or "example" in line or "spdx" in line.lower(), (
                                f"{path}: {line[:120]}"
                            )
