"""Which commits an earlier audit found to be clean: nothing that they add is a secret, or no path that they change is a config file's.

Nothing else is kept. A commit's name stands for all of its contents and paths and for those of its parents, so it stays clean for the same
rules, settings and version. The file lies in the user's cache folder and can be thrown away at any time. It is believed only where it is
the user's own, whole, and made for these very rules.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from .. import __version__, files
from ..config import Config
from ..detect import engine
from ..git.repository import Repository

MAGIC = b"stopgap audit cache 1\n"
DIGEST = 32  # bytes of SHA-256
COUNT = 8  # bytes of a number
LARGEST = 256 << 20  # bytes of a file that is read


class Known(NamedTuple):
    """Names of commits: `clean` add no secret, `plain` change no config file and no submodule, compared with their first parent."""

    clean: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()


class Cache:
    """The clean commits of one repository. `usable`: False does without, and writes nothing."""

    def __init__(self, repository: Repository, settings: Config, usable: bool) -> None:
        # a team's own plugins are code, which can change; the rules of a bare repository are in a commit, which can be another one then
        changing = settings.second_opinion or (settings.rules_extra and repository.bare)
        folder = place() if usable and not changing else None
        if folder and inside(folder, repository.top):
            folder = None
        where = sha256(os.fsencode(os.path.realpath(repository.git_dir))).hexdigest()[:24]
        self._file = folder / f"{where}.audit" if folder else None
        self._key = digest(repository, settings) if folder else b""
        self._known = Known()

    def known(self) -> Known:
        """What is remembered; nothing where there is no file, or one that is not to be believed."""
        if self._file:
            with suppress(OSError):
                self._known = parsed(own(self._file), self._key)
        return self._known

    def add(self, clean: Iterable[str], plain: Iterable[str]) -> None:
        """Remembers more commits. Where the folder cannot be written to, none is, and the next audit takes as long as this one."""
        new = Known(self._known.clean.union(clean), self._known.plain.union(plain))
        if not self._file or new == self._known:
            return
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._file, dumped(new, self._key))


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


def parsed(data: bytes, key: bytes) -> Known:
    """What a file says; nothing where a single bit is another than it was, or the key is another."""
    head = len(MAGIC) + 2 * DIGEST
    if not data.startswith(MAGIC + key) or data[len(MAGIC) + DIGEST : head] != sha256(key + data[head:]).digest():
        return Known()
    size, count = data[head], int.from_bytes(data[head + 1 : head + 1 + COUNT], "big") * data[head]
    body = data[head + 1 + COUNT :]
    return Known(names_of(body[:count], size), names_of(body[count:], size))


def names_of(data: bytes, size: int) -> frozenset[str]:
    """Names of objects, which have so many bytes each."""
    text, digits = data.hex(), 2 * size
    return frozenset(text[at : at + digits] for at in range(0, len(text), digits))


def dumped(known: Known, key: bytes) -> bytes:
    """The file's content."""
    size = len(next(iter(known.clean or known.plain))) // 2
    names = "".join((*sorted(known.clean), *sorted(known.plain)))
    body = b"".join((bytes((size,)), len(known.clean).to_bytes(COUNT, "big"), bytes.fromhex(names)))
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
