"""Which paths are one file, as one was renamed to the other, and what became of it, commit by commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import Deed, Event, Moment


class Raw(NamedTuple):
    """What one commit did to a path: git's letter, and for an `R` the path that it was."""

    letter: str
    path: str
    source: str = ""


DEEDS: dict[str, Deed] = {"A": "added", "C": "added", "M": "changed", "T": "changed", "D": "removed", "R": "renamed"}


class Groups:
    """Paths that belong together. `group` gives one of them for all."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._of: dict[str, str] = {}
        for one, other in pairs:
            self.join(one, other)

    def join(self, one: str, other: str) -> None:
        """Makes two paths, and all that belong to them, one file."""
        first, second = sorted((self.group(one), self.group(other)))
        self._of[second] = first

    def group(self, path: str) -> str:
        """The path that stands for this one: itself where it was never renamed."""
        while (found := self._of.get(path, path)) != path:
            path = found
        return path


def events(moment: Moment, changes: Iterable[Raw], renames: Iterable[tuple[str, str]]) -> Iterator[Event]:
    """The events of one commit. A file that is taken away under one name and brought under another was renamed; by a merge perhaps from
    several.
    """
    pairs = list(renames)
    source = {new: old for old, new in pairs}
    gone = {old for old, _ in pairs}
    for change in changes:
        if change.path in source:
            yield Event("renamed", moment, change.path, source[change.path])
        elif change.letter != "D" or change.path not in gone:
            yield Event(DEEDS.get(change.letter, "changed"), moment, change.path)
