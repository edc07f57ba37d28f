"""Tar files as a stream: ustar and pax (POSIX.1-2017, "pax Interchange Format"), and GNU's long names and sparse files.

Written for input that may be hostile: nothing is kept but a piece at a time, and a header's names are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .inflating import PIECE, Unreadable

BLOCK = 512
LONGEST = 1 << 16  # bytes of a header's data that says how the next member is called
FILES = (b"0", b"\0", b"7", b"S")
LONG_NAME, PAX, SPARSE = b"L", b"x", b"S"
TOO_EARLY = "damaged: it ends too early"


class Filed(NamedTuple):
    """A member: its name and its content, which is to be read before the next member is asked for."""

    name: bytes
    pieces: Iterator[bytes]


class Source:
    """A stream of pieces from which one takes as many bytes as one wants."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece, self._at = b"", 0

    def some(self, size: int) -> bytes:
        """At most so many bytes, and none where the stream has ended."""
        if self._at == len(self._piece):
            self._piece, self._at = next(self._pieces, b""), 0
        given = self._piece[self._at : self._at + size]
        self._at += len(given)
        return given

    def take(self, size: int) -> bytes:
        """So many bytes, or fewer where the stream ends."""
        given = b""
        while len(given) < size and (more := self.some(size - len(given))):
            given += more
        return given

    def part(self, size: int) -> Iterator[bytes]:
        """So many bytes in pieces. Raises Unreadable where the stream ends before."""
        while size > 0:
            piece = self.some(min(size, PIECE))
            if not piece:
                raise Unreadable(TOO_EARLY)
            size -= len(piece)
            yield piece


def is_tar(first: bytes) -> bool:
    """Whether a file that begins so is a tar file: its first header has the sum that it says."""
    return len(first) >= BLOCK and first[0] != 0 and has_sum(first[:BLOCK])


def has_sum(header: bytes) -> bool:
    """Whether the bytes of a header, with blanks in place of their sum, give that sum."""
    given = number(header[148:156])
    return given >= 0 and given == sum(header[:148]) + 8 * 32 + sum(header[156:])


def number(field: bytes) -> int:
    """An octal number, or GNU's binary one; -1 for neither."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.split(b"\0", 1)[0].strip()
    return int(text, 8) if text and not text.strip(b"01234567") else 0 if not text else -1


def members(pieces: Iterator[bytes]) -> Iterator[Filed]:
    """The files in a tar file. Raises Unreadable where it is damaged."""
    source, name = Source(pieces), b""
    while (header := source.take(BLOCK)).strip(b"\0"):
        size, kind = number(header[124:136]), header[156:157]
        if len(header) < BLOCK or not has_sum(header) or size < 0:
            raise Unreadable(TOO_EARLY if len(header) < BLOCK else "damaged: a header in it cannot be read")
        is_continued = kind == SPARSE and header[482:483] != b"\0"
        while is_continued:
            block = source.take(BLOCK)
            is_continued = len(block) == BLOCK and block[504] != 0
        content = source.part(size)
        if kind in (LONG_NAME, PAX):
            name = next_name(kind, content, size) or name
        elif kind in FILES:
            yield Filed(name or own_name(header), content)
            name = b""
        elif kind not in (b"K", b"g"):
            name = b""
        for _ in content:  # what nobody wanted
            pass
        source.take(-size % BLOCK)


def own_name(header: bytes) -> bytes:
    """The name in a header; a long one is parted at a slash."""
    name, prefix = header[:100].split(b"\0", 1)[0], header[345:500].split(b"\0", 1)[0]
    return prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name


def next_name(kind: bytes, content: Iterator[bytes], size: int) -> bytes:
    """The name of the next member, where this header's data says it. Raises Unreadable where that is too long."""
    if size > LONGEST:
        raise Unreadable("damaged: a header in it is too long")
    data = b"".join(content)
    if kind == LONG_NAME:
        return data.split(b"\0", 1)[0]
    at = 0
    while blank := data.find(b" ", at, at + 8) + 1:
        length = data[at : blank - 1]
        if not length.isdigit() or int(length) <= blank - at:
            break
        record, at = data[blank : at + int(length)], at + int(length)
        if record.startswith(b"path="):
            return record[5:].rstrip(b"\n")
    return b""
