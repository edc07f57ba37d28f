"""What the commits of a history bring, spread over the cores, with what earlier runs proved to be quiet left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from mmap import mmap
from typing import NamedTuple, TypeVar

from ..config import Config
from ..detect.allowed import Allowed
from ..detect.engine import Detector
from ..git.steps import Step
from ..git.walk import Graph
from ..model import Fact
from .allowing import today
from .audit_cache import Cache
from .audit_reading import Commits, Hit, Looked, nothing, path_of
from .audit_touched import Touched
from .parallel import available
from .policies import Policy
from .spread import spread, stretches

LEAST, MOST = 512, 8192  # commits, or changes, that a worker is given at once: git is started for them, and finds its way into the pack
FEW = 1024  # commits that are not the portions: what they bring is
AT_ONCE = 1 << 16  # changes of few commits that are kept in memory
COUNT = 8  # bytes of a counter
DAMAGE = "git fsck tells of damage"
PARTIAL = f"not in this clone, or damaged: git fetch --refetch --no-filter gets what a partial clone left out, {DAMAGE}"
MISSING = f"versions of it are {PARTIAL}"
One = TypeVar("One")
Count = Callable[[int], None]  # is told how much more is done
Tell = Callable[[str, int, int], None]  # what is being done, how much of it is done, and of how much


class Found(NamedTuple):
    """What was found. `hits` in the order of the commits, the newest first; `touched`: what the commits change, those too that are
    remembered as quiet; `searched`: how many were looked at now.

    `steps` are those of config files; `left_out` such paths that the settings allow; `folders` what could not be read of trees.
    """

    hits: tuple[Hit, ...]
    steps: tuple[Step, ...]
    left_out: frozenset[str]
    submodules: frozenset[str]
    folders: Mapping[str, str]
    touched: Touched
    searched: int
    incomplete: tuple[Fact, ...]


def detector_of(policy: Policy) -> Detector:
    """Detection for an audit: what the allow file says is not asked, as the ledger speaks here."""
    rules = policy.rules
    return Detector(rules.rules, Allowed(None, None, today), rules.others, rules.off)


def search(cache: Cache, settings: Config, detector: Detector, graph: Graph, chosen: Sequence[int], tell: Tell | None = None) -> Found:
    """Looks at the commits `chosen` that the cache does not know."""
    kept = cache.known(graph)
    asked = [number for number in chosen if number not in kept.quiet]
    commits = Commits(graph, settings, detector, kept.clean)
    all_of = nothing()
    for looked in (by_path if len(asked) < FEW else by_commit)(commits, asked, detector, partial(said, tell, len(asked))):
        add(all_of, looked)
    detector.wait()  # where nothing was to be read; what comes next forks, and a fork takes no thread along
    marks = {mark for number, mark in all_of.clean if number in all_of.again}
    cache.add(graph, [number for number in asked if number not in all_of.again], all_of.touched, marks)
    touched = kept.touched.of(frozenset(chosen))
    touched.extend(all_of.touched)
    touched.always.update(graph.trees)
    return found(all_of, touched, len(asked))


def by_commit(commits: Commits, asked: Sequence[int], detector: Detector, tell: Count) -> Iterator[Looked]:
    """Each process looks at some of the commits."""
    yield from shared(asked, commits.look, detector, tell)
    tell(len(asked))


def by_path(commits: Commits, asked: Sequence[int], detector: Detector, tell: Count) -> Iterator[Looked]:
    """Each process looks at some of the files that few commits bring: the first one often brings most of them."""
    brought, done = commits.brought(asked), 0
    while some := sorted(islice(brought, AT_ONCE), key=path_of):
        count = len({number for number, _ in some})
        yield commits.looked()
        yield from shared(some, commits.scan, detector, partial(told, tell, done, count, len(some)))
        done = min(done + count, len(asked))
        tell(done)
    yield commits.looked()


def told(tell: Count, before: int, commits: int, changes: int, done: int) -> None:
    """Tells of `commits` after those `before`, of which so many of the changes are done."""
    tell(before + commits * done // changes)


def shared(all_of: Sequence[One], look: Callable[[Sequence[One], Count], Looked], detector: Detector, tell: Count) -> Iterator[Looked]:
    """All of it looked at by as many processes as are worth while. `tell` is told how much is done."""
    cores = available() if len(all_of) > LEAST else 1
    portions = stretches(all_of, cores, LEAST, MOST)
    if min(cores, len(portions)) > 1:
        detector.prepare()
        detector.wait()
    with Counters(len(portions)) as counters:

        def work(place: int) -> Looked:
            return look(portions[place], partial(counters.add, place))

        yield from spread(work, len(portions), cores, lambda: tell(counters.sum()))


class Counters:
    """Numbers that several processes count up, each its own; a context manager. To be made before the fork."""

    def __init__(self, count: int) -> None:
        self._memory = mmap(-1, max(count, 1) * COUNT)
        self._counts = memoryview(self._memory).cast("Q")

    def __enter__(self) -> Counters:
        return self

    def __exit__(self, *_: object) -> None:
        self._counts.release()
        self._memory.close()

    def add(self, place: int, more: int) -> None:
        """Counts so many more."""
        self._counts[place] += more

    def sum(self) -> int:
        """All of them."""
        return sum(self._counts)


def said(tell: Tell | None, count: int, done: int) -> None:
    if tell:
        tell("commits searched", done, count)


def add(all_of: Looked, looked: Looked) -> None:
    """Adds what a portion came to."""
    all_of.hits.extend(looked.hits)
    all_of.steps.extend(looked.steps)
    all_of.again.update(looked.again)
    all_of.left_out.update(looked.left_out)
    all_of.submodules.update(looked.submodules)
    all_of.folders.update(looked.folders)
    all_of.touched.extend(looked.touched)
    all_of.clean.update(looked.clean)
    all_of.unread.update(looked.unread)


def order(hit: Hit) -> tuple[int, str, int]:
    """Commits have the higher numbers the newer they are."""
    return hit.number, hit.path, hit.line


def found(all_of: Looked, touched: Touched, searched: int) -> Found:
    """What all portions came to."""
    return Found(
        tuple(sorted(all_of.hits, key=order, reverse=True)),
        tuple(all_of.steps),
        frozenset(all_of.left_out),
        frozenset(all_of.submodules),
        all_of.folders,
        touched,
        searched,
        tuple(Fact(path, MISSING) for path in sorted(all_of.unread)),
    )
