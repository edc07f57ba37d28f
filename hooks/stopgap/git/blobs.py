"""Blobs by name, through one long-lived `git cat-file --batch`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from types import TracebackType

from ..model import StopgapError
from .process import start

PIECE = 1 << 20  # bytes


class Blobs:
    """Reads blobs. The process starts with the first request; use it as a context manager so that it ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        """Ends git. It ends by itself at a damaged object, and another one answers the next question."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def read(self, name: str, limit: int | None = None, kind: str = "blob") -> bytes:
        """An object's bytes, at most `limit` of them; b"" for the null name. Raises StopgapError for one that is not there, or of another
        kind.
        """
        if set(name) == {"0"}:
            return b""
        if self._process is None:
            self._process = start("cat-file", "--batch", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        try:
            asked.write(name.encode("ascii") + b"\n")
            asked.flush()
        except OSError as error:
            self._end()
            raise StopgapError("git cat-file ended: an object is damaged (see git fsck)") from error
        header = answers.readline().split()
        if len(header) != 3 or header[1] != kind.encode("ascii"):
            if not header or len(header) == 3:  # it ended, or goes on with what is not wanted
                self._end()
            raise StopgapError(f"git has no content for object {name}: damaged, or a partial clone that did not fetch it")
        size = int(header[2])
        data = answers.read(size if limit is None else min(size, limit))
        left = size - len(data)
        while left > 0 and (chunk := answers.read(min(left, 1 << 20))):
            left -= len(chunk)
        if left or answers.read(1) != b"\n":
            self._end()
            raise StopgapError(f"git did not give the whole of object {name}: it is damaged (see git fsck)")
        return data


def pieces(name: str) -> Iterator[bytes]:
    """A blob of any size, in pieces, by a git of its own. Raises StopgapError where git cannot give the whole of it."""
    process = start("cat-file", "blob", name, stderr=subprocess.DEVNULL)
    assert process.stdout
    try:
        while piece := process.stdout.read(PIECE):
            yield piece
        if process.wait():
            raise StopgapError(f"git did not give the whole of object {name}: damaged, or a partial clone that did not fetch it")
    finally:
        process.kill()
        process.communicate()
