"""Wildcards as the tools have them, matched in time that grows with pattern times path: patterns are as hostile as the rest of a
repository.

A pattern is compiled to steps, each of which takes one character or any number of them; `matches` follows all ways through them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

POSIX: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "lower": str.islower,
    "upper": str.isupper,
    "space": str.isspace,
    "punct": lambda sign: sign.isascii() and sign.isprintable() and not sign.isalnum() and sign != " ",
}


class Step(NamedTuple):
    """One character (`many`: any number) that is one of `signs`, or none of them where `others`; `slash`: it may be a slash."""

    signs: frozenset[str]
    others: bool
    many: bool = False
    slash: bool = False
    classes: tuple[str, ...] = ()

    def takes(self, sign: str) -> bool:
        """Whether it may stand for this character."""
        if sign == "/" and not self.slash:
            return False
        within = sign in self.signs or any(POSIX[name](sign) for name in self.classes)
        return within != self.others


@lru_cache(maxsize=4096)
def compiled(pattern: str, star_crosses: bool, escapes: bool = True, double: bool = True, classes: bool = True) -> tuple[Step, ...]:
    """The steps of a pattern. `star_crosses`: `*` and `?` stand for a slash too. `double`: `**` does. `escapes`: `\\` makes the next
    sign plain.
    """
    steps: list[Step] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "*":
            end = at
            while pattern[end : end + 1] == "*":
                end += 1
            steps.append(Step(frozenset(), True, many=True, slash=star_crosses or (double and end - at > 1)))
            at = end
            continue
        if sign == "?":
            steps.append(Step(frozenset(), True, slash=star_crosses))
        elif sign == "[" and classes and (found := bracket(pattern, at, escapes)):
            step, at = found
            steps.append(step)
            continue
        else:
            if sign == "\\" and escapes and at + 1 < len(pattern):
                at += 1
            steps.append(Step(frozenset(pattern[at]), False, slash=True))
        at += 1
    return tuple(steps)


def bracket(pattern: str, at: int, escapes: bool) -> tuple[Step, int] | None:
    """`[a-z]`, `[!x]`, `[[:alpha:]]` that opens at `at`, and where the pattern goes on. None: it does not close, and is a plain sign."""
    others = pattern[at + 1 : at + 2] in ("!", "^")
    start = here = at + 1 + others
    signs: set[str] = set()
    names = []
    while here < len(pattern) and (pattern[here] != "]" or here == start):
        name = pattern[here + 2 : pattern.find(":]", here)] if pattern.startswith("[:", here) else ""
        if name in POSIX:
            names.append(name)
            here += len(name) + 4
            continue
        if pattern[here] == "\\" and escapes and here + 1 < len(pattern):
            here += 1
        if pattern[here + 1 : here + 2] == "-" and pattern[here + 2 : here + 3] not in ("", "]"):
            signs |= {chr(code) for code in range(ord(pattern[here]), min(ord(pattern[here + 2]), ord(pattern[here]) + 0x3000) + 1)}
            here += 3
        else:
            signs.add(pattern[here])
            here += 1
    if here >= len(pattern):
        return None
    return Step(frozenset(signs), others, classes=tuple(names)), here + 1


def matches(steps: tuple[Step, ...], text: str) -> bool:
    """Whether the steps take the whole text."""
    reached = closed({0}, steps)
    for sign in text:
        after = set()
        for at in reached:
            if at < len(steps) and steps[at].takes(sign):
                after.add(at if steps[at].many else at + 1)
        reached = closed(after, steps)
        if not reached:
            return False
    return len(steps) in reached


def closed(reached: set[int], steps: tuple[Step, ...]) -> set[int]:
    """With the places that are reached by taking nothing."""
    found = set(reached)
    for at in sorted(reached):
        while at < len(steps) and steps[at].many:
            at += 1
            found.add(at)
    return found
