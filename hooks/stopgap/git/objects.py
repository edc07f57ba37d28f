"""Every file's content that the history has, each once, through one long-lived `git cat-file --batch`.

The names come from `rev-list --objects --all` as git finds them, and go on in small portions: what was asked for always fits into the pipe,
so neither side waits for the other, and nothing is kept but the portion.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from itertools import islice
from types import TracebackType
from typing import IO, NamedTuple

from ..model import StopgapError
from .process import Complaints, failure, path_of, start

PORTION = 32  # names at once: with SHA-256 2 KiB, which the smallest pipe holds
PIECE = 4 << 20  # bytes
# --missing: what a partial clone left out, or a damaged repository lost, is counted and does not end the walk (git-rev-list(1))
LISTED = ("rev-list", "--objects", "--missing=print", "--all")
CHECKED = ("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize) %(rest)")


class Blob(NamedTuple):
    """A content of the history. `path` is one of those it has there, as git came by it first; `size` in bytes."""

    name: str
    path: str
    size: int


class Pieces:
    """A blob's bytes, at most PIECE of them at once. `left`: those that are yet to come; git ends early in a damaged one."""

    def __init__(self, pipe: IO[bytes], size: int) -> None:
        self._pipe = pipe
        self.left = size

    def __iter__(self) -> Iterator[bytes]:
        while self.left:
            piece = self._pipe.read(min(self.left, PIECE))
            if not piece:
                return
            self.left -= len(piece)
            yield piece


class History:
    """The contents that the refs reach; a context manager. `absent` and `damaged` count what could not be read, `broken` says why the
    listing ended early, or is "".
    """

    def __init__(self) -> None:
        self.absent = self.damaged = 0
        self.broken = ""
        self._lister = start(*LISTED)
        self._said = Complaints(self._lister)
        self._checker = start(*CHECKED, stdin=self._lister.stdout or subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> History:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in (self._lister, self._checker, self._reader):
            if process:
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        close(pipe)

    def __iter__(self) -> Iterator[tuple[Blob, Pieces]]:
        """Each blob with its bytes, which are to be read before the next is asked for; what is left of them is passed over."""
        listed = self._listed()
        while portion := list(islice(listed, PORTION)):
            yield from self._read(portion)
        self._end()

    def _listed(self) -> Iterator[Blob]:
        assert self._checker.stdout
        for line in self._checker.stdout:
            name, kind, *rest = line.rstrip(b"\n").split(b" ", 3)
            if kind == b"missing":
                self.absent += 1
            elif kind == b"blob":
                yield Blob(name.decode("ascii"), path_of(rest[1]), int(rest[0]))

    def _end(self) -> None:
        """Whether git listed everything."""
        if self._lister.wait() != 0:
            self.broken = str(failure(LISTED, self._lister.returncode, self._said.said()))
        elif self._checker.wait() != 0:
            self.broken = "git cat-file ended early: an object is damaged (see git fsck)"

    def _read(self, portion: list[Blob]) -> Iterator[tuple[Blob, Pieces]]:
        """The blobs of a portion. git ends at a damaged one: it is left out, and another git goes on behind it."""
        while portion:
            pipe = self._ask(portion)
            for number, blob in enumerate(portion, 1):
                pieces = answered(pipe, blob)
                if pieces:
                    yield blob, pieces
                    for _ in pieces:  # what nobody has read
                        pass
                if not pieces or pieces.left or pipe.read(1) != b"\n":
                    self.damaged += 1
                    self._restart()
                    portion = portion[number:]
                    break
            else:
                return

    def _ask(self, portion: list[Blob]) -> IO[bytes]:
        if self._reader is None:
            self._reader = start("cat-file", "--batch", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._reader.stdin
        assert self._reader.stdout
        try:
            self._reader.stdin.write("".join(f"{blob.name}\n" for blob in portion).encode("ascii"))
            self._reader.stdin.flush()
        except OSError as error:
            raise StopgapError("git cat-file ended: an object is damaged (see git fsck)") from error
        return self._reader.stdout

    def _restart(self) -> None:
        if self._reader:
            self._reader.kill()
            self._reader.communicate()
            self._reader = None


def answered(pipe: IO[bytes], blob: Blob) -> Pieces | None:
    """The answer to a name; None for one that is none."""
    header = pipe.readline().split()
    return Pieces(pipe, int(header[2])) if len(header) == 3 and header[0] == blob.name.encode("ascii") else None


def close(pipe: IO[bytes]) -> None:
    """Without a word about names that a git which has ended did not take."""
    with contextlib.suppress(OSError):
        pipe.close()
