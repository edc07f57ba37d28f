"""A push of some thousand commits: everything in it is found, and git is started no more often than for one commit."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from stopgap.git import ranges
from stopgap.model import Fragment

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD

NULL = "0" * 40
LINES = 12
COMMITS = 2000
# what is wrong, by the number of the commit that brings it; all but the last is gone again in the next commit
PLANTED = {1: "token", 777: "token", 1234: "env", 1500: "merge", COMMITS - 1: "token"}
TOKEN, OTHER = f'token = "{GITHUB}"\n', f'other = "{GITHUB_2}"\n'


def stream(commits: int, planted: dict[int, str]) -> bytes:
    """A history for git fast-import: three files of sixty change in each commit; every fiftieth is a merge of a side branch."""
    out: list[bytes] = []

    def commit(ref: str, number: int, parents: str, files: dict[str, str | None]) -> None:
        out.append(
            f"commit {ref}\nmark :{number}\ncommitter A <a@example.org> {1_600_000_000 + number * 60} +0000\ndata 1\n.{parents}\n".encode()
        )
        for name, text in files.items():
            data = (text or "").encode()
            out.append(f"M 644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n" if text is not None else f"D {name}\n".encode())

    for n in range(1, commits + 1):
        files: dict[str, str | None] = {f"src/{k}.py": body(k, n) for k in range(n % 20, 60, 20)}
        files |= dict.fromkeys({"token": ["bad.py"], "env": [".env"], "merge": ["evil.py"]}.get(planted.get(n - 1, ""), []))
        parents = f"\nfrom :{n - 1}" if n > 1 else ""
        if planted.get(n) == "token":
            files["bad.py"] = TOKEN
        elif planted.get(n) == "env":
            files[".env"] = f"DB_PASSWORD={PASSWORD}\n"
        if n % 50 == 0:
            commit("refs/heads/side", commits + n, f"\nfrom :{n - 1}", {f"side/{n}.py": body(0, n)})
            parents, files = f"{parents}\nmerge :{commits + n}", {f"side/{n}.py": body(0, n)}
            if planted.get(n) == "merge":
                files["evil.py"] = OTHER
        commit("refs/heads/main", n, parents, files)
    return b"".join(out)


def body(file: int, number: int) -> str:
    """A file of which some lines are others at each commit."""
    return "".join(f"def work_{file}_{k}(rows):\n    return rows[{number if k % 5 == number % 5 else k}:]\n" for k in range(LINES))


def made(repo: Repo, commits: int, planted: dict[int, str]) -> Repo:
    subprocess.run(("git", "fast-import", "--quiet"), cwd=repo.path, input=stream(commits, planted), check=True)
    return repo


def pushed(repo: Repo, command: str, refs: dict[str, str], env: dict[str, str] | None = None) -> tuple[int, list[str], str]:
    """What a command says of a first push: its status, the places of its findings, and its last line."""
    lines = "".join(f"{ref} {name} {ref} {NULL}\n" for ref, name in refs.items()).encode()
    done = repo.stopgap(command, "-v", "--pre-push", "origin", "https://example.org/x.git", stdin=lines, env=env)
    said = done.stdout.decode().splitlines()
    return done.returncode, sorted(line for line in said[:-1] if " in commit " in line), said[-1]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return made(Repo(tmp_path_factory.mktemp("long") / "repo"), COMMITS, PLANTED)


def head(repo: Repo, name: str = "main") -> str:
    return repo.git("rev-parse", name).decode().strip()


def at(repo: Repo, number: int) -> str:
    """The short name of the commit of this number, by its time."""
    time = 1_600_000_000 + number * 60
    for line in repo.git("log", "--first-parent", "--format=%ct %H", "main").decode().splitlines():
        if line.startswith(f"{time} "):
            return line.split()[1][:10]
    raise AssertionError(number)


def test_every_secret_of_a_long_range_is_found(long: Repo) -> None:
    status, found, scope = pushed(long, "scan-diff", {"refs/heads/main": head(long)})
    expected = [("bad.py:1:10: github-pat", 1), ("bad.py:1:10: github-pat", 777), ("bad.py:1:10: github-pat", COMMITS - 1)]
    expected += [(".env:1:13: keyed-password", 1234), ("evil.py:1:10: github-pat", 1500)]
    assert (status, [(line.split(": ")[0], line.split(" in commit ")[1][:10]) for line in found]) == (
        1,
        sorted((place.split(": ")[0], at(long, number)) for place, number in expected),
    )
    assert scope.startswith(f"scanned {COMMITS + COMMITS // 50:,} commits, 103 files, ")


def test_every_config_file_of_a_long_range_is_found(long: Repo) -> None:
    status, found, _ = pushed(long, "block-env-files", {"refs/heads/main": head(long)})
    assert (status, len(found)) == (1, 1)
    assert found[0].startswith(".env:1:1: env-file: ")
    assert f" in commit {at(long, 1234)}" in found[0]


@pytest.mark.parametrize("command", ["scan-diff", "block-env-files"])
def test_git_is_started_no_more_often(long: Repo, tmp_path: Path, command: str) -> None:
    short = made(Repo(tmp_path / "short"), 60, {})
    few = starts(short, command, {"refs/heads/main": head(short)}, tmp_path / "few")
    assert starts(long, command, {"refs/heads/main": head(long)}, tmp_path / "many") <= few + 2
    refs = {f"refs/tags/v{n}": name for n, name in enumerate(short.git("rev-list", "main").decode().split())}
    assert starts(short, command, refs, tmp_path / "tags") <= few + 2


def starts(repo: Repo, command: str, refs: dict[str, str], folder: Path) -> int:
    """How often git is started, told by a script that stands in its place and counts."""
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho >> {folder}/count\nexec {shutil.which("git")} "$@"\n')
    script.chmod(0o755)
    pushed(repo, command, refs, {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    return (folder / "count").read_bytes().count(b"\n")


@pytest.mark.parametrize("cores", [1, 2, 3, 64])
def test_each_commit_is_answered_once_however_many_gits_there_are(long: Repo, cores: int) -> None:
    """With an end that fills no portion, and with commits that change nothing."""
    names = long.git("rev-list", "--no-merges", "--reverse", "main").decode().split()
    lines: dict[str, int] = {}
    for item in ranges.committed(names, long.path / ".git", cores):
        if isinstance(item, Fragment):
            lines[item.commit] = lines.get(item.commit, 0) + item.lines()
    assert lines == added_by_git(long, names)


def added_by_git(repo: Repo, names: list[str]) -> dict[str, int]:
    """By commit the number of lines that it adds, as git counts them; none for one that adds none."""
    asked = "".join(f"{name}\n" for name in names).encode()
    argv = ("git", "diff-tree", "--stdin", "-r", "--root", "--numstat", "-M", "-l2000")
    found: dict[str, int] = {}
    commit = ""
    for line in subprocess.run(argv, cwd=repo.path, input=asked, capture_output=True, check=True).stdout.decode().splitlines():
        count, *more = line.split("\t")
        commit = commit if more else line
        if more and count != "0":
            found[commit] = found.get(commit, 0) + int(count)
    return found


def test_a_long_range_with_commits_that_change_nothing(tmp_path: Path) -> None:
    repo = made(Repo(tmp_path / "repo"), ranges.LONG, {})
    with_file(repo, "last.py", TOKEN, after=ranges.PORTION + 3)
    status, found, scope = pushed(repo, "scan-diff", {"refs/heads/main": head(repo)})
    assert (status, len(found)) == (1, 1)
    assert scope.startswith(f"scanned {ranges.LONG + ranges.LONG // 50 + ranges.PORTION + 4:,} commits, ")


def with_file(repo: Repo, path: str, text: str, after: int) -> str:
    """Commits a file, and after it commits that change nothing. Returns the blob, which is in no pack."""
    repo.git("reset", "-q", "--hard")
    repo.write(path, text)
    repo.add()
    name = repo.commit()
    for _ in range(after):
        name = repo.git("commit-tree", "-p", name, "-m", "nothing", f"{name}^{{tree}}").decode().strip()
    repo.git("update-ref", "refs/heads/main", name)
    return repo.git("rev-parse", f"main:{path}").decode().strip()


@pytest.mark.parametrize("after", [0, ranges.PORTION + 3], ids=["of the first git", "of the second git"])
def test_damage_in_a_long_range_is_told(tmp_path: Path, after: int) -> None:
    repo = made(Repo(tmp_path / "repo"), ranges.LONG, {})
    blob = with_file(repo, "last.py", TOKEN, after)
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    line = f"refs/heads/main {head(repo)} refs/heads/main {NULL}\n".encode()
    done = repo.stopgap("scan-diff", "--pre-push", "origin", "https://example.org/x.git", stdin=line)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"stopgap: git diff-tree failed: ")
    assert blob.encode() in done.stderr
    assert done.stderr.count(b"\n") == 1
