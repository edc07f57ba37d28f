"""Files of the work tree as fragments, and batches of what is to be scanned: read where they are scanned, which may be another process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..detect.text import BOMS, CONTROLS, SAMPLE, decoder, to_utf8
from ..model import Fragment
from .compared import OVERLAP
from .worktree import chunks, small

BINARY = "binary"
ORDINARY = bytes(byte for byte in range(256) if byte not in CONTROLS and byte != 10)
MARKS = tuple(bom for bom, _ in BOMS)


class Unread(NamedTuple):
    """A file of the work tree that is yet to be read: its path, and its size when it was listed.

    `shape`: it has to be said whether it looks like an env file under another name.
    """

    path: str
    size: int
    shape: bool = False


class Counts(NamedTuple):
    """What was read: lines, bytes, the files that are binary, and those that look like an env file."""

    lines: int = 0
    bytes: int = 0
    binary: tuple[str, ...] = ()
    shaped: tuple[str, ...] = ()


def pieces(top: Path, path: str) -> Iterator[Fragment]:
    """A file of the work tree, a large one in overlapping pieces; nothing of a binary one. Raises StopgapError where it cannot be read."""
    line, carried, text, decode = 1, b"", b"", None
    for chunk in chunks(top, path):
        line, carried = line + text.count(b"\n"), (carried + text)[-OVERLAP:]
        decode = decode or decoder(chunk)
        decoded = decode(chunk)
        if decoded is None and line == 1 and not carried:
            return
        text = chunk if decoded is None else decoded  # what begins as text is text, whatever lies in it
        yield Fragment(path, carried + text, line - carried.count(b"\n"))


class Reading:
    """Reads files, and counts."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._lines = self._bytes = 0
        self._binary: list[str] = []
        self._shaped: list[str] = []

    def of(self, file: Unread) -> Iterator[Fragment]:
        """The fragments of a file. Raises StopgapError where it cannot be read."""
        whole = small(self._top, file.path)
        lines = None if whole is None else lines_of_plain(whole)
        if whole is not None and lines is not None:  # most files
            self._lines += lines
            self._bytes += len(whole)
            if file.shape and looks_like_env(whole):
                self._shaped.append(file.path)
            yield Fragment(file.path, whole)
            return
        first = True
        for fragment in pieces(self._top, file.path) if whole is None else decoded(file.path, whole):
            self._lines += fragment.lines()
            self._bytes += len(fragment.data)
            if first and file.shape and looks_like_env(fragment.data):
                self._shaped.append(file.path)
            first = False
            yield fragment
        if first:
            self._binary.append(file.path)

    def counts(self) -> Counts:
        """What was read so far."""
        return Counts(self._lines, self._bytes, tuple(self._binary), tuple(self._shaped))


def decoded(path: str, data: bytes) -> Iterator[Fragment]:
    """The same of a file's whole content."""
    text = to_utf8(data)
    if text is not None:
        yield Fragment(path, text)


def lines_of_plain(data: bytes) -> int | None:
    """How many lines a text has that is to be taken as it is; None where `decoder` has to say whether and how it is text.

    One pass over the data tells both: what is no line's end and no control character is left out.
    """
    left = data.translate(None, ORDINARY)
    ends = left.count(b"\n")
    controls = len(left) - ends
    if controls and (len(data) > SAMPLE or b"\0" in left or controls * 16 >= len(data)):
        return None
    return None if data.startswith(MARKS) else ends + (data[-1:] not in (b"", b"\n"))


def looks_like_env(data: bytes) -> bool:
    """Whether a text is an env file but for its name."""
    from ..detect.dotenv import has_env_shape

    return has_env_shape(data)
