"""scan-diff by situation, on real repositories and by the real command."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

LINE = f'token = "{GITHUB}"\n'


def found(done: subprocess.CompletedProcess[bytes]) -> list[tuple[str, int, str]]:
    """Path, line and rule of each finding of a JSON report; the secret must be nowhere in it."""
    assert GITHUB.encode() not in done.stdout + done.stderr
    assert done.returncode in (0, 1), done.stderr.decode()
    return [(item["path"], item["line"], item["rule"]) for item in json.loads(done.stdout)["findings"]]


def scan(repo: Repo, *argv: str, **options: object) -> list[tuple[str, int, str]]:
    return found(repo.stopgap("scan-diff", "--format", "json", *argv, **options))  # type: ignore[arg-type]


@pytest.fixture
def old(repo: Repo) -> Repo:
    """A repository with one commit that holds an old secret."""
    repo.write("old.py", f"a = 1\n{LINE}b = 2\n")
    repo.add()
    repo.commit()
    return repo


# silence first


def test_nothing_staged_by_hand_is_not_clean(old: Repo) -> None:
    done = old.stopgap("scan-diff")
    assert done.returncode == 2
    assert b"nothing is staged: give file names, --worktree" in done.stderr


def test_nothing_staged_while_a_commit_is_made(old: Repo) -> None:
    done = old.stopgap("scan-diff", "-v", env={"GIT_INDEX_FILE": ".git/index"})
    assert (done.returncode, b"nothing is staged" in done.stdout) == (0, True)


def test_an_old_secret_does_not_block_a_new_line(old: Repo) -> None:
    old.write("old.py", f"a = 1\n{LINE}b = 2\nc = 3\n")
    old.add()
    assert scan(old) == []


def test_unstaged_changes_are_not_in_the_commit(old: Repo) -> None:
    old.write("new.py", "a = 1\n")
    old.add()
    old.write("new.py", LINE)
    assert scan(old) == []
    assert scan(old, "new.py") == []


def test_a_rename_brings_no_finding_back(old: Repo) -> None:
    old.git("mv", "old.py", "renamed.py")
    assert scan(old) == []


def test_mode_change_and_deletion(old: Repo) -> None:
    old.write("gone.txt", "x\n")
    old.add()
    old.commit()
    old.git("update-index", "--chmod=+x", "old.py")
    old.git("rm", "-q", "gone.txt")
    assert scan(old) == []


def test_a_clean_tree_has_nothing_to_commit(old: Repo) -> None:
    done = old.stopgap("scan-diff", "--worktree", "-v")
    assert (done.returncode, b"nothing to commit" in done.stdout) == (0, True)


# then where it fires


def test_first_commit(repo: Repo) -> None:
    repo.write("a.py", LINE)
    repo.add()
    assert scan(repo) == [("a.py", 1, "github-pat")]


def test_sha256_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    repo.write("a.py", "a\n")
    repo.add()
    repo.commit()
    repo.write("a.py", "a\n" + LINE)
    repo.write("b.py", ("b\n" + LINE).encode("utf-16"))
    repo.add()
    assert scan(repo) == [("a.py", 2, "github-pat"), ("b.py", 2, "github-pat")]
    first = repo.git("rev-parse", "HEAD").decode().strip()
    repo.commit()
    assert scan(repo, "--from-ref", first) == [("a.py", 2, "github-pat"), ("b.py", 2, "github-pat")]


def test_names_staged_give_added_lines_and_names_not_staged_the_whole_file(old: Repo) -> None:
    old.write("new.py", f"a\n{LINE}")
    old.add("new.py")
    old.write("untracked.py", LINE)
    assert scan(old, "new.py") == [("new.py", 2, "github-pat")]
    assert scan(old, "old.py", "untracked.py") == [("old.py", 2, "github-pat"), ("untracked.py", 1, "github-pat")]


def test_a_file_that_is_being_untracked_is_read_where_it_lies(old: Repo) -> None:
    old.git("rm", "-q", "--cached", "old.py")
    assert scan(old, "old.py") == [("old.py", 2, "github-pat")]
    (old.path / "old.py").unlink()
    assert scan(old, "old.py") == []


def test_the_index_counts_and_not_the_work_tree(old: Repo) -> None:
    old.write("new.py", LINE)
    old.add("new.py")
    old.write("new.py", "harmless\n")
    assert scan(old, "new.py") == [("new.py", 1, "github-pat")]


def test_names_from_a_folder_below(old: Repo) -> None:
    old.write("sub/deep/new.py", LINE)
    old.add()
    assert scan(old, "new.py", cwd="sub/deep") == [("sub/deep/new.py", 1, "github-pat")]
    assert scan(old, "../../old.py", str(old.path / "sub/deep/new.py"), cwd="sub/deep") == [
        ("old.py", 2, "github-pat"),
        ("sub/deep/new.py", 1, "github-pat"),
    ]


def test_a_folder_stands_for_the_files_git_has_or_would_add(old: Repo) -> None:
    old.write(".gitignore", "ignored.py\n")
    old.write("sub/new.py", LINE)
    old.write("sub/ignored.py", LINE)
    assert scan(old, "sub") == [("sub/new.py", 1, "github-pat")]


def test_a_copy_is_a_new_place(old: Repo) -> None:
    old.write("copy.py", (old.path / "old.py").read_bytes())
    old.add()
    assert scan(old) == [("copy.py", 2, "github-pat")]


def test_a_renamed_file_shows_what_was_added(old: Repo) -> None:
    text = "".join(f"line {n}\n" for n in range(40))
    old.write("long.txt", text)
    old.add()
    old.commit()
    old.git("mv", "long.txt", "moved.txt")
    old.write("moved.txt", text + LINE)
    old.add()
    assert scan(old) == [("moved.txt", 41, "github-pat")]


def test_a_range_sees_what_was_added_and_removed_again(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.write("new.py", LINE)
    old.add()
    second = old.commit()
    old.git("rm", "-q", "new.py")
    old.commit()
    done = old.stopgap("scan-diff", "--format", "json", "--from-ref", first, "--to-ref", "HEAD")
    assert found(done) == [("new.py", 1, "github-pat")]
    report = json.loads(done.stdout)
    assert (report["scope"]["commits"], report["findings"][0]["commit"]) == (2, second)


def test_worktree_is_all_that_could_be_committed(old: Repo) -> None:
    old.write(".gitignore", "ignored.py\n")
    old.write("ignored.py", LINE)
    old.write("untracked.py", LINE)
    old.write("staged.py", LINE)
    old.add("staged.py")
    old.write("old.py", f"a = 1\n{LINE}b = 2\nother = '{GITHUB_2}'\n")
    assert scan(old, "--worktree") == [("old.py", 4, "github-pat"), ("staged.py", 1, "github-pat"), ("untracked.py", 1, "github-pat")]


def evil_merge(repo: Repo) -> str:
    """A merge of two branches, staged, whose result holds a secret that neither side has."""
    repo.git("checkout", "-q", "-b", "side", "HEAD")
    repo.write("side.py", "s = 1\n")
    repo.add()
    side = repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("main.py", f"m = 1\n{LINE}")
    repo.add()
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    return side


def test_a_merge_repeats_no_parents_finding(old: Repo) -> None:
    evil_merge(old)
    assert scan(old) == []


def test_a_merge_shows_what_neither_parent_has(old: Repo) -> None:
    evil_merge(old)
    old.write("evil.py", f"e = '{GITHUB_2}'\n")
    old.write("side.py", f"s = 1\n{LINE}")
    old.add()
    assert scan(old) == [("evil.py", 1, "github-pat"), ("side.py", 2, "github-pat")]


def test_a_merge_that_git_has_not_written_down_yet(old: Repo) -> None:
    """The pre-merge-commit hook runs before MERGE_HEAD exists; git names the other side in its environment."""
    side = evil_merge(old)
    old.git("merge", "--quit")
    assert not (old.path / ".git/MERGE_HEAD").exists()
    old.git("checkout", "-q", "side")
    old.git("read-tree", "-m", "HEAD", "main")
    main = old.git("rev-parse", "main").decode().strip()
    assert scan(old, env={f"GITHEAD_{main}": "main"}) == []
    assert side
    assert scan(old) == [("main.py", 2, "github-pat")]


def test_content_that_only_a_merge_commit_brought(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    evil_merge(old)
    old.write("evil.py", f"e = '{GITHUB_2}'\n")
    old.add()
    merge = old.commit("merge")
    done = old.stopgap("scan-diff", "--format", "json", "--from-ref", first)
    assert found(done) == [("evil.py", 1, "github-pat"), ("main.py", 2, "github-pat")]
    assert json.loads(done.stdout)["findings"][0]["commit"] == merge


def test_unmerged_files_are_read_from_the_work_tree(old: Repo) -> None:
    old.git("checkout", "-q", "-b", "side")
    old.write("x.py", "1\n")
    old.add()
    old.commit()
    old.git("checkout", "-q", "main")
    old.write("x.py", LINE)
    old.add()
    old.commit()
    old.git("merge", "-q", "side", check=False)
    assert scan(old, "x.py") == [("x.py", 2, "github-pat")]


# the kinds of file


def test_added_lines_that_look_like_a_diff(repo: Repo) -> None:
    repo.write("a.txt", "keep\n")
    repo.add()
    repo.commit()
    tricky = "++ b/other.txt\n@@ -1,2 +3,4 @@\ndiff --git a/x b/x\n-- a/y\n\\ No newline at end of file\n" + LINE
    repo.write("a.txt", "keep\n" + tricky)
    repo.add()
    assert scan(repo) == [("a.txt", 7, "github-pat")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"x\n" + LINE.encode(), 2, id="utf-8"),
        pytest.param(b"\xef\xbb\xbfx\n" + LINE.encode(), 2, id="utf-8 with a byte order mark"),
        pytest.param("é\n".encode("latin-1") + LINE.encode(), 2, id="latin-1"),
        pytest.param(("x\nü\n" + LINE).encode("utf-16"), 3, id="utf-16 with a byte order mark"),
        pytest.param(b"\xfe\xff" + ("x\n\u0a0a\n" + LINE).encode("utf-16-be"), 3, id="utf-16, big end first, with 0x0A inside a character"),
        pytest.param(("x\n" + LINE).encode("utf-16-le"), 2, id="utf-16-le without a mark"),
        pytest.param(("x\n" + LINE).encode("utf-16-be"), 2, id="utf-16-be without a mark"),
        pytest.param(b"x\r\n" + LINE.replace("\n", "\r\n").encode(), 2, id="crlf"),
        pytest.param(b"x\n" + LINE.rstrip().encode(), 2, id="no newline at the end"),
        pytest.param(b"text " * 40 + b"\0\n" + LINE.encode(), 2, id="mostly text, with a NUL"),
        pytest.param(b"y" * 5_000_000 + b" " + LINE.encode(), 1, id="a line of 5 MB"),
    ],
)
def test_encodings_and_line_endings(repo: Repo, content: bytes, line: int) -> None:
    repo.write("a.txt", content)
    repo.add()
    assert scan(repo) == [("a.txt", line, "github-pat")], "staged"
    assert scan(repo, "a.txt") == [("a.txt", line, "github-pat")], "staged and given"
    repo.commit()
    assert scan(repo, "a.txt") == [("a.txt", line, "github-pat")], "whole"


def test_an_added_line_in_utf16(repo: Repo) -> None:
    repo.write("a.txt", f"x\n{LINE}".encode("utf-16"))
    repo.add()
    repo.commit()
    repo.write("a.txt", f"x\n{LINE}y = '{GITHUB_2}'\n".encode("utf-16"))
    repo.add()
    assert scan(repo) == [("a.txt", 3, "github-pat")]


def test_binary_is_counted_and_listed(repo: Repo) -> None:
    repo.write("a.bin", bytes(range(256)) * 40 + LINE.encode())
    repo.add()
    done = repo.stopgap("scan-diff", "--verbose")
    assert done.returncode == 0
    assert b"1 skipped" in done.stdout
    assert b"a.bin: skipped: binary" in done.stdout


def test_a_key_whose_begin_line_is_old(repo: Repo) -> None:
    """Rotating a private key changes every line but the first and the last."""
    repo.write("id.txt", PEM)
    repo.add()
    repo.commit()
    body = PEM.splitlines()
    repo.write("id.txt", "\n".join([body[0], *reversed(body[1:-1]), body[-1]]) + "\n")
    repo.add()
    assert [rule for _, _, rule in scan(repo)] == ["private-key"]


def test_a_symbolic_link_is_its_text(old: Repo) -> None:
    os.symlink(f"https://user:{PASSWORD}@db.internal.net/x", old.path / "link")
    os.symlink("/etc/hostname", old.path / "outside")
    old.add()
    assert scan(old) == [("link", 1, "url-password")]
    old.commit()
    assert scan(old, "link", "outside") == [("link", 1, "url-password")]


def test_a_submodule_is_left_to_its_own_repository(old: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.write("a.py", LINE)
    inner.add()
    inner.commit()
    old.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "inner")
    assert scan(old) == []
    assert b"inner: skipped: a submodule" in old.stopgap("scan-diff", "-v", "inner").stdout
    inside = Repo(old.path / "inner")
    inside.write("new.py", LINE)
    inside.add("new.py")
    assert scan(inside) == [("new.py", 1, "github-pat")]


NAMES = [
    pytest.param("with space.py", id="space"),
    pytest.param("new\nline.py", id="newline"),
    pytest.param("quo\"te's.py", id="quotes"),
    pytest.param("-n.py", id="leading dash"),
    pytest.param(os.fsdecode(b"latin-\xe9.py"), id="not UTF-8"),
    pytest.param("caf\u00e9.py", id="é as one character"),
    pytest.param("cafe\u0301.py", id="é as two"),
    pytest.param(":(glob)*.py", id="pathspec magic"),
    pytest.param("a\tb\\c.py", id="tab and backslash"),
]


@pytest.mark.parametrize("name", NAMES)
def test_names(repo: Repo, name: str) -> None:
    repo.write(name, LINE)
    repo.git("add", "-A")
    staged, given = scan(repo), scan(repo, "--", name)
    repo.commit()
    assert [staged[0][1:], given[0][1:], scan(repo, "--", name)[0][1:]] == [(1, "github-pat")] * 3
    assert len(staged) == len(given) == 1


SETTINGS = [
    ("diff.noprefix", "true"),
    ("diff.mnemonicPrefix", "true"),
    ("color.ui", "always"),
    ("core.quotePath", "false"),
    ("diff.renames", "false"),
    ("diff.suppressBlankEmpty", "true"),
    ("diff.context", "0"),
    ("diff.algorithm", "patience"),
    ("diff.submodule", "log"),
    ("diff.orderFile", "order"),
    ("diff.relative", "true"),
    ("core.attributesFile", "attributes"),
]


@pytest.mark.parametrize(("key", "value"), [pytest.param(key, value, id=key) for key, value in SETTINGS])
def test_settings_change_nothing(old: Repo, key: str, value: str) -> None:
    old.write("é.py", f"a\n\n\n{LINE}")
    old.write("attributes", "*.py -diff binary\n")
    old.add("é.py")
    expected = scan(old)
    old.git("config", key, value)
    assert scan(old) == expected == [("é.py", 4, "github-pat")]


def test_drivers_of_a_hostile_repository_never_run(old: Repo) -> None:
    trap = old.write("trap.sh", "#!/bin/sh\ntouch TRAPPED\ncat\n")
    trap.chmod(0o755)
    run = str(trap)
    old.write(".gitattributes", "*.py diff=evil filter=evil\n*.txt -diff\n")
    for key in (
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.external",
    ):
        old.git("config", key, run)
    old.git("config", "core.fsmonitor", run)
    old.git("config", "core.hooksPath", str(old.path))
    for hook in ("post-index-change", "reference-transaction"):
        old.write(hook, "#!/bin/sh\ntouch TRAPPED\n").chmod(0o755)
    old.write("new.py", LINE)
    old.write("new.txt", LINE)
    old.git(
        "-c",
        "filter.evil.clean=",
        "-c",
        "filter.evil.process=",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "add",
        "-f",
        "new.py",
        "new.txt",
    )
    old.write("old.py", "a = 1\n")
    (old.path / "TRAPPED").unlink(missing_ok=True)
    expected = [("new.py", 1, "github-pat"), ("new.txt", 1, "github-pat")]
    environment = {"GIT_EXTERNAL_DIFF": run}
    assert scan(old, env=environment) == expected
    assert scan(old, "--worktree", env=environment) == expected
    assert scan(old, "new.py", "old.py", env=environment) == expected[:1]
    assert old.stopgap("check", env=environment).returncode == 1
    assert not (old.path / "TRAPPED").exists()


def test_a_second_work_tree(old: Repo, tmp_path: Path) -> None:
    old.git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
    second = tmp_path / "second"
    (second / "new.py").write_text(LINE)
    subprocess.run(("git", "add", "new.py"), cwd=second, check=True)
    inside = Repo.__new__(Repo)
    inside.path = second
    assert scan(inside) == [("new.py", 1, "github-pat")]


def test_git_dir_and_work_tree_from_the_environment(old: Repo) -> None:
    old.write("sub/new.py", LINE)
    old.add("sub/new.py")
    assert scan(old, env={"GIT_DIR": ".git"}) == [("sub/new.py", 1, "github-pat")]
    environment = {"GIT_DIR": "../.git", "GIT_WORK_TREE": ".."}
    assert scan(old, "new.py", env=environment, cwd="sub") == [("sub/new.py", 1, "github-pat")]


def test_a_sparse_checkout(old: Repo) -> None:
    old.write("inside/a.py", "a\n")
    old.add()
    old.commit()
    old.git("sparse-checkout", "set", "--no-cone", "inside/*")
    assert not (old.path / "old.py").exists()
    old.write("inside/a.py", LINE)
    old.add("inside/a.py")
    assert scan(old) == [("inside/a.py", 1, "github-pat")]
    done = old.stopgap("check", "--format", "json")
    assert ("old.py", 2, "github-pat") in found(done)


def test_a_partial_clone_is_not_fetched_from(old: Repo, tmp_path: Path) -> None:
    old.git("config", "uploadpack.allowFilter", "true")
    subprocess.run(
        ("git", "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{old.path}", str(tmp_path / "partial")),
        check=True,
        capture_output=True,
    )
    partial = Repo.__new__(Repo)
    partial.path = tmp_path / "partial"
    done = partial.stopgap("check")
    assert done.returncode == 2
    assert b"git" in done.stderr
    missing = subprocess.run(("git", "rev-list", "--objects", "--missing=print", "HEAD"), cwd=partial.path, capture_output=True, check=True)
    assert b"?" in missing.stdout, "the blob was fetched"
