"""How many steps a backtracking matcher could take at the most to fail, read from the parsed expression; never too low, often too high.

Behind a part that can end in several places the rest is tried once for each of them. So the steps of a sequence are those of its first
part, and those of the rest times the ways in which the first part can end: a place where the rest cannot begin is none, and what is
fixed (`secret`) begins at most every so many bytes. A repeat of one class costs little: `re` reads it in a tight loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .automaton import ALL, INDIVISIBLE, Automaton, constants, mask_of, written
from .needles import CHOSEN, POSITIONS, REPEATS, agree, apart, fixed_text, flat, needles, periods

CHEAP = 16  # bytes of one class that cost as much as one step elsewhere
COMPARED = 300  # alternatives that are: of more all are taken to read the same text
MOST = 1e30


class Cost(NamedTuple):
    """`steps` to try all ways, and the number of `ways` in which the part can end so that what follows can begin."""

    steps: float
    ways: float = 1.0


class Repeat(NamedTuple):
    """A repeat that multiplies the steps: its number in the expression, how it is written, and in how many places it can end."""

    number: int
    text: str
    ways: float


class Estimate:
    """The steps on a text of `size` bytes. `repeats` afterwards: those that multiply."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.repeats: list[Repeat] = []
        self.seen = self.open = 0  # repeats so far, and those of them without a bound: their ends are in order, so they share the text

    def of(self, items: Any, flags: int) -> float:
        """The steps for a text of nothing but beginnings."""
        elements = list(flat(items, flags))
        return min(MOST, (self.size / apart(needles(elements)) + 1) * self.sequence(elements, 0).steps + self.size)

    def sequence(self, elements: Sequence[Any], behind: int) -> Cost:
        """One part behind another. `behind`: the bytes that can follow them; 0 where nothing has to, and the first end is a match."""
        follows = followed(elements, behind)
        costs = [self.item(operator, argument, flags, after) for (operator, argument, flags), after in zip(elements, follows, strict=True)]
        steps, ways = 0.0, 1.0
        for place in range(len(costs) - 1, -1, -1):
            each = costs[place]
            texts = needles(elements[place + 1 :]) if each.ways > 1 else []
            tried, fits = behind_each_end(min(each.ways, straddling(elements[place], texts)), steps, texts) if texts else (steps, 1.0)
            steps, ways = min(MOST, each.steps + tried), min(MOST, fits * ways)
        return Cost(steps, ways)

    def item(self, operator: Any, argument: Any, flags: int, behind: int) -> Cost:
        """One operator of the parsed expression."""
        if operator is constants.BRANCH:
            return self.branch([list(flat(each, flags)) for each in argument[1]], behind)
        if operator is CHOSEN:
            return self.branch([list(flat(each or (), flags)) for each in argument[1:]], behind)
        if operator in REPEATS:
            return self.repeat(argument, flags, behind)
        if operator in POSITIONS[1:]:
            return Cost(self.sequence(list(flat(argument[1], flags)), 0).steps)
        if operator in INDIVISIBLE[:1]:
            return Cost(self.sequence(list(flat(argument, flags)), behind).steps)
        return Cost(self.size / CHEAP if operator is constants.GROUPREF else 1.0)

    def branch(self, branches: list[list[Any]], behind: int) -> Cost:
        """Alternatives: those that can read the same text are all tried."""
        costs, before, most = [], self.open, self.open
        for each in branches:
            self.open = before
            costs.append(self.sequence(each, behind))
            most = max(most, self.open)
        self.open = most
        starts = [fixed_text(each) if len(branches) <= COMPARED else () for each in branches]
        together = [sum(cost.ways for cost, other in zip(costs, starts, strict=True) if agree(one, other)) for one in dict.fromkeys(starts)]
        return Cost(min(MOST, len(costs) / CHEAP + sum(each.steps for each in costs)), min(MOST, max(together)))

    def repeat(self, argument: tuple[int, int, Any], flags: int, behind: int) -> Cost:
        """A repeat of a class, or of something longer."""
        low, high, items = argument
        self.seen += 1
        number, shortest, elements = self.seen, items.getwidth()[0], list(flat(items, flags))
        bounded = high * max(1, items.getwidth()[1]) < self.size
        room = self.size if bounded else self.size / (self.open + 2)  # where a match begins comes before them all
        rounds = min(high, room / max(1, shortest))
        single = mask_of(elements[0][0], elements[0][1], elements[0][2]) if len(elements) == 1 else None
        if single is not None:
            cost = Cost(1 + rounds / CHEAP, max(1.0, rounds - low + 1) if single & behind else 1.0)
        else:
            cost = self.rounds(low, rounds, high, items, elements, flags, behind)
        if cost.ways > 1:
            self.open += not bounded
            self.repeats.append(Repeat(number, written(low, high), cost.ways))
        return cost

    def rounds(self, low: int, rounds: float, high: int, items: Any, elements: list[Any], flags: int, behind: int) -> Cost:
        """A repeat of more than a class: what one round costs, to the power of the rounds where it can end in several places."""
        first = begin(elements, behind) if high > 1 else 0  # what a next round can begin with
        body = self.sequence(elements, first | behind)
        inner = body.ways if items.getwidth()[0] or low > 1 else max(1.0, body.ways - 1)  # a round of nothing is the last one
        ends = max(1.0, rounds - low + 1) if first & behind else 1.0
        if inner <= 1:
            return Cost(min(MOST, 1 + rounds * body.steps), ends)
        power = MOST if rounds * (inner - 1) > 1e6 else min(MOST, float(inner) ** min(rounds, 200))
        written_out = Cost(min(MOST, power * body.steps), min(MOST, power * ends))
        return min(written_out, self.loop(items, flags, rounds, behind), key=lambda cost: cost.steps * cost.ways)

    def loop(self, items: Any, flags: int, rounds: float, behind: int) -> Cost:
        """The same for a repeat that reads each text in one way only: one path for each place and each state it can begin and end in."""
        from .backtracking import cycles_problem

        automaton = Automaton()
        part = automaton.repeat((0, constants.MAXREPEAT, items), flags)
        if automaton.large or cycles_problem(automaton):
            return Cost(MOST, MOST)
        longest = min(float(self.size), rounds * max(1, items.getwidth()[1]))
        first, last = (most_at_once(automaton.masks[state] for state in states) for states in (part.first, part.last))
        ends = longest if union(automaton.masks) & behind else 1.0
        return Cost(longest * first * most_at_once(automaton.masks), ends * first * last)


