"""`mirror` of lftp: the last pattern that matches decides; where none does, it is what the first one is not. lftp(1), mirror.

A pattern is written with two signs before it: `-` for what is left out and `+` for what is taken, then `r` for an expression, which is
looked for anywhere in the path, or `g` for a glob, which is compared with as many last names of the path as it has itself. A folder's
path ends with a slash, and all that is in a folder that is left out stays behind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import Unclear, wild
from .expression import compiled

FOREIGN = re.compile(r"\[\[[:.=]|\(\?|\\[^\W_]|[*+?}][+?]")  # what Python's expressions and egrep's read differently


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is mirrored. Raises Unclear for an expression that cannot be read."""
    parts = path.split("/")
    names = ["/".join(parts[:size]) + "/" for size in range(1, len(parts))]
    return all(taken(patterns, name) for name in (*names, path))


def taken(patterns: tuple[str, ...], name: str) -> bool:
    """What the patterns say of one name; a folder that none is for is gone into."""
    for pattern in reversed(patterns):
        if matches(pattern[1], pattern[2:], name):
            return pattern[0] == "+"
    return not patterns or patterns[0][0] == "-" or name.endswith("/")


def matches(kind: str, pattern: str, name: str) -> bool:
    """Whether one pattern is for the name."""
    if kind == "r":
        return expression(pattern).search(name) is not None
    parts = name.split("/")
    tail = parts[-(pattern.count("/") + 1) :]
    return wild.matches(wild.compiled(pattern, False, double=False), "/".join(tail))


@lru_cache(maxsize=256)
def expression(pattern: str) -> re.Pattern[str]:
    """An extended expression of POSIX as one of Python's. Raises Unclear: lftp stops at one that is none."""
    if FOREIGN.search(pattern):
        raise Unclear(f"it leaves out what the expression {pattern} says, which cannot be read here")
    return compiled(re.sub(r"(?<!\\)\$\Z", r"\\Z", pattern))
