"""multimatch with `matchBase` and `dot`, as FTP-Deploy-Action leaves files out. https://github.com/sindresorhus/multimatch/tree/v5.0.0

Patterns are minimatch's, in order: one that matches leaves the file out, one that begins with `!` takes it back in. A pattern without a
slash is compared with the last name of the path. There is no anchor: `/.env` and `./.env` are for no path at all, and `dir/**` is what
a folder needs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..shell.braces import expanded
from . import Unclear
from .segments import matches

EXTENDED = re.compile(r"[@?*+!]\(")
SLASHES = re.compile(r"/+")


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent. Raises Unclear for an extended glob, `!(a|b)`."""
    out = False
    for pattern in patterns:
        back = pattern.startswith("!")
        if out == back and applies(pattern[1:] if back else pattern, path):
            out = not back
    return not out


def applies(pattern: str, path: str) -> bool:
    """Whether one pattern is for the path; one that begins with `#` is a comment."""
    bare = pattern.strip()
    negated = len(bare) - len(bare.lstrip("!"))
    bare = bare[negated:]
    if not bare or (bare.startswith("#") and not negated):
        return False
    names = path.split("/")
    found = any(matches(parts, names[-1:] if len(parts) == 1 else names) for parts in alternatives(bare))
    return found != (negated % 2 == 1)


@lru_cache(maxsize=1024)
def alternatives(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The names of each pattern that one with braces stands for. Raises Unclear."""
    if EXTENDED.search(pattern):
        raise Unclear(f"it leaves out what the extended glob {pattern} says")
    return tuple(tuple(SLASHES.split(one)) for one in expanded(pattern))
