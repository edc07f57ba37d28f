"""Everything from which history can be reached: refs, HEADs, stashes, and on request what only reflogs or nothing at all still hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from subprocess import DEVNULL
from typing import NamedTuple

from ..model import StopgapError
from .commits import resolve
from .process import failure, path_of, run, start
from .repository import is_object_name

REFLOG, UNREACHABLE = "(reflog)", "(unreachable)"
PUBLIC = ("refs/tags/", "refs/remotes/")  # what others could have seen: a tag is pushed, a remote branch was fetched or pushed
STASH = "refs/stash"
CHECK = "--batch-check=%(objectname) %(objecttype)"
BROKEN = "warning: ignoring broken ref "
LISTED = ("for-each-ref", "--format=%(objectname) %(refname)")


class Tip(NamedTuple):
    """A name, in full, and what it stands for: a commit, a tree or a file's content, as `kind` tells. One name may have several."""

    name: str
    object: str
    kind: str = "commit"


class Tips(NamedTuple):
    """`problems`: names that stand for nothing that is here."""

    tips: tuple[Tip, ...]
    problems: tuple[str, ...] = ()


def tips(head: str, *, reflog: bool = False, unreachable: bool = False) -> Tips:
    """All of them. `head`: the commit of this work tree, "" before the first. Raises StopgapError where git cannot list the refs."""
    refs, problems = listed()
    found = list(refs)
    if any(tip.name == STASH for tip in refs):  # the ref is the last stash, the others stand in its reflog only (git-stash(1))
        found += [Tip(STASH, name) for name in words(problems, "rev-list", "-g", STASH, "--")]
    held = {tip.object for tip in found}
    found += [tip for tip in heads(head, problems) if tip.object not in held]
    if reflog:
        found += [Tip(REFLOG, name) for name in words(problems, "rev-list", "--no-walk=unsorted", "--reflog")]
    if unreachable:
        found += [Tip(UNREACHABLE, name) for name in stored(problems)]
    kept, unheld = peeled(found)
    return Tips(tuple(kept), (*problems, *unheld))


def words(problems: list[str], *argv: str) -> list[str]:
    """What git lists; where it fails, as far as it comes, and a problem more."""
    # 129, its usage, is what it says of reflogs without an entry
    status, out = run(*argv, ok=(0, 128, 129))
    if status == 128:
        problems.append(f"git {' '.join(argv)} failed: what it would have listed is not here, or is damaged")
    return out.decode("ascii", "replace").split()


def named(names: Sequence[str]) -> tuple[Tip, ...]:
    """The commits that somebody asks for. Raises StopgapError for a name that git does not know here."""
    return tuple(Tip(name, resolve(name)) for name in names)


def listed() -> tuple[list[Tip], list[str]]:
    """The refs, and a line for each that is broken, which git leaves out with a warning."""
    process = start(*LISTED)
    out, err = process.communicate()
    if process.returncode:
        raise failure(LISTED, process.returncode, err)
    broken = [line.removeprefix(BROKEN) for line in path_of(err).splitlines() if line.startswith(BROKEN)]
    pairs = [line.partition(b" ") for line in out.splitlines()]
    return [Tip(path_of(name), oid.decode("ascii")) for oid, _, name in pairs], [f"{name} is broken: it names nothing" for name in broken]


def stored(problems: list[str]) -> Iterator[str]:
    """Every commit that the repository stores, reached or not: one line at a time, as there may be millions of other objects."""
    process = start("cat-file", "--batch-all-objects", "--unordered", CHECK, stderr=DEVNULL)
    assert process.stdout
    with process.stdout:
        yield from (line.split()[0].decode("ascii") for line in process.stdout if line.endswith(b" commit\n"))
    if process.wait():
        problems.append("git cat-file cannot list all objects: what it would have listed is not here, or is damaged")


def heads(head: str, problems: list[str]) -> Iterator[Tip]:
    """The HEADs of all work trees: a detached one holds commits that no ref has."""
    if head:
        yield Tip("HEAD", head)
    listing = words(problems, "worktree", "list", "--porcelain")
    for word, name in pairwise(listing):
        if word == "HEAD" and is_object_name(name) and name != head and set(name) != {"0"}:
            yield Tip("HEAD of another work tree", name)


def peeled(found: Sequence[Tip]) -> tuple[list[Tip], list[str]]:
    """The tips with what tags stand for; a line for each that is not here."""
    names = list(dict.fromkeys(tip.object for tip in found))
    asked = "".join(f"{name}^{{}}\n" for name in names).encode("ascii", "replace")
    answers = run("cat-file", CHECK, stdin=asked, ok=(0, 128))[1].decode("ascii", "replace").splitlines()
    if len(answers) > len(names):
        raise StopgapError("git cat-file answered more than it was asked")
    told = dict(zip(names, (answer.split(" ") for answer in answers), strict=False))
    kept: dict[Tip, None] = {}
    problems = []
    for tip in found:
        name, kind = (told.get(tip.object) or ["", "missing"])[:2]
        if kind in ("commit", "tree", "blob"):
            kept[Tip(tip.name, name, kind)] = None
        else:
            problems.append(f"{tip.name} names an object that is not here, or is damaged")
    return list(kept), list(dict.fromkeys(problems))
