"""Real git repositories in temporary directories."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .cloud_help import cloud as cloud

# what a developer's or a CI's environment could bring in: a hook that runs the tests, a client, a personal configuration
for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT", "PREK_", "GITHEAD_"))]:
    del os.environ[name]
os.environ.update(
    GIT_CONFIG_GLOBAL=os.devnull,
    GIT_CONFIG_NOSYSTEM="1",
    GIT_AUTHOR_NAME="A Developer",
    GIT_AUTHOR_EMAIL="dev@example.org",
    GIT_COMMITTER_NAME="A Developer",
    GIT_COMMITTER_EMAIL="dev@example.org",
)


def interruptible() -> None:
    """In a child, before it runs: Ctrl-C works, also where the tests themselves were started in the background without it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Repo:
    """A git repository and the commands a test needs of it."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init)

    def git(self, *argv: str, check: bool = True, env: dict[str, str] | None = None) -> bytes:
        done = subprocess.run(
            ("git", *argv), cwd=self.path, capture_output=True, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL
        )
        assert not check or done.returncode == 0, f"git {argv}: {done.stderr.decode(errors='replace')}"
        return done.stdout

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, *names: str) -> None:
        self.git("add", "-f", "--", *(names or (".",)))

    def commit(self, message: str = "a commit", *argv: str, env: dict[str, str] | None = None) -> str:
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message, *argv, env=env)
        return self.git("rev-parse", "HEAD").decode().strip()

    def stopgap(
        self, *argv: str, env: dict[str, str] | None = None, stdin: bytes = b"", cwd: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs the real command here, as a user would."""
        return subprocess.run(
            (sys.executable, "-m", "stopgap", *argv),
            cwd=self.path / cwd,
            capture_output=True,
            input=stdin,
            env={**os.environ, **(env or {})},
        )


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")
