"""Runs whole commands and measures them: wall time in interleaved rounds, peak memory, exit status, number of findings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

MB = 1 << 20
SAMPLE = 0.02  # seconds between two looks at the memory of a command's processes


class Command(NamedTuple):
    """A command of a table. `counting`: arguments for the run from whose output `finds` reads the number of findings.

    `right`: the exit statuses that are no failure. `peer`: another tool, to which ratios are given.
    """

    name: str
    argv: tuple[str, ...]
    counting: tuple[str, ...] = ()
    finds: Callable[[bytes], int] | None = None
    right: tuple[int, ...] = (0,)
    peer: bool = False


class Run(NamedTuple):
    """One run. `peak`: bytes; `git`: those of the git processes that it started; `error`: the last line of standard error."""

    seconds: float
    status: int
    peak: int
    git: int
    out: bytes
    error: str


class Row(NamedTuple):
    """What was measured of one command. `ratio`: to the fastest peer; `peak`, `git`: as in Run; 0 and None: not measured."""

    name: str
    argv: tuple[str, ...]
    peer: bool
    seconds: tuple[float, ...] = ()
    findings: int | None = None
    peak: int = 0
    git: int = 0
    ratio: float | None = None
    failure: str = ""


class Bench(NamedTuple):
    """Where commands run: a folder, the environment, how often."""

    cwd: Path
    environ: Mapping[str, str]
    rounds: int


@contextmanager
def held() -> Iterator[list[int]]:
    """Keeps Ctrl-C back while a process is being started, when nobody could stop it yet; gives the signals that came."""
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda got, _frame: came.append(got))
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(argv: Sequence[str], bench: Bench, *, sampled: bool = False) -> Run:
    """Runs a command in a session of its own. `peak` is its largest process's; with `sampled`, that of all together where it is more."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        with held() as came:
            process = subprocess.Popen(
                argv, cwd=bench.cwd, env=bench.environ, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        try:
            if came:
                raise KeyboardInterrupt
            together, of_git = watch(process.pid) if sampled else (0, 0)
            _, wait_status, usage = os.wait4(process.pid, 0)
        except BaseException:  # Ctrl-C does not reach another session by itself
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(wait_status)
        largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)  # getrusage(2): bytes on macOS, else kilobytes
        out.seek(0)
        err.seek(0)
        lines = err.read().decode("utf-8", "replace").split("\n")
        error = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return Run(seconds, process.returncode, max(largest, together), of_git, out.read(), error)


def watch(session: int) -> tuple[int, int]:
    """Peak bytes of a session's processes together and of the git ones among them, until its leader ends. Zeros where /proc is missing.

    Pages that processes share count once.
    """
    peak = git = 0
    while Path("/proc/self/smaps_rollup").exists() and os.waitid(os.P_PID, session, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        sizes = [(program(pid), proportional(pid)) for pid in os.listdir("/proc") if pid.isdigit() and session_of(pid) == session]
        peak = max(peak, sum(size for _, size in sizes))
        git = max(git, sum(size for name, size in sizes if name == b"git"))
        time.sleep(SAMPLE)
    return peak, git


def session_of(pid: str) -> int:
    try:
        return os.getsid(int(pid))
    except OSError:  # it has ended
        return 0


def program(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "comm").read_bytes().strip()
    except OSError:
        return b""


def proportional(pid: str) -> int:
    """A process's Pss in bytes (proc(5)); 0 for one that has ended."""
    try:
        lines = Path("/proc", pid, "smaps_rollup").read_bytes().split(b"\n")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def measure(commands: Sequence[Command], bench: Bench, *, memory: bool = False) -> list[Row]:
    """Each command once to warm up and to count, then all of them in turn, round after round, then once more for the memory.

    With no rounds, the run for the memory is the one whose time counts.
    """
    rows = {command: warmed_up(command, bench) for command in commands}
    for _ in range(bench.rounds):
        for command in commands:
            if not rows[command].failure:
                rows[command] = timed(rows[command], run(command.argv, bench), command)
    for command in commands if memory else ():
        if not rows[command].failure:
            done = run(command.argv, bench, sampled=True)
            row = rows[command] if bench.rounds else timed(rows[command], done, command)
            rows[command] = row._replace(peak=done.peak, git=done.git)
    return with_ratios(list(rows.values()))


def warmed_up(command: Command, bench: Bench) -> Row:
    """The number of findings, from a run that fills the caches too."""
    row = Row(command.name, command.argv, command.peer)
    first = run((*command.argv, *command.counting), bench)
    if first.status not in command.right:
        return failed(row, first)
    if command.finds is None:
        return row
    try:
        return row._replace(findings=command.finds(first.out))
    except (ValueError, KeyError, TypeError) as error:  # the output of another version than the one this was written for
        return row._replace(failure=f"its output was not understood: {error!r}")


def timed(row: Row, done: Run, command: Command) -> Row:
    return row._replace(seconds=(*row.seconds, done.seconds)) if done.status in command.right else failed(row, done)


def failed(row: Row, done: Run) -> Row:
    """A command that fails is fast: its times are dropped."""
    return row._replace(seconds=(), failure=f"exit {done.status}: {done.error[:120]}")


def with_ratios(rows: list[Row]) -> list[Row]:
    """The rows with their ratio to the peer with the best median: the median over the rounds, so that a slow moment counts for both."""
    peers = [row for row in rows if row.peer and row.seconds]
    if not peers:
        return rows
    fastest = min(peers, key=lambda row: median(row.seconds)).seconds
    return [row._replace(ratio=median(a / b for a, b in zip(row.seconds, fastest, strict=True)) if row.seconds else None) for row in rows]
