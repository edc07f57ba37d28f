"""A file of another host: the real ssh against a real sshd on loopback, which lives as long as this module's tests."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap.detect.examples import expand
from stopgap.model import StopgapError
from stopgap.sides import ssh

from . import forked

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
NEEDED = ("ssh", "ssh-keygen")
SECRET = expand("<alnum:24>")
OLD, NEW = 1_700_000_000, 1_760_000_000
IS_ROOT = hasattr(os, "getuid") and os.getuid() == 0

# what a key is let do: all, or one command in place of the one that is asked for (authorized_keys, `command=`)
PERSONAS = {
    "plain": "",
    "noisy": f'echo welcome; echo "{SECRET}" >&2; eval "$SSH_ORIGINAL_COMMAND"',
    "traced": f'echo "+ DB_PASSWORD={SECRET}" >&2; exit 3',
    "forced": "echo A=1",
    "slow": "sleep 15",
    "cut": 'eval "$SSH_ORIGINAL_COMMAND" | head -c 60; kill -9 $PPID',
    # another user's eyes, where the tests run as root, who may read everything
    "other": 'exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"',
}


class Server(NamedTuple):
    """A running sshd. Each persona has a folder with an `ssh` that is the real one with settings of its own."""

    port: int
    folder: Path

    def url(self, path: Path | str) -> str:
        return f"ssh://127.0.0.1:{self.port}{path}"

    def path_of(self, persona: str) -> str:
        return f"{self.folder / persona}:{os.environ['PATH']}"

    def drift(self, *argv: str, persona: str = "plain", cwd: Path) -> subprocess.CompletedProcess[bytes]:
        return forked.run(("drift", *argv), cwd, {**os.environ, "PATH": self.path_of(persona)}, timeout=90)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_key(path: Path) -> str:
    """A new key pair; its public half."""
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path), check=True)
    return Path(f"{path}.pub").read_text().strip()


def make_client(folder: Path, key: Path, known: Path) -> None:
    """An `ssh` in a folder of its own: the real one does not look into HOME for its settings, but asks who the user is."""
    folder.mkdir()
    lines = ("Host *", f"IdentityFile {key}", "IdentitiesOnly yes", "IdentityAgent none", f"UserKnownHostsFile {known}")
    (folder / "config").write_text("\n".join((*lines, "GlobalKnownHostsFile /dev/null", "StrictHostKeyChecking yes")) + "\n")
    (folder / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {shlex.quote(str(folder / "config"))} "$@"\n')
    (folder / "ssh").chmod(0o755)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if SSHD is None or any(shutil.which(name) is None for name in NEEDED):
        pytest.skip("sshd, ssh or ssh-keygen is not installed")
    folder = tmp_path_factory.mktemp("sshd")
    port = free_port()
    known = folder / "known"
    known.write_text(f"[127.0.0.1]:{port} {make_key(folder / 'host')}\n")
    allowed = []
    for persona, command in PERSONAS.items():
        option = 'command="' + command.replace('"', '\\"') + '" ' if command else ""
        allowed.append(option + make_key(folder / f"{persona}.key"))
        make_client(folder / persona, folder / f"{persona}.key", known)
    (folder / "authorized").write_text("\n".join(allowed) + "\n")
    make_key(folder / "stranger.key")
    make_client(folder / "stranger", folder / "stranger.key", known)
    make_client(folder / "unacquainted", folder / "plain.key", Path("/dev/null"))
    (folder / "changed.known").write_text(f"[127.0.0.1]:{port} {make_key(folder / 'changed')}\n")
    make_client(folder / "deceived", folder / "plain.key", folder / "changed.known")
    with running(folder, port):
        yield Server(port, folder)


def settings_of(folder: Path, port: int) -> str:
    """sshd's settings: everything it needs lies in the folder."""
    settings = {"Port": port, "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "authorized"}
    settings |= {"UsePAM": "no", "StrictModes": "no", "PidFile": "none", "PasswordAuthentication": "no", "LogLevel": "ERROR"}
    settings |= {"KbdInteractiveAuthentication": "no", "PermitRootLogin": "prohibit-password", "MaxStartups": 50}
    return "".join(f"{key} {value}\n" for key, value in settings.items())


@contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """The sshd; as root it wants an empty folder, which a distribution's service makes. It stays: tests beside these may use it."""
    if IS_ROOT:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (folder / "sshd_config").write_text(settings_of(folder, port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen((str(SSHD), "-D", "-e", "-f", folder / "sshd_config"), stderr=log)
        try:
            if not answers(process, port):
                pytest.skip("sshd does not start here")
            yield
        finally:
            process.terminate()
            process.wait(10)


def answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether something listens, within some seconds."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an env file, which the host sees too."""
    write(tmp_path / ".env", "DB_HOST=a\nDB_PASSWORD='x y'\n", OLD)
    return tmp_path


def write(path: Path, data: str | bytes, changed: int = NEW) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (changed, changed))
    return path


# ---- the same settings


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("server.env", id="plain"),
        pytest.param("a b/x'y\".env", id="blanks and quotes"),
        pytest.param("$(touch owned);`touch owned`&&x|y", id="a shell's signs"),
        pytest.param("-n", id="like an option"),
        pytest.param("é%25 #?", id="other letters, a sharp and a question mark"),
        pytest.param("back\\slash*[a]~!", id="a backslash and wildcards"),
    ],
)
def test_the_same_on_the_host(server: Server, folder: Path, name: str) -> None:
    write(folder / name, '# there\nDB_PASSWORD="x y"\nDB_HOST=a\n')
    done = server.drift(".env", server.url(folder / name.replace("%", "%25")), cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert not (folder / "owned").exists()


def test_a_path_from_the_home(server: Server, folder: Path) -> None:
    home = os.path.expanduser("~")
    done = server.drift(".env", server.url("/~/" + os.path.relpath(folder / ".env", os.path.realpath(home))), cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_a_login_prints_is_not_the_file(server: Server, folder: Path) -> None:
    done = server.drift(".env", server.url(folder / ".env"), persona="noisy", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


# ---- what sets them apart


def test_a_host_that_differs(server: Server, folder: Path) -> None:
    there = write(folder / "server.env", f"DB_HOST=a\nDB_PASSWORD={SECRET}\nDEBUG=1\n")
    done = server.drift(".env", server.url(there), cwd=folder)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert lines[0].startswith(f".env:1:1: drift-extra-key: DEBUG is in {server.url(there)} only; ")
    assert lines[2] == (
        f".env:2:1: drift-differs: DB_PASSWORD differs between .env and {server.url(there)}; "
        f"{server.url(there)} is newer (2025-10-09 08:53 UTC, .env 2023-11-14 22:13 UTC)"
    )
    assert SECRET[:6].encode() not in done.stdout + done.stderr


def test_a_deploy_behind_it_does_not_run(server: Server, folder: Path) -> None:
    there = write(folder / "server.env", "DB_HOST=a\nDB_PASSWORD=rotated\n")
    script = f"{sys.executable} -m stopgap drift .env {server.url(there)} && touch deployed"
    subprocess.run(("sh", "-c", script), cwd=folder, capture_output=True, env={**os.environ, "PATH": server.path_of("plain")})
    assert not (folder / "deployed").exists()


# ---- what cannot be read


def refused(done: subprocess.CompletedProcess[bytes], said: str) -> None:
    """Exit status 2, one line, and nothing of the secret."""
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr
    assert said in done.stderr.decode()
    assert SECRET[:6].encode() not in done.stderr


@pytest.mark.parametrize(
    ("persona", "name", "said"),
    [
        pytest.param("plain", "nothing", "there is no such file, or the user may not enter its folder", id="no such file"),
        pytest.param("plain", "", "not a regular file", id="a folder"),
        pytest.param("plain", "pipe", "not a regular file", id="a pipe"),
        pytest.param("plain", "huge", "larger than 1 MiB", id="a huge file"),
        pytest.param("plain", "large", "larger than 1 MiB", id="a file of one byte too many"),
        pytest.param("plain", "prose", "no line of it is KEY=value", id="another kind of file"),
        pytest.param("stranger", ".env", "the host does not accept any of the keys that ssh offers", id="a refused key"),
        pytest.param("unacquainted", ".env", "the host's key is not in known_hosts", id="a host that is not known"),
        pytest.param("deceived", ".env", "the host's key is not the one that known_hosts has", id="a host with another key"),
        pytest.param("traced", ".env", "ssh ended with exit status 3", id="complaints that hold a value"),
        pytest.param("forced", ".env", "the host answers something else", id="a forced command"),
        pytest.param("cut", ".env", "cannot read ssh://", id="a connection that ends in the middle"),
    ],
)
def test_what_the_host_does_not_give(server: Server, folder: Path, persona: str, name: str, said: str) -> None:
    os.mkfifo(folder / "pipe")
    write(folder / "huge", b"A=1\n" * 5_000_000)
    write(folder / "large", b"A=" + b"x" * ((1 << 20) - 1))
    write(folder / "prose", "Dear all,\nno setting here\n")
    refused(server.drift(".env", server.url(folder / name), persona=persona, cwd=folder), said)


def test_a_file_that_may_not_be_read(server: Server, folder: Path) -> None:
    if not IS_ROOT:
        write(folder / "closed", "A=1\n").chmod(0)
        return refused(server.drift(".env", server.url(folder / "closed"), cwd=folder), "permission denied")
    if shutil.which("setpriv") is None or not os.path.exists("/etc/shadow"):
        pytest.skip("root may read everything, and setpriv is not installed")
    return refused(server.drift(".env", server.url("/etc/shadow"), persona="other", cwd=folder), "permission denied")


def test_a_host_that_is_not_there(server: Server, folder: Path) -> None:
    refused(server.drift(".env", f"ssh://127.0.0.1:{free_port()}/x", cwd=folder), "the host refuses the connection")


def test_a_name_that_no_host_has(server: Server, folder: Path) -> None:
    refused(server.drift(".env", "ssh://nothing.invalid/x", cwd=folder), "the host's name is not known")


def test_without_ssh(folder: Path) -> None:
    command = (sys.executable, "-m", "stopgap", "drift", ".env", "ssh://host/x")
    done = subprocess.run(command, cwd=folder, capture_output=True, env={**os.environ, "PATH": str(folder)})
    refused(done, "ssh is not installed, or not on the PATH")


def test_a_host_that_takes_too_long(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "WHOLE", 2)
    monkeypatch.setenv("PATH", server.path_of("slow"))
    start = time.perf_counter()
    with pytest.raises(StopgapError, match="it took more than 2 seconds"):
        ssh.side(server.url(folder / ".env")).read()
    assert time.perf_counter() - start < 10


def test_what_ssh_leaves_running_is_not_waited_for(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ProxyCommand's child, say, that keeps the pipes of an ssh that has ended."""
    write(folder / "bin" / "ssh", f'#!/bin/sh\nsleep 600 &\nexec {server.folder}/plain/ssh "$@"\n').chmod(0o755)
    monkeypatch.setattr(ssh, "WHOLE", 3)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    start = time.perf_counter()
    with pytest.raises(StopgapError, match="it took more than 3 seconds"):
        ssh.side(server.url(folder / ".env")).read()
    assert time.perf_counter() - start < 10


def test_a_host_that_accepts_and_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "WHOLE", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(StopgapError, match="it took more than 2 seconds"):
            ssh.side(f"ssh://127.0.0.1:{silent.getsockname()[1]}/x").read()


# ---- how it is called


@pytest.mark.parametrize(
    ("word", "said"),
    [
        pytest.param("ssh://-oProxyCommand=touch${IFS}owned/x", "the host of an ssh side", id="a host that is an option"),
        pytest.param("ssh://-oProxyCommand=touch owned@host/x", "the user of an ssh side", id="a user that is an option"),
        pytest.param("ssh://-v/x", "the host of an ssh side", id="a host that is an option of one letter"),
        pytest.param("ssh://-v@host/x", "the user of an ssh side", id="a user that is an option of one letter"),
        pytest.param("ssh://a b/x", "the host of an ssh side", id="a blank in the host"),
        pytest.param("ssh://$(id)/x", "the host of an ssh side", id="a command as the host"),
        pytest.param("ssh://me:hunter2@host/x", "takes no password", id="a password"),
        pytest.param("ssh://@host/x", "the user of an ssh side", id="an empty user"),
        pytest.param("ssh://host", "is written ssh://USER@HOST/PATH", id="no path"),
        pytest.param("ssh:///x", "is written ssh://USER@HOST/PATH", id="no host"),
        pytest.param("ssh://host:0/x", "the port", id="port 0"),
        pytest.param("ssh://host:70000/x", "the port", id="a port that none has"),
        pytest.param("ssh://host/a%0Ab", "a sign in it that cannot be seen", id="a newline in the path"),
        pytest.param("ssh://host/a%00b", "a sign in it that cannot be seen", id="a NUL in the path"),
    ],
)
def test_a_hostile_word_is_refused_before_ssh_is_run(word: str, said: str) -> None:
    with pytest.raises(StopgapError, match=said) as error:
        ssh.side(word)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("word", "who"),
    [
        pytest.param("ssh://host/srv/.env", ("", "host", "", "/srv/.env"), id="host and path"),
        pytest.param("ssh://app@Web-1.example.org:2222/srv/a%20b", ("app", "Web-1.example.org", "2222", "/srv/a b"), id="all of it"),
        pytest.param("ssh://app@[::1]:22/x", ("app", "::1", "22", "/x"), id="IPv6"),
        pytest.param("ssh://host/~/app/.env", ("", "host", "", "./app/.env"), id="the home"),
        pytest.param("ssh://host/a@b:c", ("", "host", "", "/a@b:c"), id="signs of an address in the path"),
    ],
)
def test_the_parts_of_an_address(word: str, who: tuple[str, str, str, str]) -> None:
    assert ssh.side(word) == ssh.Ssh(word, *who)


def test_ssh_can_ask_nothing_and_gets_no_option_from_outside() -> None:
    command = ssh.side("ssh://app@host:22/x").command("mark")
    assert command[-2] == "host"
    assert command[-3] == "--"
    assert {"-oBatchMode=yes", "-oForwardAgent=no", "-oControlMaster=no", "-lapp", "-p22"} <= set(command)
    assert not any("StrictHostKeyChecking" in word for word in command), "that is the user's own choice"
