"""Files of configuration, as anybody may have committed them: regular ones inside the repository, of a bounded size and depth."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from .model import StopgapError

LARGEST = 10 << 20  # bytes of a configuration: a baseline of an old repository has about one MiB
DEEPEST = 64  # tables inside tables
Inside = Callable[[str], "bytes | None"]  # reads a file of a repository by its path; None where there is none
# O_NONBLOCK: opening a pipe would wait for somebody who writes into it
TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_regular(path: str | bytes | Path, name: str) -> IO[bytes]:
    """A regular file, opened to read. Raises StopgapError for a pipe or a device, which could wait or go on for ever; OSError otherwise."""
    return os.fdopen(opened(path, name)[0], "rb")


def opened(path: str | bytes | Path, name: str) -> tuple[int, int]:
    """The same as a descriptor, and the file's size."""
    descriptor = os.open(path, TO_READ)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise StopgapError(f"cannot read {name}: not a regular file")
    return descriptor, status.st_size


def read(path: str | Path, name: str) -> bytes:
    """A file of configuration, wherever it lies. Raises StopgapError where it cannot be read, or is too large to be one."""
    try:
        with open_regular(path, name) as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise StopgapError(f"cannot read {name}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise StopgapError(f"cannot read {name}: larger than {LARGEST >> 20} MiB")
    return data


def read_inside(top: Path, name: str) -> bytes | None:
    """The same for a file of the repository at `top`; None where there is none. Raises StopgapError for a way out of the repository."""
    path = top / name
    if not os.path.lexists(path):
        return None
    inside = os.path.realpath(top)
    if os.path.commonpath((inside, os.path.realpath(path))) != inside:
        raise StopgapError(f"cannot read {name}: it leads out of the repository")
    return read(path, name)


def toml(data: bytes, where: str) -> dict[str, Any]:
    """TOML as a table. Raises StopgapError that gives the place and never quotes the text, which may hold a secret."""
    import tomli

    try:
        table = tomli.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StopgapError(f"{where} is not UTF-8 at byte {error.start}") from None
    except tomli.TOMLDecodeError as error:
        # `msg` is the parser's own sentence; the whole error would quote the document
        raise StopgapError(f"{where}:{error.lineno}:{error.colno}: not TOML: {error.msg}") from None
    except RecursionError:
        raise StopgapError(f"{where}: nested too deeply") from None
    if is_deep(table):
        raise StopgapError(f"{where}: nested too deeply")
    return table


def is_deep(table: dict[str, Any]) -> bool:
    """Whether tables and lists lie in one another deeper than a configuration has any use for; `a.a.a.a = 1` nests too."""
    level: list[Any] = [table]
    for _ in range(DEEPEST):
        below = (item.values() if isinstance(item, dict) else item for item in level)
        level = [inner for items in below for inner in items if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True
