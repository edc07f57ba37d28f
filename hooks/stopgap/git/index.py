"""What the index holds, and how the work tree differs from it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..model import StopgapError
from .process import git, path_of, zsplit

RECORD = re.compile(r"([0-7]{6}) ([0-9a-f]{40,64}) ([0-3])\t([^\0]+)\0")  # git-ls-files(1), --stage and -z


class Entry(NamedTuple):
    """One file of the index: its mode, its blob's name and its path from the root."""

    mode: str
    name: str
    path: str


def entries(path: str = "") -> list[Entry]:
    """The index, or what it holds at a path or below it."""
    listed = git("ls-files", "-s", "-z", "--full-name", *at_root(path)).decode("utf-8", "surrogateescape")
    # of a conflict, our side: the work tree's file is read for both
    return [Entry(mode, blob, name) for mode, blob, stage, name in RECORD.findall(listed) if stage in "02"]


def untracked(path: str = "") -> list[str]:
    """Files that git does not track and does not ignore: what `git add` would take."""
    return zsplit(git("ls-files", "-o", "--exclude-standard", "-z", "--full-name", *at_root(path)))


def modified() -> list[Entry]:
    """Tracked files whose work tree differs from the index, with the blob that the index has; deleted ones left out.

    A file of `git add -N` has none: its name is noughts.

    Without filter drivers: git would run a `clean` filter, a program that the repository's attributes choose, to compare.
    """
    out = git(*without_filters(), "diff-files", "-z", "--raw", "--diff-filter=AMT", "--ignore-submodules=all", "--no-ext-diff")
    parts = out.split(b"\0")
    found = []
    for facts, name in zip(parts[::2], parts[1::2], strict=False):
        _, mode, blob, _, _ = facts.decode("ascii").lstrip(":").split(" ")
        found.append(Entry(mode, blob, path_of(name)))
    return found


def without_filters() -> list[str]:
    """Options that make every configured filter driver empty (gitattributes(5): an empty command is no filter)."""
    names = git("config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$", ok=(0, 1))
    options = []
    for key in zsplit(names):
        if "=" in key:  # `-c` would split it in the wrong place
            raise StopgapError(f"the filter driver of {key!r} cannot be switched off, and git would run it: rename it")
        options += ["-c", f"{key}=false" if key.endswith(".required") else f"{key}="]
    return options


def at_root(path: str) -> tuple[str, ...]:
    """The arguments that limit a listing to a path; literal, whatever characters it has."""
    return ("--", path) if path else ()
