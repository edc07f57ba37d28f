"""Commits as they are stored, each read by itself: for what git's own walk does not tell, or where it fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import StopgapError
from .blobs import Blobs

AUTHOR = re.compile(rb"(?m)^author [^\n]*> (-?[0-9]{1,30})(?: [^\n]*)?$")
COMMITTER = re.compile(rb"(?m)^committer [^\n]*> (-?[0-9]{1,30})(?: [^\n]*)?$")
PARENT = re.compile(rb"(?m)^parent ([0-9a-f]{40,64})$")


class Commit(NamedTuple):
    """One commit, by name."""

    name: str
    parents: tuple[str, ...]
    time: int


def carefully(roots: Iterable[str], ends: frozenset[str]) -> tuple[list[Commit], set[str]]:
    """The commits, parents first, each read by itself, and the names of those that cannot be. `ends`: a shallow clone's last commits."""
    known: dict[str, Commit] = {}
    lost: set[str] = set()
    waiting = list(roots)
    with Blobs() as blobs:
        while waiting:
            name = waiting.pop()
            if name in known or name in lost:
                continue
            data = content(blobs, name)
            if not data:
                lost.add(name)
                continue
            parents = () if name in ends else tuple(parent.decode("ascii") for parent in PARENT.findall(data.partition(b"\n\n")[0]))
            known[name] = Commit(name, parents, time_of(data))
            waiting += parents
    return list(in_order(known)), lost


def in_order(known: dict[str, Commit]) -> Iterator[Commit]:
    """Parents before children."""
    done: set[str] = set()
    for begin in known:
        waiting = [(begin, False)]
        while waiting:
            name, parents_done = waiting.pop()
            if name in done or name not in known:
                continue
            if parents_done:
                done.add(name)
                yield known[name]
            else:
                waiting.append((name, True))
                waiting += [(parent, False) for parent in known[name].parents]


def content(blobs: Blobs, name: str) -> bytes:
    """A commit as it is stored; b"" for one that cannot be read."""
    try:
        return blobs.read(name, kind="commit")
    except StopgapError:
        return b""


def time_of(data: bytes) -> int:
    """The author's time, or the committer's where the author has none; 0 where neither has."""
    head = data.partition(b"\n\n")[0]
    found = AUTHOR.search(head) or COMMITTER.search(head)
    return int(found[1]) if found else 0
