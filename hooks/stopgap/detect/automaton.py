"""An expression of `re` as an automaton without empty steps: its states are its character classes (Glushkov's construction).

A repeat that is small is written out, a longer one becomes a loop. The edges are counted: two of them between the same states are two
ways to read the same text.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

# `re` has no public parser; these two modules are what its own compiler reads, under these names since 3.11
NEW = sys.version_info >= (3, 11)
constants: Any = import_module("re._constants" if NEW else "sre_constants")
parser: Any = import_module("re._parser" if NEW else "sre_parse")

EXACT = 64  # states: a counted repeat up to this size is written out, a larger one is taken for an endless one
FEW = 4  # a repeat of at most this many is written out, whatever is in it
LARGEST = 200_000  # edges: what has more is not judged
ALL = (1 << 256) - 1
CATEGORIES = {constants.CATEGORY_DIGIT: rb"\d", constants.CATEGORY_SPACE: rb"\s", constants.CATEGORY_WORD: rb"\w"}
NEGATIONS = {constants.CATEGORY_NOT_DIGIT: rb"\D", constants.CATEGORY_NOT_SPACE: rb"\S", constants.CATEGORY_NOT_WORD: rb"\W"}


# Atomic groups and possessive repeats, from Python 3.11 on. They are judged as if they could be entered again: too strictly.
INDIVISIBLE = tuple(getattr(constants, name) for name in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT") if hasattr(constants, name))


class Part(NamedTuple):
    """A piece of the automaton: the states it begins and ends in, each as often as there are ways, and the ways to match nothing."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    empty: int


EMPTY = Part((), (), 1)
MANY = 2  # ways: more make no difference


class Automaton:
    """States are sets of bytes, as masks of 256 bits; edges count how many ways lead from one state to the next."""

    def __init__(self) -> None:
        self.masks: list[int] = []
        self.edges: Counter[tuple[int, int]] = Counter()
        self.loops: list[tuple[range, str]] = []  # the states of each repeat that is a loop, and how it is written
        self.large = False  # it would have more edges than LARGEST, and is not complete
        self.choices = 0  # rounds that have to be and may be of nothing: each doubles the ways to read one text

    def state(self, mask: int) -> Part:
        """A new state."""
        self.masks.append(mask)
        place = (len(self.masks) - 1,)
        return Part(place, place, 0)

    def connect(self, before: tuple[int, ...], behind: tuple[int, ...]) -> None:
        """Edges from each of the states before to each behind."""
        if len(self.edges) + len(before) * len(behind) > LARGEST:
            self.large = True
        else:
            self.edges.update((a, b) for a in before for b in behind)

    def join(self, left: Part, right: Part) -> Part:
        """One part behind another."""
        self.connect(left.last, right.first)
        first = left.first + right.first * left.empty
        last = right.last + left.last * right.empty
        return part_of(first, last, left.empty * right.empty)

    def sequence(self, items: Iterable[Any], flags: int) -> Part:
        """The parts of a parsed expression, one behind another."""
        part = EMPTY
        for operator, argument in items:
            if self.large:
                break
            part = self.join(part, self.item(operator, argument, flags))
        return part

    def item(self, operator: Any, argument: Any, flags: int) -> Part:
        """One operator of a parsed expression. A position matches nothing."""
        if operator in (constants.BRANCH, constants.GROUPREF_EXISTS):
            branches = argument[1] if operator is constants.BRANCH else [branch or () for branch in argument[1:]]
            parts = [self.sequence(branch, flags) for branch in branches]
            first = tuple(state for part in parts for state in part.first)
            last = tuple(state for part in parts for state in part.last)
            return part_of(first, last, sum(part.empty for part in parts))
        if operator is constants.SUBPATTERN:
            return self.sequence(argument[3], (flags | argument[1]) & ~argument[2])
        if operator in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            return self.repeat(argument, flags)
        if operator in (constants.ASSERT, constants.ASSERT_NOT):
            self.sequence(argument[1], flags)  # it reads nothing, but it is matched like the rest
            return EMPTY
        if operator in INDIVISIBLE:
            return self.sequence(argument, flags) if operator is INDIVISIBLE[0] else self.repeat(argument, flags)
        mask = mask_of(operator, argument, flags)
        return EMPTY if mask is None else self.state(mask)

    def repeat(self, argument: tuple[int, int, Any], flags: int) -> Part:
        """A repeat: written out where that is small, else a loop."""
        low, high, items = argument
        before = len(self.masks)
        part = self.sequence(items, flags)
        size = (len(self.masks) - before) * high
        self.choices += low if part.empty and low > 1 else 0
        if high == 1 or (size <= EXACT and (high <= FEW or low == high)):
            part = self.copies(part, argument, flags)
        else:
            self.connect(part.last, part.first)
            self.loops.append((range(before, len(self.masks)), written(low, high)))
            part = part_of(part.first, part.last * (MANY if part.empty else 1), part.empty)  # or one more round, of nothing
        return part_of(part.first, part.last, part.empty + (low == 0))

    def copies(self, part: Part, argument: tuple[int, int, Any], flags: int) -> Part:
        """A repeat written out: round after round, from the `low`th on each may be the last."""
        low, high, items = argument
        first, ends, empty = part
        last = ends if low < 2 else ()
        for count in range(2, high + 1):
            copy = self.sequence(items, flags)
            self.connect(ends, copy.first)
            first += copy.first * empty
            ends = copy.last + ends * copy.empty
            empty = min(empty * copy.empty, MANY)
            last += ends if count >= low else ()
        return part_of(first, last, empty)


