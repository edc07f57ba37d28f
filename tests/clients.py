"""Real clients in the tests: the project as a hook repository, and repositories in which pre-commit or prek run its hooks.

A pytest plugin (`pytest_plugins = ("tests.clients",)`). The hook source and the environments that the clients build from it are made once
for all workers of a run; building them needs a package index. PYTEST_DONT_REWRITE: each assertion here brings its own message.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # not resolved: a virtual environment's python is a link
SCAN = ("scan-diff", "scan-message")
EACH = ("block-env-files", "scan-diff", "scan-message", "check-gitignore")
STAGES = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push, commit-msg]"
IGNORES = ".env*\n*.env\n.envrc\n!.env.example\n!.env*.example\n"
UNCOMPILED = {"PIP_COMPILE": "0"}  # for an environment that is used once: what it runs is compiled as it is run
PASSED = ("block-env-files", "scan-diff")  # ids that are given names: `--` as in the manifest, where a team sets `args` of its own


class Source(NamedTuple):
    """A git repository with the project's files, to be named as `repo:` with `rev:`."""

    path: Path
    rev: str

    def config(self, ids: Sequence[str] = EACH) -> str:
        """A client's configuration. Hooks that pass speak too, so that a test can see what they looked at."""
        lines = [STAGES, "repos:", f"- repo: {self.path.as_posix()}", f"  rev: {self.rev}", "  hooks:"]
        for each in ids:
            lines += [f"  - id: {each}", "    verbose: true", "    args: [--verbose, --]" if each in PASSED else "    args: [--verbose]"]
        return "\n".join(lines) + "\n"


class Done(NamedTuple):
    """What a command did: its exit status and all it printed."""

    status: int
    text: str


