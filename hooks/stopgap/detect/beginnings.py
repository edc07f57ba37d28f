"""What all that an expression matches has in common: whether each match begins with one of its rule's keywords, and what run of
some characters it holds. So it need be tried only there, and only where there is such a run.

Read from the parsed expression, character by character. "No" and 0 are always safe: it is then searched for in all of a window
around the keyword. The build asks for each rule that comes with stopgap (setup.py), as parsing takes longer than most searches.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from importlib import import_module
from itertools import takewhile
from math import log2
from typing import Any, NamedTuple

# `re` has no public parser; these two modules are what its own compiler reads, under these names since 3.11
NEW = sys.version_info >= (3, 11)
constants: Any = import_module("re._constants" if NEW else "sre_constants")
parser: Any = import_module("re._parser" if NEW else "sre_parse")

MOST = 256  # beginnings that are followed side by side
ROUNDS = 64  # of a repeat: no keyword is longer
NOTHING = (constants.ASSERT, constants.ASSERT_NOT, constants.AT)  # reads no character
ANY = (1 << 256) - 1
PRINTABLE = 95
JOINING, MORE_SO = sum(1 << sign for sign in b"_-./"), 3
RARE = 7.0  # bits of a run that few texts hold: 15 letters and digits, 4 hexadecimal digits


class Way(NamedTuple):
    """`begins`: whether each match begins with a keyword. `run`: how many bytes of `letters` in a row each holds, at the least; 0 where
    that would tell nothing. `lead`: not with a keyword but with a word before it, all of it of these letters.
    """

    begins: bool
    run: int
    letters: bytes = b""
    lead: bytes = b""


class Run(NamedTuple):
    """Characters in a row: `least` of them or more, each one of `letters`, which has a bit for each."""

    letters: int
    least: int

    def rarity(self) -> float:
        """The bits that it takes to say that a text holds it, were all printable characters as frequent, and what joins words more so."""
        weight = self.letters.bit_count() + MORE_SO * (self.letters & JOINING).bit_count()
        return self.least * max(0.0, log2(PRINTABLE / max(1, weight)))


NOTHING_READ = Run(0, 0)


class OtherwiseError(Exception):
    """A match may begin otherwise."""


def way(pattern: str, keywords: tuple[bytes, ...]) -> Way:
    """How to look for an expression's matches."""
    run = rarest_run(parser.parse(pattern.encode()))
    least, letters = (run.least, letters_of(run.letters)) if run.rarity() >= RARE else (0, b"")
    lead = lead_of(pattern, keywords)
    return Way(bool(lead) or begins_with(pattern, keywords), least, letters, lead)


def rarest_run(items: Iterable[Any]) -> Run:
    """Of the runs that each match of these items holds, the one that is found by chance the least."""
    found: list[Run] = []
    parts = list(parts_of(items, found))
    for first in range(len(parts)):
        run = NOTHING_READ
        for part in parts[first:]:
            run = Run(run.letters | part.letters, run.least + part.least)
            if not run.rarity():
                break
            found.append(run)
    return max(found, key=Run.rarity, default=NOTHING_READ)


def parts_of(items: Iterable[Any], found: list[Run]) -> Iterator[Run]:
    """What each of these items reads, one after the other. Runs inside of one that reads several things in turn go into `found`."""
    for operator, argument in items:
        if operator is constants.SUBPATTERN:
            yield from parts_of(argument[3], found)
        elif operator is constants.BRANCH:
            found.append(either(map(rarest_run, argument[1])))
            yield either(in_a_row(parts_of(branch, [])) for branch in argument[1])
        elif operator in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            low, _, repeated_items = argument
            if low:
                found.append(rarest_run(repeated_items))
            part = in_a_row(parts_of(repeated_items, []))
            yield Run(part.letters, part.least * int(low))
        elif operator is constants.LITERAL:
            yield Run(any_case((argument,)), 0)  # it may be of the keyword, which is there
        elif operator is constants.IN:
            yield Run(letters_in(argument), 1)
        elif operator not in NOTHING:
            yield Run(ANY, 0)


def in_a_row(parts: Iterable[Run]) -> Run:
    """All of these, one behind the other."""
    return reduce(lambda run, part: Run(run.letters | part.letters, run.least + part.least), parts, NOTHING_READ)


def either(runs: Iterable[Run]) -> Run:
    """What any of these is."""
    return reduce(lambda run, other: Run(run.letters | other.letters, min(run.least, other.least)), runs)


def letters_in(items: Iterable[Any]) -> int:
    """The characters of a class in brackets, in either case; any where it is told by what is not in it."""
    letters = 0
    for operator, argument in items:
        if operator is constants.CATEGORY and argument in CATEGORIES:
            letters |= CATEGORIES[argument]
        elif operator in (constants.LITERAL, constants.RANGE):
            letters |= any_case(members([(operator, argument)]))
        else:
            return ANY
    return letters


def any_case(characters: Iterable[int]) -> int:
    """These characters in either case, a bit each: whether case counts is nothing to ask here."""
    both = {case[0] for character in characters for case in (bytes((character,)).lower(), bytes((character,)).upper())}
    return sum(1 << character for character in both)


DIGITS, SPACES = any_case(b"0123456789"), any_case(b" \t\n\r\f\v")
CATEGORIES = {
    constants.CATEGORY_DIGIT: DIGITS,
    constants.CATEGORY_SPACE: SPACES,
    constants.CATEGORY_WORD: DIGITS | any_case(b"abcdefghijklmnopqrstuvwxyz_"),
}


def letters_of(letters: int) -> bytes:
    """The characters that these bits stand for."""
    return bytes(character for character in range(256) if letters >> character & 1)


def begins_with(pattern: str, keywords: tuple[bytes, ...]) -> bool:
    """Whether each match of the expression begins with one of these keywords, which are in lower case, whatever its own case."""
    return begins_so(parser.parse(pattern.encode()), keywords)


def begins_so(items: Iterable[Any], keywords: tuple[bytes, ...]) -> bool:
    """The same for the items of one."""
    try:
        return not after(frozenset((b"",)), items, keywords)
    except OtherwiseError:
        return False


def lead_of(pattern: str, keywords: tuple[bytes, ...]) -> bytes:
    """The letters of a word with which each match begins, whole, and behind which a keyword stands: `(?<![a-z])[a-z]{1,9}://`."""
    parsed = parser.parse(pattern.encode())
    apart, *items = parsed
    letters = not_before(*apart) if not parsed.state.flags & re.IGNORECASE else b""
    word = list(takewhile(lambda item: is_of(item, letters), items))
    longest = sum(int(argument[1]) if operator is constants.MAX_REPEAT else 1 for operator, argument in word)
    return letters if 0 < longest <= ROUNDS and begins_so(items[len(word) :], keywords) else b""


def not_before(operator: Any, argument: Any) -> bytes:
    """Which characters may not stand before a match; none where it is told in another way than by a class."""
    if operator is not constants.ASSERT_NOT or argument[0] > 0 or len(argument[1]) != 1 or argument[1][0][0] is not constants.IN:
        return b""
    try:
        return bytes(sorted(members(argument[1][0][1])))
    except OtherwiseError:
        return b""


def is_of(item: Any, letters: bytes) -> bool:
    """Whether all that it reads is of these letters: a class, or a repeat of one."""
    operator, argument = item
    if operator is constants.MAX_REPEAT:
        return len(argument[2]) == 1 and is_of(argument[2][0], letters)
    try:
        return operator is constants.IN and members(argument) <= {*letters}
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
