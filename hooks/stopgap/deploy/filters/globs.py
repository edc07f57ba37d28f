"""Globs over the whole path, the last that matches decides: minimatch and micromatch with `dot`, for Serverless, Firebase and vsce.

https://github.com/isaacs/minimatch: `*` stays within a name and takes a leading dot, `**` crosses folders, `{a,b}` are alternatives; a name
without a slash is one of the root alone. A pattern is written `-…` for what is left out and `+…` for what is taken again.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..shell.braces import expanded
from . import Unclear
from .segments import matches

EXTENDED = re.compile(r"[@?*+!]\(")


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is taken. Raises Unclear for an extended glob, `@(a|b)`."""
    names = path.split("/")
    for pattern in reversed(patterns):
        if any(matches(one, names) for one in alternatives(pattern[1:])):
            return pattern.startswith("+")
    return True


@lru_cache(maxsize=1024)
def alternatives(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The names of each pattern that one with braces stands for. Raises Unclear."""
    if EXTENDED.search(pattern):
        raise Unclear(f"it has the extended glob {pattern}")
    return tuple(tuple(one.split("/")) for one in expanded(pattern))