class Work:
    """A repository and the environment to run commands in. No output may hold a value that `secret` made: each run looks for them."""

    def __init__(self, repo: Repo, environ: dict[str, str]) -> None:
        self.repo, self.environ = repo, environ
        self._secrets: list[str] = []
        if not (repo.path / ".gitignore").exists():
            self.land(".gitignore", IGNORES)

    def secret(self, name: str = "a") -> str:
        """A line of code with a token of its own."""
        value = "ghp_" + expand(f"<alnum:36> {name}").split(" ")[0]
        self._secrets.append(value)
        return f'token_{name} = "{value}"\n'

    def run(
        self, *argv: str, stdin: str = "", cwd: str = "", shows_diff: bool = False, environ: Mapping[str, str] | None = None
    ) -> Checked:
        """Runs a command in the repository. `shows_diff`: git itself prints the lines, so a secret may be seen."""
        where, env = self.repo.path / cwd, {**self.environ, **(environ or {})}
        done = subprocess.run(argv, cwd=where, input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
        text = done.stdout.decode("utf-8", "surrogateescape")
        assert shows_diff or not [value for value in self._secrets if value[8:] in text], "a secret was printed"
        return Checked(done.returncode, text)

    def git(self, *argv: str, stdin: str = "", shows_diff: bool = False, environ: Mapping[str, str] | None = None) -> Checked:
        """Runs git, which runs the hooks."""
        return self.run("git", *argv, stdin=stdin, shows_diff=shows_diff, environ=environ)

    def stage(self, name: str, content: str | bytes) -> None:
        self.repo.write(name, content)
        self.repo.add(name)

    def land(self, name: str, content: str | bytes, message: str = "a commit") -> str:
        """Commits a file past the hooks: what was there before them, or what nobody looked at."""
        self.stage(name, content)
        return self.repo.commit(message)

    def head(self) -> str:
        return self.repo.git("rev-parse", "HEAD").decode().strip()

    def parents(self) -> int:
        return len(self.repo.git("show", "-s", "--format=%P", "HEAD").split())

    def remote(self, name: str = "origin") -> Path:
        """Adds an empty remote repository."""
        path = self.repo.path.with_name(f"{name}.git")
        self.repo.git("init", "-q", "--bare", "-b", "main", str(path))
        self.repo.git("remote", "add", name, str(path))
        return path


class Client(Work):
    """A repository in which one client, pre-commit or prek, is installed for the project's hooks."""

    def __init__(self, name: str, repo: Repo, environ: dict[str, str], source: Source) -> None:
        super().__init__(repo, environ)
        self.name, self.source = name, source

    def arm(self) -> None:
        """Commits the configuration and installs the client's hooks."""
        self.configure()
        self.repo.commit("configured")
        self.client("install", "--install-hooks").passed()

    def configure(self, ids: Sequence[str] = EACH, folder: str = "") -> None:
        """Writes the client's configuration and stages it, as pre-commit refuses one with unstaged changes."""
        self.stage(f"{folder}.pre-commit-config.yaml", self.source.config(ids))

    def client(self, *argv: str, cwd: str = "") -> Checked:
        """Runs the client itself."""
        return self.run(str(BIN / self.name), *argv, cwd=cwd)


class Checked(Done):
    """A Done that can be asserted in one line; each failure shows the whole output."""

    def passed(self, *parts: str) -> Checked:
        return self.ended(0, *parts)

    def refused(self, *parts: str) -> Checked:
        return self.ended(1, *parts)

    def ended(self, status: int, *parts: str) -> Checked:
        assert (self.status, [part for part in parts if part not in self.text]) == (status, []), self.text
        return self

    def without(self, *parts: str) -> Checked:
        assert not [part for part in parts if part in self.text], self.text
        return self


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "clients"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def source(common: Path, tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The project as a hook repository: what git tracks or would add, so that a checkout with changes is tested as it is."""
    path = common / "source"
    if not path.exists():
        draft = build(tmp_path_factory.mktemp("source") / "draft")
        try:
            draft.rename(path)
        except OSError:
            assert path.exists()  # another worker was first
    rev = subprocess.run(("git", "rev-parse", "HEAD"), cwd=path, capture_output=True, check=True).stdout.decode().strip()
    return Source(path, rev)


def build(path: Path) -> Path:
    """Copies the project and commits it."""
    listed = subprocess.run(("git", "ls-files", "-coz", "--exclude-standard"), cwd=PROJECT, capture_output=True, check=True).stdout
    repo = Repo(path)
    for name in sorted(set(os.fsdecode(listed).split("\0")) - {""}):
        if (PROJECT / name).exists():  # a file that was deleted and not yet committed is listed too
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, path / name)
    repo.add()
    repo.commit("the project")
    return path


@pytest.fixture(scope="session")
def environ(common: Path) -> dict[str, str]:
    """The environment of a developer whose clients keep what they build in the shared folder."""
    homes = {"PRE_COMMIT_HOME": str(common / "pre-commit"), "PREK_HOME": str(common / "prek")}
    inherited = {
        key: value for key, value in os.environ.items() if key != "PYTHONPATH"
    }  # it would put a checkout before what was installed
    return {**inherited, **homes, "PRE_COMMIT_COLOR": "never", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "GIT_EDITOR": "true"}


@pytest.fixture(scope="session")
def armed(source: Source, environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The repository that the tests of a client begin with: a client is asked once to install its hooks."""

    @functools.cache
    def made(name: str) -> Path:
        client = Client(name, Repo(tmp_path_factory.mktemp("armed") / "repo"), environ, source)
        client.arm()
        return client.repo.path

    return made


@pytest.fixture
def start(armed: Callable[[str], Path], source: Source, environ: dict[str, str], tmp_path: Path) -> Callable[[str], Client]:
    """Makes a repository with a client's hooks: `start("prek")`."""

    def copied(name: str) -> Client:
        repo = Repo.at(shutil.copytree(armed(name), tmp_path / "repo"))
        repo.git("update-index", "-q", "--refresh")
        return Client(name, repo, environ, source)

    return copied
