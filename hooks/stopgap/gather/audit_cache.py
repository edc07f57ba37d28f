"""Which commits an earlier audit found to be quiet: nothing that they add is a secret, and no path that they change is a config file's.

Nothing else is kept. A commit's name stands for all of its contents and paths and for those of its parents, so it stays quiet for the same
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

from .. import __version__, files
from ..config import Config
from ..detect import engine
from ..git.repository import Repository

MAGIC = b"stopgap audit cache 2\n"
DIGEST = 32  # bytes of SHA-256
LARGEST = 256 << 20  # bytes of a file that is read


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
        self._known: frozenset[str] = frozenset()

    def known(self) -> frozenset[str]:
        """Their names; none where there is no file, or one that is not to be believed."""
        if self._file:
            with suppress(OSError):
                self._known = parsed(own(self._file), self._key)
        return self._known

    def add(self, quiet: Iterable[str]) -> None:
        """Remembers more of them. Where the folder cannot be written to, none is, and the next audit takes as long as this one."""
        if not self._file:
            return
        new = self._known.union(quiet)
        if new == self._known:
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


def parsed(data: bytes, key: bytes) -> frozenset[str]:
    """What a file says; nothing where a single bit is another than it was, or the key is another."""
    head = len(MAGIC) + 2 * DIGEST
    if not data.startswith(MAGIC + key) or data[len(MAGIC) + DIGEST : head] != sha256(key + data[head:]).digest():
        return frozenset()
    digits, text = 2 * data[head], data[head + 1 :].hex()
    return frozenset(text[at : at + digits] for at in range(0, len(text), digits))


def dumped(known: frozenset[str], key: bytes) -> bytes:
    """The file's content: how many bytes a name has, and the names."""
    size = len(next(iter(known))) // 2
    body = bytes((size,)) + bytes.fromhex("".join(sorted(known)))
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
