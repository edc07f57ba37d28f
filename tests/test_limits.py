"""Bounds: what a repository holds can take neither time nor memory without end, and none of it is left out in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from stopgap import files
from stopgap.detect.examples import expand
from stopgap.detect.re2 import check_linear
from stopgap.gather.compared import STEP, KnownLines, new_lines
from stopgap.model import StopgapError

from . import forked
from .conftest import Repo
from .tokens import GITHUB

DEEP = 5000
SECONDS = 30


def bounded(repo: Repo, *argv: str) -> subprocess.CompletedProcess[bytes]:
    """A command that has to end, in memory that has to do: 2 GiB of addresses, so that a file without end does not take the machine."""
    return forked.run(argv, repo.path, os.environ, timeout=SECONDS, memory=2 << 30)


def refused(done: subprocess.CompletedProcess[bytes], said: str) -> None:
    """Exit status 2 and one line."""
    assert (done.returncode, done.stdout) == (2, b""), done.stderr
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


@pytest.fixture
def staged(repo: Repo) -> Repo:
    repo.write("a.txt", "text\n")
    repo.add("a.txt")
    return repo


@pytest.fixture
def covered(staged: Repo) -> Repo:
    """The same, committed, with what check-gitignore asks for."""
    staged.stopgap("check-gitignore", "--fix")
    staged.add(".gitignore")
    staged.commit("one")
    assert staged.stopgap("check").returncode == 0
    return staged


# ---- configuration


CONFIGURATIONS = ["stopgap.toml", "pyproject.toml", ".stopgap-allow.toml", ".secrets.baseline"]


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/stdin", "/etc/hostname", "../outside.toml"])
def test_a_link_out_of_the_repository_is_no_configuration(staged: Repo, name: str, target: str) -> None:
    (staged.path.parent / "outside.toml").write_text("strict = true\n")
    (staged.path / name).symlink_to(target)
    refused(bounded(staged, "scan-diff"), f"cannot read {name}: it leads out of the repository")


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_pipe_is_no_configuration(staged: Repo, name: str) -> None:
    os.mkfifo(staged.path / name)
    refused(bounded(staged, "scan-diff"), f"cannot read {name}: not a regular file")


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_has_a_size(staged: Repo, name: str) -> None:
    staged.write(name, b"# stopgap\n" * (files.LARGEST // 10 + 1))
    refused(bounded(staged, "scan-diff"), f"cannot read {name}: larger than 10 MiB")


def test_a_link_inside_the_repository_is_followed(staged: Repo) -> None:
    staged.write("tools/settings.toml", 'exclude = ["a.txt"]\n')
    (staged.path / "stopgap.toml").symlink_to("tools/settings.toml")
    done = staged.stopgap("scan-diff", "--verbose")
    assert done.returncode == 0
    assert b"a.txt: skipped: excluded by the configuration" in done.stdout


@pytest.mark.parametrize("name", ["/etc/hostname", "../rules.toml", "a/../../rules.toml", "tools/link.toml"])
def test_rules_come_from_the_repository(staged: Repo, name: str) -> None:
    (staged.path.parent / "rules.toml").write_text("")
    staged.write("tools/x", "")
    (staged.path / "tools/link.toml").symlink_to("/dev/zero")
    staged.write("stopgap.toml", f'[rules]\nextra = ["{name}"]\n')
    refused(bounded(staged, "scan-diff"), name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("stopgap.toml", "a = " + "[" * DEEP, id="settings"),
        pytest.param("stopgap.toml", ".".join("a" * DEEP) + " = 1\n", id="settings, dotted"),
        pytest.param("stopgap.toml", "a = " + "{a = " * DEEP, id="settings, inline tables"),
        pytest.param("pyproject.toml", "[tool.stopgap]\na = " + "[" * DEEP, id="pyproject.toml"),
        pytest.param(".stopgap-allow.toml", "a = " + "[" * DEEP, id="allow file"),
        pytest.param("team.toml", "rules = " + "[" * DEEP, id="rules"),
        pytest.param("team.toml", "[extend]\n" + ".".join("a" * DEEP) + " = 1\n", id="rules, dotted"),
    ],
)
def test_a_deep_table_is_refused(staged: Repo, name: str, text: str) -> None:
    staged.write(name, text)
    if name == "team.toml":
        staged.write("stopgap.toml", '[rules]\nextra = ["team.toml"]\n')
    done = bounded(staged, "scan-diff")
    assert (done.returncode, done.stdout) == (2, b""), done.stderr
    assert name.encode() in done.stderr


@pytest.mark.parametrize("text", ["tool = 1 # stopgap\n", "[tool]\nstopgap = 1\n"])
def test_a_pyproject_of_another_shape(staged: Repo, text: str) -> None:
    staged.write("pyproject.toml", text)
    done = staged.stopgap("scan-diff")
    assert done.returncode == (2 if "stopgap = 1" in text else 0)


# ---- what lies in the work tree


def test_a_pipe_in_the_place_of_a_tracked_file(staged: Repo) -> None:
    staged.commit("one")
    (staged.path / "a.txt").unlink()
    os.mkfifo(staged.path / "a.txt")
    refused(bounded(staged, "check"), "cannot read a.txt: not a regular file")


def test_a_link_in_the_place_of_a_tracked_file_is_not_followed(covered: Repo) -> None:
    (covered.path / "a.txt").unlink()
    (covered.path / "a.txt").symlink_to("/dev/zero")
    assert bounded(covered, "check").returncode == 0


def test_a_folder_in_the_place_of_a_tracked_file(staged: Repo) -> None:
    staged.write("b.txt", f"key = {GITHUB}\n")
    staged.add("b.txt")
    staged.commit("one")
    (staged.path / "b.txt").unlink()
    (staged.path / "b.txt").mkdir()
    done = staged.stopgap("check")
    assert done.returncode == 1
    assert b"b.txt:1:7: github-pat" in done.stdout


def test_a_link_that_git_wrote_as_a_file(covered: Repo) -> None:
    """As on Windows, or with core.symlinks off."""
    (covered.path / "link").symlink_to("a.txt")
    covered.add("link")
    covered.commit("one")
    covered.git("config", "core.symlinks", "false")
    (covered.path / "link").unlink()
    covered.git("checkout", "--", "link")
    assert not (covered.path / "link").is_symlink()
    done = covered.stopgap("check")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_secret_that_only_the_index_still_has(covered: Repo) -> None:
    covered.write("a.txt", f"one\nkey = {GITHUB}\ntwo\n")
    covered.add("a.txt")
    covered.commit("one")
    covered.write("a.txt", "one\ntwo\n")
    done = covered.stopgap("check")
    assert done.returncode == 1
    assert done.stdout.count(b": github-pat: ") == 1
    assert b"a.txt:2:7: github-pat" in done.stdout
    covered.add("a.txt")
    assert covered.stopgap("check").returncode == 0


@pytest.mark.parametrize("argv", [("--worktree",), (".",), ("inner",)], ids=["worktree", "folder", "itself"])
def test_a_repository_inside_that_git_does_not_track(staged: Repo, argv: tuple[str, ...]) -> None:
    inner = Repo(staged.path / "inner")
    inner.write("b.txt", f"key = {GITHUB}\n")
    inner.add("b.txt")
    inner.commit("one")
    done = staged.stopgap("scan-diff", "--verbose", *argv)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"inner/: skipped: a repository of its own" in done.stdout


def test_binary_bytes_in_the_middle_of_a_text_hide_nothing_behind_them(staged: Repo) -> None:
    staged.write("big.log", b"text\n" * (STEP // 4) + bytes(range(32)) * (STEP // 8) + f"\nkey = {GITHUB}\n".encode())
    done = staged.stopgap("scan-diff", "big.log")
    assert done.returncode == 1
    assert b"github-pat" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("staging", [True, False], ids=["staged", "worktree"])
def test_of_a_text_with_a_nul_only_the_added_lines_count(staged: Repo, encoding: str, staging: bool) -> None:
    old, new = GITHUB, expand("npm_<alnum:36>")
    staged.write("b.txt", f"old = {old}\n".encode(encoding) * 3)
    staged.add("b.txt")
    staged.commit("one")
    staged.write("b.txt", (f"old = {old}\n" * 3 + f"a\0b\nnew = {new}\n").encode(encoding))
    if staging:
        staged.add("b.txt")
    done = staged.stopgap("scan-diff", *(() if staging else ("--worktree",)))
    assert done.returncode == 1
    assert b"b.txt:5:7: npm-" in done.stdout
    assert b"github-pat" not in done.stdout


# ---- memory


PEAK = """
import runpy, sys
try:
    runpy.run_module("stopgap", run_name="__main__")
