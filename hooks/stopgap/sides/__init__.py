"""Places that hold an application's settings: a file, a host's file, a secret of a cloud, a dump on standard input.

One module a kind, each loaded when an argument names it. A side is only ever read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Literal, NamedTuple, Protocol

from ..model import StopgapError

LARGEST = 1 << 20  # bytes of one side: a process's whole environment has less
# how a side begins -> the function that makes it of its name, and how it is written
KINDS = {
    "ssh://": ("stopgap.sides.ssh:side", "ssh://USER@HOST/PATH"),
    "aws-sm://": ("stopgap.sides.aws:side", "aws-sm://REGION/NAME"),
}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")

# dotenv: as it is written, references and all. json, environment: what an application gets.
Form = Literal["dotenv", "json", "environment"]


class Entry(NamedTuple):
    """One setting. `refers`: what the application gets depends on other settings, `${OTHER}`, which are left as they are written."""

    value: str
    line: int = 1
    refers: bool = False


class Dump(NamedTuple):
    """All that a side holds. `changed`: when that was written, in seconds since 1970, or None where nothing tells.

    `unread`: the numbers of the lines that are no settings, so nothing can be said of them.
    """

    form: Form
    entries: Mapping[str, Entry]
    unread: tuple[int, ...] = ()
    changed: int | None = None


class Side(Protocol):
    """One place. `name` is what the user called it and holds no secret; `local` is its path where it is a file here, else ""."""

    @property
    def name(self) -> str: ...

    @property
    def local(self) -> str: ...

    def read(self) -> Dump:
        """Its settings. Raises StopgapError, in one line and without a value, where it cannot be read."""
        ...


def side(word: str, stdin_form: Form | None = None) -> Side:
    """What an argument names, before anything of it is read. Raises StopgapError for one that can be no side."""
    for beginning, (where, _) in KINDS.items():
        if word.startswith(beginning):
            module, _, function = where.partition(":")
            made: Side = getattr(import_module(module), function)(word)
            return made
    if scheme := SCHEME.match(word):
        known = ", ".join(usage for _, usage in KINDS.values())
        raise StopgapError(f"no kind of side begins with {scheme[0]}; known: {known}, a file, or - for standard input")
    if word == "-":
        from .stdin import Stdin

        return Stdin(stdin_form)
    from .file import File

    return File(word)
