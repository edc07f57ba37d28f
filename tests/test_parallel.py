"""Work on all cores: answers in the order of the tasks, and no worker left behind, however it ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stopgap.detect import rules
from stopgap.detect.engine import Detector
from stopgap.gather.parallel import BATCH, ENOUGH, Workers
from stopgap.gather.pool import Pool, WorkerEndedError
from stopgap.gather.reading import Unread
from stopgap.model import Fragment, StopgapError

from .tokens import GITHUB

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")

LARGE = 3 << 20  # bytes, of which a pipe holds a fiftieth


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that a test forks: others of this one's children are none of its business."""
    pids: list[int] = []
    fork = os.fork

    def recorded() -> int:
        pid = fork()
        pids.append(pid)
        return pid

    monkeypatch.setattr(os, "fork", recorded)
    return pids


def are_gone(pids: list[int]) -> bool:
    """Whether all of these ended and were waited for."""
    for pid in pids:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    return bool(pids)


@pytest.fixture
def pools(forked: list[int]) -> Iterator[Callable[[Callable[[Any], Any]], Pool]]:
    made: list[Pool] = []

    def pool(work: Callable[[Any], Any]) -> Pool:
        made.append(Pool(2, work, 2))
        return made[-1]

    yield pool
    for one in made:
        one.end(kill=True)
    assert are_gone(forked)


def later(number: int) -> int:
    time.sleep(0.02 if number % 3 == 0 else 0)
    return number * number


def asked(pool: Pool, tasks: list[Any]) -> list[Any]:
    found: list[Any] = []
    for task in tasks:
        while pool.is_full():
            pool.wait()
        pool.ask(task)
        found += pool.answers()
    return [*found, *pool.rest()]


@pytest.mark.parametrize(
    ("work", "tasks", "answers"),
    [
        pytest.param(later, list(range(20)), [number * number for number in range(20)], id="some take longer"),
        pytest.param(len, [b"x" * LARGE] * 6, [LARGE] * 6, id="more than a pipe holds to a worker"),
        pytest.param(bytes, [LARGE] * 6, [bytes(LARGE)] * 6, id="more than a pipe holds back"),
        pytest.param(bytes.upper, [b"x" * LARGE] * 6, [b"X" * LARGE] * 6, id="both"),
        pytest.param(len, [], [], id="nothing to do"),
    ],
)
def test_answers_come_in_the_order_of_the_tasks(
    pools: Callable[[Callable[[Any], Any]], Pool], work: Callable[[Any], Any], tasks: list[Any], answers: list[Any]
) -> None:
    pool = pools(work)
    assert asked(pool, tasks) == answers
    pool.end()


@pytest.mark.parametrize("raised", [StopgapError("cannot read x: Permission denied"), ValueError("a bug")], ids=["ours", "a bug"])
def test_what_a_worker_raises_is_raised_here(pools: Callable[[Callable[[Any], Any]], Pool], raised: Exception) -> None:
    def work(task: int) -> int:
        if task == 2:
            raise raised
        return task

    pool = pools(work)
    with pytest.raises(type(raised), match=str(raised)):
        asked(pool, [1, 2, 3])


@pytest.mark.parametrize("task", [1, b"x" * LARGE], ids=["while it works", "while it is sent more than a pipe holds"])
def test_a_worker_that_is_killed_is_told(pools: Callable[[Callable[[Any], Any]], Pool], task: Any) -> None:
    def work(_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(WorkerEndedError):
        asked(pools(work), [task] * 6)


def test_workers_that_are_busy_end_at_once_and_leave_ctrl_c_to_the_parent(pools: Callable[[Callable[[Any], Any]], Pool]) -> None:
    def work(_: Any) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
        return True

    pool = pools(work)
    pool.ask(1)
    began = time.monotonic()
    time.sleep(0.1)
    pool.end(kill=True)
    assert time.monotonic() - began < 30


def test_a_worker_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    """Each of two workers, though the second has what the first was given."""
    told, said = os.pipe()
    parent = os.fork()
    if not parent:
        os.close(told)
        Pool(2, later, 2)  # which hold `said` open as long as they live
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(said)
    os.waitpid(parent, 0)
    assert os.read(told, 1) == b""
    os.close(told)


def test_files_and_texts_are_found_alike_on_one_core_and_on_two(tmp_path: Path) -> None:
    line = f"token = '{GITHUB}'\n".encode()
    names = [f"file{number}.py" for number in range(40)]
    for name in names:
        (tmp_path / name).write_bytes(b"x = 1\n" * (ENOUGH // 6 // 20) + line)
    (tmp_path / "binary").write_bytes(b"\1\2\3\4" * (BATCH // 4))

    def scanned(cores: int) -> list[Any]:
        workers = Workers(Detector(rules.load()), tmp_path, cores)
        items: list[Fragment | Unread] = [
            *(Unread(name, os.path.getsize(tmp_path / name)) for name in (*names, "binary")),
            Fragment("said", line),
        ]
        done = [one for item in items for one in workers.take(item)]
        done += workers.finish()
        assert sum((one.counts.binary for one in done), ()) == ("binary",)
        return [(match.path, match.line, match.rule) for one in done for match in one.matches]

    found = scanned(1)
    assert [path for path, _, _ in found] == [*names, "said"]
    assert scanned(2) == found


def test_a_file_that_cannot_be_read_ends_the_scan_on_two_cores_too(tmp_path: Path, forked: list[int]) -> None:
    workers = Workers(Detector(rules.load()), tmp_path, 2)

    def scan() -> list[Any]:
        taken = [one for number in range(10) for one in workers.take(Unread(f"gone{number}", BATCH))]
        return [*taken, *workers.finish()]

    with pytest.raises(StopgapError, match="cannot read gone"):
        scan()
    workers.stop()
    assert are_gone(forked)
