"""Blobs by name, through one long-lived `git cat-file --batch`."""

from __future__ import annotations

import subprocess
from types import TracebackType

from ..model import StopgapError
from .process import start


class Blobs:
    """Reads blobs. The process starts with the first request; use it as a context manager so that it ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()

    def read(self, name: str, limit: int | None = None) -> bytes:
        """A blob's bytes, at most `limit` of them; b"" for the null name. Raises StopgapError for one that is not there."""
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
            raise StopgapError("git cat-file ended: an object is damaged (see git fsck)") from error
        header = answers.readline().split()
        if len(header) != 3 or header[1] != b"blob":
            raise StopgapError(f"git has no content for object {name}: damaged, or a partial clone that did not fetch it")
        size = int(header[2])
        data = answers.read(size if limit is None else min(size, limit))
        left = size - len(data)
        while left > 0 and (chunk := answers.read(min(left, 1 << 20))):
            left -= len(chunk)
        if left or answers.read(1) != b"\n":
            raise StopgapError(f"git did not give the whole of object {name}: it is damaged (see git fsck)")
        return data
