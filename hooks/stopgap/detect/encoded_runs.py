"""Runs of base64 and hexadecimal digits that hold text: where they begin and end, over lines too, and what they say.

The last characters of a run tell how its groups lie, so it does not matter what stands right before it (`prefix-`, `/path/`).
"""

from __future__ import annotations

import re
from binascii import a2b_base64, unhexlify
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .shapes import ANY, BASE64_END, WIDE
from .text import ABOVE_ASCII, CONTROLS

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
DIGITS = b"0123456789abcdefABCDEF"
TO_STANDARD = bytes.maketrans(b"-_", b"+/")
NARROWEST, WIDEST = 40, 160  # characters of a line that goes on in the next
NEARBY = 120  # bytes before a run that say what it is

RUN = re.compile(ANY + rb"+")
END = re.compile(BASE64_END)
WIDE_GROUPS = re.compile(rb"(?:" + WIDE + rb"){4}")
# between two lines of a run: a line's end, or `\n` written out, or strings that are put together; and what the next is indented with
BREAK = re.compile(rb"""(?:\r?\n|(?:\\r)?\\n|(?:\\n)?["'][ \t]{0,4}[+.\\]?[ \t]{0,4}\r?\n)[ \t]{0,40}(?:[+.][ \t]{0,4})?["'#]?[ \t]?""")
LAST = re.compile(rb"={0,2}(?:[\"'`\s\\,)]|\Z)")
# pictures and fonts, and the parts of a JSON Web Token, which has a rule of its own
DRAWN = re.compile(rb"data:(?:image|font|audio|video|application/(?:x-|vnd\.ms-)?font)[^,\s]{0,60},\Z")


class Run(NamedTuple):
    """An encoded text: where it stands, what it says, and how it was encoded."""

    start: int
    end: int
    text: bytes
    how: str


def base64_runs(data: bytes, ends: Sequence[int]) -> Iterator[Run]:
    """The texts in base64 of which one line ends at each of these places, in order."""
    reached = 0
    for end in ends:
        if end <= reached:
            continue
        start, first = line_start(data, end, LETTERS), end
        lines, reached = wrapped(data, start, first)
        if is_other(data, start, reached):
            continue
        shift = max(0, alignment(data, start, first))
        text = unpadded(b"".join(lines)[shift:])
        if reads(text):
            yield Run(start, padded(data, reached), text, "base64")


def wide_runs(data: bytes, places: Sequence[int]) -> Iterator[Run]:
    """The texts in base64 of UTF-16, of which a part lies before each of these places, in order."""
    reached = 0
    for place in places:
        if place <= reached:
            continue
        start = line_start(data, place, LETTERS)
        found = RUN.match(data, start)
        groups = WIDE_GROUPS.search(data, start, place + 4)
        if found is None or groups is None:
            continue
        lines, reached = wrapped(data, start, found.end())
        raw = unpadded(b"".join(lines)[(groups.start() - start) % 8 :])
        text = raw.decode("utf-16-le", "replace").encode("utf-8", "replace")
        if reads(text):
            yield Run(start, padded(data, reached), text, "base64 of UTF-16")


def hex_runs(data: bytes, ends: Sequence[int]) -> Iterator[Run]:
    """The texts in hexadecimal digits that end at each of these places."""
    for end in ends:
        start = line_start(data, end, DIGITS)
        text = unhexlify(data[start + (end - start) % 2 : end])
        if reads(text):
            yield Run(start, end, text, "hexadecimal")


def line_start(data: bytes, end: int, letters: bytes) -> int:
    """Where the run of these characters that ends here begins."""
    size = 128
    while True:
        before = data[max(0, end - size) : end]
        kept = len(before) - len(before.rstrip(letters))
        if kept < len(before) or size >= end:
            return end - kept
        size *= 4


def wrapped(data: bytes, start: int, end: int) -> tuple[list[bytes], int]:
    """The lines of a run whose first is data[start:end], and where the last ends: all as long as the first, but the last."""
    lines, width = [data[start:end]], end - start
    while NARROWEST <= width <= WIDEST and (parted := BREAK.match(data, end)):
        line = RUN.match(data, parted.end(), parted.end() + width + 1)
        size = line.end() - line.start() if line else 0
        is_last = size < width
        if line is None or size > width or (is_last and not (LAST.match(data, line.end()) and closes(lines, line[0], data, line.end()))):
            break
        if width * len(lines) % 4 and alignment(data, line.start(), line.end()) == 0:
            break  # it has a beginning of its own
        lines.append(line[0])
        end = line.end()
        if is_last:
            break
    return lines, end


def closes(lines: Sequence[bytes], last: bytes, data: bytes, end: int) -> bool:
    """Whether a shorter line can be a run's last, and is no word on a line of its own."""
    return len(lines) > 1 or (len(last) + padded(data, end) - end) % 4 == len(lines[0]) % 4 == 0


def padded(data: bytes, end: int) -> int:
    """The end with the signs that fill a last group up."""
    return end + len(data[end : end + 2]) - len(data[end : end + 2].lstrip(b"="))


def alignment(data: bytes, start: int, end: int) -> int:
    """How many characters of a run stand before its first whole group; -1 where its end does not say."""
    for size in (22, 23, 24):
        if end - size >= start and END.fullmatch(data, end - size, end):
            return (end - size - start) % 4
    return -1


def unpadded(text: bytes) -> bytes:
    """What base64 of either alphabet says, as far as there are whole bytes."""
    size = len(text) - (len(text) % 4 == 1)
    return a2b_base64(text[:size].translate(TO_STANDARD) + b"=" * (-size % 4))


def is_other(data: bytes, start: int, end: int) -> bool:
    """Part of a JSON Web Token, or a picture."""
    if data.startswith(b"eyJ", start) and data[end : end + 1] == b".":
        return True
    before = data[max(0, start - NEARBY) : start]
    return (before.endswith(b".") and b"eyJ" in before[-100:]) or DRAWN.search(before) is not None


def reads(text: bytes) -> bool:
    """Whether it is text: of compressed data, keys and certificates every ninth byte is a control character."""
    controls = len(text) - len(text.translate(None, CONTROLS))
    return len(text) >= 12 and controls * 50 <= len(text) + 100 and len(text.translate(None, ABOVE_ASCII)) * 2 >= len(text)
