"""What a reader may ask of the repository: the names that are there, and the text of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

LARGEST = 1 << 20  # bytes of a file that a deploy step names


class Tree:
    """The files of a repository as a deploy sees them. `text` gives None for what is not there, or is larger than `LARGEST`."""

    def __init__(self, names: Iterable[str], read: Callable[[str], bytes | None]) -> None:
        self.names = frozenset(names)
        self.read = read

    def text(self, path: str) -> str | None:
        """The content, without a byte order mark."""
        data = self.read(path) if path in self.names else None
        return None if data is None or len(data) > LARGEST else data.decode("utf-8-sig", "replace")

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, "" for the root."""
        found = {""}
        for name in self.names:
            folder = name.rpartition("/")[0]
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)
