"""A platform's own ignore file: it shows that the folder goes there, by hand where no step says so, and decides what goes along."""

from __future__ import annotations

from collections.abc import Iterator

from ..copy import Copy
from ..platforms import PLATFORMS, taken
from ..tree import Tree

NAMES = {platform.file: name for name, platform in PLATFORMS.items() if name != "gae"}


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copy that the platform makes of the folder in which the file lies."""
    folder, _, name = path.rpartition("/")
    platform = PLATFORMS.get(NAMES.get(name, ""))
    if platform is not None:
        filters, follows_git = taken(platform, folder, tree)
        yield Copy(platform.mechanism, path, 1, folder, "", "artifact", filters, follows_git=follows_git)
