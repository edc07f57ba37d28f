"""Writes the allow file: whole or not at all, and only when it says something new."""

from __future__ import annotations

import os
from pathlib import Path

from ..model import StopgapError


def write(path: Path, text: str) -> bool:
    """Makes `text` (lines end with a newline) the content of `path`; False where it is that already.

    An existing file keeps its line endings, its byte order mark and its mode. Raises StopgapError for a symbolic link, which
    could lead out of the repository, and for what the system refuses; the file is then as it was.
    """
    if path.is_symlink():
        raise StopgapError(f"{path.name} is a symbolic link: it is not written through")
    try:
        old = path.read_bytes() if path.exists() else b""
        new = styled_like(old, text.encode("utf-8"))
        if new == old and path.exists():
            return False
        replace(path, new)
    except OSError as error:
        raise StopgapError(f"cannot write {path.name}: {error.strerror}") from error
    return True


def styled_like(old: bytes, new: bytes) -> bytes:
    """`new` with the line endings and the byte order mark of `old`."""
    if b"\r\n" in old and old.count(b"\r\n") == old.count(b"\n"):
        new = new.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + new if old.startswith(b"\xef\xbb\xbf") else new


def replace(path: Path, data: bytes) -> None:
    """Writes beside `path` and renames over it, so that an interrupt leaves the old file or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    # O_EXCL: a file or link that lies there already is somebody else's
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)  # gone already, unless something failed
