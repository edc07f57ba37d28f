"""Secrets anywhere in a history: the commits spread over the cores, with what earlier runs proved to be clean left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..detect.allowed import Allowed
from ..detect.engine import Detector
from ..git.repository import Repository
from ..git.walk import Graph
from ..model import Fact
from .allowing import today
from .audit_cache import Cache
from .audit_reading import LARGEST, Commits, Hit, Looked
from .parallel import available, settle
from .policies import Policy

if TYPE_CHECKING:
    from .pool import Pool

LEAST, MOST = 32, 8192  # commits that a worker looks at before it answers: git is started for them, and has to find its way into the pack
ENOUGH = 4 * LEAST  # commits that take longer than to start workers
SHARES = 3  # portions for a worker, or more
LARGE = f"larger than {LARGEST >> 20} MiB: only its beginning was searched"
UNREAD = "not in this clone or damaged, so not searched for secrets"
Tell = Callable[[str, int, int], None]  # what is being done, how much of it is done, and of how much


class Found(NamedTuple):
    """What was found, in the order of the commits. `searched`: how many commits were looked at now, and not remembered as clean."""

    hits: tuple[Hit, ...] = ()
    searched: int = 0
    incomplete: tuple[Fact, ...] = ()
    skipped: tuple[Fact, ...] = ()


class Search:
    """A search that goes on while something else is done; a context manager. `plain`: commits of which the cache says that they change no
    config file and no submodule.
    """

    def __init__(
        self, repository: Repository, policy: Policy, graph: Graph, chosen: Sequence[int], *, cache: bool = True, tell: Tell | None = None
    ) -> None:
        rules, settings = policy.rules, policy.settings
        self._detector = Detector(rules.rules, Allowed(None, None, today), rules.others, rules.off)
        self._graph, self._tell = graph, tell
        self._make = partial(Commits, graph, settings, self._detector, repository.git_dir)
        whole = not (repository.shallow or graph.lost)  # of what has lost its parents nothing that was learnt elsewhere is true
        self._cache = Cache(repository, settings, whole and cache)
        clean, plain = self._cache.known()
        self.plain = frozenset(number for number in chosen if graph.commits[number] in plain) if plain else frozenset[int]()
        # the newest first, as git stores them: what others are made of is read before them
        self._asked = [number for number in reversed(chosen) if graph.commits[number] not in clean]
        self._pool: Pool | None = None

    def __enter__(self) -> Search:
        if len(self._asked) > ENOUGH:
            self._detector.prepare()
            self._detector.wait()
            cores = available()
            if cores > 1:
                self._pool = started(self._make, portions(self._asked, cores), cores)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.end(kill=True)

    def found(self, plain: Iterable[int] = ()) -> Found:
        """What it came to, once it is done. `plain`: commits to be remembered as such."""
        hits: list[Hit] = []
        unread: dict[str, int] = {}
        again: set[int] = set()
        large: set[str] = set()
        done = 0
        for looked in self._answers():
            done += looked.commits
            hits += looked.hits
            again |= looked.again
            large |= looked.large
            for path, count in looked.unread.items():
                unread[path] = unread.get(path, 0) + count
            if self._tell:
                self._tell("commits searched", done, len(self._asked))
        names = self._graph.commits
        self._cache.add([names[number] for number in self._asked if number not in again], [names[number] for number in plain])
        incomplete = tuple(Fact(path, f"{count} of its versions: {UNREAD}" if path else UNREAD) for path, count in sorted(unread.items()))
        return Found(tuple(hits), done, incomplete, tuple(Fact(path, LARGE) for path in sorted(large)))

    def _answers(self) -> Iterator[Looked]:
        if self._pool:
            yield from self._pool.rest()
            return
        with self._make() as commits:
            for portion in portions(self._asked, 1):
                yield commits.look(portion)


def portions(asked: Sequence[int], cores: int) -> list[Sequence[int]]:
    """The commits in stretches."""
    size = min(MOST, max(LEAST, len(asked) // (cores * SHARES)))
    return [asked[at : at + size] for at in range(0, len(asked), size)]


def started(make: Callable[[], Commits], asked: Sequence[Sequence[int]], cores: int) -> Pool:
    """Workers that have all their tasks: each is so short that it waits in the pipe, and nobody need be there to hand it on."""
    from .pool import Pool

    settle()
    made: list[Commits] = []  # in a worker: one for all of its tasks

    def look(place: int) -> Looked:
        if not made:
            made.append(make())
        return made[0].look(asked[place])

    pool = Pool(cores, look, len(asked))
    for place in range(len(asked)):
        pool.ask(place)
    return pool
