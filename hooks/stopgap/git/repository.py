"""What kind of repository this is, asked of git once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from ..model import StopgapError
from .process import failure, path_of, run, start

MEND_GIT_DIR = "GIT_DIR is set: go to that repository's work tree, and unset GIT_DIR and GIT_WORK_TREE"


class Repository(NamedTuple):
    """`top` is the work tree's root and `prefix` the current folder below it ("" or "a/b/"). `head` is "" before the first commit.

    `bare`: there is no work tree and no index, and `top` is the git directory.
    """

    top: Path
    git_dir: Path
    prefix: str
    shallow: bool
    head: str
    bare: bool = False

    def empty_tree(self) -> str:
        """The object name of the tree without entries, in this repository's hash (gitglossary(7), "empty tree")."""
        return run("hash-object", "-t", "tree", "--stdin", stdin=b"")[1].decode("ascii").strip()

    def base(self) -> str:
        """What a first parent would be: HEAD, or the empty tree before the first commit."""
        return self.head or self.empty_tree()

    def parents(self) -> tuple[str, ...]:
        """The commits that the next commit will have as parents; more than one while a merge is being made."""
        return (self.base(), *self.merge_heads())

    def merge_heads(self) -> tuple[str, ...]:
        """The commits being merged in.

        git-merge(1) writes MERGE_HEAD only after the pre-merge-commit hook has run; until then it names them in
        environment variables GITHEAD_<object name>.
        """
        try:
            found = (self.git_dir / "MERGE_HEAD").read_text("ascii").split()
        except FileNotFoundError:
            found = [name.removeprefix("GITHEAD_") for name in os.environ if name.startswith("GITHEAD_")]
        except (OSError, UnicodeDecodeError) as error:
            raise StopgapError("cannot read MERGE_HEAD: the state of the merge is not known") from error
        return tuple(sorted(name for name in found if is_object_name(name)))


def is_object_name(word: str) -> bool:
    """A full object name, of SHA-1 or SHA-256."""
    return len(word) in (40, 64) and all(char in "0123456789abcdef" for char in word)


def open_repository() -> Repository:
    """The repository of the current folder, whose root is the current folder from then on: git's listings are relative to it.

    Raises StopgapError outside of a repository, in a bare one, and where HEAD is broken.
    """
    # the questions first, then the two answers that a newline in a folder's name could spread over lines
    argv = (
        "rev-parse",
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--is-shallow-repository",
        "--show-cdup",
        "--absolute-git-dir",
        "HEAD",
    )
    process = start(*argv)
    out, err = process.communicate()
    lines = out.split(b"\n")
    if process.returncode not in (0, 128) or len(lines) < 5:
        if b"must be run in a work tree" in err or lines[:1] == [b"true"]:
            raise StopgapError("this is a bare repository: there is no work tree to check")
        raise failure(argv, process.returncode, err)
    bare, inside, shallow, cdup = (line.decode("utf-8", "surrogateescape") for line in lines[:4])
    if bare == "true":
        raise StopgapError("this is a bare repository: there is no work tree to check")
    if inside != "true":
        mend = MEND_GIT_DIR if "GIT_DIR" in os.environ else "go to the folder that .git lies in"
        raise StopgapError(f"this folder is not in a work tree; {mend}")
    head = lines[-2].decode("ascii", "replace") if process.returncode == 0 else ""
    git_dir = Path(path_of(b"\n".join(lines[4:-2])))
    if not head:
        check_unborn(git_dir)
    here = Path.cwd()
    top = Path(os.path.normpath(here / cdup)) if cdup else here
    prefix = here.relative_to(top).as_posix()
    if top != here:
        go_to(top)
    return Repository(top, git_dir, "" if prefix == "." else f"{prefix}/", shallow == "true", head)


def open_history() -> Repository:
    """As open_repository, for what needs no work tree: a bare one is as good as any. Raises StopgapError outside of a repository."""
    status, out = run("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir", ok=(0, 128))
    bare, shallow, where = (*out.split(b"\n", 2), b"", b"")[:3]
    if status or bare != b"true":
        return open_repository()
    head = run("rev-parse", "--verify", "-q", "HEAD^0", ok=(0, 1, 128))[1].decode("ascii", "replace").strip()
    git_dir = Path(path_of(where.removesuffix(b"\n")))
    return Repository(git_dir, git_dir, "", shallow == b"true", head, bare=True)


def go_to(top: Path) -> None:
    """Makes the root the current folder. GIT_INDEX_FILE is relative to the root already (githooks(5)), these are not."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"):
        if name in os.environ:
            os.environ[name] = os.path.abspath(os.environ[name])
    os.chdir(top)


def check_unborn(git_dir: Path) -> None:
    """Raises StopgapError where HEAD names no commit although its branch exists: that is damage, not a first commit."""
    status, out = run("symbolic-ref", "-q", "HEAD", ok=(0, 1, 128))
    branch = out.decode("utf-8", "surrogateescape").strip()
    if status != 0:
        raise StopgapError("HEAD cannot be read: the repository is damaged (see git fsck)")
    where = path_of(run("rev-parse", "--git-path", branch)[1].removesuffix(b"\n"))
    if os.path.lexists(where):
        raise StopgapError(f"{branch} exists but names no commit: the repository is damaged (see git fsck)")
