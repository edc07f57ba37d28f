"""Which paths of a history are a config file's, through renames, and what each commit did to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..audit import Event, Moment
from ..audit.files import Groups, Raw, events
from ..config import Config, Globs
from ..detect import names
from ..git import steps as stepping
from ..git.diff import Change
from ..git.steps import Step, Steps
from ..git.walk import Graph

ROUNDS = 6  # times that the commits are gone through, each for the paths that renames of the one before have led to


class Wanted:
    """Whether a path is a config file's by its name, or was one before or after a rename. A template is none.

    `left_out`: the paths that the settings allow.
    """

    def __init__(self, settings: Config) -> None:
        self._excluded, self._allowed = Globs(settings.exclude), Globs(settings.allow_files)
        self.extra = Globs(settings.extra_files)
        self.left_out: set[str] = set()

    def __call__(self, path: str) -> bool:
        if not (is_named(path) or path in self.extra) or path in self._excluded:
            return False
        if path in self._allowed:
            self.left_out.add(path)
            return False
        return True

    def may_join(self, path: str) -> bool:
        """Whether a path that is none by its name may be one by a rename."""
        return not names.lookup(path) and path not in self._excluded and path not in self._allowed


def is_named(path: str) -> bool:
    """By the table of names, and no template."""
    return bool(names.lookup(path)) and not names.is_template(path)


class Walked(NamedTuple):
    """The steps by the number of their commit, the events by the file's group, and what could not be told.

    `cut`: there were more renames than are followed. `plain`: commits that change no path of which anything was told.
    """

    steps: dict[int, Step]
    groups: Groups
    events: dict[str, list[Event]]
    left_out: frozenset[str]
    submodules: frozenset[str]
    unread: dict[str, str]
    cut: bool = False
    plain: tuple[int, ...] = ()


def walk(graph: Graph, chosen: Sequence[int], settings: Config, plain: Collection[int] = frozenset()) -> Walked:
    """Goes through the commits `chosen`, which has the parents of each. `plain`: those that an earlier walk found to be so.

    Raises StopgapError where git cannot be run.
    """
    wanted, groups = Wanted(settings), Groups()
    found: dict[int, Step] = {}
    renamed: dict[int, set[tuple[str, str]]] = {}
    unread: dict[str, str] = {}
    submodules: set[str] = set()
    known: set[str] = set()
    asked: Callable[[str], bool] = wanted
    more: set[str] = set()
    newly: list[int] = []
    for turn in range(ROUNDS):
        numbers = chosen if turn else [number for number in chosen if number not in plain]
        with Steps(graph, numbers, asked, more, wanted.left_out.__contains__) as steps:
            new = {step.number: step for step in steps}
            if not turn:
                newly = [number for number in numbers if number not in new and graph.commits[number] not in steps.noted]
            unread |= steps.unread
            submodules |= steps.submodules
        known.update(change.path for step in new.values() for change in step.changes)
        for number, change in stepping.renames(graph, [number for number, step in new.items() if may_rename(graph, step)]):
            if (change.path in known and joins(wanted, change.source)) or (change.source in known and joins(wanted, change.path)):
                renamed.setdefault(number, set()).add((change.source, change.path))
        found = merged(found, new)
        more = {path for pairs in renamed.values() for pair in pairs for path in pair} - known
        if not more:
            break
        asked = more.__contains__
    cut = bool(more)
    for pairs in renamed.values():
        for old, path in sorted(pairs):
            groups.join(old, path)
    told = by_group(graph, found, renamed, groups, known)
    return Walked(found, groups, told, frozenset(wanted.left_out), frozenset(submodules), unread, cut, tuple(newly))


def joins(wanted: Wanted, path: str) -> bool:
    return wanted(path) or wanted.may_join(path)


def may_rename(graph: Graph, step: Step) -> bool:
    """A merge's own parents tell what was renamed on the way to it."""
    return len(graph.parents[step.number]) < 2 and any(change.status in "AD" for change in step.changes)


def merged(found: dict[int, Step], new: dict[int, Step]) -> dict[int, Step]:
    """The steps of two rounds, each for its own paths, in the order of the commits."""
    numbers = sorted({*found, *new})
    return {number: both(number, found.get(number), new.get(number)) for number in numbers}


def both(number: int, one: Step | None, other: Step | None) -> Step:
    steps = [step for step in (one, other) if step]
    return Step(number, tuple(change for step in steps for change in step.changes), any(step.fresh for step in steps))


def by_group(
    graph: Graph, found: dict[int, Step], renamed: dict[int, set[tuple[str, str]]], groups: Groups, known: set[str]
) -> dict[str, list[Event]]:
    """The events of each file, oldest commits first as the graph has them."""
    merges = [number for number in found if len(graph.parents[number]) > 1]
    only_merged = {number: changes or () for number, changes in stepping.merged(graph, merges)}
    told: dict[str, list[Event]] = {}
    for number, step in found.items():
        moment = Moment(graph.commits[number], graph.times[number])
        changes = only_merged.get(number, step.changes)
        for event in events(moment, raw(changes, known), sorted(renamed.get(number, ()))):
            told.setdefault(groups.group(event.path), []).append(event)
    return told


def raw(changes: Iterable[Change], known: set[str]) -> Iterator[Raw]:
    return (Raw(change.status, change.path) for change in changes if change.path in known)