def behind_each_end(ends: float, steps: float, texts: Sequence[tuple[int, ...]]) -> tuple[float, float]:
    """The steps of all that is tried behind `ends` places in a row, where one try takes `steps`, and in how many of them it can begin.

    `texts`: the needles of what is tried. Behind a fixed text the rest is tried only where all of it stood.
    """
    fits = min(ends, ends / apart(texts) + 1)
    if len(texts) == 1:
        left = steps - len(texts[0])
        fixed = ends / CHEAP + sum(min(ends, ends / period + 1) for period in periods(texts[0])[:-1])
        return fixed + (fits * (left + 1) if left > 0 else 0), fits
    if apart(texts) == 1:
        return ends * steps, ends
    return ends * (len(texts) / CHEAP + max(map(len, texts))) + fits * steps, fits


def straddling(element: tuple[Any, Any, int], texts: Sequence[Sequence[int]]) -> float:
    """How many ends of a repeat of one class a text can have that holds a byte which the class does not have."""
    operator, argument, flags = element
    inner = list(flat(argument[2], flags)) if operator in REPEATS else []
    single = mask_of(*inner[0]) if len(inner) == 1 else None
    if single is None:
        return MOST
    return max((next((place + 1 for place, mask in enumerate(text) if not mask & single), MOST) for text in texts), default=MOST)


def followed(elements: Sequence[Any], behind: int) -> list[int]:
    """For each element the bytes that can follow it."""
    follows, after = [0] * len(elements), behind
    for place in range(len(elements) - 1, -1, -1):
        follows[place] = after
        after = before(elements[place], after)
    return follows


def before(element: tuple[Any, Any, int], behind: int) -> int:
    """The bytes that can follow what stands before this element. What a match may end with is no reason to try another end."""
    operator, argument, flags = element
    if operator in POSITIONS:
        return beside(operator, argument, flags) & (behind or ALL)
    if operator in (constants.BRANCH, CHOSEN):
        parts = argument[1] if operator is constants.BRANCH else [each or () for each in argument[1:]]
        found = [begin(list(flat(each, flags)), behind) for each in parts]
        return 0 if 0 in found and not behind else union(found)
    if operator in REPEATS:
        first = begin(list(flat(argument[2], flags)), behind)
        return (first | behind if behind else 0) if argument[0] == 0 else first
    if operator in INDIVISIBLE[:1]:
        return begin(list(flat(argument, flags)), behind)
    return ALL if operator is constants.GROUPREF else mask_of(operator, argument, flags) or ALL


def begin(elements: Sequence[Any], behind: int) -> int:
    """The same for a sequence."""
    for element in reversed(elements):
        behind = before(element, behind)
    return behind


def beside(operator: Any, argument: Any, flags: int) -> int:
    """The bytes that can stand behind a position; none behind the end of the text."""
    if operator is constants.AT:
        return {constants.AT_END_STRING: 0, constants.AT_END: 1 << 10}.get(argument, ALL)
    ahead, inner = argument[0] > 0, list(flat(argument[1], flags))
    if operator is constants.ASSERT:
        return begin(inner, ALL) if ahead else ALL
    single = mask_of(*inner[0]) if ahead and len(inner) == 1 and inner[0][0] not in (*POSITIONS, *REPEATS, constants.BRANCH) else None
    return ALL if single is None else ALL ^ single


def union(masks: Iterable[int]) -> int:
    """All bytes of the masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def most_at_once(masks: Iterable[int]) -> int:
    """How many of the masks share a byte, at the most."""
    found = list(masks)
    return max((sum(mask >> code & 1 for mask in found) for code in range(256)), default=1) or 1
