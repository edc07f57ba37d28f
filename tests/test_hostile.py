"""A repository's names, attributes and settings are hostile: they hide nothing, stop nothing and run nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import Repo
from .test_scan_diff import LINE, scan
from .tokens import GITHUB

OPTIONS = ["--worktree", "-v", "--help", "--from-ref", "--from-ref=HEAD", "--output=x", "--strict", "--min-confidence=high"]


@pytest.mark.parametrize("name", OPTIONS)
def test_a_file_named_like_an_option(repo: Repo, name: str) -> None:
    """Behind `--`, as the manifest has it, it is a file; before it, nobody could say, and that is an error."""
    repo.write(name, LINE)
    repo.git("add", "-A")
    assert scan(repo, "--", name) == [(name, 1, "github-pat")]
    done = repo.stopgap("scan-diff", name)
    assert (done.returncode, b"there is a file named like the option" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["-x.py", "--none-of-ours", "-"])
def test_a_file_whose_name_begins_with_a_dash(repo: Repo, name: str) -> None:
    repo.write(name, LINE)
    repo.git("add", "-A")
    assert scan(repo, name) == [(name, 1, "github-pat")]


def test_a_range_is_not_taken_for_files(repo: Repo) -> None:
    first = repo.commit()
    for name in ("--from-ref", "--to-ref", "HEAD", first):
        repo.write(name, "x\n")
    repo.write("a.py", LINE)
    repo.git("add", "-A")
    repo.commit()
    done = repo.stopgap("scan-diff", "--from-ref", first, "--to-ref", "HEAD")
    assert (done.returncode, done.stdout) == (2, b"")


def test_git_that_complains_much_does_not_stop(repo: Repo) -> None:
    """More words on its standard error than a pipe holds, while its output is being read."""
    repo.write(".gitattributes", "!neg attr\n" * 3000)
    repo.write("a.py", LINE)
    repo.write("b.py", LINE)
    repo.add()
    assert [line[0] for line in scan(repo)] == ["a.py", "b.py"]
    first = repo.commit()
    repo.write("c.py", LINE)
    repo.add()
    repo.commit()
    assert scan(repo, "--from-ref", first) == [("c.py", 1, "github-pat")]


def test_the_index_is_read_and_not_a_work_tree_that_looks_like_it(repo: Repo) -> None:
    repo.git("config", "core.trustctime", "false")
    repo.git("config", "core.checkStat", "minimal")
    path = repo.write("a.py", LINE)
    repo.add()
    stamp = path.stat()
    path.write_text("x" * (len(LINE) - 1) + "\n")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert scan(repo) == [("a.py", 1, "github-pat")]


def test_a_damaged_object_is_seen_though_the_file_is_there(repo: Repo) -> None:
    repo.write("a.py", LINE)
    repo.add()
    name = repo.git("rev-parse", ":a.py").decode().strip()
    where = repo.path / ".git/objects" / name[:2] / name[2:]
    where.chmod(0o644)
    where.write_bytes(b"damaged")
    done = repo.stopgap("scan-diff")
    assert (done.returncode, name[:10].encode() in done.stderr) == (2, True)


def test_intent_to_add_could_be_committed(repo: Repo) -> None:
    repo.commit()
    repo.write("a.py", LINE)
    repo.git("add", "-N", "a.py")
    assert scan(repo, "--worktree") == [("a.py", 1, "github-pat")]


def test_a_filter_driver_that_cannot_be_switched_off(repo: Repo) -> None:
    repo.commit()
    repo.write(".gitattributes", "*.txt filter=a=b\n")
    repo.write("a.txt", "one\n")
    repo.add()
    repo.git("config", "filter.a=b.clean", f"touch {repo.path}/RAN; cat")
    repo.write("a.txt", "two\n")
    done = repo.stopgap("scan-diff", "--worktree")
    assert (done.returncode, b"filter.a=b.clean" in done.stderr) == (2, True)
    assert not (repo.path / "RAN").exists()


def test_a_ref_that_means_two_things(repo: Repo) -> None:
    first = repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", first)
    repo.write("a.py", LINE)
    repo.add()
    repo.commit()
    assert scan(repo, "--from-ref", "origin/main") == [("a.py", 1, "github-pat")]
    repo.git("tag", "origin/main")
    done = repo.stopgap("scan-diff", "--from-ref", "origin/main")
    assert (done.returncode, b"is both a branch and a tag" in done.stderr) == (2, True)
    assert scan(repo, "--from-ref", "refs/remotes/origin/main") == [("a.py", 1, "github-pat")]


def test_a_push_by_a_short_url_knows_what_the_remote_has(repo: Repo, tmp_path: Path) -> None:
    """With url.*.insteadOf the hook is given what was typed, and the real URL: the name is no remote's."""
    repo.write("old.py", LINE)
    repo.add()
    old = repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", old)
    repo.write("new.py", "n = 1\n")
    repo.add()
    new = repo.commit()
    line = f"refs/heads/main {new} refs/heads/main {old}\n".encode()
    first = f"refs/heads/side {new} refs/heads/side {'0' * 40}\n".encode()
    for stdin in (line, first):
        done = repo.stopgap("scan-diff", "--pre-push", "short:repo", str(tmp_path / "repo.git"), stdin=stdin)
        assert done.returncode == 0, done.stdout


def test_the_message_of_a_failed_git_is_the_one_that_tells(repo: Repo) -> None:
    repo.write("a.py", f"a = '{GITHUB}'\n")
    repo.write(".gitattributes", "!neg attr\n")
    repo.add()
    repo.commit()
    repo.write("a.py", "a = 2\n")
    repo.add()
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    (repo.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    done = repo.stopgap("scan-diff")
    assert (done.returncode, b"warning" in done.stderr, b"bad tree object" in done.stderr) == (2, False, True)
