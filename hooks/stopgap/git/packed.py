"""Lists of a million commits in little memory, and in memory that a forked process does not copy when it reads them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import overload

NONE = -1  # in place of a first parent


class Names(Sequence[str]):
    """Names of objects, as bytes side by side; all have the length of the first."""

    def __init__(self, data: bytes = b"", size: int = 20) -> None:
        """`data`: those that are there already, of `size` bytes each."""
        self._bytes = bytearray(data)
        self._size = size

    def add(self, raw: bytes) -> None:
        """Appends a name, which is given as bytes."""
        self._size = len(raw)
        self._bytes += raw

    def raw(self, count: int) -> tuple[bytes, int]:
        """The first so many as they are kept, and how many bytes each has."""
        return bytes(self._bytes[: count * self._size]), self._size

    def __len__(self) -> int:
        return len(self._bytes) // self._size

    def __iter__(self) -> Iterator[str]:
        return (self._at(number) for number in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self._at(number) for number in range(len(self))[index]]
        return self._at(index if index >= 0 else range(len(self))[index])

    def _at(self, number: int) -> str:
        raw = self._bytes[number * self._size : (number + 1) * self._size]
        if not raw:
            raise IndexError(number)
        return raw.hex()


class Parents(Sequence[tuple[int, ...]]):
    """The parents of each commit, by number: mostly there is one. `firsts` are the first ones, `several` all of those that have more."""

    def __init__(self, firsts: Iterable[int] = (), several: Mapping[int, tuple[int, ...]] = MappingProxyType({})) -> None:
        """Those that are there already."""
        self.firsts = array("q", firsts)
        self.several = dict(several)

    def add(self, parents: tuple[int, ...]) -> None:
        """Appends those of the next commit."""
        if len(parents) > 1:
            self.several[len(self.firsts)] = parents
        self.firsts.append(parents[0] if parents else NONE)

    def raw(self, count: int) -> tuple[array[int], dict[int, tuple[int, ...]]]:
        """Those of the first so many commits, as they are kept."""
        return self.firsts[:count], {number: parents for number, parents in self.several.items() if number < count}

    def __len__(self) -> int:
        return len(self.firsts)

    @overload
    def __getitem__(self, index: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[int, ...]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, ...] | Sequence[tuple[int, ...]]:
        if isinstance(index, slice):
            return [self._at(number) for number in range(len(self))[index]]
        return self._at(index if index >= 0 else range(len(self))[index])

    def _at(self, number: int) -> tuple[int, ...]:
        first = self.firsts[number]
        return self.several.get(number) or ((first,) if first != NONE else ())
