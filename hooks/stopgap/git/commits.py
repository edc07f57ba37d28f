"""Which commits a range or a push stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..model import StopgapError
from .process import git, path_of, run, start
from .repository import Repository, is_object_name

COMPLETE = "fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0)"


class Commits(NamedTuple):
    """Names of commits, oldest first: those with at most one parent, and the merges."""

    plain: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.plain) + len(self.merges)


class Update(NamedTuple):
    """One line of a pre-push hook's standard input (githooks(5)): what goes where."""

    local_ref: str
    local: str
    remote_ref: str
    remote: str


def between(repository: Repository, old: str, new: str) -> Commits:
    """The commits that `new` reaches and `old` does not. Raises StopgapError for an unknown or an incomplete range."""
    return listed(repository, [resolve(new), "^" + resolve(old)])


def pushed(repository: Repository, tips: Sequence[str], remote: str, known: Sequence[str] = ()) -> Commits:
    """The commits that `tips` reach and the remote does not have, as far as this clone knows.

    `remote` is the remote's name; "" (a push by URL) excludes what any known remote has. `known` are commits that the remote told it has.
    """
    words = [*resolved(tips), *("^" + name for name in fetched(known))]
    asked = "".join(f"{word}\n" for word in words).encode("ascii")  # a push may name more refs than a command line holds
    return listed(repository, ["--stdin", "--not", f"--remotes={remote}" if remote else "--remotes"], asked)


def elsewhere(repository: Repository, tips: Sequence[str], remote: str) -> Commits:
    """New commits on other local branches and tags, which the same push may send without saying so."""
    reached = ["^" + resolve(tip) for tip in tips]
    return listed(repository, ["--branches", "--tags", *reached, "--not", f"--remotes={remote}" if remote else "--remotes"])


def listed(repository: Repository, words: Sequence[str], stdin: bytes | None = None) -> Commits:
    """The commits of a `rev-list`. Raises StopgapError where the history ends early in them: a shallow clone cannot know the rest."""
    out = git("rev-list", "--parents", "--topo-order", "--reverse", *words, "--", stdin=stdin).decode("ascii")
    ends = boundary() if repository.shallow else frozenset()
    plain: list[str] = []
    merges: list[str] = []
    for line in out.splitlines():
        name, *parents = line.split(" ")
        if name in ends:
            raise StopgapError(f"the history of these commits is not all here (a shallow clone); {COMPLETE}")
        (merges if len(parents) > 1 else plain).append(name)
    return Commits(tuple(plain), tuple(merges))


def boundary() -> frozenset[str]:
    """The commits whose parents a shallow clone left out."""
    where = path_of(git("rev-parse", "--git-path", "shallow").removesuffix(b"\n"))
    try:
        return frozenset(Path(where).read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise StopgapError(f"cannot read {where}: {error.strerror}") from error


def resolve(name: str) -> str:
    """The commit that a name stands for. Raises StopgapError for a name that git does not know here."""
    if name.startswith(("-", "^")):
        raise StopgapError(unknown(name))
    process = start("rev-parse", "--verify", f"{name}^{{commit}}")
    out, err = process.communicate()
    if process.returncode != 0:
        raise StopgapError(unknown(name))
    if b" is ambiguous" in err:
        raise StopgapError(f"{name!r} is both a branch and a tag here: give refs/heads/..., refs/remotes/... or refs/tags/... in full")
    return out.decode("ascii").split()[-1]


def unknown(name: str) -> str:
    """What to say of a name that stands for no commit."""
    if ".." in name:  # no ref has that in its name (git-check-ref-format(1))
        return f"{name!r} is a range, and one commit is asked for"
    where = f"no commit {name!r} in this clone"
    if run("rev-parse", "--is-shallow-repository", ok=(0, 128))[1].strip() == b"true":
        return f"{where}; if the name is right, {COMPLETE}"
    return f"{where}: git branch --all and git tag list the names, git fetch gets new ones"


def resolved(names: Sequence[str]) -> list[str]:
    """As resolve does it, and object names all at once."""
    full = [name for name in dict.fromkeys(names) if is_object_name(name)]
    found = dict(zip(full, looked_up([f"{name}^{{commit}}" for name in full]), strict=True))
    return [found[name][0] if name in found and found[name][1] == "commit" else resolve(name) for name in names]


def fetched(names: Sequence[str]) -> list[str]:
    """Those of the commits that this clone has: what a remote holds need not have been fetched."""
    full = [name for name in names if is_object_name(name)]
    known = [name for name, kind in looked_up([f"{name}^{{commit}}" for name in full]) if kind == "commit"]
    return [*known, *(name for name in names if name not in full and exists(name))]


def exists(name: str) -> bool:
    """Whether this clone has the commit."""
    return run("cat-file", "-e", f"{name}^{{commit}}", ok=(0, 1, 128))[0] == 0


def looked_up(words: Sequence[str]) -> list[tuple[str, str]]:
    """Name and kind of the object that each expression stands for, in one question; the kind is "missing" where there is none."""
    if not words:
        return []
    question = "".join(f"{word}\n" for word in words).encode("ascii")
    lines = git("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=question).decode("ascii", "replace").splitlines()
    return [(name, kind) for line in lines for name, _, kind in [line.rpartition(" ")]]
