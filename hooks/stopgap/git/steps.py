"""What each commit's tree has that its first parent's has not, at the paths that are wanted: together the tree of every commit.

A merge is compared with its first parent too, and then with all of them, which tells what only it brought. Where git ends at a tree that is
damaged or not here, that commit is read by itself, as far as it goes, and git goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from .answers import answers
from .blobs import Blobs
from .diff import Change, combined_records, records
from .index import SUBMODULE
from .stream import Stream
from .trees import Entry, Listed, Trees
from .walk import Graph

RAW = ("-r", "--root", "--always", "--raw", "-z", "--full-index", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
CHANGES = ("diff-tree", "--stdin", "-c", *RAW, "--no-renames")
RENAMES = ("diff-tree", "--stdin", *RAW, "-l2000", "--no-rename-empty")  # two empty files have nothing in common
FEW, LONG = 500, 1 << 15  # paths, and characters of all together, that git is given as arguments
TRIES = 20  # commits at which git may end; of a repository with more all others are read one by one
NONE = "0" * 40


class Step(NamedTuple):
    """`fresh`: the changes are all that the commit's tree holds, as what was before it is not known, or nothing was.

    `own`: what no parent has: of a merge fewer changes, of any other commit the same; None where git cannot tell.
    """

    number: int
    changes: tuple[Change, ...]
    own: tuple[Change, ...] | None
    fresh: bool = False


class Asked(NamedTuple):
    """A commit, and the parents with which it is to be compared. `is_merge`: it has others besides."""

    number: int
    parents: tuple[int, ...]
    is_merge: bool = False


class Steps:
    """The steps of a graph's commits, the newest first, those without a change left out; a context manager.

    Afterwards `unread` has the folders, "" for all of it, that could not be read, with a commit; `submodules` the paths of such, and
    `noted` the commits that change one of them; `alone` those that were read by themselves.
    """

    def __init__(self, graph: Graph, chosen: Sequence[int], wanted: Callable[[str], bool], paths: Collection[str] = ()) -> None:
        """`paths`: all that is wanted, where that is known: git then looks at nothing else."""
        self._graph = graph
        self._chosen = chosen
        self._wanted = wanted
        self.noted: set[int] = set()
        self.alone: set[int] = set()
        self._blobs = Blobs()
        self._trees = Trees(self._blobs, wanted)
        self.submodules = self._trees.submodules
        self.unread: dict[str, str] = {}
        few = 0 < len(paths) <= FEW and sum(map(len, paths)) < LONG
        self._argv = (*CHANGES, "--", *sorted(paths)) if few else CHANGES

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *_: object) -> None:
        self._blobs.__exit__(None, None, None)

    def __iter__(self) -> Iterator[Step]:
        graph = self._graph
        numbers = [number for number in reversed(self._chosen) if number not in graph.trees]  # git has newer objects at hand sooner
        told = answers(self._argv, list(questions(graph, numbers)), partial(line, graph), TRIES)
        waiting: dict[int, Step] = {}
        for asked, stream in told:
            found = self._by_itself(asked.number) if stream is None else self._against_first(asked, stream)
            if asked.is_merge:
                found = found._replace(own=of_merge(graph, self._wanted, *next(told)))
            if found.own is None:
                waiting[asked.number] = found
            elif found.changes or asked.number in self.alone:
                yield found
        for number, own in merged(graph, list(waiting), self._wanted):  # a git that ended elsewhere said nothing of them
            yield waiting[number]._replace(own=own)
        for number in self._chosen:
            if number in graph.trees:
                self.alone.add(number)
                yield self._named(number, graph.trees[number])

    def _against_first(self, asked: Asked, stream: Stream) -> Step:
        number, wanted = asked.number, self._wanted
        changes = []
        for change in records(stream, self._graph.commits[number]):
            if change.mode == SUBMODULE:
                self.submodules.add(change.path)
                self.noted.add(number)
            if wanted(change.path) and (change.mode != SUBMODULE or change.status == "T"):
                changes.append(change)
        return step(number, changes, fresh=not asked.parents)

    def _named(self, number: int, path: str) -> Step:
        """A tree that a tag names, or a content, which has its name for a path."""
        name = self._graph.commits[number]
        if not path:
            return self._whole(number, self._trees.listed(name, ""), {})
        changes = (Change("A", path, "", "100644", (NONE,), name, name),)
        return step(number, changes if self._wanted(path) else (), fresh=True)

    def _by_itself(self, number: int) -> Step:
        """A commit that git could not compare: against its parent where that can be read, else all of it."""
        self.alone.add(number)
        commits, parents = self._graph.commits, self._graph.parents[number]
        here = self._trees.of_commit(commits[number])
        before = self._trees.of_commit(commits[parents[0]]) if parents else None
        if here is None:
            self.unread.setdefault("", commits[number])
            return step(number, (), fresh=True)
        return self._whole(number, here, before.files if before else {}, fresh=before is None)

    def _whole(self, number: int, here: Listed, before: Mapping[str, Entry], *, fresh: bool = True) -> Step:
        """The step between two listings."""
        commit = self._graph.commits[number]
        for folder in here.unread:
            self.unread.setdefault(folder, commit)
        found = [change_of(path, before.get(path), here.files.get(path), commit) for path in sorted({*here.files, *before})]
        return step(number, [change for change in found if change], fresh=fresh)


def step(number: int, changes: Iterable[Change], *, fresh: bool) -> Step:
    """What a commit changes that is no merge."""
    every = tuple(changes)
    return Step(number, every, every, fresh)


def change_of(path: str, old: Entry | None, new: Entry | None, commit: str) -> Change | None:
    """The change of a path between two listings, as git's raw records have it; None for none."""
    if old == new:
        return None
    mode = (new or old or ("", ""))[0]
    status = "A" if old is None else "D" if new is None else "M"
    return Change(status, path, "", mode.zfill(6), (old[1] if old else NONE,), new[1] if new else NONE, commit)


