"""Repositories that are not whole, or not ordinary: what is missing is told, with what to do, and the rest is reported all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from stopgap.detect.examples import expand
from stopgap.detect.literals import Literals
from stopgap.gather import auditing
from stopgap.git import answers, steps

from .audit_help import Dated, Line, files, report, values
from .conftest import Repo
from .tokens import GITHUB

ONE = expand("<alnum:24>")
TWO = ONE[8:] + ONE[:8]


@pytest.fixture
def dated(repo: Repo) -> Dated:
    """Three versions of an env file, with something beside it in each."""
    made = Dated(repo)
    for number, value in enumerate((ONE, TWO, ONE)):
        made.commit(__env=f"A_TOKEN={value}\n", docs_S_page=f"{number}\n")
    return made


def cloned(dated: Dated, tmp_path: Path, *options: str) -> Dated:
    """The repository as another clone has it, with the days of its commits."""
    dated.repo.git("config", "uploadpack.allowFilter", "true")
    target = tmp_path / "clone"
    subprocess.run(("git", "clone", "-q", *options, f"file://{dated.repo.path}", target), check=True, capture_output=True)
    clone = Dated.__new__(Dated)
    clone.repo = Repo.__new__(Repo)
    clone.repo.path, clone.days = target, dated.days
    return clone


def lose(repo: Repo, name: str) -> None:
    """Takes an object out of the repository, where all are loose."""
    full = repo.git("rev-parse", name).decode().strip()
    (repo.path / ".git/objects" / full[:2] / full[2:]).unlink()


def damage(repo: Repo, name: str) -> None:
    """Writes noise over an object."""
    full = repo.git("rev-parse", name).decode().strip()
    path = repo.path / ".git/objects" / full[:2] / full[2:]
    path.chmod(0o644)
    path.write_bytes(b"x" * 30)


def incomplete(dated: Dated) -> list[str]:
    """Why the report is not whole; it is exit status 2."""
    return [f"{one['path']}: {one['reason']}" for one in report(dated.repo, status=2)["scope"]["incomplete"]]


def said(dated: Dated) -> list[tuple[str, int]]:
    """Key and number of commits of each value, however incomplete."""
    return [(line.key, line.commits) for line in values(dated, status=2)]


WHOLE = [("A_TOKEN", 2), ("A_TOKEN", 1)]

# ---- incomplete


def test_a_shallow_clone(dated: Dated, tmp_path: Path) -> None:
    clone = cloned(dated, tmp_path, "--depth=2")
    assert incomplete(clone) == [
        ": this clone is shallow, its history ends early; fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0)"
    ]
    assert said(clone) == [("A_TOKEN", 1), ("A_TOKEN", 1)]


def test_a_clone_without_blobs(dated: Dated, tmp_path: Path) -> None:
    clone = cloned(dated, tmp_path, "--filter=blob:none")
    assert any(one.startswith(".env: versions of it are not in this clone, or damaged: git fetch --refetch") for one in incomplete(clone))
    assert said(clone) == [("A_TOKEN", 2)]


@pytest.mark.parametrize("bare", [True, False])
def test_a_clone_without_trees(bare: bool, dated: Dated, tmp_path: Path) -> None:
    clone = cloned(dated, tmp_path, "--filter=tree:0", *(("--bare",) if bare else ()))
    assert any("cannot be read in commit" in one for one in incomplete(clone))
    assert said(clone) == ([] if bare else [("A_TOKEN", 1)])


def test_many_commits_without_trees(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "TRIES", 2)
    made = Dated(repo)
    for number in range(5):
        made.commit(a=f"{number}")
    made.commit(__env=f"A_TOKEN={ONE}\n")
    clone = cloned(made, tmp_path, "--filter=tree:0")
    assert sum("cannot be read in commit" in one for one in incomplete(clone)) == 1
    assert said(clone) == [("A_TOKEN", 1)]


@pytest.mark.parametrize("spoil", [lose, damage])
@pytest.mark.parametrize(
    ("name", "told", "left"),
    [
        pytest.param("HEAD~1:.env", ".env: versions of it are not in", [("A_TOKEN", 2)], id="a version"),
        pytest.param("HEAD~1:docs", "docs/: cannot be read in commit", WHOLE, id="a folder beside it"),
        pytest.param("HEAD~1^{tree}", ": cannot be read in commit", [("A_TOKEN", 2)], id="a tree"),
        pytest.param("HEAD~1", ": 1 commit, ", [("A_TOKEN", 1)], id="a commit"),
        pytest.param("HEAD:docs", "docs/: cannot be read in commit", WHOLE, id="a folder of HEAD"),
    ],
)
def test_what_is_lost(name: str, told: str, left: list[tuple[str, int]], spoil: object, dated: Dated) -> None:
    (lose if spoil is lose else damage)(dated.repo, name)
    assert any(one.startswith(told) for one in incomplete(dated))
    assert said(dated) == left


def test_a_ref_that_names_nothing(dated: Dated) -> None:
    folder = dated.repo.path / ".git/refs/heads"
    folder.joinpath("broken").write_text("nonsense\n")
    folder.joinpath("away").write_text("12" * 20 + "\n")
    (broken,) = [one for one in incomplete(dated) if "broken" in one]
    (away,) = [one for one in incomplete(dated) if "away" in one]
    assert broken.startswith(": refs/heads/broken is broken: it names nothing; write the name of a commit to it, or remove it: ")
    assert away.startswith(": refs/heads/away names an object that is not here, or is damaged; fetch what it names, or remove it: ")
    assert said(dated) == WHOLE
    for one in (broken, away):  # what is advised is enough
        subprocess.run(("sh", "-c", one.partition("remove it: ")[2]), cwd=dated.repo.path, check=True)
    assert report(dated.repo)["scope"]["incomplete"] == []


def test_a_damaged_index(dated: Dated) -> None:
    dated.repo.write(".git/index", "nonsense")
    assert [one for one in incomplete(dated) if "the index cannot be read" in one and "git read-tree HEAD makes a new one" in one]
    assert said(dated) == WHOLE


def test_a_damaged_pack(dated: Dated) -> None:
    dated.repo.git("gc", "-q")
    (pack,) = dated.repo.path.glob(".git/objects/pack/*.pack")
    name = dated.repo.git("rev-parse", "HEAD~1:.env").decode().strip()
    listed = dated.repo.git("verify-pack", "-v", str(pack)).decode().splitlines()
    offset = next(int(line.split()[4]) for line in listed if line.startswith(name))
    pack.chmod(0o644)
    data = bytearray(pack.read_bytes())
    data[offset + 2 : offset + 12] = b"\xff" * 10
    pack.write_bytes(data)
    assert any(one.startswith(".env: ") for one in incomplete(dated))
    assert ("A_TOKEN", 2) in said(dated)


def test_what_is_missing_is_told_once_with_its_path_and_what_to_do(repo: Repo, tmp_path: Path) -> None:
    made = Dated(repo)
    for number in range(6):
        made.commit(**{f"app{number}_S___env": f"A_TOKEN={ONE[number:]}{number}\n", "app__py": f"{number}\n"})
    clone = cloned(made, tmp_path, "--filter=blob:none", "--no-checkout")
    missing = "versions of it are not in this clone, or damaged: git fetch --refetch --no-filter gets what a partial clone left out"
    told = [one.partition(":")[0] for one in incomplete(clone) if missing in one]
    assert told == ["app.py", *(f"app{number}/.env" for number in range(6))]
    last = clone.repo.stopgap("audit-history").stdout.decode().splitlines()[-1]
    assert f"7 incomplete: app.py, app0/.env, app1/.env and 4 more: {missing}" in last
    assert "(--verbose lists all)" in last
    assert last.count("git fsck") == 1


def test_incomplete_is_said_in_the_text_report_too(dated: Dated) -> None:
    lose(dated.repo, "HEAD~1:.env")
    done = dated.repo.stopgap("audit-history")
    assert done.returncode == 2
    assert b"1 incomplete: .env: versions of it are not in this clone, or damaged: git fetch --refetch" in done.stdout.splitlines()[-1]


def evil(dated: Dated) -> str:
    """A merge by which only a file comes and another changes; the side's tree of that folder is stored nowhere else. Returns the side."""
    git = dated.repo.git
    git("checkout", "-q", "-b", "side")
    side = dated.commit(sub_S_f="2\n", side__env=f"S_TOKEN={ONE[::-1]}\n")
    git("checkout", "-q", "main")
    dated.commit(sub_S_f="1\n")
    git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "side")
    dated.commit(sub_S_f="3\n", evil__env=f"E_TOKEN={TWO[::-1]}\n", b__py=f'token = "{GITHUB}"\n')
    dated.commit(evil__env=None, b__py=None)
    return side


