"""Source distributions of Python: what `python -m build`, `setup.py sdist`, `hatch build` and `uv build` take of the folder.

setuptools takes what MANIFEST.in names, with setuptools-scm all that git has; hatchling all that .gitignore does not name. Flit, Poetry,
PDM and uv's own
backend take the package. https://packaging.python.org/en/latest/discussions/package-formats/,
https://hatch.pypa.io/latest/plugins/builder/sdist/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Command
from . import options

VALUED = ("--outdir", "--out-dir", "--config-setting", "--installer", "--project", "--directory", "--package")
BUILDS = {
    "hatch": ("build", "publish"),
    "uv": ("build",),
    "pdm": ("build", "publish"),
    "flit": ("build", "publish"),
    "poetry": ("build", "publish"),
}


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copy of one command, where what is built is a source distribution."""
    folder = built(command)
    inner = place.inside(folder) if folder else None
    if command.host or inner is None or not any(f"{inner}/{name}".lstrip("/") in run.tree.names for name in ("pyproject.toml", "setup.py")):
        return
    project = loaded(f"{inner}/pyproject.toml".lstrip("/"), run)
    found = hatch(project, inner, run) if backend(project).startswith("hatchling") else setuptools(project, inner, run)
    if found is not None:
        filters, follows_git = found
        yield Copy("sdist", run.path, command.line, inner, "a package index", "artifact", filters, follows_git=follows_git)


def built(command: Command) -> str:
    """The folder of which a command builds a source distribution, "" where it builds none."""
    line = options.line(command.arguments, VALUED, short="oCmp")
    words = [word.text for word in line.operands]
    if line.has("--wheel", "-w") and not line.has("--sdist", "-s"):
        return ""
    if command.name in ("python", "python3", "py"):
        if words[:1] == ["setup.py"]:
            return command.cwd if "sdist" in words else ""
        if line.values("-m")[:1] != ["build"]:
            return ""
    elif command.name in BUILDS:
        if not words or words[0] not in BUILDS[command.name]:
            return ""
        words = words[1:] if command.name == "uv" else []
    return place.joined(command.cwd, words[0] if words else ".")


def loaded(name: str, run: Run) -> dict[str, Any]:
    """A TOML file's table, an empty one where there is none, or none that can be read."""
    import tomli

    try:
        return tomli.loads(run.tree.text(name) or "")
    except (tomli.TOMLDecodeError, RecursionError):
        return {}


def table(value: Any, *names: str) -> dict[str, Any]:
    """A table within a table, an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> list[str]:
    """The strings of a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def backend(project: dict[str, Any]) -> str:
    """The build backend; setuptools where none is named. https://peps.python.org/pep-0517/"""
    return str(table(project, "build-system").get("build-backend", "setuptools"))


def setuptools(project: dict[str, Any], folder: str, run: Run) -> tuple[tuple[Filter, ...], bool] | None:
    """What setuptools takes. None: another backend, or no more than the packages."""
    if not backend(project).startswith("setuptools"):
        return None
    manifest = run.tree.text(f"{folder}/MANIFEST.in".lstrip("/"))
    given = " ".join(texts(table(project, "build-system").get("requires"))) + (run.tree.text(f"{folder}/setup.py".lstrip("/")) or "")
    scm = "setuptools_scm" in given or "setuptools-scm" in given or "setuptools-git" in given
    if manifest is None and not scm:
        return None
    joined = (manifest or "").replace("\\\n", " ")
    lines = [line.partition("#")[0].strip() for line in joined.splitlines()]
    return (Filter("manifest", (*(["all"] if scm else []), *(line for line in lines if line))),), scm


def hatch(project: dict[str, Any], folder: str, run: Run) -> tuple[tuple[Filter, ...], bool]:
    """What hatchling takes: all that .gitignore does not name, less `exclude`; with `include` only what that names."""
    build = table(project, "tool", "hatch", "build")
    target = table(build, "targets", "sdist")
    said = {**build, **target}
    ignored = [] if said.get("ignore-vcs") else (run.tree.text(f"{folder}/.gitignore".lstrip("/")) or "").splitlines()
    exclude = texts(said.get("exclude"))
    include = texts(said.get("include")) or [f"/{one.strip('/')}" for one in texts(said.get("only-include"))]
    filters = (Filter("ebignore", (*ignored, *exclude)),)
    return (*filters, Filter("ebignore", ("**", *(f"!{one}" for one in include)))) if include else filters, False
