"""The package as it is installed, on every Python from 3.10 that is on this machine."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Repo
from .tokens import GITHUB

ROOT = Path(__file__).parents[1]


@functools.cache
def interpreters() -> dict[str, str]:
    """Version -> path of the Pythons to be found: on the PATH, and where pyenv keeps them."""
    found = {f"3.{sys.version_info.minor}": sys.executable}
    for minor in range(10, 20):
        kept = sorted(Path("~/.pyenv/versions").expanduser().glob(f"3.{minor}.*/bin/python3"))
        for path in (shutil.which(f"python3.{minor}"), *map(str, kept)):  # the first may be pyenv's stand-in for a version that is off
            known = f"3.{minor}" in found
            if path and not known and subprocess.run((path, "-c", "import venv, ensurepip"), capture_output=True).returncode == 0:
                found[f"3.{minor}"] = path
    return found


CHECK = """
import sys
from stopgap.detect import literals, rules, tables
for name in ("rules", "names", "words"):
    assert tables.table(name) == tables.parsed(name), name
    assert f"stopgap.detect._{name}_table" in sys.modules, "the build wrote no table"
assert tables.built("keywords"), "the build wrote no keywords"
assert {word: list(numbers) for word, numbers in rules.Shipped().owners.items()} == rules.owners(rules.load())
print(len(rules.load()), literals.hyperscan_scan([b"abc"], ()) is not None)
"""


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git has or would add: a build writes beside its sources."""
    target = tmp_path_factory.mktemp("source")
    listed = subprocess.run(("git", "ls-files", "-co", "--exclude-standard", "-z"), cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.mark.parametrize("version", interpreters())
def test_installed(version: str, source: Path, repo: Repo, tmp_path: Path) -> None:
    """`pip install .` in an environment of its own, the tables that the build wrote, and a commit that is refused."""
    subprocess.run((interpreters()[version], "-m", "venv", "--without-pip", str(tmp_path / "venv")), check=True)
    python = str(tmp_path / "venv/bin/python")
    built = shutil.copytree(source, tmp_path / "source")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    subprocess.run((*pip, "install", "-q", "--no-compile", str(built)), check=True, capture_output=True, env=plain)
    done = subprocess.run((python, "-W", "error", "-c", CHECK), capture_output=True, env=plain, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert int(done.stdout.split()[0]) >= 100
    repo.write("a.py", f"token = '{GITHUB}'\n" * 3)
    repo.write(".env", "A=1\n")
    repo.add()
    done = subprocess.run((str(tmp_path / "venv/bin/stopgap"), "check", "--worktree"), cwd=repo.path, capture_output=True, env=plain)
    assert done.returncode == 1, done.stderr.decode()
    assert b"a.py:3:10: github-pat" in done.stdout
    assert b".env:1:1: env-file" in done.stdout