@pytest.mark.parametrize("lost", [":sub", "^{tree}"])
@pytest.mark.parametrize("at_once", [1, 2, 4000])
def test_what_only_a_merge_brought_where_a_parent_cannot_be_compared(
    lost: str, at_once: int, dated: Dated, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And what was damaged while it was looked at is looked at again when it is whole."""
    monkeypatch.setattr(answers, "PORTION", at_once)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    full = dated.repo.git("rev-parse", evil(dated) + lost).decode().strip()
    place = dated.repo.path / ".git/objects" / full[:2] / full[2:]
    whole = [one["history"]["key"] for one in report(dated.repo, "--no-cache")["findings"] if "history" in one]
    assert {"E_TOKEN", "github-pat"} <= set(whole)
    place.rename(tmp_path / "kept")
    found = report(dated.repo, status=2)["findings"]
    assert {"E_TOKEN", "github-pat"} <= {one["history"]["key"] for one in found}
    assert not any("removed" in one["message"] for one in found if one["path"] == "side.env"), "what was there is not known"
    (tmp_path / "kept").rename(place)
    again = report(dated.repo, status=1)["findings"]
    assert [one["history"]["key"] for one in again if "history" in one] == whole


def test_a_merge_whose_parents_are_gone(dated: Dated) -> None:
    evil(dated)
    for parent in ("HEAD~1^1", "HEAD~1^2"):
        lose(dated.repo, parent)
    assert {"E_TOKEN", "github-pat"} <= {one["history"]["key"] for one in report(dated.repo, status=2)["findings"]}


def test_a_git_that_is_killed_between_two_records(repo: Repo, tmp_path: Path) -> None:
    """What it said until then reads like a whole answer, and is none."""
    made = Dated(repo)
    name = made.commit(a__py="a = 1\n", b__py=f'token = "{GITHUB}"\n')
    said = repo.git("diff-tree", "--root", "-r", "--raw", "-z", "--full-index", name)
    size = said.index(b"a.py\0") + len(b"a.py\0")
    real = shutil.which("git")
    script = f'case "$*" in *" diff-tree "*) {real} "$@" | head -c {size}; kill -9 $$ ;; *) exec {real} "$@" ;; esac'
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    done = repo.stopgap("audit-history", "--no-cache", env={"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"})
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"stopgap: git diff-tree was ended by a signal, in the middle of an answer perhaps\n"


def test_in_a_shallow_clone_nobody_knows_what_a_merge_took_away(dated: Dated, tmp_path: Path) -> None:
    git = dated.repo.git
    git("branch", "old")
    dated.commit(__env=None)
    git("checkout", "-q", "old")
    dated.commit(old__py="1\n")
    git("checkout", "-q", "main")
    dated.commit(main__py="1\n")
    git("merge", "-q", "--no-commit", "--no-ff", "old")
    dated.record()
    assert files(dated)[".env"].count("removed 2020-09-16") == 1
    clone = cloned(dated, tmp_path, "--depth=3")
    told = {one["path"]: one["message"] for one in report(clone.repo, status=2)["findings"] if one["rule"] == "history-file"}
    assert "removed" not in told[".env"]


# ---- not ordinary


def test_nothing_goes_on_in_the_background_when_processes_are_forked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Detection was made ready while git took long, which the test says it did, and then there was nothing to read."""
    seen: list[str] = []
    Dated(repo).record()

    def compiled(_literals: Literals) -> None:
        time.sleep(0.3)
        seen.append("compiled")

    def walked(*argv: Any, **given: Any) -> Any:
        seen.append("walked")
        return walk(*argv, **given)

    walk = auditing.walk
    monkeypatch.setattr(Literals, "_compile", compiled)
    monkeypatch.setattr("stopgap.git.walk.thinks", lambda _pipe: True)
    monkeypatch.setattr(auditing, "walk", walked)
    assert report(repo, "--no-cache", status=0)["findings"] == []
    assert seen == ["compiled", "walked"]


def test_a_rename_that_only_a_merge_made(dated: Dated) -> None:
    git = dated.repo.git
    git("checkout", "-q", "-b", "side")
    dated.commit(side__py="s = 1\n")
    git("checkout", "-q", "main")
    dated.commit(main__py="m = 1\n")
    git("merge", "-q", "--no-commit", "--no-ff", "side")
    git("mv", ".env", "plain.txt")
    dated.record()
    found = [one for one in report(dated.repo)["findings"] if one["rule"] == "history-file"]
    assert [one["path"] for one in found] == [".env"]
    assert "renamed to plain.txt" in found[0]["message"]
    assert [(line.path, line.state) for line in values(dated) if line.last == dated.day] == [(".env", "in-use")]


def test_a_bare_repository(dated: Dated, tmp_path: Path) -> None:
    bare = cloned(dated, tmp_path, "--bare")
    assert values(bare) == [Line(".env", "A_TOKEN", 0, 2, 2, "in-use"), Line(".env", "A_TOKEN", 1, 1, 1, "replaced")]
    used = [one["history"]["used"] for one in report(bare.repo)["findings"] if one["rule"] == "history-in-use"]
    assert used == [["HEAD:.env"]]


def test_a_bare_repository_has_the_settings_of_head(dated: Dated, tmp_path: Path) -> None:
    dated.commit(stopgap__toml='allow-files = [".env"]\n')
    assert files(cloned(dated, tmp_path, "--bare")) == {}


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    made = Dated(Repo(tmp_path / "repo", "--object-format=sha256"))
    for value in (ONE, TWO):
        made.commit(__env=f"A_TOKEN={value}\n", docs_S_page=value)
    assert values(made) == [Line(".env", "A_TOKEN", 0, 0, 1, "replaced"), Line(".env", "A_TOKEN", 1, 1, 1, "in-use")]
    lose(made.repo, "HEAD:docs")
    assert said(made) == [("A_TOKEN", 1), ("A_TOKEN", 1)]


def test_an_empty_bare_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "bare", "--bare")
    assert report(repo, status=0)["findings"] == []


