"""Many file names, and which of them may be of a kind: asked of all at once, as of nearly none it is true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Sign(NamedTuple):
    """What a file's name has, in lower case: one of these endings, and in its path one of these words.

    An ending is what stands behind the last dot, "" where there is no dot. () is any ending, and no word at all.
    """

    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Names:
    """The paths of a repository, by their endings."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        self._by_ending: dict[str, tuple[list[str], list[str]]] = {}
        # no path has a NUL; one call for all is quicker than one for each
        for path, low in zip(self.paths, "\0".join(self.paths).lower().split("\0"), strict=bool(self.paths)):
            end = ending(low)
            if end not in self._by_ending:
                self._by_ending[end] = ([], [])
            given, lower = self._by_ending[end]
            given.append(path)
            lower.append(low)

    def having(self, signs: Iterable[Sign]) -> list[str]:
        """The paths that have one of these signs, in their order."""
        known, found = tuple(signs), set()
        for end, (given, lower) in self._by_ending.items():
            fitting = [sign for sign in known if not sign.endings or end in sign.endings]
            if all(sign.words for sign in fitting):
                text = "\0".join(lower)
                words = [word for word in dict.fromkeys(word for sign in fitting for word in sign.words) if word in text]
                given = [path for path, low in zip(given, lower, strict=True) if has(low, words)] if words else []
            found.update(given)
        return [path for path in self.paths if path in found] if found else []

    def written(self, endings: Iterable[str]) -> list[str]:
        """Those of these endings that are there, each in the cases in which it is written."""
        given = (path for end in endings for path in self._by_ending.get(end, ((), ()))[0])
        return sorted({path.rpartition(".")[2] for path in given})


def ending(low: str) -> str:
    """The ending of a path: `js` of `a/b.min.js`, "" of `a.d/b`."""
    _, dot, end = low.rpartition(".")
    return end if dot and "/" not in end else ""


def has(low: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in it."""
    for word in words:  # noqa: SIM110 -- `any` over a generator takes three times as long, and this is asked for each name
        if word in low:
            return True
    return False
