"""Real git repositories in temporary directories."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from . import forked
from .cloud_help import cloud as cloud

# what a developer's or a CI's environment could bring in: a hook that runs the tests, a client, a personal configuration
for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT", "PREK_", "GITHEAD_", "PYTHONDONTWRITEBYTECODE"))]:
    del os.environ[name]  # the last: what runs in an environment that pip did not compile would be compiled at each start anew
os.environ.update(
    GIT_CONFIG_GLOBAL=str(Path(__file__).with_name("quick.gitconfig")),
    GIT_CONFIG_NOSYSTEM="1",
    GIT_AUTHOR_NAME="A Developer",
    GIT_AUTHOR_EMAIL="dev@example.org",
    GIT_COMMITTER_NAME="A Developer",
    GIT_COMMITTER_EMAIL="dev@example.org",
)
if forked.BUILT in os.environ:  # a worker's: what it starts is the package as users have it, which starts faster than a checkout
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ[forked.BUILT], os.environ.get("PYTHONPATH"))))


ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Builds the package once where many tests are run, as with `make test`: their commands come from a process that has it (forked.py)."""
    if not getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="stopgap-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    (folder / "source").mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, folder / "source")
    shutil.copytree(ROOT / "hooks/stopgap", folder / "source/hooks/stopgap", ignore=shutil.ignore_patterns("__pycache__"))
    pip = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--compile")
    subprocess.run((*pip, "--target", str(folder / "built"), str(folder / "source")), check=True)
    for record in (folder / "built").glob("*.dist-info"):  # by which pip would take it for an installation, to be replaced
        shutil.rmtree(record)
    os.environ[forked.BUILT] = str(folder / "built")


def interruptible() -> None:
    """In a child, before it runs: Ctrl-C works, also where the tests themselves were started in the background without it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@functools.cache
def blank() -> Path:
    """The .git of a repository that git has just made, without the hooks that it gives as samples."""
    folder = Path(tempfile.mkdtemp(prefix="stopgap-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(("git", "init", "-q", "-b", "main", str(folder)), check=True)
    for sample in (folder / ".git/hooks").glob("*.sample"):
        sample.unlink()
    return folder / ".git"


class Repo:
    """A git repository and the commands a test needs of it."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if init or (path / ".git").exists():
            self.git("init", "-q", "-b", "main", *init)
        else:
            shutil.copytree(blank(), path / ".git")

    @classmethod
    def at(cls, path: Path) -> Repo:
        """The repository that is there already."""
        repo = cls.__new__(cls)
        repo.path = path
        return repo

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
        environ = {**os.environ, "XDG_CACHE_HOME": os.devnull, **(env or {})}  # no test leaves anything in the user's cache
        return forked.run(argv, self.path / cwd, environ, stdin)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")
