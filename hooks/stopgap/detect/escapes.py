r"""Text in which characters are written as escapes: `\u0041`, `\x41`, `\101`, `\/`, `%41`, `&#65;`, `=41`.

It is decoded with what stands around it, as a token may be escaped in part. A window is at most 4 KiB; what is found in it is pointed at
as it stands in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .encoded_runs import LETTERS

BEFORE, BEHIND, GAP, MOST = 256, 512, 512, 2560  # bytes around the escapes of a window, between two of them, and from its first to its last
SNAP = 256  # bytes by which a window grows so that it cuts no word
LEAD = 40  # bytes before the place where an escape was seen in which the first may stand
ABOUT = 48  # bytes before a value, its key, in which an escape makes it one that was decoded

SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
NAMED = {b"amp": b"&", b"quot": b'"', b"lt": b"<", b"gt": b">", b"apos": b"'"}


class Kind(NamedTuple):
    """A way to escape: the escapes that count, all that are undone with them, and how."""

    how: str
    counts: re.Pattern[bytes]
    all: re.Pattern[bytes]
    plain: Callable[[re.Match[bytes]], bytes]


class Window(NamedTuple):
    """A stretch of text without its escapes. `there` are offsets in `text` that rise, `here` the same places in the data."""

    text: bytes
    how: str
    there: tuple[int, ...]
    here: tuple[int, ...]

    def start(self, at: int) -> int:
        """Where in the data a character of the text begins."""
        nearest = bisect_right(self.there, at) - 1
        return self.here[nearest] + at - self.there[nearest]

    def end(self, at: int) -> int:
        """Where in the data what ends there in the text ends."""
        nearest = bisect_left(self.there, at)
        if nearest < len(self.there) and self.there[nearest] == at:
            return self.here[nearest]
        return self.here[nearest - 1] + at - self.there[nearest - 1]


def character(code: int) -> bytes:
    """A code point in UTF-8; half of a surrogate pair is a question mark."""
    return chr(code).encode("utf-8", "replace") if code < 0x110000 else b"?"


def backslashed(found: re.Match[bytes]) -> bytes:
    r"""`\u0041`, `\u{41}`, `\x41`, `\101`, `\n`."""
    digits, octal, letter = found[1] or found[2] or found[3], found[4], found[5]
    if letter:
        return SIMPLE.get(letter, letter)
    return character(int(octal, 8)) if octal else character(int(digits, 16))


def percent(found: re.Match[bytes]) -> bytes:
    """`%41`."""
    return bytes((int(found[1], 16),))


def entity(found: re.Match[bytes]) -> bytes:
    """`&#65;`, `&#x41;`, `&amp;`."""
    if found[3]:
        return NAMED[found[3]]
    return character(int(found[1]) if found[1] else int(found[2], 16))


def quoted(found: re.Match[bytes]) -> bytes:
    """`=41`, and nothing for a line's end that is only there for the mail."""
    return bytes((int(found[1], 16),)) if found[1] else b""


BACKSLASH = Kind(
    "escapes",
    re.compile(rb"\\(?:(?:u00|u\{0{0,4}|x)(?:[2-7][0-9A-Fa-f]|0[aAdD])|[01][0-7][0-7]|/)"),
    re.compile(rb"""\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([nrtbf"'`\\/]))"""),
    backslashed,
)
PERCENT = Kind("percent escapes", re.compile(rb"%(?:[2-7][0-9A-Fa-f]|0[aAdD])"), re.compile(rb"%([0-9A-Fa-f]{2})"), percent)
ENTITY = Kind(
    "character references",
    re.compile(rb"&#(?:[0-9]{2,3}|[xX][0-9A-Fa-f]{1,2});"),
    re.compile(rb"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(amp|quot|lt|gt|apos));"),
    entity,
)
QUOTED = Kind("quoted-printable", re.compile(rb"=(?:3D|\r?\n)"), re.compile(rb"=(?:([0-9A-F]{2})|\r?\n)"), quoted)


def windows(data: bytes, places: Sequence[int], kind: Kind) -> Iterator[Window]:
    """The stretches around the escapes of a kind, of which some were seen at these places, in order."""
    reached = 0
    for place in places:
        at = kind.counts.search(data, max(reached, place - LEAD), place + LEAD) if place + LEAD > reached else None
        while at:
            first, last = at.start(), at.end()
            while (after := kind.counts.search(data, last, last + GAP)) and after.end() - first <= MOST:
                last = after.end()
            yield decoded(data, *around(data, first, last), kind)
            at, reached = after, last


def around(data: bytes, first: int, last: int) -> tuple[int, int]:
    """A window from before its first escape to behind its last that cuts no word of usual length."""
    start, end = max(0, first - BEFORE), min(len(data), last + BEHIND)
    before, behind = data[max(0, start - SNAP) : start], data[end : end + SNAP]
    return start - len(before) + len(before.rstrip(LETTERS)), end + len(behind) - len(behind.lstrip(LETTERS))


def decoded(data: bytes, start: int, end: int, kind: Kind) -> Window:
    """data[start:end] without its escapes."""
    parts: list[bytes] = []
    there, here, size, at = [0], [start], 0, start
    for found in kind.all.finditer(data, start, end):
        said = kind.plain(found)
        size += found.start() - at
        there += (size, size + len(said))
        here += (found.start(), found.end())
        parts += (data[at : found.start()], said)
        size, at = size + len(said), found.end()
    parts.append(data[at:end])
    return Window(b"".join(parts), kind.how, tuple(there), tuple(here))


def is_near(data: bytes, start: int, end: int, kind: Kind) -> bool:
    """Whether what stands there, or its key, has an escape in it: what has none was there to be seen before."""
    return kind.counts.search(data, max(0, start - ABOUT), end + 8) is not None
