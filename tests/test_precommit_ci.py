"""What the pre-commit.ci service does: a clean clone, environments built first, then `run --all-files` offline in a read-only environment.

The network is taken away by a network namespace and the environment is mounted read-only in a mount namespace, both by unshare(1).
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .clients import BIN, Checked, Client

pytest_plugins = ("tests.clients",)
CLEAN = "limit = 3\n"
PROBE = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"  # TEST-NET-1, RFC 5737: nobody answers there


def isolation() -> tuple[str, ...]:
    """The command that leaves network and mounts behind, as root or in a user namespace; () where the kernel forbids it."""
    for argv in (("unshare", "-n", "-m"), ("unshare", "-r", "-n", "-m")):
        if shutil.which("unshare") and subprocess.run((*argv, "mount", "--bind", "/tmp", "/tmp"), capture_output=True).returncode == 0:
            return argv
    return ()


@pytest.fixture(scope="module")
def unshare() -> tuple[str, ...]:
    argv = isolation()
    if not argv:
        pytest.skip("unshare cannot make a network and a mount namespace here: pre-commit.ci is not emulated")
    return argv


class Service:
    """A clean clone of a repository, and the run of the service in it."""

    def __init__(self, client: Client, unshare: tuple[str, ...], folder: Path, *clone: str) -> None:
        self._client, self._unshare, self._folder = client, unshare, folder
        self.checkout = folder / "checkout"
        client.repo.git("clone", "-q", *clone, client.repo.path.as_uri(), str(self.checkout))
        (folder / "home").mkdir(exist_ok=True)
        self._run("pre-commit", "install-hooks").passed()

    def _run(self, *argv: str) -> Checked:
        environ = {**self._client.environ, "HOME": str(self._folder / "home")}
        done = subprocess.run(
            argv, cwd=self.checkout, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return Checked(done.returncode, done.stdout.decode("utf-8", "surrogateescape"))

    def offline(self, *argv: str) -> Checked:
        """Runs a command without network and with the clients' environments read-only."""
        store = shlex.quote(self._client.environ["PRE_COMMIT_HOME"])
        script = f'mount --bind {store} {store} && mount -o remount,ro,bind {store} && exec "$@"'
        return self._run(*self._unshare, "sh", "-ec", script, "sh", *argv)

    def run(self) -> Checked:
        """The service's own command. The checkout must be afterwards as it was."""
        before = self.content()
        done = self.offline(str(BIN / "pre-commit"), "run", "--all-files")
        assert self.content() == before
        return done

    def content(self) -> dict[str, bytes]:
        """Every file of the checkout, git's own included."""
        return {str(path): path.read_bytes() for path in sorted(self.checkout.rglob("*")) if path.is_file()}


@pytest.fixture
def origin(start: Callable[[str], Client]) -> Client:
    """A repository whose history began clean."""
    client = start("pre-commit")
    client.land("app.py", CLEAN)
    return client


@pytest.fixture(params=[(), ("--depth", "1"), ("--no-tags", "--single-branch")], ids=["full clone", "depth 1", "one branch"])
def clone(request: pytest.FixtureRequest, origin: Client, unshare: tuple[str, ...], tmp_path: Path) -> Callable[[], Service]:
    """Clones what the origin holds by then."""
    return lambda: Service(origin, unshare, tmp_path, *request.param)


def test_the_emulation_holds_what_it_promises(origin: Client, unshare: tuple[str, ...], tmp_path: Path) -> None:
    service = Service(origin, unshare, tmp_path)
    assert "Network is unreachable" in service.offline("python3", "-c", PROBE).ended(1).text
    service.offline("touch", f"{origin.environ['PRE_COMMIT_HOME']}/x").ended(1, "Read-only file system")


def test_a_clean_repository_passes(clone: Callable[[], Service]) -> None:
    clone().run().passed("scanned 3 files").without("Failed", "Skipped", "exit code")


def test_old_secrets_fail_and_are_found_as_locally(origin: Client, clone: Callable[[], Service]) -> None:
    origin.land("old.py", CLEAN + origin.secret("old"))
    origin.land("sub/é.py", origin.secret("sub"))
    here = origin.client("run", "--all-files").refused("old.py:2:14: github-pat:", "sub/é.py:1:14: github-pat:")
    there = clone().run().refused("old.py:2:14: github-pat:", "- exit code: 1", "- hook id: scan-diff")
    assert findings(there) == findings(here)


def test_a_tracked_env_file_fails(origin: Client, clone: Callable[[], Service]) -> None:
    origin.land("deploy/.env", "DEBUG=1\n")
    clone().run().refused("- hook id: block-env-files", "deploy/.env:1:1: ", "- hook id: check-gitignore")


def test_a_gap_in_gitignore_fails(origin: Client, clone: Callable[[], Service]) -> None:
    origin.land(".gitignore", "*.pyc\n")
    clone().run().refused("- hook id: check-gitignore", "- exit code: 1", ".gitignore:1:1: ").without("exit code: 2", "exit code: 3")


def test_the_umbrella_finds_all_of_it(origin: Client, clone: Callable[[], Service]) -> None:
    origin.configure(["stopgap"])
    origin.land("deploy/.env", "DEBUG=1\n")
    origin.land("old.py", origin.secret("old"))
    clone().run().refused("- hook id: stopgap", "deploy/.env:1:1: ", "old.py:1:14: github-pat:", "- exit code: 1")


def test_the_umbrella_passes_a_clean_repository(origin: Client, clone: Callable[[], Service]) -> None:
    origin.configure(["stopgap"])
    origin.repo.commit("configured")
    clone().run().passed("scanned 3 files").without("exit code")


def test_what_could_not_be_checked_is_no_pass(origin: Client, clone: Callable[[], Service]) -> None:
    origin.land("stopgap.toml", "excludes = []\n")
    clone().run().refused("- exit code: 2", "stopgap.toml", "excludes", "exclude").without("exit code: 3")


def test_a_submodule_that_is_not_there_is_no_failure(origin: Client, unshare: tuple[str, ...], tmp_path: Path) -> None:
    """The service leaves submodules empty (`submodules: false` is its default)."""
    origin.repo.git("clone", "-q", str(origin.repo.path), str(tmp_path / "library"))
    origin.repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "library"), "library")
    origin.repo.commit("a library")
    service = Service(origin, unshare, tmp_path)
    assert not any((service.checkout / "library").iterdir())
    service.run().passed().without("exit code")


def findings(done: Checked) -> list[str]:
    """The lines that name a finding."""
    return [line for line in done.text.splitlines() if ": github-pat: " in line]


def test_the_hook_environment_stays_small(origin: Client) -> None:
    """The service refuses 250 MiB (ours must stay under 100), and a hook repository over 100 MiB (ours under 10)."""
    store = Path(origin.environ["PRE_COMMIT_HOME"])
    sizes = [os.lstat(path).st_size for path in store.rglob("*") if path.is_file()]
    assert 1 << 20 < sum(sizes) < 100 << 20
    assert sum(path.stat().st_size for path in origin.source.path.rglob("*") if path.is_file()) < 10 << 20
