"""What an earlier audit learnt: the graph of the commits, and which were quiet, as they add no secret, and change no path that is a config
file's; and of other commits the changes in which there is nothing.

Nothing else is kept. A commit's name stands for all of its contents and paths and for those of its parents, so it stays quiet for the same
rules, settings and version; with it go checksums of the paths that it changes. The file lies in the user's cache folder and can be thrown
away at any time. It is believed only where it is the user's own, whole, and made for these very rules.
"""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Collection, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path
from struct import Struct
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from .. import __version__, files
from ..config import Config
from ..detect import engine
from ..git.packed import Names, Parents
from ..git.repository import Repository
from ..git.walk import Graph, Made, in_pieces
from .audit_reading import MARK
from .audit_touched import Touched

MAGIC = b"stopgap audit cache 5\n"
COUNTS = Struct("=BQQQQ")  # bytes of a name; commits, numbers about parents, quiet commits, and what they change
GONE = 1000  # commits that nothing reaches any more, and are kept
MARKS = 200_000  # of clean changes that are kept
DIGEST = 32  # bytes of SHA-256
LARGEST = 256 << 20  # bytes of a file that is read


class Kept(NamedTuple):
    """Commits, by number which of them are quiet and what those change, and marks of clean changes of the others."""

    made: Made
    quiet: frozenset[int]
    touched: Touched
    clean: frozenset[bytes]


def nothing() -> Kept:
    return Kept(Made(), frozenset(), Touched(), frozenset())


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

    def load(self, name: str) -> Made:
        """The commits that an earlier audit saw; none where there is no file that is to be believed. `name`: of any object here."""
        if self._file:
            with suppress(OSError):
                self._kept = parsed(own(self._file), self._key, len(name) // 2)
        return self._kept.made

    def known(self, graph: Graph) -> Kept:
        """What was learnt of the graph's commits: nothing of one that is not whole, or that was read anew."""
        if graph.lost or not graph.known:
            self._kept = nothing()
        if graph.lost:
            self._file = None
        return self._kept

    def add(self, graph: Graph, quiet: Collection[int], touched: Touched, clean: Collection[bytes]) -> None:
        """Remembers more, and throws all away where most of it is of commits that are gone. Where the folder cannot be written to, nothing
        is remembered, and the next audit takes as long as this one.
        """
        if not self._file or not (quiet or clean or graph.known < len(graph.times) - len(graph.trees)):
            return
        if graph.masks.count(0) > GONE + len(graph.masks) // 2:
            with suppress(OSError):
                self._file.unlink()
            return
        more = touched.of(frozenset(quiet))
        more.extend(self._kept.touched)
        every = self._kept.clean.union(clean)
        marks = every if len(every) < MARKS else frozenset(clean)
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._file, dumped(graph, self._kept.quiet.union(quiet), more, marks, self._key))


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
    of_each, count, others, quiet, pairs = COUNTS.unpack_from(data, head)
    if of_each != size:
        return nothing()
    ends = list(accumulate((size * count, 8 * count, 8 * count, 8 * others, 8 * quiet, 8 * pairs), initial=head + COUNTS.size))
    parts = [data[one:other] for one, other in pairwise(ends)]
    first, times, others_of, numbers = (array("q", part) for part in parts[1:5])
    made = Made(Names(parts[0], size), Parents(first, several(others_of)), times)
    return Kept(made, frozenset(numbers), Touched(parts[5]), frozenset(in_pieces(data[ends[-1] :], MARK)))


def several(numbers: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The parents of each commit that has several of them: its number, how many, and these, one commit after the other."""
    found, at = {}, 0
    while at < len(numbers):
        end = at + 2 + numbers[at + 1]
        found[numbers[at]] = tuple(numbers[at + 2 : end])
        at = end
    return found


def dumped(graph: Graph, quiet: Collection[int], touched: Touched, clean: Collection[bytes], key: bytes) -> bytes:
    """The file's content: how many there are of each, and all of them, in the bytes of this machine."""
    count = len(graph.times) - len(graph.trees)  # which are the last
    names, size = graph.commits.raw(count)
    first, others = graph.parents.raw(count)
    flat = array("q", (one for number, parents in others.items() for one in (number, len(parents), *parents)))
    counts = COUNTS.pack(size, count, len(flat), len(quiet), len(touched.pairs))
    arrays = (first, graph.times[:count], flat, array("q", sorted(quiet)), touched.pairs)
    body = b"".join((counts, names, *(one.tobytes() for one in arrays), *sorted(clean)))
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
