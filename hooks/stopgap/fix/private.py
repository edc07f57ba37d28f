"""Writes a new file that only its owner can read, outside of the work tree."""

from __future__ import annotations

import os
from pathlib import Path

from ..model import StopgapError
from . import atomic


def write(path: Path, data: bytes, top: Path | None = None) -> None:
    """Writes `data` to a file that is not there yet, with mode 0600 from its first moment.

    Raises StopgapError for one that is there, for one in the work tree at `top`, where the next `git add` would take it, and for what
    the system refuses; what was begun is removed then.
    """
    if top and is_inside(path, top):
        raise StopgapError(f"{path} lies in the work tree: what holds secrets goes to a folder outside of it")
    try:
        atomic.create(path, data, 0o600)
    except FileExistsError:
        raise StopgapError(f"{path} exists already: it is not written over") from None
    except OSError as error:
        raise StopgapError(f"cannot write {path}: {error.strerror}") from error


def is_inside(path: Path, top: Path) -> bool:
    """Whether a path leads into a folder, links followed."""
    inside = os.path.realpath(top)
    return os.path.commonpath((inside, os.path.realpath(path))) == inside
