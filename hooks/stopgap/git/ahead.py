"""Contents that are known to be wanted, each read once: one `git cat-file --batch --buffer` is told all their names before it starts."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType

from .blobs import Blobs
from .process import start, widen
from .stream import CHUNK, Stream

HELD = 16 << 20  # bytes that are kept until they are wanted again; what is thrown away then is read once more
# git keeps what others are made of: with the contents of a path asked for together few are enough (git-config(1))
READ = ("-c", "core.deltaBaseCacheLimit=8m", "cat-file", "--batch", "--buffer")


class Ahead:
    """Blobs in the order in which they will be wanted; a context manager.

    What git cannot give, as it is damaged or not here, and what was thrown away, is asked of `blobs`, one by one.
    """

    def __init__(self, blobs: Blobs, wanted: Iterable[str], limit: int) -> None:
        """`wanted`: a name as often as it will be read. `limit`: bytes that are read of each."""
        self._blobs = blobs
        self._limit = limit
        self._uses = Counter(wanted)
        self._names = list(self._uses)
        self._at = 0
        self._held: dict[str, bytes] = {}
        self._size = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()

    def read(self, name: str) -> bytes:
        """A blob's bytes. Raises StopgapError for one that cannot be read."""
        self._uses[name] -= 1
        data = self._held.get(name)
        if data is None:
            data = self._until(name)
        if data is None:
            return self._blobs.read(name, self._limit)
        if self._uses[name] <= 0 and self._held.pop(name, None) is not None:
            self._size -= len(data)
        return data

    def _until(self, name: str) -> bytes | None:
        """What git says of a name; None where it has said it already, or cannot."""
        while self._at < len(self._names):
            one = self._names[self._at]
            self._at += 1
            data = self._answer(one)
            if data is None:
                if one == name:
                    return None
                continue
            if self._uses[one] > 0:
                self._hold(one, data)
            if one == name:
                return data
        return None

    def _hold(self, name: str, data: bytes) -> None:
        self._held[name] = data
        self._size += len(data)
        while self._size > HELD:
            oldest = next(iter(self._held))
            self._size -= len(self._held.pop(oldest))

    def _answer(self, name: str) -> bytes | None:
        """The next answer, which is about this name; None for an object that is not here. At a damaged one git ends."""
        if self._process is None:
            self._process = self._started()
        header = self._stream.until(b"\n").split()
        if len(header) != 3 or header[0] != name.encode("ascii"):
            if len(header) != 2:
                self._at = len(self._names)
            return None
        size = int(header[2])
        wanted = min(size, self._limit)
        data = self._stream.take(wanted) if wanted < CHUNK else b"".join(self._pieces(wanted))
        if size > wanted:
            for _ in self._pieces(size - wanted):
                pass
        if self._stream.take(1) != b"\n":  # there are fewer bytes than that
            self._at = len(self._names)
            return None
        return data if header[1] == b"blob" else None

    def _pieces(self, left: int) -> Iterator[bytes]:
        """So many bytes in pieces; fewer where git ended."""
        while left > 0 and (piece := self._stream.take(min(left, CHUNK))):
            left -= len(piece)
            yield piece

    def _started(self) -> subprocess.Popen[bytes]:
        with TemporaryFile() as names:  # and no pipe: git answers while it still reads
            names.write("".join(f"{name}\n" for name in self._names).encode("ascii"))
            names.seek(0)
            process = start(*READ, stdin=names, stderr=subprocess.DEVNULL)
        widen(process)
        assert process.stdout
        self._stream = Stream(process.stdout)
        return process
