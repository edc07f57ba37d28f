"""Numbered tasks spread over processes that are forked for them, so that these have all that was made until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .parallel import settle

Answer = TypeVar("Answer")
One = TypeVar("One")
LOOK = 0.2  # seconds between two looks at how far it has come


def nothing() -> None:
    """Nobody wants to know."""


def spread(work: Callable[[int], Answer], count: int, cores: int, meanwhile: Callable[[], None] = nothing) -> Iterator[Answer]:
    """What `work` makes of 0, 1, 2, …: in this process for one core or one task. The answers come in order, and in full or not at all.

    `meanwhile` is called every now and then. Raises what `work` raises, and pool.WorkerEndedError.
    """
    if min(count, cores) < 2:
        yield from map(work, range(count))
        return
    from .pool import Pool

    settle()
    pool = Pool(min(count, cores), work, 1)
    given = answered = 0
    try:
        while answered < count:
            while given < count and not pool.is_full():
                pool.ask(given)
                given += 1
            pool.wait(LOOK)
            meanwhile()
            for answer in pool.answers():
                answered += 1
                yield answer
    finally:
        pool.end(kill=True)


def stretches(all_of: Sequence[One], cores: int, least: int, most: int, share: int = 2) -> list[Sequence[One]]:
    """A sequence in stretches, the last ones first: each a part of what is left for a core, so that all cores end at about the same time.

    `least`, `most`: how many a stretch has; `share`: which part it is, 2 for one half.
    """
    made: list[Sequence[One]] = []
    end = len(all_of)
    while end:
        size = min(most, max(least, end // (cores * share)))
        made.append(all_of[max(0, end - size) : end])
        end = max(0, end - size)
    return made
