"""The commands that are forked for the tests do what the command does that is started for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import forked
from .conftest import Repo
from .tokens import GITHUB

SMALL = 1 << 26  # bytes of addresses in which no interpreter with all its modules has room

pytestmark = pytest.mark.skipif(forked.BUILT not in os.environ, reason="commands are forked only where many tests are run (-n)")


def environment(**changed: str) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": os.devnull, "PYTHONPATH": os.environ[forked.BUILT], **changed}


def seen(done: subprocess.CompletedProcess[bytes]) -> tuple[int, bytes, bytes]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("argv", "stdin"),
    [
        pytest.param(("--version",), b"", id="version"),
        pytest.param(("scan-dif",), b"", id="no command"),
        pytest.param(("scan-diff",), b"", id="findings"),
        pytest.param(("scan-diff", "--format", "json", "-v"), b"", id="findings as JSON"),
        pytest.param(("scan-diff", "missing"), b"", id="no file"),
        pytest.param(("check", "--worktree"), b"", id="all checks"),
        pytest.param(("check-gitignore",), b"", id="gitignore"),
        pytest.param(("doctor",), b"", id="doctor"),
        pytest.param(("rules", "github-pat"), b"", id="a rule"),
        pytest.param(("drift", ".env", "-"), b"A=2\n" * 50_000, id="more on standard input than a pipe holds"),
        pytest.param(("scan-diff", "--pre-push", "origin", "x"), b"no refs\n", id="standard input that is wrong"),
    ],
)
def test_status_and_output_are_the_same(repo: Repo, argv: tuple[str, ...], stdin: bytes) -> None:
    repo.write("é a.py", f"token = '{GITHUB}'\n")
    repo.write(".env", "A=1\n")
    repo.add()
    assert seen(forked.forked(argv, repo.path, environment(), stdin)) == seen(forked.started(argv, repo.path, environment(), stdin))


def test_one_command_leaves_nothing_to_the_next(repo: Repo) -> None:
    repo.write("a.py", f"token = '{GITHUB}'\n")
    repo.add()
    repo.write("stopgap.toml", 'exclude = ["a.py"]\n')
    repo.add()
    assert forked.forked(("scan-diff",), repo.path, environment()).returncode == 0
    repo.git("rm", "-q", "--cached", "stopgap.toml")
    (repo.path / "stopgap.toml").unlink()
    assert forked.forked(("scan-diff",), repo.path, environment()).returncode == 1


def test_memory_has_an_end(repo: Repo) -> None:
    assert forked.forked(("check",), repo.path, environment(), memory=SMALL).returncode not in (0, 1)


def test_time_has_an_end(repo: Repo) -> None:
    asleep = repo.write("bin/git", "#!/bin/sh\nexec sleep 60\n")
    asleep.chmod(0o755)
    with pytest.raises(subprocess.TimeoutExpired):
        forked.forked(("scan-diff",), repo.path, environment(PATH=f"{asleep.parent}{os.pathsep}{os.environ['PATH']}"), timeout=0.5)
    assert forked.forked(("--version",), repo.path, environment()).returncode == 0


def test_another_start_is_a_start(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an interpreter looks at as it starts is not to be had from one that has started."""
    monkeypatch.setattr(forked, "forked", None)
    assert forked.run(("--version",), repo.path, environment(PYTHONUTF8="1")).returncode == 0
    assert forked.run(("--version",), repo.path, environment(PYTHONPATH=str(Path(sys.prefix)))).returncode == 0