def test_a_work_tree_of_its_own(dated: Dated, tmp_path: Path) -> None:
    """The commits that another work tree's detached HEAD alone holds count."""
    repo = dated.repo
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "other"))
    other = Dated.__new__(Dated)
    other.repo = Repo.__new__(Repo)
    other.repo.path, other.day, other.days = tmp_path / "other", dated.day, dated.days
    other.commit(prod__env=f"A_TOKEN={TWO}\n")
    expected = Line("prod.env", "A_TOKEN", 3, 3, 1, "gone")
    assert expected in values(dated)
    assert expected._replace(state="in-use") in values(other)


def test_nothing_is_written(dated: Dated) -> None:
    def state() -> dict[str, tuple[int, int]]:
        paths = (path for path in dated.repo.path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}

    os.utime(dated.repo.path / ".env")  # git would refresh the index
    before = state()
    report(dated.repo, "--reflog", "--unreachable")
    assert state() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_repository(dated: Dated) -> None:
    subprocess.run(("chmod", "-R", "a-w", dated.repo.path), check=True)
    try:
        assert len(values(dated)) == 2
    finally:
        subprocess.run(("chmod", "-R", "u+w", dated.repo.path), check=True)


def test_grafts_and_replace_refs_hide_nothing(dated: Dated) -> None:
    repo = dated.repo
    head, first = repo.git("rev-parse", "HEAD", "HEAD~2").decode().split()
    repo.write(".git/info/grafts", f"{head} {first}\n")
    assert [line.commits for line in values(dated)] == [2, 1]
    (repo.path / ".git/info/grafts").unlink()
    repo.git("replace", "HEAD~1", "HEAD~2")
    assert [line.commits for line in values(dated)] == [2, 1]


