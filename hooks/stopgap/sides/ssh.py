"""A file of another host, read by the system's ssh, which never asks. Keys, host keys and names are as the user's settings have them."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import signal
import subprocess
from threading import Event, Timer
from typing import NamedTuple
from urllib.parse import unquote

from ..git.process import Complaints
from ..model import StopgapError
from . import LARGEST, Dump, content

CONNECT, WHOLE = 10, 30  # seconds: for the connection, and for all of it
ROOM = 1 << 16  # bytes for what a login prints before the file
ADDRESS = re.compile(
    r"""
    ssh://
    (?: (?P<user>[^@/]*) @ )?
    (?P<host> \[ [0-9A-Fa-f:.]+ (?:%\w+)? \] | [^@/:\[\]]+ )
    (?: : (?P<port>[0-9]{1,5}) )?
    / (?P<path>.+)
    """,
    re.VERBOSE | re.DOTALL,
)
PLAIN = re.compile(r"[\w.%+-]+", re.ASCII)  # a user's or a host's name: ssh expands some signs, and takes a leading dash for an option

# ssh_config(5). No prompt, nothing that outlives us (a shared connection's master would), nothing that the file does not need.
OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": str(CONNECT),
    "ControlMaster": "no",
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
    "RemoteCommand": "none",
    "RequestTTY": "no",
    "LogLevel": "ERROR",
}
# For any POSIX shell, in one line without a single quote or an exclamation mark: the login shell can be another one (fish, csh). What
# the login's own files print comes before the mark. GNU and busybox have `stat -c`, the BSDs and macOS `stat -f`.
SCRIPT = (
    '[ -e "$1" ] || exit 71; [ -f "$1" ] || exit 72; [ -r "$1" ] || exit 73; '
    'echo "$2" $(stat -c %Y -- "$1" 2>/dev/null || stat -f %m -- "$1" 2>/dev/null); exec cat -- "$1"'
)
REFUSED = {
    71: "there is no such file, or the user may not enter its folder",
    72: "not a regular file",
    73: "permission denied",
    126: "the host has no shell that can be used",
    127: "the host has no shell that can be used",
}
# what ssh says, in the words that are shown: all that it says is not, as the host has a say in it
SAID = (
    ("Permission denied (", "the host does not accept any of the keys that ssh offers"),
    ("Too many authentication failures", "the host does not accept the keys that ssh offers: they are too many"),
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", "the host's key is not the one that known_hosts has"),
    ("Host key verification failed", "the host's key is not in known_hosts: connect once with ssh and compare it"),
    ("Could not resolve hostname", "the host's name is not known"),
    ("Connection refused", "the host refuses the connection"),
    ("timed out", "the host does not answer"),
    ("No route to host", "there is no way to the host"),
    ("Network is unreachable", "there is no network"),
    ("Bad configuration option", "ssh does not accept its configuration file"),
    ("Bad owner or permissions", "ssh does not accept the permissions of its configuration file"),
    ("Connection closed", "the host closed the connection"),
    ("Connection reset", "the host closed the connection"),
)


class Answer(NamedTuple):
    """What came of a run of ssh: its exit status, output and complaints, and whether it was stopped as it took too long."""

    status: int
    out: bytes
    said: bytes
    late: bool


class Ssh(NamedTuple):
    """A file of a host. `path` is absolute, or begins with `./` at the user's home."""

    name: str
    user: str
    host: str
    port: str
    path: str

    @property
    def local(self) -> str:
        return ""

    def read(self) -> Dump:
        """Raises StopgapError where the host cannot be reached in time, or the file not be read."""
        mark = secrets.token_hex(16)
        answer = asked(self.command(mark))
        _, found, rest = answer.out.partition(mark.encode())
        seconds, _, data = rest.partition(b"\n")
        if why := refusal(answer, is_marked=bool(found), size=len(data if found else answer.out)):
            raise StopgapError(f"cannot read {self.name}: {why}")
        seconds = seconds.strip()
        return content.read(data, self.name)._replace(changed=int(seconds) if seconds.isdigit() and len(seconds) < 12 else None)

    def command(self, mark: str) -> tuple[str, ...]:
        """ssh's arguments. The host's login shell gets one line, in which the path is quoted."""
        options = [f"-o{key}={value}" for key, value in OPTIONS.items()]
        who = [f"-l{self.user}"] if self.user else []
        port = [f"-p{self.port}"] if self.port else []
        return ("ssh", *options, *who, *port, "--", self.host, shlex.join(("exec", "sh", "-c", SCRIPT, "sh", self.path, mark)))