def written(low: int, high: int) -> str:
    """A repeat as one writes it."""
    if high == constants.MAXREPEAT:
        return {0: "*", 1: "+"}.get(low, f"{{{low},}}")
    return "?" if (low, high) == (0, 1) else f"{{{low}}}" if low == high else f"{{{low},{high}}}"


def part_of(first: tuple[int, ...], last: tuple[int, ...], empty: int) -> Part:
    """A part without more ways than make a difference, so that it stays small."""
    return Part(few(first), few(last), min(empty, MANY))


def few(states: tuple[int, ...]) -> tuple[int, ...]:
    """The states, none more often than MANY times."""
    return tuple(state for state, count in Counter(states).items() for _ in range(min(count, MANY)))


def mask_of(operator: Any, argument: Any, flags: int) -> int | None:
    """The bytes that a one-byte operator matches; None for a position."""
    if operator is constants.LITERAL:
        mask = 1 << argument
    elif operator is constants.NOT_LITERAL:
        mask = ALL ^ folded(1 << argument, flags)
    elif operator is constants.ANY:
        mask = ALL if flags & re.DOTALL else ALL ^ (1 << 10)
    elif operator is constants.IN:
        mask = mask_in(argument, flags)
    else:
        return None
    return folded(mask, flags)


def mask_in(items: Any, flags: int) -> int:
    """The bytes of a class in brackets."""
    mask, negated = 0, False
    for operator, argument in items:
        if operator is constants.NEGATE:
            negated = True
        elif operator is constants.LITERAL:
            mask |= 1 << argument
        elif operator is constants.RANGE:
            mask |= (1 << (argument[1] + 1)) - (1 << argument[0])
        else:
            expression = {**CATEGORIES, **NEGATIONS}[argument]
            mask |= sum(1 << code for code in range(256) if re.match(expression, bytes([code])))
    return ALL ^ folded(mask, flags) if negated else mask


def folded(mask: int, flags: int) -> int:
    """The mask with both cases of its letters, where case does not count."""
    if not flags & re.IGNORECASE:
        return mask
    lower, upper = ((1 << 26) - 1) << 97, ((1 << 26) - 1) << 65
    return mask | (mask & lower) >> 32 | (mask & upper) << 32


def parsed(items: Any) -> Automaton:
    """The automaton of an expression that `re` has parsed."""
    automaton = Automaton()
    automaton.sequence(items, items.state.flags)
    return automaton
