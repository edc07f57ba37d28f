"""scan-message: what git would keep of a commit message, by the real command and by git's own commit-msg hook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Repo
from .tokens import GITHUB, PASSWORD

CUT = " ------------------------ >8 ------------------------"
TOKEN = f"works with {GITHUB}\n"
DIFF = f"{TOKEN.join(['diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1 +0,0 @@', '-'])}"


def scan(repo: Repo, *argv: str, env: dict[str, str] | None = None, cwd: str = "") -> list[tuple[str, int, str]]:
    done = repo.stopgap("scan-message", "--format", "json", *argv, env=env, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert GITHUB.encode() not in done.stdout + done.stderr
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == (1 if found else 0)
    return [(one["path"], one["line"], one["rule"]) for one in found]


def install(repo: Repo, *argv: str) -> None:
    """A plain commit-msg hook, without any client."""
    hook = repo.write(".git/hooks/commit-msg", f'#!/bin/sh\nexec "{sys.executable}" -m stopgap scan-message {" ".join(argv)} "$1"\n')
    hook.chmod(0o755)


def commit(repo: Repo, *argv: str, editor: str = "", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    """`git commit`, with the message written into git's own text by the editor where one is wanted."""
    if editor:
        script = repo.write(".git/editor.sh", f'#!/bin/sh\n{{ printf "%s" "{editor}"; cat "$1"; }} > "$1.new" && mv "$1.new" "$1"\n')
        script.chmod(0o755)
        env["GIT_EDITOR"] = str(script)
    return subprocess.run(("git", "commit", *argv), cwd=cwd or repo.path, capture_output=True, env={**os.environ, **env})


# silence first


CLEAN = [
    pytest.param("Fix the parser\n\nIt read a token twice.\n", id="an ordinary message"),
    pytest.param("", id="empty"),
    pytest.param(f"Fix\n#{CUT}\n# Do not modify or remove the line above.\n{DIFF}", id="a secret below the scissors"),
    pytest.param(f"#{CUT}\n{DIFF}", id="scissors in the first line"),
    pytest.param("Set password = changeme\n", id="a placeholder"),
]


