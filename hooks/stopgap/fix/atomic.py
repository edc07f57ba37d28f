"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Writes beside `path` and renames over it, so that an interrupt leaves the old file or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    create(beside, data)
    try:
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)  # gone already, unless something failed


def create(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Writes a file that is not there yet, and takes it away again where that fails. Raises OSError: FileExistsError for one that is."""
    # O_EXCL: a file or link that lies there already is somebody else's
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
