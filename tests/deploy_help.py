"""What the tests of deploys share: a repository made of a dict, its files on disk, the copies of a script, and what travels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from stopgap.deploy import tools
from stopgap.deploy.copy import Copy, relative
from stopgap.deploy.filters import passes
from stopgap.deploy.run import Run
from stopgap.deploy.shell.commands import Script, commands
from stopgap.deploy.tree import Tree

Case, Answer = TypeVar("Case"), TypeVar("Answer")


def answers(ask: Callable[[Case], Answer], cases: Sequence[Case]) -> list[Answer]:
    """What a program says to each case, several asked at a time: rsync waits for its own other half more than it works."""
    with ThreadPoolExecutor(8) as askers:
        return list(askers.map(ask, cases))


def tree_of(held: Mapping[str, str]) -> Tree:
    """A repository with these files and their texts."""
    return Tree(held, lambda path: held[path].encode() if path in held else None)


def planted(folder: Path, held: Mapping[str, str]) -> Path:
    """The same on disk."""
    for name, text in held.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def copies_of(script: str, held: Mapping[str, str], *, path: str = "deploy.sh", shell: str = "bash") -> list[Copy]:
    """The copies that a script makes in a repository with these files."""
    return list(tools.read(commands(Script(script, shell=shell)), Run(tree_of(held), path)))


def travels(copy: Copy, name: str) -> bool:
    """Whether the copy takes the file along, whatever else is unknown of it. Raises Unclear."""
    inner = relative(copy, name)
    return inner is not None and passes(copy.filters, inner)


def taken(copies: Iterable[Copy], names: Iterable[str]) -> set[str]:
    """Which files these copies take along for certain. Raises Unclear."""
    names = tuple(names)
    return {name for copy in copies if not copy.unknown for name in names if travels(copy, name)}
