"""The verifier as one file, to be published beside every bundle: Python 3.11 and nothing else runs it."""

import ast
import importlib.util
from pathlib import Path

MODULES = (
    "voting.errors",
    "voting.encoding",
    "voting.lottery.verify.errors",
    "voting.lottery.verify.reading",
    "voting.lottery.verify.bundle",
    "voting.lottery.verify.parsing",
    "voting.lottery.verify.proof",
    "voting.lottery.verify.table",
    "voting.lottery.verify.witnesses",
    "voting.lottery.verify.panels",
    "voting.lottery.verify.simple",
    "voting.lottery.verify.draw",
    "voting.lottery.verify.replacement",
    "voting.lottery.verify.check",
    "voting.lottery.verify.__main__",
)
"""In the order of their imports, so that every name is defined before it is used."""

_HEAD = '''"""Check a council lottery of Madang: the fairness of its table, its panels, the draw, the replacements.

    python3 verify_lottery.py BUNDLE.json [PANELS.json] [RESULT.json [REPLACEMENT.json]]

Exit status: 0 everything holds, 1 something is wrong, 2 a file cannot be read. Needs Python 3.11 and no other package.
Joined from the modules named below; licence Apache-2.0.
"""
'''


def single_file() -> str:
    """Return the source of the verifier: the modules one after the other, without their imports of each other."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    bodies: list[str] = []
    for module in MODULES:
        source = _path(module).read_text(encoding="utf-8")
        lines = source.splitlines()
        tree = ast.parse(source)
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names}
                if isinstance(node, ast.Import):
                    plain |= names
                elif not (node.module or "").startswith("voting"):
                    named.setdefault(node.module or "", set()).update(names)
                for at in range(node.lineno - 1, node.end_lineno or node.lineno):
                    lines[at] = ""
        first = tree.body[0]
        end = first.end_lineno or 0 if isinstance(first, ast.Expr) else 0
        note = [f"# {line}".rstrip() for line in (ast.get_docstring(tree) or "").splitlines()]
        body = "\n".join(lines[end:]).strip("\n")
        bodies.append("\n".join([f"# --- {module} ---", "#", *note, "", "", body]))
    imports = [f"import {name}" for name in sorted(plain)]
    imports += [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    return "\n".join([_HEAD, *imports, "", "", "\n\n\n".join(bodies), ""])


def _path(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ImportError(f"no module {module}")
    return Path(spec.origin)