finally:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


def peak(repo: Repo, *argv: str) -> float:
    """The most memory that the command's own process had, in MiB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells a process its peak")
    done = subprocess.run((sys.executable, "-c", PEAK, *argv), cwd=repo.path, capture_output=True)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.split()[-2]) / 1024


def lines(size: int, seed: int = 0) -> bytes:
    """Text of that many MiB in which no line is twice."""
    return b"".join(b"%020d line of text\n" % (number * 7919 + seed) for number in range((size << 20) // 34))


def test_a_changed_text_of_distinct_lines_stays_small(repo: Repo) -> None:
    text = lines(24)
    repo.write("big.txt", text)
    repo.add("big.txt")
    repo.commit("one")
    repo.write("big.txt", text[: len(text) // 2] + b"one \0 nul\n" + text[len(text) // 2 :])
    assert peak(repo, "scan-diff", "--worktree") < 130


def test_large_texts_stay_small(repo: Repo) -> None:
    for number in range(2):
        repo.write(f"{number}.txt", lines(40, number))
    assert peak(repo, "scan-diff", "--worktree") < 130


def test_a_large_blob_that_was_looked_at_in_part_is_said(staged: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from stopgap.config import Config
    from stopgap.gather import content
    from stopgap.gather.situation import Situation
    from stopgap.git.repository import open_repository
    from stopgap.model import Fact

    staged.write("b.txt", "line\n" * 100)
    staged.add("b.txt")
    (staged.path / "b.txt").unlink()
    monkeypatch.setattr(content, "LARGEST", 100)
    monkeypatch.chdir(staged.path)
    read = content.Content(open_repository(), Situation("tree"), Config())
    assert list(read)
    assert read.scope().incomplete == (Fact("b.txt", content.PART),)


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_new_lines_in_pieces(cut: int) -> None:
    old = b"".join(b"line %d\n" % number for number in range(1000))
    new = old.replace(b"line 500\n", b"line 500\r\nnew one\nnew two\n") + b"last"
    known = KnownLines()
    known.add([old[at : at + cut] for at in range(0, len(old), cut)])
    found = [part.added for part in new_lines([new], known, "a", "")]
    assert [added for ranges in found for added in ranges or ()] == [(502, 503), (1003, 1003)]


# ---- expressions


@pytest.mark.parametrize(
    ("expression", "refuse"),
    [
        pytest.param("key(?:a?){40}a{40}b", True, id="a counted repeat of what can be nothing"),
        pytest.param("key(?:(?:a?){4}){4}b", True, id="in one another"),
        pytest.param("keya*a*a*a*b", True, id="four long repeats"),
        pytest.param("keya*a*a*b", True, id="three long repeats"),
        pytest.param("key.*=.*;", False, id="two long repeats"),
        pytest.param("key(?:a?){3}b", False, id="a few rounds of nothing"),
        pytest.param("key(?:a?){0,40}b", False, id="rounds that need not be"),
        pytest.param("key.{0,40}=.{0,40}", False, id="bounded"),
    ],
)
def test_an_expression_of_a_team_ends_in_time(expression: str, refuse: bool) -> None:
    if refuse:
        with pytest.raises(StopgapError, match=r"could take for ever on a hostile text: .* read the same text"):
            check_linear(expression, "rules.toml")
    else:
        check_linear(expression, "rules.toml")


# ---- what is said of what was read


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(("scan-diff", "--from-ref", "HEAD", "--to-ref", "HEAD"), id="an empty range"),
        pytest.param(("scan-diff", "left-out"), id="a folder that is excluded"),
    ],
)
def test_that_nothing_was_read_is_said(staged: Repo, argv: tuple[str, ...]) -> None:
    staged.write("left-out/b.txt", "text\n")
    staged.write("stopgap.toml", 'exclude = ["left-out/"]\n')
    staged.add(".")
    staged.commit("one")
    done = staged.stopgap(*argv)
    assert done.returncode == 0
    assert done.stdout.startswith(b"scanned 0 ")
    assert staged.stopgap("scan-diff", "a.txt").stdout == b""


def test_a_file_that_the_settings_allow_is_said(staged: Repo) -> None:
    staged.write(".env", "A=1\n")
    staged.write("stopgap.toml", 'allow-files = ["/.env", "*.txt"]\n')
    staged.add(".env")
    done = staged.stopgap("block-env-files", "--verbose")
    assert done.returncode == 0
    assert b".env: skipped: allowed by the configuration\n" in done.stdout
    assert b"1 skipped" in done.stdout


def test_both_writers_of_a_file_are_one() -> None:
    """A second one would have to be right about links, modes and interrupts as well."""
    folder = Path(files.__file__).parent / "fix"
    assert [path.name for path in sorted(folder.glob("*.py")) if "O_EXCL" in path.read_text() or "tempfile" in path.read_text()] == [
        "atomic.py"
    ]
