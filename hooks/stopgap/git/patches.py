"""What the commits of a history add, one after the other. Where git ends at a damaged object it is named, and another git goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..model import Fragment, StopgapError
from .diff import PATCH, Change, Upcoming, combined_records, per_commit, section
from .stream import Stream

# a file under a new name counts whole, as its name says how it is read; --always: what has no change is named too, so that none is missing
ADDED = ("diff-tree", "--stdin", "-r", "--root", "--always", *PATCH, "--no-renames")
MERGED = ("diff-tree", "--stdin", "-r", "-c", "--always", "--raw", "-z", "--full-index", "--no-renames", "--ignore-submodules=dirty")


class Begun(NamedTuple):
    """What comes next is of this commit."""

    commit: str


class Lost(NamedTuple):
    """Of this commit git may not have told everything: it is to be read by itself."""

    commit: str


Item = Begun | Lost | Change | Fragment
Reader = Callable[[Stream, str], Iterator["Change | Fragment"]]


def added(commits: Sequence[str], git_dir: Path) -> Iterator[Item]:
    """What each of these commits, none of them a merge, adds to its parent: each Change leads the Fragments with its lines.

    git reads a file of the work tree where that seems to be the content that it wants, so it is told of a work tree without files.
    """
    nowhere = ("-C", str(git_dir), f"--git-dir={git_dir}", f"--work-tree={git_dir}")
    return told((*nowhere, *ADDED), commits, patches)


def merged(commits: Sequence[str], _git_dir: Path) -> Iterator[Item]:
    """The Changes of merges that no parent has: content that only the merge brought."""
    return told(MERGED, commits, combined_records)


def patches(stream: Stream, commit: str) -> Iterator[Change | Fragment]:
    return (item for item in section(stream, commit) if not isinstance(item, Upcoming))


def told(argv: tuple[str, ...], commits: Sequence[str], read: Reader) -> Iterator[Item]:
    """The answers of one git after the other, each going on behind what the one before ended at."""
    at = 0
    while at < len(commits):
        first = at
        try:
            for commit, stream in per_commit(argv, commits[first:]):
                if at == len(commits) or commit != commits[at]:
                    raise StopgapError("git diff-tree answered out of order")
                at += 1
                yield Begun(commit)
                yield from read(stream, commit)
            if at < len(commits):
                raise StopgapError("git diff-tree ended early")
        except StopgapError:
            # it ended in the middle of the last one, or before it named the next
            yield from (Lost(commit) for commit in commits[max(first, at - 1) : at + 1])
            at += 1
