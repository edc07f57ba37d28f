"""The one door to git: an argv tuple in, bytes out, and nothing that a repository's settings could change or run."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from threading import Thread
from typing import IO

from ..model import StopgapError

MINIMUM = (2, 25)  # check-ignore, diff-tree -c --raw -z and cat-file --batch behave alike from here on

# A repository's own settings are hostile: no network, no monitor, no hook, no pager, no prompt (git-config(1), git(1)).
SETTINGS = (
    "--no-pager",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", "core.trustctime=true",
    "-c", "core.checkStat=default",
    "-c", "core.warnAmbiguousRefs=true",
    "-c", "core.quotePath=true",
    "-c", "diff.orderFile=",
    "-c", "diff.suppressBlankEmpty=false",
    "-c", "protocol.allow=never",
)  # fmt: skip
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.path.join(os.devnull, "none"),  # nor grafts, which hide history too; a file that is not there is no file
    "LC_ALL": "C",
}
PIPE = 1 << 20  # bytes that a pipe holds; more is refused to who is not root (pipe(7))
DROPPED = (
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_TRACE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)


def environment() -> dict[str, str]:
    """The environment git runs in: ours, less what would change its output, plus what keeps it offline."""
    kept = {key: value for key, value in os.environ.items() if key not in DROPPED}
    if "GIT_INDEX_FILE" in kept:  # relative to the root (githooks(5)), where we are; a command may be run elsewhere
        kept["GIT_INDEX_FILE"] = os.path.abspath(kept["GIT_INDEX_FILE"])
    return {**kept, **ENVIRONMENT}


def start(*argv: str, stdin: int | IO[bytes] = subprocess.DEVNULL, stderr: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Starts git with pipes for its output. Raises StopgapError where there is no git."""
    try:
        return subprocess.Popen(("git", *SETTINGS, *argv), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment())
    except FileNotFoundError as error:
        raise StopgapError("git is not installed, or not on the PATH") from error
    except OSError as error:
        raise StopgapError(f"cannot run git: {error.strerror}") from error


def widen(process: subprocess.Popen[bytes]) -> None:
    """Lets the pipe of a git hold more, where the system can do that (Linux: fcntl(2), F_SETPIPE_SZ) and allows it."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE)


class Complaints:
    """What a running git says on its standard error, read beside its output: a pipe that nobody empties would stop it."""

    KEPT = 1 << 16

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        self._pipe = process.stderr
        self._said = b""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with self._pipe:
            while chunk := os.read(self._pipe.fileno(), self.KEPT):
                self._said = (self._said + chunk)[-self.KEPT :]

    def said(self) -> bytes:
        """All of it, or the last part, once git has ended."""
        self._reader.join()
        return self._said


def git(*argv: str, stdin: bytes | None = None, ok: tuple[int, ...] = (0,)) -> bytes:
    """What git prints for these arguments. Raises StopgapError for an exit status that is not in `ok`."""
    return run(*argv, stdin=stdin, ok=ok)[1]


def run(*argv: str, stdin: bytes | None = None, ok: tuple[int, ...] = (0,)) -> tuple[int, bytes]:
    """Exit status and output. Raises StopgapError for an exit status that is not in `ok`."""
    process = start(*argv, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL)
    out, err = process.communicate(stdin)
    if process.returncode not in ok:
        raise failure(argv, process.returncode, err)
    return process.returncode, out


def failure(argv: tuple[str, ...], status: int, err: bytes) -> StopgapError:
    """The error for a git that failed: its own words on one line and what to do where that is known, or that it is too old."""
    too_old = version_problem() if status in (128, 129) else ""
    if too_old:
        return StopgapError(too_old)
    lines = [line for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = sorted((line for line in lines if line.startswith(("fatal: ", "error: "))), key=lambda line: line.startswith("error: "))
    words = next(iter((*telling, *lines)), f"exit status {status}")
    return StopgapError(f"git {subcommand(argv)} failed: {words.removeprefix('fatal: ').removeprefix('error: ')}{trust(words)}")


def trust(words: str) -> str:
    """What to do where git says that the repository is somebody else's, else "" (git-config(1), safe.directory)."""
    _, found, behind = words.partition("dubious ownership in repository at '")
    if not found:
        return ""
    folder = behind.rpartition("'")[0]
    if not folder:  # it goes on in another line
        return ""
    from shlex import quote  # only here: every command loads this module

    return f"; where you trust that user: git config --global --add safe.directory {quote(folder)}"


def subcommand(argv: tuple[str, ...]) -> str:
    """The command among git's arguments: the first that is neither a global option nor the value of one."""
    words = iter(argv)
    for word in words:
        if word in ("-c", "-C"):
            next(words, "")
        elif not word.startswith("-"):
            return word
    return ""


def version_problem() -> str:
    """ "" or one line that says that this git is too old. Asked only once something failed: it would cost each run a process."""
    try:
        words = subprocess.run(("git", "version"), capture_output=True, check=False).stdout.decode("ascii", "replace").split()
    except OSError:
        return "git is not installed, or not on the PATH"
    numbers = (words[2] if len(words) > 2 else "").split(".")[:2]
    if len(numbers) == 2 and all(number.isdigit() for number in numbers) and tuple(map(int, numbers)) < MINIMUM:
        return f"git {words[2]} is too old: stopgap needs {MINIMUM[0]}.{MINIMUM[1]} or newer"
    return ""


def zsplit(out: bytes) -> list[str]:
    """Paths of NUL-terminated output. Bytes that are not UTF-8 become lone surrogates, as `os.fsdecode` does."""
    return [part for part in path_of(out).split("\0") if part]


def path_of(raw: bytes) -> str:
    """A path as git gives it, decoded the same way on every system."""
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(path: str) -> bytes:
    """The bytes of a path that `path_of` decoded."""
    return path.encode("utf-8", "surrogateescape")
