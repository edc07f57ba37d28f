"""What an earlier audit found to be quiet: commits that add no secret, and change no path that is a config file's, and of other commits the
changes in which there is nothing.

Nothing else is kept. A commit's name stands for all of its contents and paths and for those of its parents, so it stays quiet for the same
rules, settings and version; with it go checksums of the paths that it changes. The file lies in the user's cache folder and can be thrown
away at any time. It is believed only where it is the user's own, whole, and made for these very rules.
"""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from struct import Struct
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from .. import __version__, files
from ..config import Config
from ..detect import engine
from ..git.repository import Repository
from .audit_reading import MARK
from .audit_touched import Touched

MAGIC = b"stopgap audit cache 3\n"
COUNTS = Struct("=BQQ")  # bytes of a name, names, pairs
MARKS = 200_000  # of clean changes that are kept
DIGEST = 32  # bytes of SHA-256
LARGEST = 256 << 20  # bytes of a file that is read


class Kept(NamedTuple):
    """Names of quiet commits, what those change, by their places among the names, and marks of clean changes of other commits."""

    names: tuple[bytes, ...]
    touched: Touched
    clean: frozenset[bytes]


def nothing() -> Kept:
    return Kept((), Touched(), frozenset())


class Cache:
    """The quiet commits of one repository. `usable`: False does without, and writes nothing."""

    def __init__(self, repository: Repository, settings: Config, usable: bool) -> None:
        # a team's own plugins are code, which can change; the rules of a bare repository are in a commit, which can be another one then
        changing = settings.second_opinion or (settings.rules_extra and repository.bare)
        folder = place() if usable and not changing else None
        if folder and inside(folder, repository.top):
            folder = None
        where = sha256(os.fsencode(os.path.realpath(repository.git_dir))).hexdigest()[:24]
        self._file = folder / f"{where}.audit" if folder else None
        self._key = digest(repository, settings) if folder else b""
        self._kept = nothing()

    def left(self, commits: Sequence[str], chosen: Sequence[int]) -> tuple[list[int], Touched, frozenset[bytes]]:
        """Which of the commits `chosen` are to be looked at, by number; what the others change; and marks of changes that are clean.

        All of them where there is no file, or one that is not to be believed.
        """
        if self._file:
            with suppress(OSError):
                self._kept = parsed(own(self._file), self._key, len(commits[0]) // 2 if commits else 0)
        kept = {name: place for place, name in enumerate(self._kept.names)}
        numbers = array("q", (-1 for _ in kept))
        asked = []
        for number in chosen:
            place = kept.get(bytes.fromhex(commits[number]))
            if place is None:
                asked.append(number)
            else:
                numbers[place] = number
        return asked, self._kept.touched.renumbered(numbers.__getitem__), self._kept.clean

    def add(self, commits: Sequence[str], quiet: Sequence[int], touched: Touched, clean: Collection[bytes]) -> None:
        """Remembers more. Where the folder cannot be written to, nothing is, and the next audit takes as long as this one."""
        if not self._file or not (quiet or clean):
            return
        begin = len(self._kept.names)
        places = {number: begin + place for place, number in enumerate(quiet)}
        more = touched.renumbered(lambda number: places.get(number, -1))
        more.extend(self._kept.touched)
        every = self._kept.clean.union(clean)
        names = (*self._kept.names, *(bytes.fromhex(commits[number]) for number in quiet))
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._file, dumped(Kept(names, more, every if len(every) < MARKS else frozenset(clean)), self._key))


def place() -> Path | None:
    """The folder, by the XDG base directory specification, in which a path that is not absolute does not count; None for no home."""
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given, "stopgap")
    home = os.path.expanduser("~")
    return Path(home, ".cache", "stopgap") if os.path.isabs(home) else None


def inside(folder: Path, top: Path) -> bool:
    """Whether the cache would lie in the repository, whose content is somebody else's."""
    return os.path.realpath(folder).startswith(os.path.join(os.path.realpath(top), ""))


def digest(repository: Repository, settings: Config) -> bytes:
    """What decides on what is clean, but for the commit: version, code and tables of detection, settings, and the rules that they name."""
    parts = [__version__, repr(settings)]
    code = Path(engine.__file__).parent
    for path in sorted([*code.rglob("*.py"), *code.rglob("*.toml")]):
        status = path.stat()
        parts.append(f"{path.name} {status.st_size} {status.st_mtime_ns}")
    parts += [sha256(files.read_inside(repository.top, name) or b"").hexdigest() for name in settings.rules_extra]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def own(path: Path) -> bytes:
    """The file, where it is the user's, and nobody else could have written it. Raises OSError."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        foreign = hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022)
        if foreign or not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return b""
        return file.read()


def parsed(data: bytes, key: bytes, size: int) -> Kept:
    """What a file says; nothing where a single bit is another than it was, or the key is another, or the names have not `size` bytes: then
    another repository was here.
    """
    head = len(MAGIC) + 2 * DIGEST
    if not data.startswith(MAGIC + key) or data[len(MAGIC) + DIGEST : head] != sha256(key + data[head:]).digest():
        return nothing()
    of_each, names, pairs = COUNTS.unpack_from(data, head)
    if of_each != size:
        return nothing()
    at = head + COUNTS.size
    end = at + size * names
    touched = Touched()
    touched.pairs.frombytes(data[end : end + 8 * pairs])
    return Kept(tuple(pieces(data[at:end], size)), touched, frozenset(pieces(data[end + 8 * pairs :], MARK)))


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def dumped(kept: Kept, key: bytes) -> bytes:
    """The file's content: how many bytes a name has, and all three of them, in the order and the bytes of this machine."""
    size = len(kept.names[0]) if kept.names else 1
    counts = COUNTS.pack(size, len(kept.names), len(kept.touched.pairs))
    body = b"".join((counts, *kept.names, kept.touched.pairs.tobytes(), *sorted(kept.clean)))
    return b"".join((MAGIC, key, sha256(key + body).digest(), body))


def replace(path: Path, data: bytes) -> None:
    """Writes a file that is there whole, or as it was. Raises OSError."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:  # mode 0600
        try:
            file.write(data)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(file.name)
            raise
