"""Detection on all cores, for long work only: starting the workers costs more than a commit's whole scan."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..detect.engine import Detector
from ..model import Fragment, Match

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from ..detect.allow import Entry

Result = tuple[list[Match], "frozenset[Entry]"]

ENOUGH = 2 << 20  # bytes after which it is long work
BATCH = 1 << 20  # bytes of fragments that go to a worker at once
WAITING = 2  # batches a worker may have waiting: memory stays flat however large the input

_detector: Detector | None = None  # in a worker: the parent's, as it was at the fork


class Workers:
    """Scans fragments in this process until that takes long, then in one worker a core."""

    def __init__(self, detector: Detector, cores: int = 0) -> None:
        self._detector = detector
        self._cores = cores or available()
        self._pool: ProcessPoolExecutor | None = None
        self._pending: deque[Future[Result]] = deque()
        self._batch: list[Fragment] = []
        self._size = self._seen = 0

    def scan(self, fragment: Fragment) -> Iterator[Match]:
        """Takes a fragment; gives matches, of it or of earlier ones."""
        self._seen += len(fragment.data)
        if self._pool is None:
            if self._cores < 2 or self._seen <= ENOUGH:
                yield from self._detector.scan(fragment)
                return
            self._pool = start(self._detector, self._cores)
        self._batch.append(fragment)
        self._size += len(fragment.data)
        if self._size >= BATCH:
            yield from self._send()

    def finish(self) -> Iterator[Match]:
        """The matches still to come. The workers end; a later fragment starts new ones, with the detector as it then is."""
        if self._pool is None:
            return
        with self._pool:
            yield from self._send()
            while self._pending:
                yield from self._take()
        self._pool = None

    def stop(self) -> None:
        """Ends the workers without waiting for what they do: the run failed, or was interrupted."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _send(self) -> Iterator[Match]:
        assert self._pool is not None
        while len(self._pending) >= WAITING * self._cores:
            yield from self._take()
        if self._batch:
            self._pending.append(self._pool.submit(scan_batch, self._batch))
        self._batch, self._size = [], 0

    def _take(self) -> list[Match]:
        matches, used = self._pending.popleft().result()
        self._detector.was_allowed(used)
        return matches


def available() -> int:
    """Cores that this process may use; one where processes cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(detector: Detector, cores: int) -> ProcessPoolExecutor:
    """Workers that are forked, so that they have the detector with all it has compiled."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(cores, get_context("fork"), initializer=adopt, initargs=(detector,))


def adopt(detector: Any) -> None:
    """In a worker: keeps the detector, and leaves Ctrl-C to the parent."""
    import signal

    global _detector
    _detector = detector
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def scan_batch(fragments: list[Fragment]) -> Result:
    """In a worker: the matches of some fragments, and the allow entries that they used."""
    assert _detector is not None
    matches = [match for fragment in fragments for match in _detector.scan(fragment)]
    return matches, _detector.allowed_by()
