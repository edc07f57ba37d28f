"""Trees that are read one by one, so that what of one is damaged or missing takes nothing else with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from ..model import StopgapError
from .blobs import Blobs
from .index import SUBMODULE
from .process import path_of

FOLDER = "40000"  # the mode as a tree has it (git's own tree-walk.c)
DEEPEST = 200  # folders within folders, each one a call


Entry = tuple[str, str]  # mode and name of the object


class Listed(NamedTuple):
    """What a tree holds at the paths that are wanted: mode and name by path. `unread`: folders of it that could not be read."""

    files: dict[str, Entry]
    unread: frozenset[str] = frozenset()


class Trees:
    """Reads trees by name; a folder that stays the same is read once."""

    def __init__(self, blobs: Blobs, wanted: Callable[[str], bool]) -> None:
        self._blobs = blobs
        self._wanted = wanted
        self.submodules: set[str] = set()
        self.listed = cache(self._listed)

    def of_commit(self, commit: str) -> Listed | None:
        """What a commit holds; None where its tree cannot be found."""
        try:
            head = self._blobs.read(commit, 1 << 16, kind="commit")
        except StopgapError:
            return None
        tree = head.partition(b"\n")[0].removeprefix(b"tree ").decode("ascii", "replace")
        found = self.listed(tree, "")
        return None if "" in found.unread else found

    def _listed(self, tree: str, folder: str) -> Listed:
        """The tree of a folder, which ends with `/` unless it is the root."""
        try:
            entries = list(entries_of(self._blobs.read(tree, kind="tree"), len(tree) // 2))
        except StopgapError:
            return Listed({}, frozenset((folder,)))
        files: dict[str, Entry] = {}
        unread: frozenset[str] = frozenset()
        for mode, name, base in entries:
            path = folder + base
            if mode == FOLDER:
                if path.count("/") < DEEPEST:
                    inner = self.listed(name, f"{path}/")
                    files.update(inner.files)
                    unread |= inner.unread
                else:
                    unread |= {f"{path}/"}
            elif mode == SUBMODULE:
                self.submodules.add(path)
            elif self._wanted(path):
                files[path] = (mode, name)
        return Listed(files, unread)


def entries_of(data: bytes, size: int) -> Iterator[tuple[str, str, str]]:
    """Mode, name of the object, and base name: `mode SP name NUL object` for each (git's tree-walk.c). Raises StopgapError."""
    at = 0
    while at < len(data):
        space, end = data.find(b" ", at), data.find(b"\0", at)
        if not at < space < end or end + 1 + size > len(data):
            raise StopgapError("a tree is damaged")
        mode = data[at:space].lstrip(b"0").decode("ascii", "replace")  # some wrote 040000 (git fsck, zeroPaddedFilemode)
        yield mode, data[end + 1 : end + 1 + size].hex(), path_of(data[space + 1 : end])
        at = end + 1 + size
