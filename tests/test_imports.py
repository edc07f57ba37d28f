"""The shape of the house: imports go one way, as the flow of the data does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "hooks" / "stopgap"
# what a folder, or a plain module, may import of the package; "" is the package's own __init__ (the version)
ALLOWED = {
    "model": set(),
    "globs": set(),
    "files": {"model"},
    "config": {"files", "globs", "model"},
    "git": {"git", "model"},
    "detect": {"detect", "files", "globs", "model"},
    "progress": set(),
    "quoting": set(),
    "wording": set(),
    "audit": {"audit", "detect", "model", "quoting"},
    "checks": {"audit", "checks", "deploy", "detect", "drift", "files", "model", "quoting", "wording"},
    "deploy": {"deploy", "detect", "model"},
    "drift": {"deploy", "detect", "drift", "model"},
    "report": {"report", "model", "wording", ""},
    "sides": {"detect", "files", "git", "model", "sides"},
    "store": {"detect", "files", "git", "model", "sides", "store"},
    "fix": {"files", "fix", "git", "model"},
    "gather": {"audit", "gather", "checks", "config", "deploy", "detect", "drift", "files", "git", "globs", "model", ""},
    "cli": {"model", "report", ""},
    "__init__": set(),
    "__main__": {"cli"},
}
MODULES = sorted(ROOT.rglob("*.py"))


def place(path: Path) -> str:
    """The folder of a module, or its own name at the top."""
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imported(path: Path) -> set[str]:
    """The places of the package that a module imports, anywhere in it and for types too."""
    package = ("stopgap", *path.relative_to(ROOT).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[tuple[str, ...]] = []
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (*package[: len(package) - node.level + 1], *((node.module or "").split(".") if node.module else ()))
            names = [(*base, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stopgap":
            names = [(*(node.module or "").split("."), alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names if alias.name.split(".")[0] == "stopgap"]
        for name in names:
            inner = name[1] if len(name) > 1 else ""
            known = (ROOT / inner).is_dir() or (ROOT / f"{inner}.py").is_file()
            found.add(inner if known else "")
    return found


def wrong_arrows(path: Path) -> set[str]:
    """What a module imports and should not."""
    here = place(path)
    if here in ALLOWED:
        return imported(path) - ALLOWED[here]
    entrypoints = {place(other) for other in MODULES} - set(ALLOWED)
    return imported(path) & (entrypoints - {here})


def test_imports_go_one_way() -> None:
    assert {path.relative_to(ROOT).as_posix(): wrong for path in MODULES if (wrong := wrong_arrows(path))} == {}


@pytest.mark.parametrize(
    ("where", "source", "wrong"),
    [
        pytest.param("detect/x.py", "from ..git import process", {"git"}, id="detection asks git"),
        pytest.param("git/x.py", "from ..detect.rules import load", {"detect"}, id="git detects"),
        pytest.param("report/x.py", "import stopgap.checks.secrets", {"checks"}, id="a report checks"),
        pytest.param("checks/x.py", "def f():\n    from ..git.process import git", {"git"}, id="a check asks git, inside a function"),
        pytest.param("scan_x.py", "from .scan_diff import main", {"scan_diff"}, id="an entrypoint imports another"),
        pytest.param("git/x.py", "from .. import scan_diff", {"scan_diff"}, id="a part imports an entrypoint"),
        pytest.param("checks/x.py", "from ..detect import names\nfrom ..model import Finding", set(), id="as it should be"),
    ],
)
def test_a_wrong_arrow_is_seen(where: str, source: str, wrong: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [path.relative_to(ROOT) for path in MODULES]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    path = tmp_path / where
    path.write_text(source)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "MODULES", sorted(tmp_path.rglob("*.py")))
    assert wrong_arrows(path) == wrong
