"""Files as a commit has them, by their paths: for what is read of a repository without a work tree."""

from __future__ import annotations

from ..model import StopgapError
from .blobs import Blobs
from .trees import FOLDER, entries_of

FILES = ("100644", "100755", "100664")  # modes of a file; the last stands in old repositories (git fsck knows it)


class Committed:
    """A tree of a commit, by its name; "" is one without files."""

    def __init__(self, blobs: Blobs, tree: str) -> None:
        self._blobs = blobs
        self._tree = tree
        self._folders: dict[str, dict[str, tuple[str, str]]] = {}

    def entry(self, path: str) -> tuple[str, str] | None:
        """Mode and name of what lies at a path; None where nothing does. Raises StopgapError where a tree cannot be read."""
        tree, name = self._tree, ""
        *folders, base = path.split("/")
        for name in folders:
            found = self._list(tree).get(name)
            if found is None or found[0] != FOLDER:
                return None
            tree = found[1]
        return self._list(tree).get(base)

    def read(self, path: str, limit: int) -> bytes | None:
        """A file of at most `limit` bytes; None where there is none. Raises StopgapError for a link, and for one that is larger."""
        found = self.entry(path)
        if found is None:
            return None
        mode, name = found
        if mode not in FILES:
            raise StopgapError(f"cannot read {path}: it is no regular file, and a link is not followed here")
        data = self._blobs.read(name, limit + 1)
        if len(data) > limit:
            raise StopgapError(f"cannot read {path}: larger than {limit >> 20} MiB")
        return data

    def _list(self, tree: str) -> dict[str, tuple[str, str]]:
        if not tree:
            return {}
        if tree not in self._folders:
            data = self._blobs.read(tree, kind="tree")
            self._folders[tree] = {base: (mode, name) for mode, name, base in entries_of(data, len(tree) // 2)}
        return self._folders[tree]
