"""Which paths of a history are a config file's, through renames, and what each commit did to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..audit import Event, Moment
from ..audit.files import Groups, Raw, events
from ..audit.gone import Gone, gone
from ..audit.lives import Change as Changed
from ..config import Config
from ..git import steps as stepping
from ..git.blobs import Blobs
from ..git.diff import Change
from ..git.steps import Step, Steps
from ..git.stored import content
from ..git.walk import Graph
from .audit_contents import item
from .audit_reading import anything
from .audit_search import Found
from .audit_wanted import Wanted

ROUNDS = 6  # times that the commits are gone through, each for the paths that renames of the one before have led to


class Walked(NamedTuple):
    """The changes by the number of their commit, the events by the file's group, and what could not be told.

    `cut`: there were more renames than are followed.
    """

    changes: dict[int, Changed]
    groups: Groups
    events: dict[str, list[Event]]
    left_out: frozenset[str]
    submodules: frozenset[str]
    unread: dict[str, str]
    cut: bool = False


def walk(graph: Graph, chosen: Sequence[int], settings: Config, found: Found, *, shallow: bool) -> Walked:
    """All of it, of the commits `chosen`, which has the parents of each. `found`: what they do to files whose names say what they are.

    Raises StopgapError where git cannot be run.
    """
    wanted, groups = Wanted(settings), Groups()
    told, new = dict[int, Step](), {step.number: step for step in found.steps}
    renamed: dict[int, set[tuple[str, str]]] = {}
    unread, submodules = dict(found.folders), set(found.submodules)
    known: set[str] = set()
    more: set[str] = set()
    for turn in range(ROUNDS):
        known.update(change.path for step in new.values() for change in step.changes)
        told = merged(told, new)
        changes = {number: Changed({change.path: item(change) for change in step.changes}, step.fresh) for number, step in told.items()}
        # where not all of it could be read, nobody can tell what was there before
        whole = not (shallow or unread or graph.lost)
        lacking = gone(graph.parents.firsts, graph.parents.several, chosen, changes) if whole else Gone()
        for number, change in renames(graph, new, lacking.merges):
            if (change.path in known and joins(wanted, change.source)) or (change.source in known and joins(wanted, change.path)):
                renamed.setdefault(number, set()).add((change.source, change.path))
        more = {path for pairs in renamed.values() for pair in pairs for path in pair} - known
        if not more or turn == ROUNDS - 1:
            break
        with Steps(graph, found.touched.commits(more), more.__contains__, more) as steps:
            new = {step.number: step for step in steps}
        unread |= steps.unread
        submodules |= steps.submodules
    for pairs in renamed.values():
        for old, path in sorted(pairs):
            groups.join(old, path)
    events = by_group(graph, told, renamed, groups, without_stashes(graph, lacking.dropped))
    return Walked(changes, groups, events, found.left_out, frozenset(submodules), unread, bool(more))


def joins(wanted: Wanted, path: str) -> bool:
    return wanted(path) or wanted.may_join(path)


def renames(graph: Graph, steps: Mapping[int, Step], lacking: Collection[int]) -> Iterator[tuple[int, Change]]:
    """What these commits renamed; a merge only what got a name that none of its parents has, which else tell of it themselves.

    `lacking`: merges that have not what one of their parents has.
    """
    may = sorted({*lacking, *(number for number, step in steps.items() if any(change.status in "AD" for change in step.changes))})
    merges = [number for number in may if len(graph.parents[number]) > 1]
    own = {number: {one.path for one in changes or () if one.status == "A"} for number, changes in stepping.merged(graph, merges, anything)}
    for number, change in stepping.renames(graph, [number for number in may if own.get(number, True)]):
        if number not in own or change.path in own[number]:
            yield number, change


def merged(found: dict[int, Step], new: dict[int, Step]) -> dict[int, Step]:
    """The steps of two rounds, each for its own paths, in the order of the commits."""
    numbers = sorted({*found, *new})
    return {number: both(number, found.get(number), new.get(number)) for number in numbers}


def both(number: int, one: Step | None, other: Step | None) -> Step:
    steps = [step for step in (one, other) if step]
    changes = tuple(change for step in steps for change in step.changes)
    own = tuple(change for step in steps for change in step.own or ())
    return Step(number, changes, own, any(step.fresh for step in steps))


def without_stashes(graph: Graph, dropped: Mapping[int, Sequence[str]]) -> dict[int, Sequence[str]]:
    """Less what a stash did, which is stored as a merge with a commit that says `index on …` (git-stash(1)), and takes nothing away."""
    with Blobs() as blobs:
        return {
            number: paths
            for number, paths in dropped.items()
            if not content(blobs, graph.commits[graph.parents[number][1]]).partition(b"\n\n")[2].startswith(b"index on ")
        }


def by_group(
    graph: Graph,
    found: Mapping[int, Step],
    renamed: Mapping[int, set[tuple[str, str]]],
    groups: Groups,
    dropped: Mapping[int, Sequence[str]],
) -> dict[str, list[Event]]:
    """The events of each file, oldest commits first as the graph has them."""
    known = {change.path for step in found.values() for change in step.changes}
    told: dict[str, list[Event]] = {}
    for number in sorted({*found, *dropped}):
        moment = Moment(graph.commits[number], graph.times[number])
        own = found[number].own if number in found else ()
        done = [Raw(change.status, change.path) for change in own or () if change.path in known]
        done += [Raw("D", path) for path in dropped.get(number, ())]
        for event in events(moment, done, sorted(renamed.get(number, ()))):
            told.setdefault(groups.group(event.path), []).append(event)
    return told
