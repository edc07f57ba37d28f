"""Which files of the index hold a text: git's own search, which reads packs faster than we could."""

from __future__ import annotations

from collections.abc import Iterable

from .process import failure, start, zsplit


class Search:
    """The tracked files of these endings that hold one of these literals, binary ones and submodules left out.

    Git looks while we do other things. An ending is letters, in the cases in which it is written.
    """

    def __init__(self, words: Iterable[str], endings: Iterable[str]) -> None:
        asked = [argument for word in words for argument in ("-e", word)]
        # the options say what settings such as grep.patternType and submodule.recurse could change. One thread: what takes the time is
        # to unpack, which git does one at a time, and two threads wait for each other
        self._argv = (
            *("--no-literal-pathspecs", "grep", "--cached", "--threads=1", "--no-recurse-submodules", "--no-textconv"),
            *("-l", "-z", "-I", "-F", "--full-name", *asked, "--", *(f"*.{ending}" for ending in endings)),
        )
        self._process = start(*self._argv)

    def paths(self) -> list[str]:
        """The files, in the index's order. Raises StopgapError where git failed."""
        out, err = self._process.communicate()
        if self._process.returncode not in (0, 1):  # 1: nothing was found
            raise failure(self._argv, self._process.returncode, err)
        return zsplit(out)
