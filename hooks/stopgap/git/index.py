"""What the index holds, and how the work tree differs from it."""

from __future__ import annotations

from typing import NamedTuple

from ..model import StopgapError
from .process import failure, git, path_of, run, start, zsplit

OURS, SIDES = "02", "023"  # stages: of a conflict 1 is what both sides come from, 2 ours and 3 theirs (git-ls-files(1), --unmerged)
SUBMODULE, LINK = "160000", "120000"  # modes (git-ls-files(1) shows them; git's own index format names them)
MOST_ASKED = 200  # paths that git is given at once: a command line has a bound


class Entry(NamedTuple):
    """One file of the index: its mode, its blob's name and its path from the root."""

    mode: str
    name: str
    path: str


def entries(path: str = "") -> list[Entry]:
    """The index, or what it holds at a path or below it."""
    return entries_of(listing(path))


def listing(path: str = "") -> bytes:
    """The same as git prints it, with a NUL behind each entry."""
    return git("ls-files", "-s", "-z", "--full-name", *at_root(path))


def entries_of(listed: bytes, stages: str = OURS) -> list[Entry]:
    """A listing's entries of some stages: of a conflict our side, as the work tree's file is read for both."""
    found = []
    for record in zsplit(listed):
        facts, _, name = record.partition("\t")  # `mode blob stage`, git-ls-files(1), --stage and -z
        mode, blob, stage = facts.split(" ")
        if stage in stages:
            found.append(Entry(mode, blob, name))
    return found


class Others:
    """What git does not track at a path and below it, ignored or not; a folder without a tracked file is one name that ends with `/`.

    Git looks while we do other things.
    """

    def __init__(self, path: str = "") -> None:
        self._path = path
        self._argv = ("ls-files", "-o", "--directory", "-z", "--full-name", *at_root(path))
        self._process = start(*self._argv)
        self._paths: list[str] | None = None

    def paths(self) -> list[str]:
        """All of it. Raises StopgapError where git failed."""
        if self._paths is None:
            out, err = self._process.communicate()
            if self._process.returncode:
                raise failure(self._argv, self._process.returncode, err)
            self._paths = zsplit(out)
        return self._paths

    def untracked(self) -> list[str]:
        """What of it git does not ignore, file by file."""
        found = self.paths()
        return untracked(*(found if len(found) <= MOST_ASKED else (self._path,))) if found else []


def untracked(*paths: str) -> list[str]:
    """Files that git does not track and does not ignore, at these paths and below them: what `git add` would take."""
    return zsplit(git("ls-files", "-o", "--exclude-standard", "-z", "--full-name", *at_root(*paths)))


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


def differs(there: Entry, kept: Entry) -> bool:
    """Whether what `modified` found is other than what the index holds: for git a new time is enough (git-diff-files(1)).

    A link, and a file that cannot be read, differs.
    """
    if there.mode != kept.mode or there.mode == LINK:
        return True
    _, name = run(*without_filters(), "hash-object", "--", there.path, ok=(0, 128))
    return name.rstrip(b"\n") != kept.name.encode("ascii")


def without_filters() -> list[str]:
    """Options that make every configured filter driver empty (gitattributes(5): an empty command is no filter)."""
    names = git("config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$", ok=(0, 1))
    options = []
    for key in zsplit(names):
        if "=" in key:  # `-c` would split it in the wrong place
            raise StopgapError(f"the filter driver of {key!r} cannot be switched off, and git would run it: rename it")
        options += ["-c", f"{key}=false" if key.endswith(".required") else f"{key}="]
    return options


def at_root(*paths: str) -> tuple[str, ...]:
    """The arguments that limit a listing to these paths; literal, whatever characters they have."""
    return ("--", *paths) if any(paths) else ()
