"""Detection on all cores, for long work only: starting the workers costs more than a commit's whole scan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..detect.engine import Detector
from ..model import Fragment, Match
from .reading import Counts, Reading, Unread

if TYPE_CHECKING:
    from ..detect.allow import Entry
    from .pool import Pool

ENOUGH = 2 << 20  # bytes after which it is long work
BATCH = 1 << 20  # bytes that go to a worker at once
OPENING = 1 << 10  # bytes that are scanned in the time that opening a file takes
MANY = ENOUGH // OPENING  # files that are long work, whatever they hold
GARBAGE = 20_000  # objects that are made before cycles are looked for, of which a scan makes hardly any
WAITING = 2  # batches a worker may have waiting: memory stays flat however large the input

Batch = list["Fragment | Unread"]


class Done(NamedTuple):
    """What became of a batch: its matches, the allow entries that they used, and what was read."""

    matches: list[Match]
    used: frozenset[Entry]
    counts: Counts


class Task(NamedTuple):
    """What a worker scans with, and where the files lie."""

    detector: Detector
    top: Path


class Workers:
    """Scans batches in one worker a core, or in this process where all there is does not take long."""

    def __init__(self, detector: Detector, top: Path, cores: int = 0) -> None:
        self._task = Task(detector, top)
        self._cores = cores or available()
        self._pool: Pool | None = None
        self._waiting: list[Batch] = []  # until it is known whether it is long work
        self._batch: Batch = []
        self._size = self._seen = 0

    def expect(self, files: int) -> None:
        """Says how many files are to come."""
        if files >= MANY and self._cores > 1:
            self._task.detector.prepare()
            settle()

    def take(self, item: Fragment | Unread) -> Iterable[Done]:
        """Takes what is to be scanned; gives what became of it, or of what came earlier."""
        self._batch.append(item)
        self._size += len(item.data) if isinstance(item, Fragment) else item.size + OPENING
        return self._send() if self._size >= BATCH else ()

    def finish(self) -> Iterator[Done]:
        """What is still to come. The workers end; what is taken later starts new ones, with the detector as it then is."""
        yield from self._send()
        for batch in self._waiting:
            yield look(self._task, batch)
        self._waiting = []
        if self._pool is None:
            return
        for done in self._pool.rest():
            yield self._taken(done)
        self._pool.end()
        self._pool = None

    def stop(self) -> None:
        """Ends the workers without waiting for what they do: the run failed, or was interrupted."""
        if self._pool is not None:
            self._pool.end(kill=True)
            self._pool = None

    def _send(self) -> Iterator[Done]:
        if self._batch:
            self._waiting.append(self._batch)
        self._seen += self._size
        self._batch, self._size = [], 0
        if self._cores < 2:
            yield from (look(self._task, batch) for batch in self._waiting)
            self._waiting = []
        if self._pool is None and self._seen > ENOUGH and self._waiting:
            self._pool = start(self._task, self._cores)
        while self._pool is not None and self._waiting:
            while self._pool.is_full():
                self._pool.wait()
            self._pool.ask(packed(self._waiting.pop(0)))
            for done in self._pool.answers():
                yield self._taken(done)

    def _taken(self, done: Done) -> Done:
        self._task.detector.was_allowed(done.used)
        return done


def available() -> int:
    """Cores that this process may use; one where processes cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(task: Task, cores: int) -> Pool:
    """Workers that are forked, so that they have the detector with all it has compiled."""
    from .pool import Pool

    task.detector.wait()
    settle()
    return Pool(cores, partial(scan_packed, task), WAITING)


def settle() -> None:
    """For long work: what was made until now stays, and its pages shared by all processes; cycles are looked for seldom."""
    import gc

    gc.freeze()
    gc.set_threshold(GARBAGE)


def packed(batch: Batch) -> list[Fragment | tuple[str, int, bool]]:
    """A batch as it goes to a worker: plain tuples are made and read in a fifth of the time."""
    return [item if isinstance(item, Fragment) else (item.path, item.size, item.shape) for item in batch]


def scan_packed(task: Task, batch: list[Fragment | tuple[str, int, bool]]) -> Done:
    """In a worker: what becomes of a batch."""
    return look(task, [item if isinstance(item, Fragment) else Unread(*item) for item in batch])


def look(task: Task, batch: Batch) -> Done:
    """Reads what is to be read of a batch, and scans it. Raises StopgapError where a file cannot be read."""
    matches: list[Match] = []
    held: list[Fragment] = []
    reading = Reading(task.top)
    size = 0
    for item in batch:
        for fragment in (item,) if isinstance(item, Fragment) else reading.of(item):
            held.append(fragment)
            size += len(fragment.data)
            if size >= BATCH:
                matches += task.detector.scan_all(held)
                held, size = [], 0
    matches += task.detector.scan_all(held)
    return Done(matches, task.detector.allowed_by(), reading.counts())
