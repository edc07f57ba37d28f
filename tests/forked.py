"""The command in a process of its own that need not start Python and import the package first: it is forked from one that has.

Where many tests are run, each worker keeps such a process. Arguments, folder, environment, pipes and exit status are a command's own, and
what it has computed dies with it; the interpreter's start and the imports are what a thousand commands share. What is about these runs
`python -m stopgap` itself: test_forked.py holds the two against each other, and the clients' hooks, the demo and the benchmark start it.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import json
import os
import pkgutil
import resource
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

BUILT = "STOPGAP_BUILT"  # the folder of the package as users have it, with its tables as code; unset where a checkout's own is run
AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_")  # what an interpreter looks at as it starts
OTHERS = ("boto3", "detect_secrets.settings", "hyperscan", "identify.identify", "rich.console", "rich.markdown", "tree_sitter_bash", "yaml")
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0}))"
MODULE = "import runpy; runpy.run_module('stopgap', run_name='__main__')"
HEAD = 8  # digits of a request's length, in hexadecimal
BUSY = threading.Lock()


def run(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"", timeout: float | None = None, memory: int = 0
) -> subprocess.CompletedProcess[bytes]:
    """What `python -m stopgap ARGV` does in that folder and environment, within so many bytes of addresses (0: as many as it takes).

    Raises subprocess.TimeoutExpired, as subprocess.run does.
    """
    if BUILT in os.environ and env.get("PYTHONPATH") == os.environ.get("PYTHONPATH"):
        env = {**env, "PYTHONPATH": os.environ[BUILT]}
    if BUILT not in os.environ or not same_start(env) or not BUSY.acquire(blocking=False):
        return started(argv, cwd, env, stdin, timeout, memory)
    try:
        return forked(argv, cwd, env, stdin, timeout, memory)
    finally:
        BUSY.release()


def started(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"", timeout: float | None = None, memory: int = 0
) -> subprocess.CompletedProcess[bytes]:
    """The same, by an interpreter that is started for it."""
    words = ("-c", f"{LIMIT.format(memory)}; {MODULE}") if memory else ("-m", "stopgap")
    return subprocess.run((sys.executable, *words, *argv), cwd=cwd, capture_output=True, input=stdin, env=env, timeout=timeout)


def same_start(env: Mapping[str, str]) -> bool:
    """Whether the interpreter would start as the server's did."""
    names = {name for name in (*env, *served()) if name.startswith(AT_START)}
    return all(env.get(name) == served().get(name) for name in names)


@functools.cache
def served() -> dict[str, str]:
    """The environment that the server starts with."""
    return {**os.environ, "PYTHONPATH": os.environ[BUILT]}


@functools.cache
def server() -> socket.socket:
    """The way to the server of this process, which ends when nobody is there to ask it."""
    ours, theirs = socket.socketpair()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = (sys.executable, __file__, str(theirs.fileno()))
    process = subprocess.Popen(words, env=served(), pass_fds=(theirs.fileno(),), **quiet)  # type: ignore[call-overload]
    theirs.close()
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def forked(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"", timeout: float | None = None, memory: int = 0
) -> subprocess.CompletedProcess[bytes]:
    """Asks the server for a process, is its standard input and output, and waits for its end."""
    (read, give), (out, writes), (err, writes_err) = os.pipe(), os.pipe(), os.pipe()
    command = (sys.executable, "-m", "stopgap", *argv)
    request = json.dumps([argv, os.fspath(cwd), dict(env), memory]).encode()
    socket.send_fds(server(), [f"{len(request):0{HEAD}x}".encode()], [read, writes, writes_err])
    server().sendall(request)
    for fd in (read, writes, writes_err):
        os.close(fd)
    pid = int(received(server(), HEAD), 16)
    try:
        stdout, stderr = communicate(give, out, err, stdin, timeout)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        received(server(), HEAD)
        raise subprocess.TimeoutExpired(command, timeout or 0) from None
    return subprocess.CompletedProcess(command, os.waitstatus_to_exitcode(int(received(server(), HEAD), 16)), stdout, stderr)


def communicate(give: int, out: int, err: int, stdin: bytes, timeout: float | None) -> tuple[bytes, bytes]:
    """Writes all of the input and reads both outputs to their ends. Raises TimeoutError."""
    texts: dict[int, list[bytes]] = {out: [], err: []}
    rest, until = memoryview(stdin), time.monotonic() + timeout if timeout else None
    with selectors.DefaultSelector() as waiting:
        waiting.register(give, selectors.EVENT_WRITE)
        waiting.register(out, selectors.EVENT_READ)
        waiting.register(err, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(None if until is None else max(until - time.monotonic(), 0))
            if not ready and until is not None and time.monotonic() >= until:
                for fd in [key.fd for key in waiting.get_map().values()]:
                    os.close(fd)
                raise TimeoutError
            for key, _ in ready:
                if key.fd == give:
                    with contextlib.suppress(BrokenPipeError):
                        rest = rest[os.write(give, rest[: selectors.PIPE_BUF if hasattr(selectors, "PIPE_BUF") else 512]) :]
                        if rest:
                            continue
                elif data := os.read(key.fd, 1 << 16):
                    texts[key.fd].append(data)
                    continue
                waiting.unregister(key.fd)
                os.close(key.fd)
    return b"".join(texts[out]), b"".join(texts[err])


def received(channel: socket.socket, size: int) -> bytes:
    """So many bytes. Raises EOFError where the other side is gone."""
    data = b""
    while len(data) < size:
        more = channel.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


# ---- the server


def imported() -> None:
    """Imports all of the package, and what it imports only where it is needed; nothing of it is run."""
    import stopgap

    ours = [module.name for module in pkgutil.walk_packages(stopgap.__path__, "stopgap.") if not module.name.endswith("__main__")]
    for name in (*ours, *OTHERS):
        with contextlib.suppress(Exception):  # the command that needs it fails then, and says why
            import_module(name)
    gc.collect()
    gc.freeze()  # as they are, pages of memory stay shared


def serve(channel: socket.socket) -> None:
    """Forks a process for each request and tells its end. Returns in these processes, each of which is set up as it was asked for."""
    while True:
        head, fds, _, _ = socket.recv_fds(channel, HEAD, 3)
        if not head:
            os._exit(0)
        argv, cwd, env, memory = json.loads(received(channel, int(head, 16)))
        pid = os.fork()
        if not pid:
            channel.close()
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            return become(argv, cwd, env, fds)
        for fd in fds:
            os.close(fd)
        channel.sendall(f"{pid:0{HEAD}x}".encode())
        channel.sendall(f"{os.waitpid(pid, 0)[1]:0{HEAD}x}".encode())


def become(argv: list[str], cwd: str, env: dict[str, str], fds: Sequence[int]) -> None:
    """Takes on a command's arguments, folder, environment, and standard input and output."""
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = argv
    sys.path[0] = cwd


def main() -> None:
    imported()
    serve(socket.socket(fileno=int(sys.argv[1])))
    try:
        runpy.run_module("stopgap", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, int) and threading.active_count() == 1:
            leave(end.code)
        raise


def leave(status: int) -> None:
    """Ends as the interpreter would, but that it takes nothing apart: that costs as much as all the imports. Returns where it cannot."""
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
