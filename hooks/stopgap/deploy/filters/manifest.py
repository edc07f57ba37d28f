"""MANIFEST.in: its commands in order, each of which takes files or leaves them out; the last that is for a file decides.

https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html#using-manifest-in. Where git's files are all taken first
(setuptools-scm), the first
pattern is `all`.
"""

from __future__ import annotations

from . import Unclear
from .segments import matches

TAKES = {
    "include": True, "exclude": False, "recursive-include": True, "recursive-exclude": False, "global-include": True,
    "global-exclude": False,
         "graft": True, "prune": False}  # fmt: skip


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file goes into the source distribution. Raises Unclear for a command that setuptools does not know."""
    names, taken = path.split("/"), False
    for line in patterns:
        words = line.split()
        if words == ["all"]:
            taken = True
        elif words and any(matches(one, names, escapes=False) for one in globs(words)):
            taken = TAKES[words[0]]
    return taken


def globs(words: list[str]) -> list[list[str]]:
    """The patterns of one command, as names from the root."""
    command, *given = words
    if command not in TAKES:
        raise Unclear(f"MANIFEST.in has the command {command}")
    parts = looked_for if command in ("include", "recursive-include", "graft") else compared
    if command.startswith("recursive-"):
        return [[*parts(given[0]), "**", *parts(one)] for one in given[1:]] if given else []
    if command.startswith("global-"):
        return [["**", *parts(one)] for one in given]
    if command in ("graft", "prune"):
        return [[*parts(one), "**"] for one in given]
    return [parts(one) for one in given]


def looked_for(text: str) -> list[str]:
    """The names of a path that setuptools looks for on the disk; `.` is none."""
    return [part for part in text.split("/") if part not in ("", ".")]


def compared(text: str) -> list[str]:
    """The names of a path that it compares with those it has found: one with a `.` in it is none of them."""
    return text.rstrip("/").split("/")
