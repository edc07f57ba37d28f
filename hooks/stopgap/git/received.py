"""What a push brings to a repository that has not taken it in yet: what git shows its pre-receive hook (githooks(5), git-receive-pack(1)).

The new objects lie in a quarantine, which git names in variables of the environment, and no ref leads to them: what the new tips reach and
no ref does is what the push brings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from ..model import StopgapError
from .blobs import Blobs
from .commits import Commits, listed, looked_up
from .diff import Change, Item, Upcoming, combined_records, merged, per_commit, reading
from .process import git, path_of, run, start
from .ranges import committed
from .repository import Repository, is_object_name

LONG = 4 << 20  # bytes of a file from which on git makes no patch of it: it takes some 80 bytes of memory a line for that
NULL = "0" * 40
KNOWN = ("--stdin", "--not", "--all")  # the tips on standard input, less what the refs reach; no ref leads into the quarantine
CHANGES = ("diff-tree", "--stdin", "-r", "--root", "--raw", "-z", "--full-index", "--no-renames")


class Update(NamedTuple):
    """A line of the hook's standard input: the ref's old and new object, all zeros for none."""

    old: str
    new: str
    ref: str

    @property
    def deletes(self) -> bool:
        return set(self.new) == {"0"}


class Object(NamedTuple):
    """What a name stands for, tags peeled off: "commit", "tree" or "blob"; "missing" where there is none. `tree`: a commit's, or itself."""

    name: str
    kind: str
    tree: str = ""


def open_receiving() -> Repository:
    """The repository that a push goes to: the current folder is its git directory, whether it is bare or not.

    Raises StopgapError outside of a repository.
    """
    out = git("rev-parse", "--is-shallow-repository", "--absolute-git-dir")
    shallow, _, where = out.partition(b"\n")
    head = run("rev-parse", "--verify", "-q", "HEAD^0", ok=(0, 1, 128))[1].decode("ascii", "replace").strip()
    git_dir = Path(path_of(where.removesuffix(b"\n")))
    return Repository(git_dir, git_dir, "", shallow == b"true", head, bare=True)


def updates(data: bytes) -> list[Update]:
    """What stands on the hook's standard input. Raises StopgapError for anything that git does not write there."""
    found = []
    for line in data.removesuffix(b"\n").split(b"\n") if data else ():
        old, _, rest = path_of(line).partition(" ")
        new, _, ref = rest.partition(" ")
        if not (is_object_name(old) and is_object_name(new) and ref) or len(old) != len(new):
            raise StopgapError("standard input is not what git gives a pre-receive hook: `old new ref` a line")
        found.append(Update(old, new, ref))
    if not found:
        raise StopgapError("standard input is empty: git gives a pre-receive hook `old new ref` there, a line each")
    return found


def peeled(names: Collection[str]) -> dict[str, Object]:
    """What the names stand for."""
    wanted = [name for name in dict.fromkeys(names) if set(name) != {"0"}]
    found = dict(zip(wanted, looked_up([f"{name}^{{}}" for name in wanted]), strict=True))
    commits = [name for name, (_, kind) in found.items() if kind == "commit"]
    trees = dict(zip(commits, looked_up([f"{name}^{{tree}}" for name in commits]), strict=True))
    return {
        name: Object(its, kind, trees[name][0] if name in trees else its if kind == "tree" else "") for name, (its, kind) in found.items()
    }


def brought(repository: Repository, tips: Collection[str]) -> Commits:
    """The commits that the tips reach and no ref does. Raises StopgapError where some of them are not here."""
    return listed(repository, KNOWN, stdin=lines_of(tips))


def lines_of(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode("ascii")


def items(commits: Commits, tips: Collection[str], git_dir: Path, cores: int = 1) -> Iterator[Item]:
    """What the commits bring, as ranges.committed and diff.merged tell it; what touches a long file comes as changes without a patch."""
    long = long_blobs(tips) if commits else frozenset()
    heavy = touching(commits.plain, long) if long else frozenset()
    plain = [name for name in commits.plain if name not in heavy]
    if plain:
        yield from committed(plain, git_dir, cores)
    for name, stream in per_commit(CHANGES, sorted(heavy)) if heavy else ():
        for change in combined_records(stream, name):
            yield Upcoming((change.path,))
            yield change._replace(old=change.old * 2)  # as of a merge: the lines that no old side has
    if commits.merges:
        yield from merged(commits.merges)


def long_blobs(tips: Collection[str]) -> frozenset[str]:
    """The contents of LONG bytes or more among what the tips reach and no ref does: git marks what a filter leaves out with a `~`."""
    argv = ("rev-list", "--objects", "--no-object-names", f"--filter=blob:limit={LONG}", "--filter-print-omitted", *KNOWN, "--")
    with TemporaryFile() as names:
        names.write(lines_of(tips))
        names.seek(0)
        process = start(*argv, stdin=names)
        with reading(process, argv):
            assert process.stdout is not None
            return frozenset(line[1:].strip().decode("ascii") for line in process.stdout if line.startswith(b"~"))


def touching(commits: Collection[str], blobs: Collection[str]) -> frozenset[str]:
    """Those of the commits, none of them a merge, that have one of the blobs on either side."""
    return frozenset(
        name
        for name, stream in per_commit(CHANGES, tuple(commits))
        for change in list(combined_records(stream, name))
        if change.new in blobs or change.old[0] in blobs
    )


def messages(commits: Iterable[str], tags: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The messages of commits and of tags, and of what the tags tag if these are tags too, each with the name of its object.

    Raises StopgapError for one that is not here, or of LONG bytes or more.
    """
    with Blobs() as blobs:
        for name in commits:
            yield name, body(blobs.read(name, LONG, "commit"), name)
        for name in tags:
            kind = "tag"
            while kind == "tag":
                data = blobs.read(name, LONG, "tag")
                yield name, body(data, name)
                name, kind = (line.rpartition(b" ")[2].decode("ascii", "replace") for line in data.split(b"\n", 2)[:2])


def body(data: bytes, name: str) -> bytes:
    """What stands below the head of a commit or a tag. Raises StopgapError for one that was cut."""
    if len(data) >= LONG:
        raise StopgapError(f"the message of {name[:10]} is larger than {LONG >> 20} MiB")
    return data.partition(b"\n\n")[2]


def files_of(tree: str) -> Iterator[Item]:
    """All files of a tree that a ref names, each as one that was added."""
    argv = ("ls-tree", "-r", "-z", "--full-tree", tree)
    with reading(start(*argv), argv) as stream:
        while record := stream.until(b"\0"):
            facts, _, path = record.partition(b"\t")
            mode, _, name = facts.decode("ascii", "replace").split(" ")
            yield added(path_of(path), name, mode)


def added(path: str, blob: str, mode: str = "100644") -> Change:
    """A file that is new, and of which every line counts."""
    return Change("A", path, "", mode, (NULL, NULL), blob)
