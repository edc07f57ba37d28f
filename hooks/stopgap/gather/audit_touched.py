"""Which commits change which paths, in eight bytes a change, so that a path's commits are known without walking the history again.

A path is there by its CRC-32: now and then a commit is named that does not change it, and none is missing.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable
from zlib import crc32

BITS, MASK = 32, (1 << 32) - 1


class Touched:
    """Numbers of commits, each with a path that it changes. `always`: those that are named whatever is asked for."""

    def __init__(self, pairs: bytes = b"") -> None:
        """`pairs`: those that are there already, in the bytes of this machine."""
        self.pairs = array("Q", pairs)  # the number above the checksum
        self.always: set[int] = set()

    def add(self, number: int, path: str) -> None:
        """Notes that a commit changes a path."""
        self.pairs.append(number << BITS | checksum(path))

    def extend(self, other: Touched) -> None:
        """Takes in what another has."""
        self.pairs.extend(other.pairs)
        self.always |= other.always

    def of(self, numbers: Container[int]) -> Touched:
        """What these commits change."""
        made = Touched()
        made.pairs = array("Q", (pair for pair in self.pairs if pair >> BITS in numbers))
        return made

    def commits(self, paths: Iterable[str]) -> list[int]:
        """The numbers of those that may change one of these paths, the lowest first."""
        wanted = {checksum(path) for path in paths}
        return sorted(self.always.union(pair >> BITS for pair in self.pairs if pair & MASK in wanted))


def checksum(path: str) -> int:
    """Of the path's bytes, as git has them."""
    return crc32(path.encode("utf-8", "surrogateescape"))
