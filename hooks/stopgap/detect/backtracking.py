r"""Whether Python's `re` could take exponential time over an expression that Go's engine runs in linear time.

The expression becomes an automaton whose states are its character classes (Glushkov's construction). A backtracking matcher is
exponential where a loop can read one text in two ways: an edge of a cycle that two repeats give, as in `(a+)+`, or two different paths
over the same characters, as in `(\w|\d)+`. Weber and Seidl, "On the degree of ambiguity of finite automata" (1991), give the test.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .automaton import parsed

CHOICES = 8  # rounds that may be of nothing: 2 to this power ways to read one text are still few
STATES = 240  # of one cycle: what is larger cannot be judged in reasonable time


class Judgement(NamedTuple):
    """`problem`: "" or why the expression could take exponential time. `degree`: how many long repeats in a row can share one text,
    so that the time to fail grows with the text's length to the power of that number, and once more for where a match begins."""

    problem: str
    degree: int = 0


def long_repeats(degree: int) -> str:
    """What is wrong with an expression of too high a degree, and how to mend it."""
    return f"{degree} long repeats in a row can read the same text; bound them, as in .{{0,50}}"


def judge(expression: bytes) -> Judgement:
    """What backtracking could cost for this expression, which has to be one that `re` compiles."""
    automaton = parsed(expression)
    if automaton.choices > CHOICES:
        return Judgement("a counted repeat of what can be nothing can read the same text in two ways")
    follows: dict[int, set[int]] = {}
    for a, b in automaton.edges:
        follows.setdefault(a, set()).add(b)
    found = cycles(follows)
    for cycle in found:
        if any(count > 1 and a in cycle and b in cycle for (a, b), count in automaton.edges.items()):
            return Judgement("a repeat inside a repeat can read the same text in two ways")
        if len(cycle) > STATES:
            return Judgement("a repeat is too large to be judged")
        if is_ambiguous(cycle, follows, automaton.masks):
            return Judgement("a repeat can read the same text in two ways")
    return Judgement("", degree([cycle for cycle in found if cycle & automaton.long], follows, automaton.masks))


def degree(loops: list[set[int]], follows: dict[int, set[int]], masks: list[int]) -> int:
    """The length of the longest chain of loops where a text can move from each into the next: `.*key.*=` has two."""
    unions = [union(masks[state] for state in loop) for loop in loops]
    after: dict[int, list[int]] = {}
    for a, loop in enumerate(loops):
        for b, other in enumerate(loops):
            shared = unions[a] | unions[b]
            if (
                a != b
                and unions[a] & unions[b]
                and leads(loop, other, {state for state in range(len(masks)) if masks[state] & shared}, follows)
            ):
                after.setdefault(a, []).append(b)
    lengths: dict[int, int] = {}

    def length(loop: int) -> int:  # the loops have an order, so this ends
        if loop not in lengths:
            lengths[loop] = 1 + max((length(other) for other in after.get(loop, ())), default=0)
        return lengths[loop]

    return max(map(length, range(len(loops))), default=0)


def union(masks: Iterable[int]) -> int:
    """All bytes of the masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def leads(loop: set[int], other: set[int], through: set[int], follows: dict[int, set[int]]) -> bool:
    """Whether a path leads from one loop to the other by the states in `through`."""
    allowed = {state: after & through for state, after in follows.items() if state in through}
    return any(not reached(state, allowed).isdisjoint(other) for state in loop)


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
