"""Where a value of history is still in use: the same value in HEAD, in the index, or in an untracked env file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from . import Use
from .values import Held

HERE = "work tree"


class Place(NamedTuple):
    """A file as it is now: `where` is "HEAD", "index" or "work tree". `template`: its keys say nothing, as it is only a model."""

    where: str
    path: str
    held: tuple[Held, ...]
    template: bool = False


class Standing:
    """All that is in use now, to be asked for one value after the other."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._values: dict[bytes, list[tuple[Place, str]]] = {}
        self._keys: dict[str, list[Place]] = {}
        self._anywhere: dict[bytes, list[str]] = {}
        for place in places:
            for held in place.held:
                self._values.setdefault(held.digest, []).append((place, held.key))
                having = self._keys.setdefault(held.key, [])
                if not place.template and (not having or having[-1] is not place):
                    having.append(place)

    def __contains__(self, digest: object) -> bool:
        """Whether a value is known to be in use, under whichever key."""
        return digest in self._values or digest in self._anywhere

    def add(self, digest: bytes, where: str) -> None:
        """A telling value stands in a file of another kind too: `HEAD:app.py`."""
        self._anywhere.setdefault(digest, []).append(where)

    def use(self, held: Held, paths: Collection[str]) -> tuple[Use, tuple[str, ...]]:
        """Whether a value that stood in a file of these names is in use, and where: `HEAD:.env`, `work tree:.env.local`."""
        settings = (f"{place.where}:{place.path}" for place in self._same(held))
        same = tuple(dict.fromkeys((*settings, *(self._anywhere.get(held.digest, ()) if held.telling else ()))))
        if same:
            return "in-use", same
        folders = {path.rpartition("/")[0] for path in paths}
        for place in self._keys.get(held.key, ()):
            if place.path in paths or (place.where == HERE and place.path.rpartition("/")[0] in folders):
                return "replaced", ()
        return "gone", ()

    def _same(self, held: Held) -> Iterator[Place]:
        """A weak value under another key is another value: `postgres` is a name, and a password."""
        return (place for place, key in self._values.get(held.digest, ()) if key == held.key or held.telling)