def side(word: str) -> Ssh:
    """The file that `ssh://[user@]host[:port]/path` names; `/~/path` is below the home. Raises StopgapError, which quotes nothing."""
    found = ADDRESS.fullmatch(word)
    if not found:
        raise StopgapError("an ssh side is written ssh://USER@HOST/PATH")
    user, host, port, path = found["user"] or "", found["host"].strip("[]"), found["port"] or "", unquote(f"/{found['path']}")
    if ":" in user:
        raise StopgapError("an ssh side takes no password: ssh has to log in by a key")
    if not PLAIN.fullmatch(host.replace(":", "")) or host.startswith("-"):
        raise StopgapError("the host of an ssh side is no name and no address")
    if (found["user"] is not None and not PLAIN.fullmatch(user)) or user.startswith("-"):
        raise StopgapError("the user of an ssh side is no name")
    if not all(sign.isprintable() for sign in path):
        raise StopgapError("the path of an ssh side has a sign in it that cannot be seen")
    if port and not 0 < int(port) < 1 << 16:
        raise StopgapError("the port of an ssh side is none")
    return Ssh(word, user, host, port, f"./{path[3:]}" if path.startswith("/~/") else path)


def asked(command: tuple[str, ...]) -> Answer:
    """Runs ssh, for no longer than WHOLE and for not much more than LARGEST bytes. Raises StopgapError where it cannot be run."""
    process = start(command)
    assert process.stdout is not None
    late = Event()
    timer = Timer(WHOLE, expire, (process, late))
    timer.daemon = True
    timer.start()
    try:
        complaints = Complaints(process)
        out = process.stdout.read(LARGEST + ROOM)
        if len(out) == LARGEST + ROOM:  # there may be no end to it
            stop(process)
        said = complaints.said()
        return Answer(process.wait(), out, said, late.is_set())
    finally:  # an interruption, too, must leave nothing running
        timer.cancel()
        if process.poll() is None:
            stop(process)
            process.wait()
        process.stdout.close()


def start(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Starts ssh in a session of its own, which has no terminal on which it, or what it runs, could ask. Raises StopgapError."""
    quiet = {**os.environ, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=quiet, start_new_session=True
        )
    except FileNotFoundError as error:
        raise StopgapError("ssh is not installed, or not on the PATH") from error
    except OSError as error:
        raise StopgapError(f"cannot run ssh: {error.strerror}") from error


def expire(process: subprocess.Popen[bytes], late: Event) -> None:
    """The time is over."""
    late.set()
    stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends ssh and what it connects through (ProxyCommand), which can hold its pipes open when ssh itself has ended.

    Nobody has waited for ssh yet, so its number, which is the group's, is not another's.
    """
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        return


def refusal(answer: Answer, *, is_marked: bool, size: int) -> str:
    """ "" or why there is no content, in our own words: a shell that traces the login's files prints values among its complaints."""
    if answer.late:
        return f"it took more than {WHOLE} seconds"
    if size > LARGEST:
        return f"larger than {LARGEST >> 20} MiB"
    if answer.status in REFUSED:
        return REFUSED[answer.status]
    if answer.status:
        text = answer.said.decode("utf-8", "replace")
        return next((words for sign, words in SAID if sign in text), f"ssh ended with exit status {answer.status}")
    return "" if is_marked else "the host answers something else (do its settings force a command?)"
