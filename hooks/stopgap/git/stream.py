"""A pipe from git that mixes NUL-terminated records with patch text, read forward once in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

CHUNK = 1 << 20
NEAR = 1 << 13  # bytes within which what is matched at once ends
PIECE = 1 << 20  # a hunk is handed on in pieces of about this size at the most
# In a hunk each line starts with one of these (git-diff(1), "generating patch text"); anything else ends the hunk.
HUNK_END = re.compile(rb"\n(?=[^ +\-\\\n])")


class Body(NamedTuple):
    """A piece of a hunk: its raw lines, each with its marker. `whole` is False where the piece was cut inside a line."""

    data: bytes
    whole: bool = True


class Stream:
    """Forward reading of git's output."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._buffer = b""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        """Reads on. False at the end."""
        if self._ended:
            return False
        chunk = self._pipe.read(CHUNK)
        self._ended = not chunk
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return not self._ended

    def peek(self, size: int = 1) -> bytes:
        """The next bytes, without taking them; fewer at the end."""
        while len(self._buffer) - self._at < size and self._more():
            pass
        return self._buffer[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """Takes the next bytes."""
        end = self._at + size
        taken = self._buffer[self._at : end] if end <= len(self._buffer) else self.peek(size)
        self._at += len(taken)
        return taken

    def until(self, end: bytes) -> bytes:
        """Takes what stands before `end`, and `end` with it; everything where `end` does not come."""
        while (found := self._buffer.find(end, self._at)) < 0 and self._more():
            pass
        if found < 0:
            found = len(self._buffer)
        taken = self._buffer[self._at : found]
        self._at = min(found + len(end), len(self._buffer))
        return taken

    def matched(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Takes what matches here, where it does within what is at hand; nothing is taken where it does not."""
        if len(self._buffer) - self._at < NEAR:
            self.peek(NEAR)
        found = pattern.match(self._buffer, self._at)
        if found:
            self._at = found.end()
        return found

    def hunk(self) -> Iterator[Body]:
        """The lines of the hunk whose header was just taken, in pieces. A line longer than a piece is cut, its marker repeated."""
        while True:
            end = HUNK_END.search(self._buffer, self._at)
            if end:
                yield Body(self.take(end.end() - self._at))
                return
            if len(self._buffer) - self._at > PIECE:
                yield self._piece()
            elif not self._more():
                if self._at < len(self._buffer):
                    yield Body(self.take(len(self._buffer) - self._at))
                return

    def _piece(self) -> Body:
        """A part of a long hunk, cut after a line where there is one."""
        # the last newline may be followed by a line that is no longer part of the hunk: keep it for the search
        cut = self._buffer.rfind(b"\n", self._at, self._at + PIECE)
        if cut >= 0:
            return Body(self.take(cut + 1 - self._at))
        marker = self._buffer[self._at : self._at + 1]
        data = self.take(PIECE)
        self._buffer = marker + self._buffer[self._at :]
        self._at = 0
        return Body(data, whole=False)
