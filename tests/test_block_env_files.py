"""block-env-files by situation, by the real command and under git's own hook; the commands that it prints are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo
from .tokens import GITHUB, PASSWORD

PLAIN = f"DB_PASSWORD=hunter2\nAPI_TOKEN={PASSWORD}\n"
CIPHER = f"DOTENV_PUBLIC_KEY=02{expand('<hex:64>')}\nDB_PASSWORD=encrypted:{expand('<alnum:160>')}\n"
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n" + "".join(f"{expand(f'<hex:80> {n}')[:80]}\n" for n in range(4))
IGNORE = ".env*\n!.env.example\n"


def run(repo: Repo, *argv: str, **options: Any) -> list[dict[str, Any]]:
    """The findings of a command that fail; no value is in its output."""
    done = repo.stopgap(*argv, "--format", "json", **options)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert PASSWORD.encode() not in done.stdout + done.stderr
    found = [one for one in json.loads(done.stdout)["findings"] if one["severity"] != "note"]
    assert done.returncode == (1 if found else 0)
    return found


def blocked(repo: Repo, *argv: str, **options: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["rule"]) for one in run(repo, "block-env-files", *argv, **options)]


def one(repo: Repo, *argv: str) -> dict[str, Any]:
    found = run(repo, "block-env-files", *argv)
    assert len(found) == 1
    return found[0]


@pytest.fixture
def old(repo: Repo) -> Repo:
    """A repository that has tracked an env file for long."""
    repo.write(".env", PLAIN)
    repo.write("a.py", "a = 1\n")
    repo.add()
    repo.commit()
    return repo


# silence first


def test_deleting_it_is_the_fix(old: Repo) -> None:
    old.git("rm", "-q", "--cached", ".env")
    assert blocked(old) == []
    assert (old.path / ".env").exists()
    old.git("rm", "-q", "-f", "a.py")
    assert blocked(old) == []


@pytest.mark.parametrize("name", [".env.example", "docs/settings.md", "deploy.sh"])
def test_renaming_it_away_is_a_fix(old: Repo, name: str) -> None:
    (old.path / name).parent.mkdir(exist_ok=True)
    old.git("mv", ".env", name)
    assert blocked(old) == []


def test_a_change_beside_it(old: Repo) -> None:
    old.write("a.py", "a = 2\n")
    old.add("a.py")
    assert blocked(old) == []
    assert blocked(old, "a.py") == []


PASSES = [
    pytest.param(".env.example", PLAIN, id="a template"),
    pytest.param("conf/example.env", PLAIN, id="a template, another spelling"),
    pytest.param(".env", CIPHER, id="dotenvx, every value encrypted"),
    pytest.param(".env.production", VAULT, id="ansible-vault"),
    pytest.param("env.txt", "DB_HOST=db\nDB_PASSWORD=changeme\nAPI_TOKEN=${TOKEN}\n", id="the shape, with placeholders"),
    pytest.param("environment.py", "DB_PASSWORD = 'x'\n", id="code"),
    pytest.param(".env/bin/activate", "A=1\nB=2\n", id="a virtual environment named .env"),
]


def test_passes(repo: Repo) -> None:
    for case in PASSES:
        repo.write(f"{case.id}/{case.values[0]}", case.values[1])
    repo.add()
    assert blocked(repo) == []
    assert blocked(repo, ".") == []
    repo.commit()
    assert blocked(repo, ".") == []


def test_a_templates_real_value_is_for_scan_diff(repo: Repo) -> None:
    repo.write(".env.example", f"DB_PASSWORD=\nGITHUB_TOKEN={GITHUB}\n")
    repo.add()
    assert blocked(repo) == []
    assert [(one["line"], one["rule"]) for one in run(repo, "scan-diff")] == [(2, "github-pat")]


# then where it blocks


BLOCKED = [
    pytest.param(".env", PLAIN, "env-file", id=".env"),
    pytest.param("app/.env.local", PLAIN, "env-file", id="in a folder"),
    pytest.param(".ENV", PLAIN, "env-file", id="in capitals"),
    pytest.param("Prod.Env", PLAIN, "env-file", id="in mixed case"),
    pytest.param(".env", "", "env-file", id="empty: its name says what will come"),
    pytest.param(".env.bak-2026-07-20", PLAIN, "env-file", id="a backup"),
    pytest.param(".env.utf16", PLAIN.encode("utf-16"), "env-file", id="UTF-16"),
    pytest.param("é ü/a b.env", PLAIN, "env-file", id="blanks and accents"),
    pytest.param(os.fsdecode(b"\xff.env"), PLAIN, "env-file", id="a name that is not UTF-8"),
    pytest.param(".netrc", "machine x\n", "credentials-file", id="credentials"),
    pytest.param("id_ed25519", "x\n", "key-file", id="a key"),
    pytest.param("infra/terraform.tfstate", "{}\n", "state-file", id="state"),
    pytest.param(".env.keys", CIPHER, "env-keys-file", id="dotenvx' keys, even encrypted"),
    pytest.param(".env", f"{CIPHER}API_TOKEN={PASSWORD}\n", "env-plain-value", id="one plain value in an encrypted file"),
    pytest.param("env.txt", PLAIN, "env-shape", id="the shape under another name"),
    pytest.param("prod-settings", PLAIN, "env-shape", id="the shape without an extension"),
    pytest.param("prod-settings", PLAIN.encode("utf-16"), "env-shape", id="the shape in UTF-16"),
    pytest.param("prod-settings", PLAIN.replace("\n", "\r\n"), "env-shape", id="the shape with CRLF"),
]


def test_blocks(repo: Repo) -> None:
    for case in BLOCKED:
        repo.write(f"{case.id}/{case.values[0]}", case.values[1])
    repo.add()
    expected = sorted((f"{case.id}/{shown(case.values[0])}", case.values[2]) for case in BLOCKED)
    assert sorted(blocked(repo)) == expected, "staged"
    assert sorted(blocked(repo, ".")) == expected, "given"
    repo.commit()
    assert sorted(blocked(repo, ".")) == expected, "tracked"


def shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def test_an_untracked_file_that_is_given(repo: Repo) -> None:
    repo.write(".env", PLAIN)
    finding = one(repo, ".env")
    assert (finding["rule"], finding["fix"].partition(";")[0]) == ("env-file", "do not git add .env")


def test_all_tracked_files_are_given(old: Repo) -> None:
    assert blocked(old, ".env", "a.py") == [(".env", "env-file")]
    assert blocked(old, ".") == [(".env", "env-file")]


def test_a_symbolic_link_of_that_name(repo: Repo) -> None:
    (repo.path / ".env").symlink_to("/srv/app/env")
    (repo.path / "link").symlink_to(".env")
    repo.add()
    assert blocked(repo) == [(".env", "env-file")]
    repo.commit()
    assert blocked(repo, ".env", "link") == [(".env", "env-file")]


def test_renaming_a_file_to_it(old: Repo) -> None:
    old.write("settings.txt", "colour = red\n" * 20)
    old.add()
    old.commit()
    old.git("mv", "settings.txt", "prod.env")
    assert blocked(old) == [("prod.env", "env-file")]


def test_a_tracked_one_that_was_modified(old: Repo) -> None:
    old.write(".env", f"{PLAIN}MORE=1\n")
    old.add(".env")
    finding = one(old)
    assert "git tracks it already" in finding["message"]
    assert finding["fix"].startswith("git restore --staged .env commits without this change; to untrack it: `stopgap untrack .env`")
    assert finding == one(old, ".env")


def test_the_key_of_a_plain_value_and_never_the_value(old: Repo) -> None:
    old.write("sealed.env", f"{CIPHER}\nAPI_TOKEN={PASSWORD}\n")
    old.add()
    finding = one(old)
    assert (finding["line"], finding["column"]) == (4, 11)
    assert finding["message"] == "API_TOKEN is in plain text in a file that dotenvx encrypts"


def test_a_shape_grows_into_one(old: Repo) -> None:
    """A file that held nothing secret gets its first secret: judged as a whole."""
    old.write("prod-settings", "DB_HOST=db\nDB_PORT=5432\n")
    old.add()
    assert blocked(old) == []
    old.commit()
    old.write("prod-settings", f"DB_HOST=db\nDB_PORT=5432\nDB_PASSWORD={PASSWORD}\n")
    old.add()
    assert blocked(old) == [("prod-settings", "env-shape")]


def test_a_range_sees_what_was_added_and_removed_again(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.write("prod.env", PLAIN)
    old.add("prod.env")
    second = old.commit()
    old.git("rm", "-q", "prod.env")
    old.commit()
    finding = one(old, "--from-ref", first)
    assert (finding["path"], finding["commit"]) == ("prod.env", second)
    assert second[:10] in finding["fix"]


def test_a_push_of_what_was_added_and_removed_again(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.write("prod-settings", PLAIN)
    old.add("prod-settings")
    second = old.commit()
    old.git("rm", "-q", "prod-settings")
    third = old.commit()
    line = f"refs/heads/main {third} refs/heads/main {first}\n".encode()
    found = run(old, "block-env-files", "--pre-push", "origin", "ssh://internal.net/x", stdin=line)
    assert [(one["path"], one["rule"], one["commit"]) for one in found] == [("prod-settings", "env-shape", second)]


def test_a_push_that_removes_it_passes(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.git("rm", "-q", "--cached", ".env")
    old.commit()
    assert blocked(old, "--from-ref", first) == []


# git refuses the commit; then the message's own commands are run, and the commit passes


def install(repo: Repo, command: str) -> None:
    hook = repo.write(".git/hooks/pre-commit", f'#!/bin/sh\nexec "{sys.executable}" -m stopgap {command}\n')
    hook.chmod(0o755)


def commit(repo: Repo) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(("git", "commit", "-q", "-m", "work"), cwd=repo.path, capture_output=True)


def shell(repo: Repo, command: str) -> None:
    """Runs what a message says, `stopgap` being the one of this Python."""
    command = re.sub(r"\bstopgap\b", f'"{sys.executable}" -m stopgap', command)
    environment = {**os.environ, "GIT_EDITOR": "true"}
    done = subprocess.run(command, shell=True, cwd=repo.path, capture_output=True, env=environment)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert b"fatal:" not in done.stderr
    assert b"error:" not in done.stderr, done.stderr.decode()


def ignore(repo: Repo, fix: str) -> None:
    """Adds the lines for .gitignore that a message names; a report doubles each backslash."""
    lines = re.search(r"add (.*?) to \.gitignore", fix)
    assert lines
    path = repo.path / ".gitignore"
    before = path.read_text() if path.exists() else ""
    repo.write(".gitignore", before + "".join(f"{line}\n" for line in lines[1].replace("\\\\", "\\").split(" and ")))
    repo.add(".gitignore")


NEW = [
    (".env", ".env"),
    (".ENV", "in capitals"),
    ("app/a b/.env.local", "a folder with a blank"),
    ("-x.env", "a leading dash"),
    (":x.env", "a leading colon"),
    ("[a]*.env", "wildcards"),
    ("#x.env", "a hash"),
    ("$(touch RAN)'\".env", "shell syntax and quotes"),
    ("é.env", "an accent"),
    (".netrc", "credentials"),
    ("prod-settings", "a shape"),
]
UNBORN = ("-x.env", ":x.env", "app/a b/.env.local")


@pytest.mark.parametrize(
    ("name", "unborn"),
    [
        *(pytest.param(name, False, id=case) for name, case in NEW),
        *(pytest.param(name, True, id=f"{case}, before the first commit") for name, case in NEW if name in UNBORN),
    ],
)
def test_what_the_message_says_works_for_a_new_file(repo: Repo, name: str, unborn: bool) -> None:
    if not unborn:
        repo.commit()
    install(repo, "block-env-files")
    repo.write("a.py", "a = 1\n")
    repo.write(name, PLAIN)
    repo.git("add", "-A")
    assert commit(repo).returncode == 1
    fix = one(repo)["fix"]
    assert fix.startswith("git rm --cached " if unborn else "git restore --staged ")
    shell(repo, fix.split("; add ")[0])
    ignore(repo, fix)
    repo.git("add", "-A")
    assert repo.git("diff", "--cached", "--name-only", "-z").split(b"\0")[:-1] == [b".gitignore", b"a.py"]
    assert commit(repo).returncode == 0
    assert (repo.path / name).read_text() == PLAIN
    assert not (repo.path / "RAN").exists()


def test_what_the_message_says_works_for_a_tracked_file(old: Repo) -> None:
    install(old, "check")
    old.write(".env", f"{PLAIN}MORE=1\n")
    old.write("a.py", "a = 2\n")
    old.add()
    assert commit(old).returncode == 1
    fix = next(one["fix"] for one in run(old, "block-env-files"))
    unstage, untrack = re.findall(r"git restore --staged \S+|stopgap untrack [^`\s]+", fix)
    assert (unstage, untrack) == ("git restore --staged .env", "stopgap untrack .env")
    shell(old, unstage)
    assert blocked(old) == [], "the other change can be committed alone"
    assert old.git("diff", "--cached", "--name-only") == b"a.py\n"
    shell(old, f"{untrack} --apply")
    done = commit(old)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert (old.path / ".env").read_text() == f"{PLAIN}MORE=1\n"
    assert old.git("ls-files") == b".env.example\n.gitignore\na.py\n"
    assert run(old, "check") == []


def test_what_the_message_says_works_for_the_last_commit(old: Repo) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.write("a.py", "a = 2\n")
    old.write("prod.env", PLAIN)
    old.add("a.py", "prod.env")
    old.commit()
    shell(old, one(old, "--from-ref", first)["fix"].partition(" (where")[0])
    assert blocked(old, "--from-ref", first) == []
    assert old.git("diff", "--name-only", first, "HEAD") == b"a.py\n"
    assert (old.path / "prod.env").read_text() == PLAIN


def test_what_the_message_says_works_for_a_rename(old: Repo) -> None:
    install(old, "block-env-files")
    old.write("settings.txt", "colour = red\n" * 20)
    old.add("settings.txt")
    old.commit()
    old.git("mv", "settings.txt", "prod.env")
    assert commit(old).returncode == 1
    shell(old, one(old)["fix"].partition(";")[0])
    assert commit(old).returncode == 0
    assert (old.path / "prod.env").exists()


# stopgap check: each fact once


def facts(repo: Repo, **options: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["rule"]) for one in run(repo, "check", **options)]


COMMITTING = {"GIT_INDEX_FILE": ".git/index"}


def test_check_is_clean(repo: Repo) -> None:
    repo.write(".gitignore", IGNORE)
    repo.write("a.py", "a = 1\n")
    repo.write(".env", PLAIN)
    repo.git("add", "-A")
    assert facts(repo, env=COMMITTING) == []
    repo.commit()
    assert facts(repo) == []


def test_check_says_each_fact_once(repo: Repo) -> None:
    repo.write(".gitignore", IGNORE)
    repo.write("prod.env", f"GITHUB_TOKEN={GITHUB}\n")
    repo.add()
    assert facts(repo, env=COMMITTING) == [("prod.env", "env-file"), ("prod.env", "github-pat")], "while it is committed"
    assert facts(repo) == [("prod.env", "tracked-config"), ("prod.env", "github-pat")], "the whole tree"
    repo.commit()
    assert facts(repo) == [("prod.env", "tracked-config"), ("prod.env", "github-pat")]


def test_check_in_a_commit_that_is_about_something_else(old: Repo) -> None:
    """What is wrong with the repository is said in every commit, until it is mended or allowed; not the old file's secrets."""
    old.write(".gitignore", IGNORE)
    old.write("a.py", "a = 2\n")
    old.add(".gitignore", "a.py")
    assert facts(old, env=COMMITTING) == [(".env", "tracked-although-ignored")]
    old.write(".env", f"{PLAIN}MORE=1\n")
    old.add(".env")
    assert facts(old, env=COMMITTING) == [(".env", "env-file")]


def test_check_of_a_link_and_a_shape(repo: Repo) -> None:
    repo.write(".gitignore", IGNORE)
    (repo.path / "prod.env").symlink_to("/srv/app/env")
    repo.write("prod-settings", "DB_HOST=db\nDB_PASSWORD=hunter2\n")
    repo.add()
    for options in ({"env": COMMITTING}, {}):
        found = facts(repo, **options)
        assert [path for path, _ in found] == sorted({path for path, _ in found}), "each path once"
        assert {path for path, _ in found} == {"prod.env", "prod-settings"}
