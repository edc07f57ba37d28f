"""What merges lack that a side of them has, and what of it only the merge took away: a file that the other sides never had.

What a side took away itself is no work of the merge's: it had the file, so it is reached by a commit that brought it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .lives import Change


class Gone(NamedTuple):
    """`merges` lack a file that one of their parents has and another has not; `dropped` is what of it they took away themselves."""

    merges: Collection[int] = ()
    dropped: Mapping[int, Sequence[str]] = MappingProxyType({})


class Paths:
    """One bit for each path, in the order in which they come."""

    def __init__(self) -> None:
        self._bit: dict[str, int] = {}

    def bit(self, path: str) -> int:
        """A path's bit."""
        return self._bit.setdefault(path, 1 << len(self._bit))

    def of(self, mask: int) -> list[str]:
        """The paths of a mask."""
        return [path for path, bit in self._bit.items() if bit & mask]


def gone(firsts: Sequence[int], several: Mapping[int, tuple[int, ...]], chosen: Sequence[int], changes: Mapping[int, Change]) -> Gone:
    """What merges lack of the paths in `changes`, which are against the first parent.

    Commits are numbers, parents before children; `chosen` has the parents of each. `firsts`: the first parent, -1 for none; `several`: all
    of those that have more.
    """
    among = frozenset(chosen) if several else frozenset()
    merges = sorted(number for number in several if number in among)
    if not merges:
        return Gone()
    paths = Paths()
    here = presence(firsts, chosen, changes, paths)
    masks = {number: mask for number in merges if (mask := missed(here, several[number]) & ~here[number])}
    if not masks:
        return Gone()
    wanted = {path for mask in set(masks.values()) for path in paths.of(mask)}
    origins = Origins(firsts, several, chosen, here, {path: paths.bit(path) for path in wanted})
    found = {
        number: [path for path in paths.of(mask) if origins.is_drop(number, path)]
        for number, mask in masks.items()
        if origins.may_drop(number)
    }
    return Gone(masks.keys(), {number: dropped for number, dropped in found.items() if dropped})


def presence(firsts: Sequence[int], chosen: Sequence[int], changes: Mapping[int, Change], paths: Paths) -> list[int]:
    """For each commit the bits of the paths that it has, and behind them none, for no commit."""
    here = [0] * (len(firsts) + 1)
    for number in chosen:
        mask = here[firsts[number]]
        if number in changes:
            items, fresh = changes[number]
            mask = 0 if fresh else mask
            for path, blob in items.items():
                mask = mask | paths.bit(path) if blob else mask & ~paths.bit(path)
        here[number] = mask
    return here


def missed(here: Sequence[int], parents: Collection[int]) -> int:
    """The bits of the paths that some of a merge's parents have, and some have not."""
    some, every = 0, -1
    for parent in parents:
        some |= here[parent]
        every &= here[parent]
    return some & ~every


class Origins:
    """The commits that brought some paths, one bit for each: those that are behind a commit, and of these those whose file it still has."""

    def __init__(
        self,
        firsts: Sequence[int],
        several: Mapping[int, tuple[int, ...]],
        chosen: Sequence[int],
        here: Sequence[int],
        wanted: Mapping[str, int],
    ) -> None:
        """`here`: as presence has it; `wanted`: paths with their bits."""
        self._firsts = firsts
        self._several = several
        self._here = here
        self._wanted = wanted
        self._all = sum(wanted.values())
        self._of = dict.fromkeys(wanted, 0)  # all that brought a path
        self._behind = [0] * len(here)
        self._kept = [0] * len(here)
        self._count = 0
        self._told: dict[int, int] = {}
        for number in chosen:
            self._behind[number], self._kept[number] = self._at(number)

    def _at(self, number: int) -> tuple[int, int]:
        first = self._firsts[number]
        behind, kept, before = self._behind[first], self._kept[first], self._here[first]  # most are those of the first parent
        for parent in self._several.get(number, ())[1:]:
            behind |= self._behind[parent]
            kept |= self._kept[parent]
            before |= self._here[parent]
        if lost := before & ~self._here[number] & self._all:
            kept &= ~self._brought(lost)
        if new := self._here[number] & ~before & self._all:
            self._told.clear()
            for path in self._among(new):
                bit = 1 << self._count
                self._count += 1
                self._of[path] |= bit
                behind |= bit
                kept |= bit
        return behind, kept

    def _brought(self, mask: int) -> int:
        """The commits that brought these paths so far. An old branch may be merged again and again."""
        if mask not in self._told:
            self._told[mask] = sum(self._of[path] for path in self._among(mask))  # each bit is of one path
        return self._told[mask]

    def _among(self, mask: int) -> Iterator[str]:
        return (path for path, bit in self._wanted.items() if bit & mask)

    def may_drop(self, merge: int) -> bool:
        """Whether a side keeps what any commit brought that is not behind another."""
        sides = self._several[merge]
        return any(self._kept[one] & ~self._behind[other] for one in sides for other in sides)

    def is_drop(self, merge: int, path: str) -> bool:
        """Whether a merge that has no such file took it away, and no side of it that has none either."""
        bit, mine = self._wanted[path], self._of[path]
        having = [self._kept[parent] & mine for parent in self._several[merge] if self._here[parent] & bit]
        without = [self._behind[parent] for parent in self._several[merge] if not self._here[parent] & bit]
        return any(not any(origins & behind for behind in without) for origins in having)
