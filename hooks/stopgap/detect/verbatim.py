"""Values that are known, looked for in texts as they are: which of them a text gives away.

Not every value says enough for that: `postgres` stands in every compose file, and `1234` in every file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from . import filters
from .literals import Hits, hyperscan_scan
from .own_values import spellings

SHORTEST, JOINED, TELLING = 8, 12, 16  # characters, see is_telling and is_part
LINE = 24  # characters of a line that stands for a value of several
NEEDLE = 64  # bytes that are searched; the rest is compared where they stand
ENOUGH = 8 << 20  # bytes from which on hyperscan's start pays
STEP = 256 << 10  # bytes that hyperscan is given at once
INSIDE = 3  # characters of a word before a value that leave no doubt that it is a part of it
GAP = re.compile(rb"[^A-Za-z0-9_]")  # what is not in WORD
WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def is_telling(value: str) -> bool:
    """Whether a value stands somewhere for no other reason than that it is this value: 16 characters, or 8 that are neither words nor
    known to be a number, host, path or the like.
    """
    text = value.strip()
    return len(text) >= TELLING or (len(text) >= SHORTEST and not filters.tells_nothing(text))


class Needle(NamedTuple):
    """A byte string that gives a value away. `bare`: nothing may stand around it that goes on with a word."""

    key: str
    data: bytes
    bare: bool


def needles(key: str, value: str) -> Iterator[Needle]:
    """What to look for: the value as it is, and as URLs, JSON and base64 write it. Of one with several lines a line that says enough, as
    what stands between the lines changes with the file.
    """
    whole = value.strip()
    lines = [line.strip() for line in whole.split("\n")]
    longest = max((line for line in lines if not line.startswith("-----")), key=len, default="")
    if len(lines) > 1 and len(longest) >= LINE:
        whole = longest
    for spelling in spellings(whole):
        yield Needle(key, spelling, len(whole) < JOINED)


class Verbatim:
    """Looks for all of some telling values at once. `engine` is for tests: "find", "hyperscan" or "" to choose."""

    def __init__(self, values: Mapping[str, str], engine: str = "") -> None:
        self._needles = [needle for key, value in values.items() for needle in needles(key, value)]
        self.longest = max((len(needle.data) for needle in self._needles), default=0)
        self._left = {"": ENOUGH, "hyperscan": 0}.get(engine, -1)  # bytes until hyperscan begins; less than none: never
        self._scan: Callable[[bytes], Hits] | None = None

    def keys_in(self, data: bytes) -> set[str]:
        """The keys of the values that stand in a text."""
        if self._left >= 0 and self._needles:
            self._left -= len(data)
            if self._left < 0:
                self._scan = hyperscan_scan([needle.data[:NEEDLE].lower() for needle in self._needles])
        return set(self._quickly(self._scan, data) if self._scan else self._one_by_one(data))

    def _quickly(self, scan: Callable[[bytes], Hits], data: bytes) -> Iterator[str]:
        """With hyperscan, in steps: it gives every place, and a value may stand in a text a million times."""
        for start in range(0, len(data), STEP):
            for number, at in scan(data[start : start + STEP + NEEDLE]):
                if is_there(self._needles[number], data, start + at):
                    yield self._needles[number].key

    def _one_by_one(self, data: bytes) -> Iterator[str]:
        """Without: a long text of other bytes is passed over at some GB a second."""
        for needle in self._needles:
            if any(is_there(needle, data, at) for at in places(needle.data, data)):
                yield needle.key


def places(word: bytes, data: bytes) -> Iterator[int]:
    """Where a byte string stands."""
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def place_of(text: bytes, value: bytes) -> int:
    """Where a value stands in a text by itself, or -1. A long word that holds it is left at once, so that nobody can make this slow."""
    at = text.find(value) if value else -1
    while at >= 0 and is_part(text, at, at + len(value)):
        if at >= INSIDE and WORD.issuperset(text[at - INSIDE : at]) and value[0] in WORD:
            gap = GAP.search(text, at)
            at = text.find(value, gap.end()) if gap else -1
        else:
            at = text.find(value, at + 1)
    return at


def is_there(needle: Needle, data: bytes, at: int) -> bool:
    """Whether all of it stands there, in its own case, and for a short one by itself."""
    return data.startswith(needle.data, at) and not (needle.bare and is_part(data, at, at + len(needle.data)))


def is_part(data: bytes, start: int, end: int) -> bool:
    """Whether a word goes on before or behind, as in a longer row of hexadecimal digits; not before in mysql's `-pVALUE` and `%3DVALUE`."""
    if end < len(data) and data[end - 1] in WORD and data[end] in WORD:
        return True
    if not start or data[start - 1] not in WORD or data[start] not in WORD:
        return False
    return data[max(0, start - 2) : start] != b"-p" and data[max(0, start - 3) : start - 2] != b"%"
