"""How long each thing lived in a history: in how many commits, the first and the last of them, and which names reach one.

The commits stand in a forest, each below its first parent, and each says what it changes. What was not changed is there still, so commits
that change nothing are counted with the one before them, and the whole takes no longer than there are changes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

Thing = Hashable
Items = Mapping[str, "str | None"]  # the blob at each path, None where there is none any more
Things = Callable[[str, str], Iterable[Thing]]  # what a blob at a path stands for
Held = TypeVar("Held")


class Life(NamedTuple):
    """`first` and `last` are the author's time and the number of a commit; `mask` has a bit for each name that reaches one."""

    commits: int
    first: tuple[int, int]
    last: tuple[int, int]
    mask: int


class Change(NamedTuple):
    """What a commit changes. `fresh`: nothing else is there."""

    items: Items
    fresh: bool = False


class Stretch:
    """Commits in a row, of which only the first changes anything."""

    def __init__(self, above: int, change: Change | None) -> None:
        self.above = above
        self.change = change
        self.below: list[int] = []
        self.numbers = array("q")

    def life(self, times: Sequence[int], masks: Sequence[int]) -> Life:
        """The life of what is there in all of its commits."""
        stamps = list(zip(map(times.__getitem__, self.numbers), self.numbers, strict=True))
        return Life(len(stamps), min(stamps), max(stamps), reduce(int.__or__, map(masks.__getitem__, self.numbers)))


def lives(
    firsts: Sequence[int],
    times: Sequence[int],
    masks: Sequence[int],
    chosen: Iterable[int],
    changes: Mapping[int, Change],
    things: Things,
) -> dict[Thing, Life]:
    """The life of each thing that any item stands for. Commits are numbers, parents before children; `chosen` has the parents of each.

    `firsts`: the first parent of each commit, -1 for none.
    """
    stretches: list[Stretch] = []
    place = [-1] * (len(firsts) + 1)  # the last for no parent
    for number in chosen:
        above = place[firsts[number]]
        if above < 0 or number in changes:
            if above >= 0:
                stretches[above].below.append(len(stretches))
            stretches.append(Stretch(above, changes.get(number)))
            above = len(stretches) - 1
        place[number] = above
        stretches[above].numbers.append(number)
    order, spans = spans_of(stretches, things)
    return dict(measured([stretches[one].life(times, masks) for one in order], spans))


def spans_of(stretches: Sequence[Stretch], things: Things) -> tuple[list[int], dict[Thing, list[tuple[int, int]]]]:
    """The stretches, each before those below it, and where in this order each thing is there: from, and up to without."""
    order: list[int] = []
    state = State(things)
    waiting: list[tuple[int, dict[str, str | None] | None]] = [
        (number, None) for number, one in reversed(list(enumerate(stretches))) if one.above < 0
    ]
    while waiting:
        number, undo = waiting.pop()
        if undo is not None:
            state.put(undo, len(order))
            continue
        one = stretches[number]
        waiting.append((number, state.put(one.change.items if one.change else {}, len(order), bool(one.change and one.change.fresh))))
        order.append(number)
        waiting += [(below, None) for below in reversed(one.below)]
    return order, state.spans


class State:
    """What is there at the moment, and since when. A thing that several items stand for is there until the last of them is gone."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self._items: dict[str, str] = {}
        self._count: dict[Thing, int] = {}
        self._since: dict[Thing, int] = {}
        self.spans: dict[Thing, list[tuple[int, int]]] = {}

    def put(self, items: Items, now: int, fresh: bool = False) -> dict[str, str | None]:
        """Changes what is there, and gives back what undoes that."""
        changed = {**dict.fromkeys(self._items), **items} if fresh else items
        undo = {key: self._items.get(key) for key in changed}
        touched: dict[Thing, int] = {}
        for key, new in changed.items():
            old = self._items.pop(key, None)
            for item, by in ((old, -1), (new, 1)):
                for thing in () if item is None else self._things(key, item):
                    touched[thing] = touched.get(thing, 0) + by
            if new is not None:
                self._items[key] = new
        for thing, by in touched.items():
            self._counted(thing, self._count.get(thing, 0), by, now)
        return undo

    def _counted(self, thing: Thing, before: int, by: int, now: int) -> None:
        self._count[thing] = before + by
        if not before and by:
            self._since[thing] = now
        elif before and not before + by and self._since[thing] < now:
            self.spans.setdefault(thing, []).append((self._since[thing], now))


def measured(stretches: Sequence[Life], spans: Mapping[Thing, Sequence[tuple[int, int]]]) -> Iterator[tuple[Thing, Life]]:
    """Sums each thing's spans up."""
    counts = [0, *accumulate(one.commits for one in stretches)]
    firsts = Ranges([one.first for one in stretches], min)
    lasts = Ranges([one.last for one in stretches], max)
    masks = Ranges([one.mask for one in stretches], int.__or__)
    for thing, parts in spans.items():
        mask = 0
        for start, end in parts:
            mask |= masks.over(start, end)
        count = sum(counts[end] - counts[start] for start, end in parts)
        yield thing, Life(count, min(firsts.over(*part) for part in parts), max(lasts.over(*part) for part in parts), mask)


class Ranges(Generic[Held]):
    """Answers what a function makes of the values in a range, in a time that grows with the logarithm of their number."""

    def __init__(self, values: Sequence[Held], combine: Callable[[Held, Held], Held]) -> None:
        self._size = len(values)
        self._combine = combine
        self._tree = [*values, *values]
        for place in range(self._size - 1, 0, -1):
            self._tree[place] = combine(self._tree[2 * place], self._tree[2 * place + 1])

    def over(self, start: int, end: int) -> Held:
        """Of the values from `start` up to `end`, which is not among them; there is one at least."""
        found: list[Held] = []
        left, right = start + self._size, end + self._size
        while left < right:
            if left & 1:
                found.append(self._tree[left])
                left += 1
            if right & 1:
                right -= 1
                found.append(self._tree[right])
            left, right = left // 2, right // 2
        result = found[0]
        for one in found[1:]:
            result = self._combine(result, one)
        return result
