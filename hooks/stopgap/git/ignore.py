"""Which rule of which ignore file decides on a path, by git's own matching, for a state of the ignore files that we choose.

git reads the work tree's `.gitignore` files, and the person's own rules beside them. What teammates get is what the index holds. So the
files in question are laid out in a temporary folder with an empty repository of its own, and git is asked there: nothing is written to
the repository, and neither a sparse checkout nor a symbolic link in the work tree can get in the way.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..model import StopgapError
from .blobs import Blobs
from .index import Entry
from .process import bytes_of, git, path_of, zsplit

NAME = ".gitignore"
LIMIT = 10 << 20  # no ignore file that a person wrote is larger
# The dotenv names in a folder that is not ignored, and ignore files that ignore themselves, are listed although a rule ignores them.
LISTED = ("!.env*", "!*.env", "!.flaskenv", "!.dev.vars*", "!" + NAME)
EMPTY_REPOSITORY = {"HEAD": "ref: refs/heads/none\n", "config": "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"}


class Rule(NamedTuple):
    """The line of an ignore file that decides on a path. `source` is relative to the root for a `.gitignore`, else as git names it."""

    source: str
    line: int
    pattern: str

    @property
    def negated(self) -> bool:
        """Whether the rule lets the path in again."""
        return self.pattern.startswith("!")


class IgnoreFiles(NamedTuple):
    """The content of the `.gitignore` files, by path: as everybody gets them, and as they lie here. `untracked` are here only."""

    shared: dict[str, bytes]
    here: dict[str, bytes]
    untracked: frozenset[str]


def untracked(*, ignoring: bool = True) -> list[str]:
    """Files that git does not track and no `.gitignore` of the work tree ignores, plus dotenv and ignore files outside of ignored folders.

    A person's own rules do not count. With `ignoring=False` everything that git does not track.
    """
    options = [f"--exclude-per-directory={NAME}", *(option for pattern in LISTED for option in ("-x", pattern))] if ignoring else []
    return [path for path in zsplit(git("ls-files", "-o", "-z", *options)) if not path.endswith("/")]


def files_in(top: Path) -> list[str]:
    """All files of the work tree, tracked or not, for where the index cannot be read; what lies in nested repositories is left out.

    Raises StopgapError where there is no room for temporary files.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="stopgap-") as folder:
            lay_out(Path(folder, "git"), Path(folder, "tree"), {})
            listed = zsplit(git("-C", str(top), f"--git-dir={Path(folder, 'git')}", f"--work-tree={top}", "ls-files", "-o", "-z"))
    except OSError as error:
        raise StopgapError(f"cannot write temporary files: {error.strerror}") from error
    return [path for path in listed if not path.endswith("/")]


def ignore_files(top: Path, entries: Iterable[Entry], others: Iterable[str]) -> IgnoreFiles:
    """The `.gitignore` files of the index and of the work tree below `top`; `others` are untracked files."""
    shared, here = {}, {}
    with Blobs() as blobs:
        for entry in entries:
            if not is_ignore_file(entry.path):
                continue
            lying = read(top, entry.path)
            if lying is not None:
                here[entry.path] = lying
            if entry.mode.startswith("100"):  # git does not follow an ignore file that is a link (gitignore(5))
                same = lying is not None and is_blob(lying, entry.name)
                shared[entry.path] = lying if lying is not None and same else bounded(blobs.read(entry.name, LIMIT + 1), entry.path)
    alone = set()
    for path in filter(is_ignore_file, others):
        lying = read(top, path)
        if lying is not None:
            here[path] = lying
            # tools that make a folder of their own put such a file into it: whoever has the folder has the file
            if "/" in path and hides_itself(lying):
                shared[path] = lying
            else:
                alone.add(path)
    return IgnoreFiles(shared, here, frozenset(alone))


def is_ignore_file(path: str) -> bool:
    return path == NAME or path.endswith("/" + NAME)


def hides_itself(data: bytes) -> bool:
    """`*` and nothing else: the folder and this file in it are ignored."""
    lines = [line.strip() for line in data.splitlines()]
    return [line for line in lines if line and not line.startswith(b"#")] == [b"*"]


def is_blob(data: bytes, name: str) -> bool:
    """Whether `data`, without any conversion, is the blob of that name (SHA-1 or SHA-256 by its length)."""
    make = hashlib.sha256 if len(name) == 64 else hashlib.sha1
    return make(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == name


def read(top: Path, path: str) -> bytes | None:
    """A file of the work tree; None where there is none, or what lies there is a link or no file."""
    where = top / os.fsdecode(bytes_of(path))
    try:
        if where.is_symlink() or not where.is_file():
            return None
        with where.open("rb") as file:
            return bounded(file.read(LIMIT + 1), path)
    except OSError as error:
        raise StopgapError(f"cannot read {path}: {error.strerror}") from error


def bounded(data: bytes, path: str) -> bytes:
    """Raises StopgapError for an ignore file that is too large to be one."""
    if len(data) > LIMIT:
        raise StopgapError(f"{path} is larger than {LIMIT >> 20} MiB: not read")
    return data


def decide(files: Mapping[str, bytes], paths: Iterable[str], git_dir: Path | None = None) -> dict[str, Rule]:
    """The rule that decides on each path, for those that any rule of `files` concerns.

    With `git_dir` that repository's `info/exclude`, the person's `core.excludesFile` and `core.ignoreCase` count as well.
    Raises StopgapError where there is no room for temporary files.
    """
    # check-ignore takes paths, and refuses the setting that makes pathspecs literal; `./` keeps a leading colon from being magic
    asked = b"".join(b"./" + bytes_of(path) + b"\0" for path in paths)
    if not asked:
        return {}
    try:
        with tempfile.TemporaryDirectory(prefix="stopgap-") as folder:
            own, tree = Path(folder, "git"), Path(folder, "tree")
            lay_out(own, tree, files)
            where = ("-C", str(tree), "--no-literal-pathspecs", f"--git-dir={git_dir or own}", f"--work-tree={tree}")
            settings = () if git_dir else ("-c", f"core.excludesFile={os.devnull}")
            return parse(git(*where, *settings, "check-ignore", "--no-index", "-v", "-z", "--stdin", stdin=asked, ok=(0, 1)))
    except OSError as error:
        raise StopgapError(f"cannot write temporary files: {error.strerror}") from error


def lay_out(own: Path, tree: Path, files: Mapping[str, bytes]) -> None:
    """Writes an empty repository to `own` and the ignore files to `tree`."""
    for name in ("objects", "refs"):
        (own / name).mkdir(parents=True)
    for name, text in EMPTY_REPOSITORY.items():
        (own / name).write_text(text, "ascii")
    tree.mkdir()
    for path, data in files.items():
        if not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise StopgapError("the index holds an impossible path: it is damaged")
        target = tree / os.fsdecode(bytes_of(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def parse(out: bytes) -> dict[str, Rule]:
    """The four fields a path that `check-ignore -v -z` prints (git-check-ignore(1))."""
    fields = out.split(b"\0")
    return {
        path_of(path.removeprefix(b"./")): Rule(path_of(source), int(line), path_of(pattern))
        for source, line, pattern, path in zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    }
