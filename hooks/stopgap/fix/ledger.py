"""Writes the rotation ledger: whole or not at all, never over what somebody else wrote meanwhile, and reads it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .. import files
from ..model import StopgapError
from . import allow


def write(path: Path, before: bytes | None, text: str, holds: Callable[[bytes], bool]) -> bool:
    """Makes `text` the content of `path`, which held `before` (None: there was none); False where it is that already.

    `holds` says whether what stands there afterwards reads as what was meant. Raises StopgapError where it does not, where the file
    has changed since `before` was read, and as allow.write does; but for the first the file is then as it was.
    """
    if files.read_inside(path.parent, path.name) != before:
        raise StopgapError(f"{path.name} has changed meanwhile: nothing is written; run it again")
    if not allow.write(path, text):
        return False
    after = files.read_inside(path.parent, path.name)
    if after is None or not holds(after):
        raise StopgapError(f"{path.name} does not hold what was written: compare it with git diff, and run it again")
    return True
