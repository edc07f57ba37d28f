"""The commands that the plan hands out, run by a real shell in real clones: everybody keeps their own file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from stopgap.checks import before_pull

from .conftest import Repo

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="no bash here")
RESET = "git fetch -q && git reset -q --hard origin/main"
OLD, OWN = b"DB_PASSWORD=from-the-repository\n", b"DB_PASSWORD=of-this-machine\nEXTRA=1\n"


def clone(origin: Repo, name: str) -> Repo:
    """Another clone beside the first."""
    path = origin.path.parent / name
    subprocess.run(("git", "clone", "-q", str(origin.path), str(path)), check=True, capture_output=True)
    made = Repo(path)
    made.git("config", "pull.rebase", "true")
    return made


def run(repo: Repo, commands: Sequence[str], cwd: str = "") -> subprocess.CompletedProcess[bytes]:
    """What a person does who pastes the lines into a shell."""
    assert BASH
    return subprocess.run((BASH,), input="\n".join(commands).encode() + b"\n", cwd=repo.path / cwd, capture_output=True)


def untracked(repo: Repo, *paths: str) -> None:
    """The author's part: untracked, committed, where others pull from."""
    done = repo.stopgap("untrack", "--apply", "--", *paths)
    assert done.returncode == 0, done.stderr.decode()
    repo.commit("untrack")


def nothing(repo: Repo) -> bytes:
    return OLD


def modified(repo: Repo) -> bytes:
    repo.write(".env", OWN)
    return OWN


def staged(repo: Repo) -> bytes:
    modified(repo)
    repo.add(".env")
    return OWN


def skipped(repo: Repo) -> bytes:
    repo.git("update-index", "--skip-worktree", ".env")
    return modified(repo)


def assumed(repo: Repo) -> bytes:
    repo.git("update-index", "--assume-unchanged", ".env")
    return modified(repo)


def both(repo: Repo) -> bytes:
    repo.git("update-index", "--assume-unchanged", ".env")
    return skipped(repo)


def committed(repo: Repo) -> bytes:
    """A commit of one's own beside: the pull is no fast-forward."""
    repo.write("mine", "x")
    repo.add("mine")
    repo.commit("mine")
    return modified(repo)


STATES = [nothing, modified, staged, skipped, assumed, both, committed]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("pull", ["git pull -q", RESET], ids=["pull", "reset"])
def test_everybody_keeps_their_file(repo: Repo, state: Callable[[Repo], bytes], pull: str) -> None:
    repo.write(".env", OLD)
    repo.add()
    repo.commit()
    other = clone(repo, "other")
    own = state(other)
    (other.path / ".env").chmod(0o600)
    untracked(repo, ".env")
    done = run(other, before_pull.commands([".env"], pull))
    assert done.returncode == 0, done.stderr.decode()
    assert (other.path / ".env").read_bytes() == own
    assert (other.path / ".env").stat().st_mode & 0o777 == 0o600
    assert other.git("ls-files", ".env") == b""
    assert (other.path / ".env.example").exists(), "it did pull"
    assert other.git("status", "--porcelain") == b"", "and the file is ignored"
    repo.write("later", "x")
    repo.add("later")
    repo.commit("later")
    other.git("pull", "-q")
    assert (other.path / ".env").read_bytes() == own, "a later pull leaves it alone"


def test_without_the_commands_the_file_is_gone(repo: Repo) -> None:
    repo.write(".env", OLD)
    repo.add()
    repo.commit()
    plain, changed, server = clone(repo, "plain"), clone(repo, "changed"), clone(repo, "server")
    modified(changed)
    modified(server)
    untracked(repo, ".env")
    plain.git("pull", "-q")
    assert not (plain.path / ".env").exists()
    head = changed.git("rev-parse", "HEAD")
    changed.git("pull", "-q", check=False)
    assert changed.git("rev-parse", "HEAD") == head, "git refuses to pull"
    assert run(server, [RESET]).returncode == 0
    assert not (server.path / ".env").exists(), "and a reset takes the server's own with it"


def test_where_the_copy_cannot_be_made_nothing_is_undone(repo: Repo) -> None:
    repo.write(".env", OLD)
    repo.write("b.env", OLD)
    repo.add()
    repo.commit()
    other = clone(repo, "other")
    modified(other)
    (other.path / "b.env").unlink()
    untracked(repo, ".env", "b.env")
    run(other, before_pull.commands([".env", "b.env"], "git pull -q"))
    assert (other.path / ".env").read_bytes() == OWN
    assert other.git("ls-files", ".env") == b".env\n", "it did not pull"


