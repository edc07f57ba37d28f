"""Deploy files, one module a kind: `read(path, text, tree)` gives the copies that the file's steps make.

Raises Unreadable where the file is not what its name says; what it could not tell apart is a copy with `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from ..copy import Copy
from ..filters import Unclear
from ..kinds import modules
from ..shell.commands import Unreadable
from ..tree import Tree
from ..yamls import Unreadable as UnreadableYaml
from ..yamls import doubled

__all__ = ["Reader", "modules", "read"]

# Those whose steps start from a clean checkout: what git does not track is not there.
CLEAN = frozenset(("github", "ci", "jenkins"))


class Reader(Protocol):
    """What each module here offers."""

    def read(self, path: str, text: str, tree: Tree) -> Iterator[Copy]: ...


def read(path: str, tree: Tree) -> tuple[list[Copy], str]:
    """The copies of one deploy file, and why it could not be read, "" where it could. What stands before the trouble counts."""
    text = tree.text(path)
    if text is None:
        return [], "it is gone, or larger than a MiB"
    found: list[Copy] = []
    why = ""
    for module in modules(path):
        try:
            for copy in cast(Reader, import_module(f".{module}", __package__)).read(path, text, tree):
                found.append(copy._replace(follows_git=True) if module in CLEAN else copy)
        except (Unreadable, UnreadableYaml, Unclear) as error:
            why = why or str(error)
        except RecursionError:
            why = why or "it is nested too deeply"
    return found, why or said_twice(path, text)


def said_twice(path: str, text: str) -> str:
    """That a YAML file gives a key twice, "" where it does not, or where it is none that its reader had to read."""
    try:
        line = doubled(text) if path.lower().endswith((".yml", ".yaml")) else 0
    except UnreadableYaml:
        return ""
    return f"a key stands a second time on line {line}: programs differ on which of the two counts" if line else ""
