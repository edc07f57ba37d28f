"""Changes the index for `stopgap untrack`. No file of the work tree is touched, and nothing is committed."""

from __future__ import annotations

from collections.abc import Sequence

from ..git.process import bytes_of, git


def stage(paths: Sequence[str]) -> None:
    """As `git add`, for files that were written: by path, not by pathspec, and whatever a person's own ignore rules say of them."""
    if paths:
        git("update-index", "--add", "-z", "--stdin", stdin=terminated(paths))


def remove(paths: Sequence[str]) -> None:
    """As `git rm --cached`, also of a file outside of a sparse checkout, and without a filter driver that compares the content first."""
    if paths:
        git("update-index", "--force-remove", "-z", "--stdin", stdin=terminated(paths))


def terminated(paths: Sequence[str]) -> bytes:
    """The paths as git reads them from standard input with -z."""
    return b"".join(bytes_of(path) + b"\0" for path in paths)
