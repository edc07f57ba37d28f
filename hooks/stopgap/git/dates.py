"""Since when: which commit first brought a file, and which one the line of an ignore file.

Dates are the author's, in UTC: a rebase gives commits a new committer date, but what they hold was written down, and often shared, before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from typing import NamedTuple

from ..model import StopgapError
from .process import bytes_of, git, path_of, zsplit

DIGITS = 10  # of a commit's name: what the reports print
ARGUMENTS = 24_000  # bytes of paths in one command: Windows allows 32767 characters in all


class Since(NamedTuple):
    """A commit, shortened, and its date."""

    day: date
    commit: str


def first_added(paths: Sequence[str]) -> dict[str, Since]:
    """The earliest commit, of all that HEAD reaches, that added each path; a path that no commit has is left out.

    Renames count as additions. One walk for all paths, as long as their names fit into a command line.
    """
    found: dict[str, Since] = {}
    for some in portions(paths):
        # --full-history: without it git follows one side of a merge that brought the same file twice
        commits = git("rev-list", "--full-history", "HEAD", "--", *some)
        options = ("-r", "-c", "--root", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--diff-filter=A")
        out = git("diff-tree", "--stdin", *options, "--raw", "-z", "--format=%H %at", "--", *some, stdin=commits)
        for path, since in additions(out):
            if path not in found or since.day < found[path].day:
                found[path] = since
    return found


def portions(paths: Iterable[str]) -> Iterator[list[str]]:
    """The paths in lists that a command line can hold."""
    some: list[str] = []
    size = 0
    for path in paths:
        if some and size + len(path) >= ARGUMENTS:
            yield some
            some, size = [], 0
        some.append(path)
        size += len(bytes_of(path)) + 1
    if some:
        yield some


def additions(out: bytes) -> Iterator[tuple[str, Since]]:
    """The paths in what diff-tree printed, each with its commit. A path always follows its `:` record, so it cannot pass for a header."""
    since, is_path = None, False
    for field in out.split(b"\0"):
        if is_path:
            assert since is not None
            yield path_of(field), since
            is_path = False
        elif field.lstrip(b"\n").startswith(b":"):
            is_path = True
        elif field.strip():
            commit, _, seconds = field.partition(b" ")
            since = Since(day_of(seconds), commit.decode("ascii")[:DIGITS])


def day_of(seconds: bytes) -> date:
    """The day, in UTC, of a commit's time. Raises StopgapError for one that no calendar has, or that a damaged commit lacks."""
    try:
        return datetime.fromtimestamp(int(seconds), timezone.utc).date()
    except (OverflowError, ValueError, OSError):
        raise StopgapError("a commit has an impossible date") from None


def committed(paths: Collection[str]) -> frozenset[str]:
    """Those of the paths that HEAD holds."""
    return frozenset(zsplit(git("ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *paths))) if paths else frozenset()


def lines_since(path: str) -> dict[bytes, Since]:
    """The lines of a file of HEAD, without white space at their ends, each with the commit that brought it; of equal lines the last."""
    # blame runs the repository's textconv programs unless told not to, and fails where blame.ignoreRevsFile names no file
    out = git("blame", "--line-porcelain", "--no-textconv", "--no-ignore-revs-file", "HEAD", "--", path)
    found: dict[bytes, Since] = {}
    commit, day = "", date.min
    for line in out.split(b"\n"):
        if line.startswith(b"\t"):
            found[line[1:].strip()] = Since(day, commit)
            commit = ""
        elif not commit:
            commit = line.split(b" ")[0].decode("ascii", "replace")[:DIGITS]
        elif line.startswith(b"author-time "):
            day = day_of(line.removeprefix(b"author-time "))
    return found
