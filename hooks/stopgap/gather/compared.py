"""Which lines of a file are new, in little memory: of the lines to compare with only their hashes are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..detect.text import decoder
from ..model import Fragment

STEP = 1 << 20  # bytes that are taken apart at once
OVERLAP = 4096  # bytes of a piece that are repeated before the next, so that a match may lie across the cut
DIGEST = 8  # bytes of a hash
BUCKET = (1 << 16) - 1  # the bits of a hash that say in which bucket it is
WHOLE = (1 << 64) - 1


class KnownLines:
    """Lines by their hashes, eight bytes each: Python's own, keyed anew in every process, so that no text can be made to collide."""

    def __init__(self) -> None:
        self._buckets: defaultdict[int, bytearray] = defaultdict(bytearray)

    def add(self, pieces: Iterable[bytes]) -> None:
        """Takes in the lines of a file, whatever its encoding."""
        for text in texts(pieces):
            for number in set(hashes(text)):
                self._buckets[number & BUCKET] += number.to_bytes(DIGEST, "little")

    def missing(self, text: bytes) -> Iterator[int]:
        """The lines of a text that are not known, by their numbers from 0."""
        for index, number in enumerate(hashes(text)):
            digest, bucket = number.to_bytes(DIGEST, "little"), self._buckets.get(number & BUCKET, b"")
            at = bucket.find(digest)
            while at > 0 and at % DIGEST:  # found across two hashes
                at = bucket.find(digest, at + 1)
            if at < 0:
                yield index


def hashes(text: bytes) -> list[int]:
    """The hashes of a text's lines; a changed line ending changes no line."""
    lines = (text[:-1] if text.endswith(b"\n") else text).split(b"\n")
    return [hash(line) & WHOLE for line in (lines if b"\r" not in text else [line.rstrip(b"\r") for line in lines])]


def texts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A file as UTF-8 in pieces that end with a line, but where a line is longer than a piece; nothing where it is binary."""
    decode, rest = None, b""
    begun = False
    for piece in pieces:
        for start in range(0, len(piece), STEP):
            step = piece[start : start + STEP]
            decode = decode or decoder(step)
            text = decode(step)
            if text is None:
                if not begun:
                    return
                text = step  # what begins as text is text, whatever lies in it
            begun = True
            text = rest + text
            cut = text.rfind(b"\n") + 1 or (len(text) if len(text) >= STEP else 0)
            if cut:
                yield text[:cut]
            rest = text[cut:]
    if rest:
        yield rest


def new_lines(pieces: Iterable[bytes], known: KnownLines, path: str, commit: str) -> Iterator[Fragment]:
    """The lines of a file that are not known, each piece with what stands before it."""
    line, carried = 1, b""
    for text in texts(pieces):
        ranges = added_ranges(text, known, line)
        if ranges:
            yield Fragment(path, carried + text, line - carried.count(b"\n"), ranges, commit)
        line += text.count(b"\n")
        carried = (carried + text)[-OVERLAP:]


def added_ranges(text: bytes, known: KnownLines, first: int) -> tuple[tuple[int, int], ...]:
    """Ranges of the lines of a text, numbered from `first`, that are not known."""
    ranges: list[tuple[int, int]] = []
    for index in known.missing(text):
        number = first + index
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)
