r"""Whether Python's `re` could take exponential time over an expression that Go's engine runs in linear time.

The expression becomes an automaton whose states are its character classes (Glushkov's construction). A backtracking matcher is
exponential where a loop can read one text in two ways: an edge of a cycle that two repeats give, as in `(a+)+`, or two different paths
over the same characters, as in `(\w|\d)+`. Weber and Seidl, "On the degree of ambiguity of finite automata" (1991), give the test.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .automaton import Automaton, parsed, parser

CHOICES = 8  # rounds that may be of nothing: 2 to this power ways to read one text are still few
STATES = 240  # of one cycle, and
PAIRS = 1 << 22  # steps from one pair of its states to the next: what is larger cannot be judged in reasonable time
LONGEST = 1 << 16  # bytes of an expression
WINDOW = 4096  # bytes of a text in which an expression is looked for
STEPS = 2e9  # to fail on one window: seconds at the most, as the estimate is mostly far too high
TOO_LARGE = "it is too large to be judged"
NAMED = 3  # repeats in a message


class Judgement(NamedTuple):
    """`problem`: "" or why the expression could take for ever. `steps`: what it could take at the most to fail on one window."""

    problem: str
    steps: float = 0.0


def judge(expression: bytes, window: int = WINDOW) -> Judgement:
    """What backtracking could cost for this expression on `window` bytes of any text. Raises re.error for what is no expression."""
    if len(expression) > LONGEST:
        return Judgement(TOO_LARGE)
    try:
        items = parser.parse(expression)
        automaton = parsed(items)
        problem = TOO_LARGE if automaton.large else problem_of(automaton)
        return Judgement(problem) if problem else counted(items, window)
    except (RecursionError, OverflowError):
        return Judgement(TOO_LARGE)


def problem_of(automaton: Automaton) -> str:
    """ "" or why the time could be exponential."""
    if automaton.choices > CHOICES:
        return "a counted repeat of what can be nothing can read the same text in two ways"
    return cycles_problem(automaton)


def cycles_problem(automaton: Automaton) -> str:
    """ "" or why a repeat could read the same text in two ways."""
    follows: dict[int, set[int]] = {}
    for a, b in automaton.edges:
        follows.setdefault(a, set()).add(b)
    for cycle in cycles(follows):
        inside = {state: follows[state] & cycle for state in cycle}
        twice = any(automaton.edges[a, b] > 1 for a, after in inside.items() for b in after)
        said = "can read the same text in two ways" if twice else ambiguity(cycle, inside, automaton.masks)
        if said:
            return f"{named(cycle, automaton)} {said}"
    return ""


def named(cycle: set[int], automaton: Automaton) -> str:
    """The repeat that a cycle is, by how it is written."""
    around = [(len(states), text) for states, text in automaton.loops if cycle <= set(states)]
    return f"a repeat ({min(around)[1]})" if around else "a repeat"


def counted(items: Any, window: int) -> Judgement:
    """The judgement of what is not exponential, by its steps."""
    from .steps import Estimate

    estimate = Estimate(window)
    steps = estimate.of(items, items.state.flags)
    if steps <= STEPS:
        return Judgement("", steps)
    worst = sorted(sorted(estimate.repeats, key=lambda repeat: -repeat.ways)[:NAMED])
    which = ", ".join(f"number {repeat.number} ({repeat.text})" for repeat in worst)
    more = " and others" if len(estimate.repeats) > NAMED else ""
    return Judgement(f"of its repeats, {which}{more} can read the same text; bound them, as in .{{0,50}}, or have fewer", steps)


def cycles(follows: dict[Any, set[Any]]) -> list[set[Any]]:
    """The states that reach one another, for each set of them that holds a cycle: Kosaraju's algorithm, in linear time."""
    found: list[set[Any]] = []
    placed: set[Any] = set()
    backwards = reverse(follows)
    for start in reversed(finished(follows)):
        if start in placed:
            continue
        placed.add(start)
        together, waiting = {start}, [start]
        while waiting:
            new = backwards.get(waiting.pop(), set()) - placed
            placed |= new
            together |= new
            waiting += new
        if len(together) > 1 or start in follows.get(start, ()):
            found.append(together)
    return found


def finished(follows: dict[Any, set[Any]]) -> list[Any]:
    """All states in the order in which a walk in depth leaves them."""
    order: list[Any] = []
    seen: set[Any] = set()
    for start in follows:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(follows[start]))]
        while path:
            state, after = path[-1]
            step = next((one for one in after if one not in seen), None)
            if step is None:
                order.append(state)
                path.pop()
            else:
                seen.add(step)
                path.append((step, iter(follows.get(step, ()))))
    return order


def reverse(follows: dict[Any, set[Any]]) -> dict[Any, set[Any]]:
    """The same edges, the other way round."""
    backwards: dict[Any, set[Any]] = {}
    for a, after in follows.items():
        for b in after:
            backwards.setdefault(b, set()).add(a)
    return backwards


def ambiguity(cycle: set[int], inside: dict[int, set[int]], masks: list[int]) -> str:
    """ "" or what is wrong with a cycle: two different paths in it read one text from a state back to it. Both are walked, as pairs."""
    if len(cycle) > STATES:
        return "is too large to be judged"
    pairs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    waiting, left = [(state, state) for state in cycle], PAIRS
    while waiting:
        pair = waiting.pop()
        if pair in pairs:
            continue
        left -= len(inside[pair[0]]) * len(inside[pair[1]])
        if left < 0:
            return "is too large to be judged"
        pairs[pair] = {(a, b) for a in inside[pair[0]] for b in inside[pair[1]] if masks[a] & masks[b]}
        waiting.extend(pairs[pair])
    twice = any(len({a == b for a, b in together}) > 1 for together in cycles(pairs))  # from a state to itself by another one
    return "can read the same text in two ways" if twice else ""
