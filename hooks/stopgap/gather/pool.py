"""Processes that are forked, so that they have all that was made until then, and are given tasks over pipes.

With less to import and to start than `concurrent.futures` has, which costs as long as scanning some megabytes.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Any, NoReturn

SIZE = 8  # bytes before each message, which say how long it is
MOST = 1 << 16  # bytes that are read, or written, at once: what a pipe holds


class WorkerEndedError(Exception):
    """A worker ended by itself: it was killed, perhaps for want of memory."""


class Worker:
    """One process as its parent sees it: its two pipes, what is yet to be written, and what came back."""

    def __init__(self, pid: int, asks: int, answers: int) -> None:
        self.pid, self.asks, self.answers = pid, asks, answers
        self.tasks = 0  # that it has, and that were not answered
        self.unsent = bytearray()
        self.results: deque[tuple[bool, Any]] = deque()
        self._read = bytearray()
        os.set_blocking(asks, False)

    def send(self) -> None:
        """Writes as much as the pipe takes. Raises WorkerEndedError."""
        try:
            while self.unsent:
                del self.unsent[: os.write(self.asks, self.unsent[:MOST])]
        except BlockingIOError:
            return  # it reads on when it has done what it has
        except BrokenPipeError as error:
            raise WorkerEndedError(self.pid) from error

    def receive(self) -> None:
        """Reads what has come, of which there must be some. Raises WorkerEndedError."""
        data = os.read(self.answers, MOST)
        if not data:
            raise WorkerEndedError(self.pid)
        self._read += data
        while len(self._read) >= SIZE and len(self._read) >= (end := SIZE + int.from_bytes(self._read[:SIZE], "big")):
            self.results.append(pickle.loads(self._read[SIZE:end]))
            self.tasks -= 1
            del self._read[:end]


class Pool:
    """Workers that answer tasks; the answers come in the order of the tasks."""

    def __init__(self, count: int, work: Callable[[Any], Any], waiting: int) -> None:
        """`work` makes an answer of a task, in a worker, which has at most so many of them `waiting`."""
        self._waiting = waiting
        self._workers: list[Worker] = []
        self._order: deque[Worker] = deque()  # who has the task of the next answer, and of the one after it
        for _ in range(count):
            self._workers.append(self._forked(work))

    def _forked(self, work: Callable[[Any], Any]) -> Worker:
        tasks, asks = os.pipe()
        answers, results = os.pipe()
        pid = os.fork()
        if not pid:
            serve(tasks, results, work, [asks, answers, *(end for other in self._workers for end in (other.asks, other.answers))])
        os.close(tasks)
        os.close(results)
        return Worker(pid, asks, answers)

    def is_full(self) -> bool:
        """Whether all workers have as many tasks as they may."""
        return all(worker.tasks >= self._waiting for worker in self._workers)

    def ask(self, task: Any) -> None:
        """Gives a task to the worker that has the fewest."""
        worker = min(self._workers, key=lambda worker: worker.tasks)
        worker.tasks += 1
        worker.unsent += message(task)
        worker.send()
        self._order.append(worker)

    def wait(self, seconds: float | None = None) -> None:
        """Waits until something has come back, or more could be sent, so long at the most. Raises WorkerEndedError."""
        poll = select.poll()
        for worker in self._workers:
            poll.register(worker.answers, select.POLLIN)
            if worker.unsent:
                poll.register(worker.asks, select.POLLOUT)
        ready = {end for end, _ in poll.poll(None if seconds is None else seconds * 1000)}
        for worker in self._workers:
            if worker.answers in ready:
                worker.receive()
            if worker.asks in ready:
                worker.send()

    def answers(self) -> Iterator[Any]:
        """The next answers, as far as they are there. Raises what a worker raised."""
        while self._order and self._order[0].results:
            is_well, result = self._order.popleft().results.popleft()
            if not is_well:
                raise result
            yield result

    def rest(self) -> Iterator[Any]:
        """The answers that are still to come."""
        yield from self.answers()
        while self._order:
            self.wait()
            yield from self.answers()

    def end(self, kill: bool = False) -> None:
        """Ends the workers: at once, or when they have done what they have."""
        workers, self._workers = self._workers, []
        for worker in workers:
            if kill:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGTERM)
            os.close(worker.asks)
            os.close(worker.answers)
        for worker in workers:
            with suppress(ChildProcessError):  # whoever started us may have said that no children are to be waited for
                os.waitpid(worker.pid, 0)


def message(what: Any) -> bytes:
    """Something as it goes through a pipe."""
    data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(SIZE, "big") + data


def serve(tasks: int, results: int, work: Callable[[Any], Any], others: list[int]) -> NoReturn:
    """In a worker: answers tasks until there are no more, or nobody wants to know. `others`: ends of pipes that are the parent's."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for end in others:
            os.close(end)  # else it would keep its own tasks' pipe open, or another's, when the parent is gone
        with os.fdopen(tasks, "rb") as asked, os.fdopen(results, "wb") as told:
            while (task := received(asked)) is not None:
                told.write(answer(work, task))
                told.flush()
    finally:
        os._exit(0)  # nothing of what the parent would do at its end


def received(asked: IO[bytes]) -> Any:
    """The next task; None where there is none."""
    head = asked.read(SIZE)
    size = int.from_bytes(head, "big")
    data = asked.read(size) if len(head) == SIZE else b""
    return pickle.loads(data) if data and len(data) == size else None


def answer(work: Callable[[Any], Any], task: Any) -> bytes:
    """What a task comes to, or the exception that it raised, as a message."""
    try:
        return message((True, work(task)))
    except Exception as error:  # whatever it is: the parent raises it
        return message((False, error))
