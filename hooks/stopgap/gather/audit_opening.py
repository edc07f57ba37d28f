"""The repository of an audit, and what to do where git does not open it."""

from __future__ import annotations

import os
import re
from shlex import quote

from ..git.repository import Repository, open_history
from ..model import StopgapError

OWNED = re.compile(r"dubious ownership in repository at '(?P<folder>.*)'")


def opened() -> Repository:
    """As git.repository.open_history does it. Raises StopgapError with what to do."""
    try:
        return open_history()
    except StopgapError as error:
        raise StopgapError(f"{error}{advice(str(error))}") from error


def advice(problem: str) -> str:
    """What to do about it; "" where that is not known."""
    if owned := OWNED.search(problem):
        return f"; where you trust that user: git config --global --add safe.directory {quote(owned['folder'])}"
    if "is not in a work tree" not in problem:
        return ""
    if "GIT_DIR" in os.environ:
        return "; GIT_DIR is set: go to that repository's work tree, and unset GIT_DIR and GIT_WORK_TREE"
    return "; go to the folder that .git lies in"
