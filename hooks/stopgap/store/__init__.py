"""Stores of secrets, which an application reads when it starts: one module a kind, each loaded when an argument names it.

The seam is `Store`: list and read what is there, write a version on the condition of the one that was read, tell the rotation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple, Protocol

from ..model import StopgapError

# how an address begins -> the function that opens it, and how it is written
KINDS = {"aws-sm://": ("stopgap.store.aws:store", "aws-sm://REGION/NAME")}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")


class Version(NamedTuple):
    """What a store holds now. `id` names it for the condition of a write. `members`: as parsed from JSON, whatever their types."""

    id: str
    members: Mapping[str, object]
    created: int | None = None


class Written(NamedTuple):
    """A version that was written and read back. `previous`: the one that it took the place of, "" where there was none.

    `back`: the command that makes the previous one current again, "" where there is none. `note`: what was left undone and does no harm.
    """

    id: str
    previous: str = ""
    back: str = ""
    note: str = ""


class Rotation(NamedTuple):
    """How a store rotates a secret by itself. Times in seconds since 1970, None where there is none or the store does not tell.

    `every`: its schedule in the store's own words. `by`: what does it, a function's name, or "". `underway`: the version that a
    rotation has begun and not yet made current, or "", and `ending`: the command that ends one which has failed.
    `needs`: what to switch it on takes, with the command.
    """

    enabled: bool
    last: int | None = None
    due: int | None = None
    every: str = ""
    by: str = ""
    created: int | None = None
    underway: str = ""
    ending: str = ""
    needs: str = ""


class Described(NamedTuple):
    """What a store tells of a secret without its value. `resource`: its name in policies. `key`: that of its own encryption key, or ""."""

    resource: str
    key: str
    rotation: Rotation


class Store(Protocol):
    """One secret of a store, which holds an application's settings as one JSON object. No method but `current` gives a value."""

    @property
    def name(self) -> str:
        """What the user called it; it holds no secret."""
        ...

    def current(self) -> Version | None:
        """What it holds now; None where there is no such secret, an empty id where it has no value yet. Raises StopgapError."""
        ...

    def describe(self) -> Described | None:
        """None where there is no such secret. Raises StopgapError."""
        ...

    def write(self, members: Mapping[str, object], seen: Version | None) -> Written:
        """Makes `members` current, if what is current is still what was `seen` (None: no such secret).

        It is read back and compared before it becomes current, and nothing else is changed. Raises StopgapError: also where somebody
        else has written meanwhile.
        """
        ...


def store(word: str) -> Store:
    """What an address names, before anything of it is read. Raises StopgapError for one that can be no store."""
    for beginning, (where, _) in KINDS.items():
        if word.startswith(beginning):
            module, _, function = where.partition(":")
            made: Store = getattr(import_module(module), function)(word)
            return made
    known = ", ".join(usage for _, usage in KINDS.values())
    if scheme := SCHEME.match(word):
        raise StopgapError(f"no kind of store begins with {scheme[0]}; known: {known}")
    raise StopgapError(f"a store is written {known}")
