"""Writes an env file's template, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ..git.process import bytes_of
from ..model import StopgapError
from .atomic import replace


def write(top: Path, path: str, data: bytes) -> None:
    """Makes `data` the content of a template. Raises StopgapError for a symbolic link, which could lead out of the repository, and for what
    the system refuses; the file is then as it was.
    """
    where = top / os.fsdecode(bytes_of(path))
    if where.is_symlink():
        raise StopgapError(f"{path} is a symbolic link: it is not written through")
    try:
        replace(where, data)
    except OSError as error:
        raise StopgapError(f"cannot write {path}: {error.strerror}") from error
