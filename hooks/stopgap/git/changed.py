"""When the content of one file was written, as the history tells it."""

from __future__ import annotations

import os

from ..model import StopgapError
from .process import git, run


def last_commit(top: str | os.PathLike[str], path: str, data: bytes) -> int | None:
    """The author's time, in seconds since 1970, of the last commit that changed `path` of the repository at `top`.

    None where HEAD does not hold the file with the content `data`: git knows nothing of that content. Raises StopgapError where
    git fails, and in a shallow clone, whose oldest commit seems to have changed everything.
    """
    here = ("-C", os.fspath(top))
    shallow = git(*here, "rev-parse", "--is-shallow-repository").strip() == b"true"
    status, blob = run(*here, "cat-file", "blob", f"HEAD:{path}", ok=(0, 128))
    if status or ends_as_lf(blob) != ends_as_lf(data):
        return None
    if shallow:
        raise StopgapError("the clone is shallow: it does not hold the commit that changed the file")
    words = git(*here, "rev-list", "-1", "--format=%at", "HEAD", "--", path).split()
    return int(words[-1]) if words and words[-1].isdigit() else None


def ends_as_lf(data: bytes) -> bytes:
    """Line ends as git stores them: a checkout may give a file others (core.autocrlf)."""
    return data.replace(b"\r\n", b"\n")
