"""What only a merge took away: a file that one side brought, that the other never had, and that the merge has not.

What a side took away itself is no work of the merge's: it had the file, so it is reached by a commit that brought it. A stash is no merge,
though it is stored as one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from .lives import Change


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


def drops(parents: Sequence[tuple[int, ...]], chosen: Sequence[int], changes: Mapping[int, Change]) -> dict[int, list[str]]:
    """The paths that each merge dropped, of those in `changes`, which are against the first parent.

    Commits are numbers, parents before children; `chosen` has the parents of each.
    """
    paths = Paths()
    here = presence(parents, chosen, changes, paths)
    merges = [number for number in chosen if len(parents[number]) > 1 and not is_stash(parents, parents[number])]
    gone = {number: mask for number in merges if (mask := missed(here, parents[number]) & ~here[number])}
    if not gone:
        return {}
    wanted = {path for mask in set(gone.values()) for path in paths.of(mask)}
    origins = Origins(parents, chosen, here, {path: paths.bit(path) for path in wanted})
    found = {number: [path for path in paths.of(mask) if origins.is_drop(number, path)] for number, mask in gone.items()}
    return {number: dropped for number, dropped in found.items() if dropped}


def presence(parents: Sequence[tuple[int, ...]], chosen: Sequence[int], changes: Mapping[int, Change], paths: Paths) -> list[int]:
    """For each commit the bits of the paths that it has."""
    here = [0] * len(parents)
    for number in chosen:
        change, before = changes.get(number), parents[number]
        mask = here[before[0]] if before and not (change and change.fresh) else 0
        for path, blob in change.items.items() if change else ():
            mask = mask | paths.bit(path) if blob else mask & ~paths.bit(path)
        here[number] = mask
    return here


def is_stash(parents: Sequence[tuple[int, ...]], its: tuple[int, ...]) -> bool:
    """Whether these parents are those of a stash with untracked files: HEAD, the index on top of it, and the files by themselves.

    git-stash(1), "Discussion", and `--include-untracked`.
    """
    return len(its) == 3 and parents[its[1]] == its[:1] and not parents[its[2]]


def missed(here: Sequence[int], parents: Collection[int]) -> int:
    """The bits of the paths that some of a merge's parents have, and some have not."""
    some, every = 0, -1
    for parent in parents:
        some |= here[parent]
        every &= here[parent]
    return some & ~every


class Origins:
    """The commits that brought some paths, one bit for each: those that are behind a commit, and of these those whose file it still has."""

    def __init__(self, parents: Sequence[tuple[int, ...]], chosen: Sequence[int], here: Sequence[int], wanted: Mapping[str, int]) -> None:
        self._parents = parents
        self._here = here
        self._wanted = wanted
        self._all = sum(wanted.values())
        self._of = dict.fromkeys(wanted, 0)  # all that brought a path
        self._behind = [0] * len(parents)
        self._kept = [0] * len(parents)
        self._count = 0
        for number in chosen:
            self._behind[number], self._kept[number] = self._at(number)

    def _at(self, number: int) -> tuple[int, int]:
        behind = kept = before = 0
        for parent in self._parents[number]:
            behind |= self._behind[parent]
            kept |= self._kept[parent]
            before |= self._here[parent]
        for path in self._among(before & ~self._here[number]):
            kept &= ~self._of[path]
        for path in self._among(self._here[number] & ~before):
            bit = 1 << self._count
            self._count += 1
            self._of[path] |= bit
            behind |= bit
            kept |= bit
        return behind, kept

    def _among(self, mask: int) -> Iterator[str]:
        return (path for path, bit in self._wanted.items() if bit & mask) if mask & self._all else iter(())

    def is_drop(self, merge: int, path: str) -> bool:
        """Whether a merge that has no such file took it away, and no side of it that has none either."""
        bit, mine = self._wanted[path], self._of[path]
        having = [self._kept[parent] & mine for parent in self._parents[merge] if self._here[parent] & bit]
        without = [self._behind[parent] for parent in self._parents[merge] if not self._here[parent] & bit]
        return any(not any(origins & behind for behind in without) for origins in having)
