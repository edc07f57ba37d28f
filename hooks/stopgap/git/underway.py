"""What a repository is in the middle of, and which commits hold a path: what must be known before the index is changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ..model import StopgapError
from .index import Entry
from .process import bytes_of, git, path_of

# Files of the git directory that exist while an operation waits to be gone on with (git's own `wt-status.c` looks for these).
SIGNS = (
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase or `git am`"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or revert of several commits"),
    ("BISECT_LOG", "a bisection"),
)
BLOB = re.compile(rb"[0-9a-f]{40,64} blob [0-9]+")  # any other answer repeats the question
BRANCHES = 200  # branches that are asked about a path


def check_quiet(git_dir: Path) -> None:
    """Raises StopgapError in the middle of an operation, with conflicts in the index, and while another git writes it."""
    for name, what in SIGNS:
        if os.path.lexists(git_dir / name):
            raise StopgapError(f"in the middle of {what}: finish or abort it first (git status says how); nothing was changed")
    if git("ls-files", "-u", "-z"):
        raise StopgapError("the index holds conflicts: resolve them first (git status names them); nothing was changed")
    if os.path.lexists(git_dir / "index.lock"):
        raise StopgapError("another git is at work here (index.lock): wait until it is done; nothing was changed")


def entries_of(commit: str) -> dict[str, Entry]:
    """The files of a commit by path; none for "", which is before the first."""
    found = {}
    for record in git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0") if commit else ():
        facts, _, path = record.partition(b"\t")
        if path:
            mode, _, blob = facts.decode("ascii").split(" ")
            found[path_of(path)] = Entry(mode, blob, path_of(path))
    return found


def is_in_history(path: str) -> bool:
    """Whether any commit that a ref reaches touched the path."""
    return git("rev-list", "-1", "--all", "--", path) != b""


def branches_with(paths: Iterable[str], without: str) -> tuple[str, ...]:
    """The branches, local and remote ones, whose last commit still holds one of the paths; `without` is the current one's full name."""
    listed = git("for-each-ref", "--format=%(refname)", f"--count={BRANCHES}", "refs/heads", "refs/remotes").split()
    names = [path_of(name) for name in listed if path_of(name) != without and not name.endswith(b"/HEAD")]
    asked = [(name, path) for name in names for path in paths if "\n" not in path]
    if not asked:
        return ()
    answers = git("cat-file", "--batch-check", stdin=b"".join(bytes_of(f"{name}:{path}") + b"\n" for name, path in asked)).split(b"\n")
    held = [name for (name, _), answer in zip(asked, answers, strict=False) if BLOB.fullmatch(answer)]
    return tuple(dict.fromkeys(name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for name in held))


def current_branch() -> str:
    """The current branch's full name; "" for a detached HEAD."""
    return path_of(git("symbolic-ref", "-q", "HEAD", ok=(0, 1)).rstrip(b"\n"))


def staged(base: str) -> frozenset[str]:
    """The paths whose index differs from a commit or tree."""
    return frozenset(
        path_of(path) for path in git("diff-index", "--cached", "--name-only", "-z", "--no-renames", base).split(b"\0") if path
    )


def overlooked(path: str) -> bool:
    """Whether git was told to overlook what lies in the work tree: a sparse checkout, skip-worktree, assume-unchanged."""
    tags = [record[:1] for record in git("ls-files", "-v", "-z", "--", path).split(b"\0") if record]
    return any(tag == b"S" or tag.islower() for tag in tags)


def is_filtered(path: str) -> bool:
    """Whether an attribute makes git run a filter driver, a program, when the file is staged (gitattributes(5))."""
    answer = git("check-attr", "-z", "filter", "--", path).split(b"\0")
    return answer[2:3] not in ([b"unspecified"], [b"unset"])
