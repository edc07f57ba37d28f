"""Writes the allow file: whole or not at all, and only when it says something new."""

from __future__ import annotations

from pathlib import Path

from ..files import open_regular
from ..model import StopgapError
from .atomic import replace


def write(path: Path, text: str) -> bool:
    """Makes `text` (lines end with a newline) the content of `path`; False where it is that already.

    An existing file keeps its line endings, its byte order mark and its mode. Raises StopgapError for a symbolic link, which
    could lead out of the repository, and for what the system refuses; the file is then as it was.
    """
    if path.is_symlink():
        raise StopgapError(f"{path.name} is a symbolic link: it is not written through")
    try:
        old = read(path) if path.exists() else None
        new = styled_like(old or b"", text.encode("utf-8"))
        if new == old:
            return False
        replace(path, new)
    except OSError as error:
        raise StopgapError(f"cannot write {path.name}: {error.strerror}") from error
    return True


def read(path: Path) -> bytes:
    """What the file holds now."""
    with open_regular(path, path.name) as file:
        return file.read()


def styled_like(old: bytes, new: bytes) -> bytes:
    """`new` with the line endings and the byte order mark of `old`."""
    if b"\r\n" in old and old.count(b"\r\n") == old.count(b"\n"):
        new = new.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + new if old.startswith(b"\xef\xbb\xbf") else new
