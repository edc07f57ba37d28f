"""The stages of a Dockerfile while they are built: each is a small machine of its own. https://docs.docker.com/build/building/multi-stage/"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..copy import Copy, Filter
from ..run import Run, Staged
from ..shell.commands import Unreadable
from ..tree import Tree
from .instructions import Instruction

MOST = 1_000  # parts of a repository in one stage


class Context(NamedTuple):
    """A build: the place of its context, in a run that knows what earlier steps put there, the lines of the .dockerignore that counts, the
    values that the build is given for `ARG`, and the places of other contexts by name.
    """

    place: str
    run: Run
    ignore: tuple[str, ...] = ()
    arguments: Mapping[str, str] = {}
    named: Mapping[str, str] = {}

    def left_out(self, folder: str) -> tuple[Filter, ...]:
        """The .dockerignore as a filter for what lies in a folder of the context."""
        return (Filter("dockerignore", self.ignore, f"{folder}/" if folder else ""),) if self.ignore else ()


class Stage:
    """One stage, on an earlier one (`below`) or on an image that nothing is known of. `layers`: the copies into it and into those below it,
    which stay in the image whatever a later `rm` does; `run`: what lies where at this point.
    """

    def __init__(self, tree: Tree, path: str, names: tuple[str, ...], below: Stage | None = None) -> None:
        self.names = names
        self.run = Run(tree, path)
        self.cwd: str = "/"
        self.known: dict[str, str] = {}
        self.layers: list[Copy] = []
        if below is not None:
            self.cwd, self.known, self.layers = below.cwd, dict(below.known), list(below.layers)
            self.run.staged, self.run.folders = list(below.run.staged), set(below.run.folders)

    def put(self, one: Copy, at: str, line: int, target: str) -> None:
        """A part of the repository comes to lie at a place, in a layer."""
        self.add(one, at)
        self.layers.append(one._replace(mechanism="docker", path=self.run.path, line=line, target=target, kind="artifact"))

    def add(self, one: Copy, at: str) -> None:
        """A part of the repository lies at a place. Raises Unreadable where it is one too many: stages can double what they copy."""
        staged = Staged(one.source, at, one.filters, one.follows_git, one.written)
        if staged not in self.run.staged:
            self.run.staged.append(staged)
        if len(self.run.staged) > MOST or len(self.layers) > MOST:
            raise Unreadable("its stages copy too much from one another")


def called(name: str, stages: Iterable[Stage]) -> Stage | None:
    """The stage of a name or a number; the names are not case-sensitive."""
    return next((stage for stage in stages if name.lower() in stage.names), None) if name else None


def in_context(source: str) -> str:
    """A source as a path of the context: `..` does not lead out of it, and "" is its root."""
    return posixpath.normpath("/" + source).lstrip("/")


def mounts(one: Instruction) -> list[dict[str, str]]:
    """The bind mounts of a `RUN`, by key; a mount is one of these unless it says another type."""
    said = [dict(part.partition("=")[::2] for part in value.split(",")) for name, value in one.flags if name == "mount"]
    return [pairs for pairs in said if pairs.get("type", "bind") == "bind"]