@pytest.mark.parametrize("kind", ["tree", "blob"])
def test_a_tag_of_no_commit(kind: str, dated: Dated) -> None:
    repo = dated.repo
    repo.write("x.env", f"A_TOKEN={ONE[::-1]}\n")
    repo.add("x.env")
    tree = repo.git("write-tree").decode().strip()
    repo.git("rm", "-q", "-f", "--cached", "x.env")
    (repo.path / "x.env").unlink()
    dated.days[tree] = 9
    repo.git("tag", "odd", tree if kind == "tree" else f"{tree}:x.env")
    dated.days[repo.git("rev-parse", f"{tree}:x.env").decode().strip()] = 9
    line = ("x.env", "A_TOKEN") if kind == "tree" else ("refs/tags/odd", "keyed-secret")  # a content has no path but the tag's name
    assert Line(*line, 9, 9, 1, "gone") in values(dated)


def test_damage_takes_no_events_of_others(dated: Dated) -> None:
    lose(dated.repo, "HEAD~1:docs")
    found = [one for one in report(dated.repo, status=2)["findings"] if one["rule"] == "history-file"]
    assert "added 2020-09-13" in found[0]["message"]
    assert "changed 2 times" in found[0]["message"]


# ---- bad words


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        pytest.param(("nowhere",), "no commit 'nowhere' in this clone", id="no such ref"),
        pytest.param(("--since", "nowhere"), "no commit 'nowhere' in this clone", id="no such ref to start from"),
        pytest.param(("^main",), "no commit '^main' in this clone", id="a ref that is to be left out"),
        pytest.param(("main..main",), "'main..main' is a range, and one commit is asked for", id="a range"),
        pytest.param(("--since", "^main"), "no commit '^main' in this clone", id="a ref to be left out to start from"),
        pytest.param(("--mark", "x", "rotated"), "--mark needs --reason", id="a mark without a reason"),
        pytest.param(("--rewrite-plan", "--output", "x"), "--output is for the report", id="a plan to a file"),
        pytest.param(("--remap", "x", "--format", "json"), "--format is for the report, and --remap", id="a remap as JSON"),
        pytest.param(("--mark", "x", "rotated", "--reason", "y"), "--mark", id="a mark of another form"),
        pytest.param(("--reason", "y"), "--reason goes with --mark", id="a reason for nothing"),
        pytest.param(("--rewrite-plan", "--remap", "x"), "one at a time", id="two deeds at once"),
    ],
)
def test_bad_words(argv: tuple[str, ...], told: str, dated: Dated) -> None:
    done = dated.repo.stopgap("audit-history", *argv)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_a_ledger_that_is_no_toml(dated: Dated) -> None:
    dated.repo.write(".stopgap-rotations.toml", "not = [toml\n")
    done = dated.repo.stopgap("audit-history")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


def test_outside_of_a_repository(tmp_path: Path) -> None:
    outside = Repo.__new__(Repo)
    outside.path = tmp_path
    done = outside.stopgap("audit-history")
    assert done.returncode == 2
    assert b"not a git repository" in done.stderr


def test_the_files_of_a_whole_repository(dated: Dated) -> None:
    assert list(files(dated)) == [".env"]
