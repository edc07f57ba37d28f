"""Files of the work tree, whatever somebody put in their place: a link is never followed, a pipe or a device never read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..files import open_regular
from ..git.process import bytes_of
from ..model import StopgapError

PIECE = 1 << 20  # bytes of a file that are in memory at once


def located(top: Path, path: str) -> bytes:
    """Where a file of the work tree lies. In bytes: a name need not be UTF-8, whatever the locale; and faster than a Path."""
    return os.fsencode(top) + b"/" + bytes_of(path)


def file_mode(top: Path, path: str) -> str:
    """The mode git would give the file, or "folder". Raises StopgapError where there is none or it is no file."""
    try:
        mode = os.lstat(located(top, path)).st_mode
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        return "120000"
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise StopgapError(f"cannot read {path}: not a regular file")
    return "100755" if mode & 0o100 else "100644"


def read_link(top: Path, path: str) -> bytes:
    """The text of a symbolic link: what git stores of it. It is never followed."""
    try:
        return os.readlink(located(top, path))
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error


def read_file(top: Path, path: str, limit: int | None = None) -> bytes:
    """A file of the work tree, or a link's text."""
    if os.path.islink(located(top, path)):
        return read_link(top, path)
    return b"".join(chunks(top, path, limit))


def chunks(top: Path, path: str, limit: int | None = None) -> Iterator[bytes]:
    """A file in pieces, cut after a line where there is one. Raises StopgapError where it cannot be read."""
    try:
        with open_regular(located(top, path), path) as file:
            if limit is not None:
                yield file.read(limit)
                return
            rest = b""
            while len(chunk := file.read(PIECE)) == PIECE:
                cut = chunk.rfind(b"\n") + 1 or len(chunk)
                yield rest + chunk[:cut]
                rest = chunk[cut:]
            yield rest + chunk
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error
