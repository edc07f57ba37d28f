"""Which files of the index hold a text: git's own search, which reads packs faster than we could."""

from __future__ import annotations

from collections.abc import Iterable

from . import index
from .index import Entry
from .process import git, zsplit


def holding(words: Iterable[str]) -> list[Entry]:
    """The tracked files, as the index has them, that hold one of these literals; binary ones and submodules left out."""
    asked = [argument for word in words for argument in ("-e", word)]
    # the options say what settings such as grep.patternType and submodule.recurse could change; status 1: nothing was found
    argv = ("grep", "--cached", "--no-recurse-submodules", "--no-textconv", "-l", "-z", "-I", "-F", "--full-name", *asked)
    paths = frozenset(zsplit(git(*argv, ok=(0, 1))))
    return [entry for entry in index.entries() if entry.path in paths] if paths else []
