r"""Whether Python's `re` could take exponential time over an expression that Go's engine runs in linear time.

The expression becomes an automaton whose states are its character classes (Glushkov's construction). A backtracking matcher is
exponential where a loop can read one text in two ways: an edge of a cycle that two repeats give, as in `(a+)+`, or two different paths
over the same characters, as in `(\w|\d)+`. Weber and Seidl, "On the degree of ambiguity of finite automata" (1991), give the test.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    from re import _constants as constants
    from re import _parser as parser
else:
    import sre_constants as constants
    import sre_parse as parser

EXACT = 64  # states: a counted repeat up to this size is written out, a larger one is taken for an endless one
FEW = 4  # a repeat of at most this many is written out, whatever is in it
STATES = 240  # of one cycle: what is larger cannot be judged in reasonable time
ALL = (1 << 256) - 1
CATEGORIES = {constants.CATEGORY_DIGIT: rb"\d", constants.CATEGORY_SPACE: rb"\s", constants.CATEGORY_WORD: rb"\w"}
NEGATIONS = {constants.CATEGORY_NOT_DIGIT: rb"\D", constants.CATEGORY_NOT_SPACE: rb"\S", constants.CATEGORY_NOT_WORD: rb"\W"}


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

    def state(self, mask: int) -> Part:
        """A new state."""
        self.masks.append(mask)
        place = (len(self.masks) - 1,)
        return Part(place, place, 0)

    def join(self, left: Part, right: Part) -> Part:
        """One part behind another."""
        self.edges.update((a, b) for a in left.last for b in right.first)
        first = left.first + right.first * left.empty
        last = right.last + left.last * right.empty
        return part_of(first, last, left.empty * right.empty)

    def sequence(self, items: Iterable[Any], flags: int) -> Part:
        """The parts of a parsed expression, one behind another."""
        part = EMPTY
        for operator, argument in items:
            part = self.join(part, self.item(operator, argument, flags))
        return part

    def item(self, operator: Any, argument: Any, flags: int) -> Part:
        """One operator of a parsed expression. A position matches nothing."""
        if operator is constants.BRANCH:
            parts = [self.sequence(branch, flags) for branch in argument[1]]
            first, last = (tuple(state for part in parts for state in part[side]) for side in (0, 1))
            return part_of(first, last, sum(part.empty for part in parts))
        if operator is constants.SUBPATTERN:
            return self.sequence(argument[3], (flags | argument[1]) & ~argument[2])
        if operator in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            return self.repeat(*argument, flags)
        mask = mask_of(operator, argument, flags)
        return EMPTY if mask is None else self.state(mask)

    def repeat(self, low: int, high: int, items: Any, flags: int) -> Part:
        """A repeat: written out where that is small, else a loop."""
        before = len(self.masks)
        part = self.sequence(items, flags)
        size = len(self.masks) - before
        if high == 1 or (high <= FEW and size * high <= EXACT) or (low == high and size * high <= EXACT):
            for count in range(1, high):
                copy = self.sequence(items, flags)
                part = self.join(part, part_of(copy.first, copy.last, copy.empty + (count >= low)))
        else:
            self.edges.update((a, b) for a in part.last for b in part.first)
        return part_of(part.first, part.last, part.empty + (low == 0))


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


def problem(expression: bytes) -> str:
    """ "" or why this expression could take exponential time. It has to be one that `re` compiles."""
    automaton = Automaton()
    parsed = parser.parse(expression)
    automaton.sequence(parsed, parsed.state.flags)
    follows: dict[int, set[int]] = {}
    for a, b in automaton.edges:
        follows.setdefault(a, set()).add(b)
    for cycle in cycles(follows):
        if any(count > 1 and a in cycle and b in cycle for (a, b), count in automaton.edges.items()):
            return "a repeat inside a repeat can read the same text in two ways"
        if len(cycle) > STATES:
            return "a repeat is too large to be judged"
        if is_ambiguous(cycle, follows, automaton.masks):
            return "a repeat can read the same text in two ways"
    return ""


def cycles(follows: dict[int, set[int]]) -> list[set[int]]:
    """The states that reach one another, for each set of them that holds a cycle."""
    found: list[set[int]] = []
    placed: set[int] = set()
    backwards = reverse(follows)
    for state in follows:
        if state in placed:
            continue
        together = reached(state, follows) & reached(state, backwards)
        if together:
            found.append(together)
            placed |= together
    return found


def reverse(follows: dict[Any, set[Any]]) -> dict[Any, set[Any]]:
    """The same edges, the other way round."""
    backwards: dict[Any, set[Any]] = {}
    for a, after in follows.items():
        for b in after:
            backwards.setdefault(b, set()).add(a)
    return backwards


def reached(start: Any, follows: dict[Any, set[Any]]) -> set[Any]:
    """What can be reached from `start` in one step or more."""
    seen: set[Any] = set()
    waiting = [start]
    while waiting:
        for state in follows.get(waiting.pop(), ()):
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen


def is_ambiguous(cycle: set[int], follows: dict[int, set[int]], masks: list[int]) -> bool:
    """Whether two different paths of the cycle read the same text from a state back to it: both walked at once, as pairs."""
    pairs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    waiting = [(state, state) for state in cycle]
    while waiting:
        pair = waiting.pop()
        if pair in pairs:
            continue
        pairs[pair] = {
            (a, b) for a in follows[pair[0]] & cycle for b in follows[pair[1]] & cycle if masks[a] & masks[b]
        }  # fmt: skip
        waiting.extend(pairs[pair])
    backwards = reverse(pairs)
    return any(any(a != b for a, b in reached((state, state), pairs) & reached((state, state), backwards)) for state in cycle)