def renames(graph: Graph, numbers: Sequence[int]) -> Iterator[tuple[int, Change]]:
    """The renames that each of these commits made, against each parent: by likeness, and where a content is not here, by its name."""
    left = [Asked(number, (parent,)) for number in numbers for parent in graph.parents[number]]
    for likeness in ("-M", "-M100%"):
        asked, left = left, []
        for one, stream in answers((*RENAMES, likeness), asked, partial(line, graph), TRIES):
            if stream is None:
                left.append(one)
                continue
            number = one.number
            yield from ((number, change) for change in records(stream, graph.commits[number]) if change.status == "R")


def merged(graph: Graph, numbers: Sequence[int], wanted: Callable[[str], bool]) -> Iterator[tuple[int, tuple[Change, ...] | None]]:
    """What each of these merges holds that no parent has; None where git cannot tell."""
    asked = [Asked(number, graph.parents[number]) for number in numbers]
    for one, stream in answers(CHANGES, asked, partial(line, graph), TRIES):
        yield one.number, of_merge(graph, wanted, one, stream)


def of_merge(graph: Graph, wanted: Callable[[str], bool], asked: Asked, stream: Stream | None) -> tuple[Change, ...] | None:
    """What an answer says; None for none."""
    if stream is None:
        return None
    return tuple(change for change in combined_records(stream, graph.commits[asked.number]) if wanted(change.path))


def questions(graph: Graph, numbers: Iterable[int]) -> Iterator[Asked]:
    """What git is asked of these commits: to compare each with its first parent, and a merge with all of them besides."""
    for number in numbers:
        parents = graph.parents[number]
        if len(parents) < 2:
            yield Asked(number, parents)
        else:
            yield Asked(number, parents[:1], is_merge=True)
            yield Asked(number, parents)


def line(graph: Graph, asked: Asked) -> str:
    """What asks for a commit's difference from these parents: their names (git-diff-tree(1), --stdin)."""
    return " ".join(graph.commits[one] for one in (asked.number, *asked.parents))
