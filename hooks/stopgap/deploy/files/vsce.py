"""An extension of VS Code: what `vsce package` takes of its folder.

https://code.visualstudio.com/api/working-with-extensions/publishing-extension

The patterns are minimatch's over the whole path: `.env` is the root's alone. One without a star is for a folder too, and one with `!`
brings back
wherever it stands. Without the ignore file `files` of package.json is what alone is packed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..copy import Copy, Filter
from ..tree import Tree
from .npm_package import engines, loaded
from .package_json import line_of

IGNORED = (
    ".vscodeignore",
    "package-lock.json",
    "npm-debug.log",
    "yarn.lock",
    "yarn-error.log",
    "**/.git/**",
    "**/*.vsix",
    "**/.DS_Store",
    "**/.vscode-test/**",
)


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The package of the folder, where its package.json is an extension's."""
    said = loaded(text)
    if "vscode" not in engines(said) or not said.get("publisher"):
        return
    folder = path.rpartition("/")[0]
    ignore = tree.text(f"{folder}/.vscodeignore".lstrip("/"))
    files = said.get("files")
    named = [f"!{one}" for one in files if isinstance(one, str)] if isinstance(files, list) else None
    lines = ["**", *named] if ignore is None and named is not None else (ignore or "").splitlines()
    line = line_of(text, "files" if ignore is None and named is not None else "publisher")
    yield Copy("vsce", path, line, folder, "", "artifact", (Filter("globs", patterns(lines)),))


def patterns(lines: list[str]) -> tuple[str, ...]:
    """The lines as the filter reads them: those that bring back come last."""
    said = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    out = [*IGNORED, *(line for line in said if not line.startswith("!"))]
    back = [line[1:] for line in said if line.startswith("!")]
    return (*(f"-{one}" for line in out for one in widened(line)), *(f"+{one}" for line in back for one in widened(line)))


def widened(pattern: str) -> list[str]:
    """A pattern, and the same for all that lies in a folder of that name, where its last name has no star."""
    pattern = pattern.removeprefix("./").removeprefix("/")
    return [pattern] if "*" in pattern.rpartition("/")[2] else [pattern, f"{pattern.rstrip('/')}/**"]
