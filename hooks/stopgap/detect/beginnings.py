"""What all that an expression matches has in common: whether each match begins with one of its rule's keywords, and how long a run of
letters and digits it holds. So it need be tried only there, and only where there is such a run.

Read from the parsed expression, character by character. "No" and 0 are always safe: it is then searched for in all of a window
around the keyword. The build asks for each rule that comes with stopgap (setup.py), as parsing takes longer than most searches.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

# `re` has no public parser; these two modules are what its own compiler reads, under these names since 3.11
NEW = sys.version_info >= (3, 11)
constants: Any = import_module("re._constants" if NEW else "sre_constants")
parser: Any = import_module("re._parser" if NEW else "sre_parse")

MOST = 256  # beginnings that are followed side by side
ROUNDS = 64  # of a repeat: no keyword is longer
NOTHING = (constants.ASSERT, constants.ASSERT_NOT, constants.AT)  # reads no character
RUN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=.-")


class Way(NamedTuple):
    """`begins`: whether each match begins with a keyword. `run`: how many bytes of RUN in a row each holds, at the least."""

    begins: bool
    run: int


class OtherwiseError(Exception):
    """A match may begin otherwise."""


def way(pattern: str, keywords: tuple[bytes, ...]) -> Way:
    """How to look for an expression's matches."""
    return Way(begins_with(pattern, keywords), longest_run(parser.parse(pattern.encode())))


def longest_run(items: Iterable[Any]) -> int:
    """Of the runs that each match of these items holds, the longest."""
    return max(map(least_run, items), default=0)


def least_run(item: tuple[Any, Any]) -> int:
    """The least that an item holds of RUN in a row."""
    operator, argument = item
    if operator is constants.SUBPATTERN:
        return longest_run(argument[3])
    if operator is constants.BRANCH:
        return min(map(longest_run, argument[1]))
    if operator in (constants.MAX_REPEAT, constants.MIN_REPEAT) and argument[0]:
        low, _, items = argument
        return int(low) if len(items) == 1 and is_of_run(*items[0]) else longest_run(items)
    return 0


def is_of_run(operator: Any, argument: Any) -> bool:
    """Whether it is one character, and of RUN."""
    try:
        return operator is constants.IN and members(argument) <= RUN
    except OtherwiseError:
        return False


def begins_with(pattern: str, keywords: tuple[bytes, ...]) -> bool:
    """Whether each match of the expression begins with one of these keywords, which are in lower case, whatever its own case."""
    try:
        return not after(frozenset((b"",)), parser.parse(pattern.encode()), keywords)
    except OtherwiseError:
        return False


def after(begun: frozenset[bytes], items: Iterable[Any], keywords: tuple[bytes, ...]) -> frozenset[bytes]:
    """The beginnings of keywords that may have been read behind these items; one that was read to its end is not followed further."""
    for operator, argument in items:
        if not begun:
            break
        if operator is constants.LITERAL:
            begun = longer(begun, (argument,), keywords)
        elif operator is constants.IN:
            begun = longer(begun, members(argument), keywords)
        elif operator is constants.SUBPATTERN:
            begun = after(begun, argument[3], keywords)
        elif operator is constants.BRANCH:
            begun = frozenset[bytes]().union(*(after(begun, branch, keywords) for branch in argument[1]))
        elif operator in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            begun = repeated(begun, argument, keywords)
        elif operator not in NOTHING:
            raise OtherwiseError
    return begun


def repeated(begun: frozenset[bytes], argument: tuple[int, int, Any], keywords: tuple[bytes, ...]) -> frozenset[bytes]:
    """The same behind a repeat."""
    low, high, items = argument
    found = begun if low == 0 else frozenset[bytes]()
    for count in range(1, min(high, ROUNDS) + 1):
        begun = after(begun, items, keywords)
        if not begun:
            break
        found |= begun if count >= low else frozenset()
    return found


def longer(begun: frozenset[bytes], characters: Iterable[int], keywords: tuple[bytes, ...]) -> frozenset[bytes]:
    """The beginnings with one more character. Raises OtherwiseError where one is none any more."""
    read = {start + bytes((character,)).lower() for character in characters for start in begun}
    left = frozenset(start for start in read if not start.startswith(keywords))
    if len(left) > MOST or not all(any(word.startswith(start) for word in keywords) for start in left):
        raise OtherwiseError
    return left


def members(items: Iterable[Any]) -> set[int]:
    """The characters of a class in brackets. Raises OtherwiseError for one that is told by what is not in it."""
    found: set[int] = set()
    for operator, argument in items:
        if operator is constants.LITERAL:
            found.add(argument)
        elif operator is constants.RANGE:
            found.update(range(argument[0], argument[1] + 1))
        else:
            raise OtherwiseError
    return found
