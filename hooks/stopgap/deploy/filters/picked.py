"""Globs of Node's minimatch as lists to take and to leave: `+…` takes, `-…` leaves, whatever the order. https://github.com/isaacs/minimatch#options

Without the word `dot` among the patterns, `*` and `**` take no name that begins with a dot; with the word `base`, a pattern without a slash
is for the last name of the path (`matchBase`), and what is left is read the same way. What gulp leaves it leaves with `dot`, as node-glob's
`ignore`.
"""

from __future__ import annotations

from collections.abc import Sequence

from .globs import alternatives
from .segments import skipped, taken


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent. Raises Unclear for an extended glob."""
    based, dot = "base" in patterns, "dot" in patterns
    takes = [one[1:] for one in patterns if one.startswith("+")]
    leaves = [one[1:] for one in patterns if one.startswith("-")]
    return any(found(one, path, based, dot) for one in takes) and not any(found(one, path, based, dot or not based) for one in leaves)


def found(pattern: str, path: str, based: bool, dot: bool) -> bool:
    """Whether one pattern is for the path."""
    names = path.split("/")
    for parts in alternatives(pattern.removeprefix("./")):
        if matches(parts, names[-1:] if based and len(parts) == 1 else names, dot):
            return True
    return False


def matches(parts: Sequence[str], names: Sequence[str], dot: bool) -> bool:
    """Whether the parts take all the names; a name with a dot before it asks for a part with one."""
    reached = {0}
    for name in names:
        shown = dot or not name.startswith(".")
        after: set[int] = set()
        for at in skipped(reached, parts):
            if at < len(parts) and parts[at] == "**":
                after |= {at} if shown else set()
            elif at < len(parts) and (shown or parts[at].startswith((".", "[.]"))) and taken(parts[at], name, True):
                after.add(at + 1)
        reached = after
    return len(parts) in reached or (bool(parts) and parts[-1] == "**" and len(parts) - 1 in reached)