def looked_at(repo: Repo, texts: list[str | bytes]) -> list[list[tuple[int, str]]]:
    """Line and rule of what one run finds in each of these messages."""
    names = [f"message-{number:02}" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        repo.write(name, text)
    found = scan(repo, *names)
    return [[(line, rule) for path, line, rule in found if path == name] for name in names]


def test_passes(repo: Repo) -> None:
    assert dict(zip((case.id for case in CLEAN), looked_at(repo, [case.values[0] for case in CLEAN]), strict=True)) == {
        case.id: [] for case in CLEAN
    }


COMMENTS = [
    pytest.param("core.commentChar", ";", ";", id="semicolon"),
    pytest.param("core.commentChar", "%", "%", id="percent"),
    pytest.param("core.commentChar", "auto", "@", id="chosen by git"),
    pytest.param("core.commentString", "//", "//", id="two characters, of newer gits"),
]


@pytest.mark.parametrize(("key", "value", "comment"), COMMENTS)
def test_another_comment_character(repo: Repo, key: str, value: str, comment: str) -> None:
    repo.git("config", key, value)
    repo.write("message", f"Fix\n{comment}{CUT}\n{TOKEN}")
    assert scan(repo, "message") == []
    repo.write("message", f"Fix\n{TOKEN}{comment}{CUT}\n{TOKEN}")
    assert scan(repo, "message") == [("message", 2, "github-pat")]


# then where it fires


FOUND = [
    pytest.param(TOKEN, 1, id="the subject"),
    pytest.param(f"Fix\n\n{TOKEN}", 3, id="the body"),
    pytest.param(f"Fix\n\nKey: {GITHUB}", 3, id="a trailer, no newline at the end"),
    pytest.param(f"Fix\n# {TOKEN}", 2, id="a comment: with -m git keeps it"),
    pytest.param(f"Fix\r\n\r\n{TOKEN}", 3, id="CRLF"),
    pytest.param(f"Fix\n{CUT}\n{TOKEN}", 3, id="scissors without a comment character"),
    pytest.param(f"Fix\nx{CUT}\n{TOKEN}", 3, id="scissors behind a letter"),
    pytest.param(f"Fix\n  #{CUT}\n{TOKEN}", 3, id="scissors that are indented"),
    pytest.param(f"Fix\n#{CUT} \n{TOKEN}", 3, id="scissors with a blank behind them"),
    pytest.param(f"Fix\n;{CUT}\n{TOKEN}", 3, id="scissors behind another comment character"),
    pytest.param(f"Fix\n# >8\n{TOKEN}", 3, id="short scissors"),
]


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1")


def test_finds(repo: Repo) -> None:
    found = looked_at(repo, [case.values[0] for case in FOUND])
    assert dict(zip((case.id for case in FOUND), found, strict=True)) == {case.id: [(case.values[1], "github-pat")] for case in FOUND}


def test_encodings(repo: Repo) -> None:
    texts: list[str | bytes] = [f"Für später\n\n{TOKEN}#{CUT}\n{TOKEN}".encode(encoding) for encoding in ENCODINGS]
    assert dict(zip(ENCODINGS, looked_at(repo, texts), strict=True)) == {encoding: [(3, "github-pat")] for encoding in ENCODINGS}


def test_without_a_name_it_is_gits_own(repo: Repo) -> None:
    repo.write(".git/COMMIT_EDITMSG", f"Fix\n{TOKEN}")
    repo.write("sub/x", "x\n")
    assert scan(repo) == [(".git/COMMIT_EDITMSG", 2, "github-pat")]
    assert scan(repo, cwd="sub") == [(".git/COMMIT_EDITMSG", 2, "github-pat")]
    assert scan(repo, "../.git/COMMIT_EDITMSG", cwd="sub") == [(".git/COMMIT_EDITMSG", 2, "github-pat")]


def test_a_file_outside_is_named_without_its_folder(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "message").write_text(TOKEN)
    assert scan(repo, str(tmp_path / "message")) == [("message", 1, "github-pat")]


def test_what_the_repository_allows_and_disables(repo: Repo) -> None:
    repo.write("message", f'Set password = "{PASSWORD}"\n\n{TOKEN}')
    assert [rule for _, _, rule in scan(repo, "message")] == ["keyed-password", "github-pat"]
    repo.write("stopgap.toml", '[rules]\ndisable = ["github-pat"]\n')
    assert [rule for _, _, rule in scan(repo, "message")] == ["keyed-password"]


# could not check is never clean


def test_a_missing_file(repo: Repo) -> None:
    for argv in (("gone",), ()):
        done = repo.stopgap("scan-message", *argv)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"cannot read the commit message" in done.stderr
        assert b"No such file" in done.stderr


WRONG = [
    pytest.param(bytes(range(256)) * 20, "it is no text", id="binary"),
    pytest.param(None, "Is a directory", id="a folder"),
]


@pytest.mark.parametrize(("content", "words"), WRONG)
def test_a_wrong_file(repo: Repo, content: bytes | None, words: str) -> None:
    (repo.path / "message").mkdir() if content is None else repo.write("message", content)
    done = repo.stopgap("scan-message", "message")
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


# by git itself


def test_git_refuses_the_commit_and_takes_a_clean_one(repo: Repo) -> None:
    install(repo)
    repo.write("a.txt", "a\n")
    repo.add()
    done = commit(repo, "-m", f"Fix\n\n{TOKEN}")
    assert done.returncode == 1
    assert b".git/COMMIT_EDITMSG:3:12: github-pat" in done.stderr + done.stdout
    assert repo.git("diff", "--cached", "--name-only") == b"a.txt\n", "nothing is lost"
    assert commit(repo, "-m", "Fix").returncode == 0
    assert commit(repo, "--amend", "-m", TOKEN).returncode == 1


KEPT = [
    pytest.param(f"Fix\n# {TOKEN}", id="a comment"),
    pytest.param(f"Fix\n\n#{CUT}\n{TOKEN}", id="scissors that nobody cuts at"),
]


@pytest.mark.parametrize("message", KEPT)
def test_what_git_keeps_with_a_message_of_the_command_line(repo: Repo, message: str) -> None:
    repo.write("a.txt", "a\n")
    repo.add()
    repo.write(".git/given", message)
    for argv in (("-m", message), ("-F", ".git/given")):
        install(repo)
        assert commit(repo, *argv).returncode == 1
        (repo.path / ".git/hooks/commit-msg").unlink()
        assert commit(repo, *argv, "--allow-empty").returncode == 0
        assert GITHUB.encode() in repo.git("log", "-1", "--format=%B"), "git keeps it, so it has to be looked at"


@pytest.mark.parametrize("comment", ["", ";", "auto"])
def test_the_diff_of_a_verbose_commit_is_not_the_message(repo: Repo, comment: str) -> None:
    """Taking a secret out must not be refused because the diff below the scissors still shows it."""
    repo.write("a.txt", TOKEN)
    repo.add()
    repo.commit()
    repo.write("a.txt", "a\n")
    repo.add()
    install(repo)
    if comment:
        repo.git("config", "core.commentChar", comment)
    done = commit(repo, "--verbose", editor="Take it out")
    assert done.returncode == 0, done.stderr.decode()
    assert repo.git("log", "-1", "--format=%B").strip() == b"Take it out"
    assert GITHUB in (repo.path / ".git/COMMIT_EDITMSG").read_text(), "git did put the diff there"


def test_a_secret_typed_above_the_diff_of_a_verbose_commit(repo: Repo) -> None:
    repo.write("a.txt", "a\n")
    repo.add()
    install(repo)
    assert commit(repo, "--verbose", editor=f"Fix {GITHUB}").returncode == 1


def test_in_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.write("a.txt", "a\n")
    repo.add()
    repo.commit()
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    install(repo)
    linked = tmp_path / "linked"
    assert commit(repo, "--allow-empty", "-m", "Fix", cwd=linked).returncode == 0
    done = commit(repo, "--allow-empty", "-m", TOKEN, cwd=linked)
    assert done.returncode == 1
    assert b"COMMIT_EDITMSG:1:12: github-pat" in done.stderr + done.stdout
    assert str(tmp_path).encode() not in done.stdout, "no path of this machine"
    command = (sys.executable, "-m", "stopgap", "scan-message")
    assert subprocess.run(command, cwd=linked, capture_output=True).returncode == 1, "git's own message, without a name"


def test_under_a_client_that_drops_the_name(repo: Repo) -> None:
    hook = repo.write(".git/hooks/commit-msg", f'#!/bin/sh\nexec "{sys.executable}" -m stopgap scan-message\n')
    hook.chmod(0o755)
    assert commit(repo, "--allow-empty", "-m", TOKEN, PRE_COMMIT="1").returncode == 1
    assert commit(repo, "--allow-empty", "-m", "Fix", PRE_COMMIT="1").returncode == 0
