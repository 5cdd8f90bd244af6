"""The house rules of docs/architecture.md, as tests. Each of them was seen failing on a planted violation."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from app.places.settings import answering, council, execution, money, observing, process
from app.places.settings.kinds import Setting
from app.places.settings.registry import NOTED, REGISTRY

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
VOTING = ROOT / "voting"
ORDER = [
    "places",
    "people",
    "cycle",
    "council",
    "draw",
    "planning_group",
    "survey",
    "agenda",
    "deliberation",
    "discussion",
    "plan",
    "review",
    "inspection",
    "assembly",
    "ceremony",
    "publication",
    "execution",
    "small_groups",
    "observatory",
    "opendata",
    "following",
    "desk",
    "demo",
]
"""Concepts from upstream to downstream; each may import what stands before it."""
SERVING = {"db", "web", "record", "jobs", "outbox", "privacy", "files"}
"""Packages that all concepts may use."""
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


@cache
def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations/versions" not in str(path))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return every node of a file's syntax tree."""
    return list(ast.walk(ast.parse(path.read_text())))


def imports(path: Path) -> list[tuple[str, str]]:
    """Return (``file:line``, dotted name) of every import; ``from a import b`` counts as ``a.b``."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [(f"{label(path)}:{node.lineno}", alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(f"{label(path)}:{node.lineno}", f"{node.module}.{alias.name}") for alias in node.names]
    return found


def layer_of(path: Path) -> str | None:
    """Return the layer that a path names: ``app/agenda/services/submission.py`` is ``services``."""
    parts = [*path.relative_to(APP).parts[1:-1], path.stem]
    return next((part for part in parts if part in LAYERS), None)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_kernel_knows_no_web_and_no_database():
    bad = {"app", "flask", "sqlalchemy", "flask_babel"}
    assert [at for path in sources(VOTING) for at, name in imports(path) if name.split(".")[0] in bad] == []


def test_a_layer_imports_only_what_its_file_name_allows():
    assert [
        f"{at} imports {name}"
        for path in sources(APP)
        for at, name in imports(path)
        if name.split(".")[0] in FORBIDDEN.get(layer_of(path) or "", set())
    ] == []


def test_arrows_never_point_back():
    bad = []
    for path in sources(APP):
        concept = path.relative_to(APP).parts[0]
        if concept not in ORDER and concept not in SERVING:
            continue
        # A page of a serving package may show the stage line; its rules and services know places and people only.
        allowed = set(ORDER[:3] if concept in SERVING else ORDER[: ORDER.index(concept) + 1])
        for at, name in imports(path):
            parts = name.split(".")
            if parts[0] == "app" and len(parts) > 1 and parts[1] in ORDER and parts[1] not in allowed:
                bad.append(f"{at} imports {name}")
    assert bad == []


def test_layers_point_one_way():
    names = ["rules", "settings", "models", "permissions", "queries", "services", "forms", "views"]
    rank = {name: index for index, name in enumerate(names)}
    bad = []
    for path in sources(APP):
        concept, layer = path.relative_to(APP).parts[0], layer_of(path)
        if layer not in rank or concept not in ORDER:
            continue
        highest = max(rank[layer], rank["queries"] if layer == "services" else 0)
        for at, name in imports(path):
            parts = name.split(".")
            if parts[0] != "app" or len(parts) < 3 or parts[1] not in ORDER:
                continue
            other = next((part for part in parts[2:] if part in rank), None)
            if other is None:
                continue
            if (
                (parts[1] != concept and other in {"views", "forms"})
                or (layer == "forms" and other not in {"rules", "settings", "forms"})
                or rank[other] > highest
            ):
                bad.append(f"{at} imports {name}")
    assert bad == []


def test_imports_stand_at_the_top_and_are_absolute():
    bad = []
    for path in sources(APP) + sources(VOTING):
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = [each for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)]
                bad += [f"{label(path)}:{each.lineno} imports inside a function" for each in inner]
            if isinstance(node, ast.ImportFrom) and node.level:
                bad.append(f"{label(path)}:{node.lineno} imports relatively")
    assert bad == []


def test_checks_are_never_asserts():
    every = sources(APP) + sources(VOTING)
    bad = [f"{label(path)}:{node.lineno}" for path in every for node in nodes(path) if isinstance(node, ast.Assert)]
    assert bad == [], "assert vanishes under python -O"


def test_only_one_module_commits():
    assert [
        f"{label(path)}:{node.lineno}"
        for path in sources(APP)
        if path != APP / "db" / "session.py"
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ] == []


def test_only_the_clock_reads_the_time():
    reading = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    assert [
        f"{label(path)}:{node.lineno}"
        for path in sources(APP)
        if path != APP / "clock.py"
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in reading
    ] == []


def test_use_cases_get_the_time_as_an_argument():
    timed = [path for path in sources(APP) if layer_of(path) in {"services", "rules", "models"}]
    assert [at for path in timed for at, name in imports(path) if name == "app.clock.utc_now"] == []


def test_views_leave_refusals_to_the_error_pages():
    caught = ("AppError", "RuleViolation", "NotFound", "Exception", "everything")
    assert [
        f"{label(path)}:{node.lineno}"
        for path in sources(APP)
        if layer_of(path) == "views"
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and any(word in (ast.unparse(node.type) if node.type else "everything") for word in caught)
    ] == []


def test_files_stay_readable_in_one_sitting():
    long = [label(path) for path in sources(APP) + sources(VOTING) if len(path.read_text().splitlines()) > 400]
    assert long == [], "split it by task"


def test_no_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    inside = [path.relative_to(ROOT) for path in sources(APP) + sources(VOTING)]
    assert [path for path in inside if drawers & {*path.parts, path.stem}] == []


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


def test_every_setting_is_read_or_says_that_it_is_only_noted():
    elsewhere = [path for path in sources(APP) if path.relative_to(APP).parts[0] not in {"demo", "migrations"}]
    text = "\n".join(path.read_text() for path in elsewhere if "settings" not in path.relative_to(APP).parts[:2])
    text += "\n".join(path.read_text() for path in sorted((ROOT / "templates").rglob("*.html")))
    names: dict[str, set[str]] = {}
    for module in (answering, council, execution, money, observing, process):
        for name, value in vars(module).items():
            if isinstance(value, Setting):
                names.setdefault(value.key, set()).add(name)
    read = {
        key for key in REGISTRY if f'"{key}"' in text or any(re.search(rf"\b{name}\b", text) for name in names[key])
    }
    assert set(REGISTRY) - read == NOTED


def test_nothing_asks_another_host():
    for folder in ("templates", "static/css", "static/js", "static/booth", "static/ceremony", "static/verify"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".html", ".css", ".js", ".svg"}:
                text = path.read_text()
                for mark in ("https://", "http://"):
                    for line in text.splitlines():
                        if mark in line:
                            assert "www.w3.org" in line or "example" in line or "spdx" in line.lower(), (
                                f"{path}: {line[:120]}"
                            )
