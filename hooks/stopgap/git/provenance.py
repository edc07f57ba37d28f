"""Which commit first brought a content, under whatever name: asked only for the few contents that somebody has found something in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from ..model import StopgapError
from .dates import DIGITS, day_of
from .process import path_of, start
from .stream import Stream


class Brought(NamedTuple):
    """A commit, shortened, its author's day in UTC, and the path that the content has in it. `when`: the same in seconds since 1970."""

    path: str
    commit: str
    day: date
    when: int


def first_brought(names: Collection[str]) -> dict[str, Brought]:
    """By the names of contents the earliest commit, by its author's date, that brought each; one that no commit has is left out."""
    found: dict[str, Brought] = {}
    for name, one in brought(names):
        if name not in found or one.when < found[name].when:
            found[name] = one
    return found


def brought(names: Collection[str]) -> Iterator[tuple[str, Brought]]:
    """Each change that makes a file one of these contents, in all commits that a ref reaches; of a merge what neither parent has."""
    wanted = {name.encode("ascii") for name in names}
    # oldest first, so that of commits of one second the first that is met is the first that was made
    commits = start("rev-list", "--all", "--reverse", "--topo-order")
    options = (
        "-r",
        "-c",
        "--root",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "--raw",
        "-z",
        "--no-abbrev",
    )
    assert commits.stdout
    process = start("diff-tree", "--stdin", *options, "--format=%H %at", stdin=commits.stdout)
    assert process.stdout
    try:
        yield from records(Stream(process.stdout), wanted)
    finally:
        for one in (commits, process):
            one.kill()
            one.communicate()


def records(stream: Stream, wanted: Collection[bytes]) -> Iterator[tuple[str, Brought]]:
    """The records of diff-tree's raw format with a wanted content: `:` once for each parent, modes, names, status; then the path."""
    commit, day, when = "", date.min, 0
    while stream.peek():
        head = stream.until(b"\0").lstrip(b"\n")
        if head.startswith(b":"):
            path = stream.until(b"\0")
            parts = head.split(b" ")
            parents = len(parts[0]) - len(parts[0].lstrip(b":"))
            if len(parts) != 2 * parents + 3:
                raise StopgapError("git diff-tree answered with a record that is none")
            if (name := parts[2 * parents + 1]) in wanted:
                yield name.decode("ascii"), Brought(path_of(path), commit[:DIGITS], day, when)
        elif head:
            who, _, seconds = head.partition(b" ")
            commit, day, when = who.decode("ascii"), day_of(seconds), int(seconds)
