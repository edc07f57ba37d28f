"""Globs: as git reads them, and in little time whatever they are."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable

import pytest
from stopgap.globs import LONGEST, literal, matches, problem

from .conftest import Repo


def seconds(work: Callable[[], object]) -> float:
    """The least of three runs."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        pytest.param(lambda n: "*a" * n + "*b", lambda n: "a" * (20 * n), id="stars"),
        pytest.param(lambda n: "*?" * n + "b", lambda n: "a" * (20 * n), id="stars and single ones"),
        pytest.param(lambda n: "*[a-c]" * n + "b", lambda n: "a" * (20 * n), id="stars and classes"),
        pytest.param(lambda n: "**/a/" * n + "b", lambda n: "a/" * (5 * n) + "c", id="any folders"),
        pytest.param(lambda n: "**/*a*/" * n + "b", lambda n: "aa/" * (5 * n) + "c", id="any folders with stars"),
        pytest.param(lambda n: "*" * n + "b", lambda n: "a" * (20 * n), id="only stars"),
        pytest.param(lambda n: "[" + "a-z" * n + "]*b", lambda n: "a" * (20 * n), id="a long class"),
    ],
)
def test_twice_the_length_takes_at_most_eight_times_as_long(glob: Callable[[int], str], path: Callable[[int], str]) -> None:
    small, large = (seconds(lambda n=n: matches(glob(n), path(n))) for n in (40, 80))  # type: ignore[misc]
    assert not matches(glob(40), path(40))
    assert large < max(8 * small, 0.05)


def test_a_hostile_glob_of_the_repository_ends(repo: Repo) -> None:
    """Many files, each as bad as can be, with the glob of a committed configuration."""
    repo.write("stopgap.toml", f'exclude = ["{"*a" * 15}*b"]\n')
    for number in range(20):
        repo.write("a" * 200 + str(number), "text\n")
    repo.add(".")
    started = time.monotonic()
    done = repo.stopgap("scan-diff")
    assert (done.returncode, done.stderr) == (0, b"")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("glob", "said"),
    [
        pytest.param("src/[a", "not closed", id="no end"),
        pytest.param("a[]", "not closed", id="a bracket that is a member"),
        pytest.param("a[z-a]", "nothing in it", id="a range backwards"),
        pytest.param("a[[:nothing:]]", "nothing in it", id="an unknown class"),
        pytest.param("a" * (LONGEST + 1), "more than", id="too long"),
        pytest.param("*.[py", "not closed", id="behind a star"),
    ],
)
def test_a_glob_that_could_mean_nothing_is_refused(glob: str, said: str) -> None:
    assert said in problem(glob)
    assert not matches(glob, "a")


NAMES = ["a", "b", "ab", "a b", "b.py", "x[1]", "é", "a-b", "A", "]", "*"]
PIECES = [
    "a",
    "b",
    "*",
    "**",
    "?",
    "/",
    "/",
    "[ab]",
    "[!a]",
    "[]]",
    "[a-c]",
    "[[:alpha:]]",
    ".py",
    "\\*",
    "\\[",
    "-",
    " ",
    "**/",
    "/**",
    "/**/",
    "x",
]


def test_globs_are_those_of_git(repo: Repo) -> None:
    """Thousands of generated pairs, each asked of git's own rules."""
    chance = random.Random(20)
    paths = sorted({"/".join(chance.choices(NAMES, k=chance.randint(1, 4))) for _ in range(60)})
    # of a name that is a folder elsewhere git would ask the file system: a path lies in no other
    folders = {path[:end] for path in paths for end in range(len(path)) if path[end] == "/"}
    paths = [path for path in paths if path not in folders]
    asked = "\0".join(paths).encode() + b"\0"
    checked = 0
    for _ in range(150):
        glob = "".join(chance.choices(PIECES, k=chance.randint(1, 6)))
        if problem(glob) or glob.startswith(" "):
            continue
        repo.write(".gitignore", glob + "\n")
        done = subprocess.run(
            ("git", "-c", "core.ignorecase=false", "check-ignore", "--no-index", "-z", "--stdin"),
            cwd=repo.path,
            input=asked,
            capture_output=True,
        )
        theirs = set(done.stdout.decode().split("\0")) - {""}
        # git matches bytes: a `?` is half of an é
        ours = {path for path in paths if matches(glob, path)}
        differ = {path for path in ours ^ theirs if path.isascii()}
        assert differ == set(), glob
        checked += 1
    assert checked > 80


@pytest.mark.parametrize("path", ["a]b", "[x]", "a*b?c", "sp ace ", "back\\slash", "é/ü", "#a", "!b", "/".join("abc")])
def test_a_path_as_a_glob_matches_it(path: str) -> None:
    assert not problem(literal(path))
    assert matches(literal(path), path)
    assert not matches(literal(path), path + "x")
