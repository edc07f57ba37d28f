"""Files of the work tree, whatever somebody put in their place: a link is never followed, a pipe or a device never read."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from ..files import opened
from ..git.index import LINK
from ..git.process import bytes_of
from ..model import StopgapError

PIECE = 1 << 20  # bytes of a file that are in memory at once
SMALLEST = 1 << 12  # bytes that are asked of any file: some know their size only when they are read


def located(top: Path, path: str) -> bytes:
    """Where a file of the work tree lies. In bytes: a name need not be UTF-8, whatever the locale; and faster than a Path."""
    return root(top) + b"/" + bytes_of(path)


@lru_cache(maxsize=4)  # one of them for a hundred thousand paths
def root(top: Path) -> bytes:
    """The work tree's folder, in bytes."""
    return os.fsencode(top)


def file_mode(top: Path, path: str) -> str:
    """The mode git would give the file, or "folder". Raises StopgapError where there is none or it is no file."""
    return file_status(top, path)[0]


def file_status(top: Path, path: str) -> tuple[str, int]:
    """The same, and how many bytes it has."""
    try:
        status = os.lstat(located(top, path))
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return "100755" if mode & 0o100 else "100644", status.st_size
    if stat.S_ISLNK(mode):
        return LINK, status.st_size
    if stat.S_ISDIR(mode):
        return "folder", 0
    raise StopgapError(f"cannot read {path}: not a regular file")


def files_in(top: Path, folder: str, known: Collection[str] = ()) -> list[str]:
    """The plain files of a folder, by their paths from the top, less those that are known; none where there is no such folder.

    Raises StopgapError.
    """
    start = f"{folder}/" if folder else ""
    try:
        with os.scandir(os.fsdecode(located(top, folder))) as listed:
            found = [path for entry in listed if (path := start + entry.name) not in known and entry.is_file(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []  # a folder that only the index has
    except OSError as error:
        raise StopgapError(f"cannot read {folder or 'the root folder'}: {error.strerror}") from error
    return sorted(found)


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


def small(top: Path, path: str) -> bytes | None:
    """All of a file that one read gives; None of any other, and of a large one. Raises StopgapError where it cannot be read."""
    try:
        descriptor, size = opened(located(top, path), path)
        try:
            data = os.read(descriptor, size + 1) if size < PIECE else b""
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error
    return data if len(data) == size else None  # one byte more was asked for, so this is all


def chunks(top: Path, path: str, limit: int | None = None) -> Iterator[bytes]:
    """A file in pieces, cut after a line where there is one. Raises StopgapError where it cannot be read."""
    try:
        descriptor, size = opened(located(top, path), path)
        try:
            if limit is not None:
                yield filled(descriptor, limit)
                return
            rest = os.read(descriptor, size + 1) if 0 < size < PIECE else b""
            if rest and len(rest) == size:
                yield rest  # most files: one byte more was asked for, so this is all
                return
            piece = min(PIECE, max(SMALLEST, size + 1))
            while len(chunk := filled(descriptor, piece)) == piece:
                cut = chunk.rfind(b"\n") + 1 or len(chunk)
                yield rest + chunk[:cut]
                rest = chunk[cut:]
            yield rest + chunk
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error


def filled(descriptor: int, size: int) -> bytes:
    """The next bytes of a file: so many, but at its end."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data
