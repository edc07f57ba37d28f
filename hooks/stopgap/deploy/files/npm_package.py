"""package.json of a package that is published: what npm packs of its folder. https://docs.npmjs.com/cli/configuring-npm/package-json#files

`files` names what alone is packed; without it all is that `.npmignore` does not name, and where there is none `.gitignore`. `.env` is
packed
like any other file. An application says `"private": true`, or nothing that a published package says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..copy import Copy, Filter
from ..filters import npm
from ..tree import Tree
from .package_json import line_of

# npm-packlist: what npm leaves out, before and behind what the package says.
FIRST = (
    ".npmignore", ".gitignore", "**/.git", "**/.svn", "**/.hg", "**/CVS", "npm-debug.log", "**/.npmrc", ".*.swp", ".DS_Store",
    "._*", "*.orig",
    "/archived-packages/**",
)  # fmt: skip
LAST = (
    "/.git",
    "!/package.json",
    "!/readme{,.*}",
    "!/license{,.*}",
    "/node_modules",
    ".npmrc",
    "/package-lock.json",
    "/yarn.lock",
    "/pnpm-lock.yaml",
)
IGNORED = (".npmignore", ".gitignore")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The package that is made of the folder, where the file shows that one is published."""
    said = loaded(text)
    if is_published(said):
        yield packed(path, text, tree, said)


def packed(path: str, text: str, tree: Tree, said: dict[str, Any]) -> Copy:
    """What `npm pack` takes of the folder of a package.json."""
    folder = path.rpartition("/")[0]
    files = said.get("files")
    entries = [one for one in files if isinstance(one, str)] if isinstance(files, list) else None
    line = line_of(text, "files" if entries is not None else "publishConfig" if "publishConfig" in said else "name")
    return Copy("npm publish", path, line, folder, "the registry", "artifact", (Filter("npm", patterns(folder, entries, tree)),))


def loaded(text: str) -> dict[str, Any]:
    """The object, an empty one for what is none: the reader of scripts says so."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def is_published(said: dict[str, Any]) -> bool:
    """Whether a package says of itself that it is meant for a registry."""
    if said.get("private") or not said.get("name") or not said.get("version") or "vscode" in engines(said):
        return False
    return "publishConfig" in said or isinstance(said.get("files"), list)


def engines(said: dict[str, Any]) -> dict[str, Any]:
    """`engines`: an extension of VS Code names its editor there."""
    found = said.get("engines")
    return found if isinstance(found, dict) else {}


def patterns(folder: str, files: list[str] | None, tree: Tree) -> tuple[str, ...]:
    """All lines in npm's order. Ignore files of deeper folders count too, whatever `files` says."""
    own, strict = turned(folder, files, tree) if files is not None else (ignored(folder, tree), [])
    deeper = [line for inner in below(folder, tree) for line in npm.nested(inner, ignored(f"{folder}/{inner}".strip("/"), tree))]
    return (*FIRST, *own, *strict, *LAST, *deeper)


def turned(folder: str, files: list[str], tree: Tree) -> tuple[list[str], list[str]]:
    """`files` as lines that take what they name; a file by its name is taken whatever else says."""
    own = ["*"]
    strict: list[str] = []
    for entry in files:
        said = entry[1:] if entry.startswith("./") else entry
        said += "*" if said.endswith("/*") else ""
        name = f"{folder}/{said.lstrip('!').strip('/')}".strip("/")
        if name in tree.names:
            strict.insert(0, f"!{said}")
        else:
            own += [f"!{said}", f"!{said}/**"] if name in tree.folders else [f"!{said}"]
    return own, strict


def ignored(folder: str, tree: Tree) -> list[str]:
    """The lines of the one ignore file that counts in a folder."""
    prefix = folder + "/" if folder else ""
    text = next((text for name in IGNORED if (text := tree.text(prefix + name)) is not None), "")
    return text.splitlines()


def below(folder: str, tree: Tree) -> list[str]:
    """The folders with an ignore file below one, seen from it, those above before those in them."""
    prefix = folder + "/" if folder else ""
    found = {name[len(prefix) :].rpartition("/")[0] for name in tree.names if name.startswith(prefix) and name.endswith(IGNORED)}
    return sorted(inner for inner in found if inner and "node_modules" not in inner.split("/"))
