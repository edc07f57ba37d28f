"""Adds lines to the root's `.gitignore`, and leaves everything else of it as it is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from ..git.ignore import NAME
from ..git.process import bytes_of
from ..model import StopgapError
from .atomic import replace

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def insert(content: bytes, lines: Sequence[str], before: int = 0) -> bytes:
    """The content with those of the lines that it does not have yet, in front of line `before` (from 1), or at its end for 0.

    A later rule wins: a line that ignores goes in front of the first `!` line that it would undo.
    Raises StopgapError for a file in which git can read no line.
    """
    if content.startswith(UTF_16):
        raise StopgapError(f"{NAME} is UTF-16, in which git reads no rule: save it as UTF-8 first")
    bom, content = (BOM, content[len(BOM) :]) if content.startswith(BOM) else (b"", content)
    old = LINE.findall(content)
    present = {line.rstrip(b"\r\n") for line in old}
    new = [raw for line in dict.fromkeys(lines) if (raw := bytes_of(line)) not in present]
    if not new:
        return bom + content
    end = b"\r\n" if content.count(b"\r\n") * 2 > content.count(b"\n") else b"\n"
    at = before - 1 if 0 < before <= len(old) else len(old)
    if at == len(old) and old and not old[-1].endswith(b"\n"):
        old[-1] += end
    old[at:at] = [line + end for line in new]
    return bom + b"".join(old)


def write(top: Path, content: bytes) -> None:
    """Replaces the root's `.gitignore`, or makes it, in one step. Raises StopgapError for a link, and where it cannot be written."""
    path = top / NAME
    try:
        mode = path.lstat().st_mode if os.path.lexists(path) else None
        if mode is not None and not stat.S_ISREG(mode):
            raise StopgapError(f"{NAME} is no regular file: git does not follow a link there, and nothing was written")
        replace(path, content)
    except OSError as error:
        raise StopgapError(f"cannot write {NAME}: {error.strerror}") from error
