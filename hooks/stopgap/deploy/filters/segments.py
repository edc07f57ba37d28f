"""Patterns that are compared name by name: `*` stays within a name, a part that is `**` stands for any number of folders."""

from __future__ import annotations

from collections.abc import Sequence

from . import wild


def matches(parts: Sequence[str], names: Sequence[str], escapes: bool = True) -> bool:
    """Whether the parts of a pattern take all the names. A `**` at the end takes one name at least: `dir/**` is not the folder itself.

    A bracket that does not close matches nothing, as in git's and the shell's own matching.
    """
    reached = {0}
    for number, name in enumerate(names):
        after: set[int] = set()
        for at in sorted(skipped(reached, parts)):
            if at < len(parts) and parts[at] == "**":
                after.add(at)
                if at == len(parts) - 1 and number == len(names) - 1:
                    return True
            elif at < len(parts) and taken(parts[at], name, escapes):
                after.add(at + 1)
        reached = after
        if not reached:
            return False
    return len(parts) in reached


def skipped(reached: set[int], parts: Sequence[str]) -> set[int]:
    """With the places behind each `**` that takes nothing; one at the end has to take something."""
    found = set(reached)
    for at in sorted(reached):
        while at < len(parts) - 1 and parts[at] == "**":
            at += 1
            found.add(at)
    return found


def taken(pattern: str, name: str, escapes: bool) -> bool:
    """Whether one part takes one name."""
    if not any(sign in pattern for sign in "*?[\\"):
        return pattern == name
    return wild.matches(wild.compiled(pattern, False, escapes), name) and not has_open_bracket(pattern, escapes)


def has_open_bracket(pattern: str, escapes: bool) -> bool:
    """Whether a bracket opens and never closes."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\" and escapes:
            at += 2
        elif pattern[at] == "[":
            found = wild.bracket(pattern, at, escapes)
            if found is None:
                return True
            at = found[1]
        else:
            at += 1
    return False