def test_a_folder_goes_with_its_last_file_and_comes_back(repo: Repo) -> None:
    for path in ("app/conf/.env", "app-conf-.env", ".env"):
        repo.write(path, OLD)
    repo.add()
    repo.commit()
    other = clone(repo, "other")
    for path in ("app/conf/.env", "app-conf-.env", ".env"):
        other.write(path, OWN + path.encode())
    (repo.path / "app/conf/.env.example").symlink_to("nowhere")  # no template there: the folder is empty after the pull
    untracked(repo, "app/conf/.env", "app-conf-.env", ".env")
    done = run(other, before_pull.commands(["app/conf/.env", "app-conf-.env", ".env"], "git pull -q"), cwd="app/conf")
    assert done.returncode == 0, done.stderr.decode()
    for path in ("app/conf/.env", "app-conf-.env", ".env"):
        assert (other.path / path).read_bytes() == OWN + path.encode()


def test_a_link_stays_a_link(repo: Repo) -> None:
    repo.write(".env", OLD)
    repo.add()
    repo.commit()
    other = clone(repo, "other")
    shared = repo.path.parent / "shared.env"
    shared.write_bytes(OWN)
    (other.path / ".env").unlink()
    (other.path / ".env").symlink_to(shared)
    untracked(repo, ".env")
    assert run(other, before_pull.commands([".env"], "git pull -q")).returncode == 0
    assert os.readlink(other.path / ".env") == str(shared)
    assert shared.read_bytes() == OWN


@pytest.mark.parametrize(
    "name",
    [
        "a b.env",
        "it's.env",
        '"q".env',
        "-x.env",
        "$HOME.env",
        "a*.env",
        ":a.env",
        "a\\b.env",
        "é.env",
        b"\xe9.env",
        "a\x1b[1m.env",
        "##[x].env",
    ],
    ids=["space", "quote", "double quotes", "dash", "dollar", "star", "colon", "backslash", "é", "latin-1", "control", "runner"],
)
@pytest.mark.parametrize("folder", ["", "-d/"], ids=["root", "folder"])
def test_any_name_works_as_printed(repo: Repo, name: str | bytes, folder: str) -> None:
    path = folder + (os.fsdecode(name) if isinstance(name, bytes) else name)
    repo.write(path, OLD)
    repo.write(folder + "ax.env", OLD)  # what the star would match too
    repo.add()
    repo.commit()
    other = clone(repo, "other")
    other.write(path, OWN)
    done = repo.stopgap("untrack", "--apply", "--", path)
    assert done.returncode == 0, done.stderr.decode()
    repo.commit("untrack")
    printed = [line[7:] for line in done.stdout.decode().splitlines() if line.startswith("       ")]
    begin = printed.index(before_pull.AT_ROOT)
    commands = printed[begin : printed.index(before_pull.AT_ROOT, begin + 1)]
    ran = run(other, [line.replace("git pull", "git pull -q") for line in commands])
    assert ran.returncode == 0, ran.stderr.decode()
    assert (other.path / path).read_bytes() == OWN
    assert (other.path / folder / "ax.env").read_bytes() == OLD
    assert other.git("ls-files", "-z", "--", folder + "ax.env") == (folder + "ax.env\0").encode()
    assert b"\x1b" not in done.stdout
    assert "::" not in "".join(printed)


@pytest.mark.parametrize("path", [".env", "a b/.env", "-x"])
def test_a_server_without_git_keeps_a_copy(tmp_path: Path, path: str) -> None:
    (tmp_path / "app" / path).parent.mkdir(parents=True)
    (tmp_path / "app" / path).write_bytes(OWN)
    home = tmp_path / "home"
    home.mkdir()
    assert BASH
    script = "\n".join(before_pull.saving([path])).encode()
    done = subprocess.run((BASH, "-e"), input=script, cwd=tmp_path / "app", capture_output=True, env={**os.environ, "HOME": str(home)})
    assert done.returncode == 0, done.stderr.decode()
    assert [kept.read_bytes() for kept in home.rglob("*") if kept.is_file()] == [OWN]
