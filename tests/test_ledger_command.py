"""`stopgap audit-history --mark` in real repositories: down to nothing left to do, and what stands in the way."""

from __future__ import annotations

import json
import random
import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest
from stopgap.audit.ledger import NAME, Entry, dump, parse
from stopgap.detect.examples import expand

from .conftest import Repo

OLD, NEW, OTHER = (expand(f"<alnum:{size}>") for size in (25, 27, 29))


@pytest.fixture
def rotated(repo: Repo) -> Repo:
    """A value that was replaced, and one that is in use; the file lies untracked where the server has it."""
    repo.write(".env", f"DB_PASSWORD={OLD}\nAPI_TOKEN={OTHER}\n")
    repo.add()
    repo.commit()
    repo.git("rm", "-q", "--cached", ".env")
    repo.write(".gitignore", ".env\n")
    repo.write(".env", f"DB_PASSWORD={NEW}\nAPI_TOKEN={OTHER}\n")
    repo.add(".gitignore")
    repo.commit()
    return repo


def audited(repo: Repo, *argv: str) -> tuple[int, dict[str, str], str]:
    """Exit status, rule by key of what fails, and standard error, in which no value is."""
    done = repo.stopgap("audit-history", "--format", "json", *argv)
    for value in (OLD, NEW, OTHER):
        assert value.encode() not in done.stdout + done.stderr
    found = json.loads(done.stdout)["findings"] if done.stdout else []
    failing = {one["history"]["key"]: one["rule"] for one in found if one["severity"] != "note"}
    return done.returncode, failing, done.stderr.decode()


def mark(repo: Repo, *words: str, reason: str = "an incident", cwd: str = "") -> subprocess.CompletedProcess[bytes]:
    return repo.stopgap("audit-history", *words, "--reason", reason, cwd=cwd)


def blob_of(repo: Repo, path: str = ".env") -> str:
    return repo.git("rev-parse", f"HEAD~1:{path}").decode().strip()


def test_a_team_works_it_down_to_nothing(rotated: Repo) -> None:
    blob = blob_of(rotated)
    assert audited(rotated) == (1, {"DB_PASSWORD": "history-secret", "API_TOKEN": "history-in-use"}, "")
    done = mark(rotated, "--mark", f".env:DB_PASSWORD@{blob[:7]}", "revoked")
    assert done.returncode == 0
    assert done.stderr.decode() == f"stopgap: marked '.env' ('DB_PASSWORD') at {blob[:12]} as revoked\n"
    assert audited(rotated)[1] == {"API_TOKEN": "history-in-use"}
    rotated.write(".env", f"DB_PASSWORD={NEW}\nAPI_TOKEN={NEW[::-1]}\n")
    assert mark(rotated, "--mark", f".env:API_TOKEN@{blob}", "rotated").returncode == 0
    assert audited(rotated) == (0, {}, "")
    entries = parse((rotated.path / NAME).read_bytes())
    assert [(entry.key, entry.blob, entry.state, entry.reason) for entry in entries] == [
        ("API_TOKEN", blob, "rotated", "an incident"),
        ("DB_PASSWORD", blob, "revoked", "an incident"),
    ]
    assert {entry.commit for entry in entries} == {rotated.git("rev-parse", "HEAD~1").decode().strip()}
    assert rotated.git("status", "--porcelain") == f"?? {NAME}\n".encode()


def test_rotated_and_in_use_is_the_worst(rotated: Repo) -> None:
    done = mark(
        rotated, "--mark", f".env:API_TOKEN@{blob_of(rotated)}", "rotated", "--mark", f".env:DB_PASSWORD@{blob_of(rotated)}", "rotated"
    )
    assert done.returncode == 0
    assert b"still in use here (work tree:.env): the audit fails until another stands there" in done.stderr
    assert audited(rotated)[:2] == (1, {"API_TOKEN": "history-not-rotated"})
    text = rotated.stopgap("audit-history").stdout.decode()
    assert f"{NAME} says that API_TOKEN was rotated, but the same value is still in use here (work tree:.env)" in text


def test_two_marks_for_one_reason_from_a_folder(rotated: Repo) -> None:
    (rotated.path / "app").mkdir()
    words = [word for key in ("API_TOKEN", "DB_PASSWORD") for word in ("--mark", f".env:{key}@{blob_of(rotated)}", "accepted")]
    assert mark(rotated, *words, cwd="app").returncode == 0
    assert len(parse((rotated.path / NAME).read_bytes())) == 2
    assert audited(rotated) == (0, {}, "")


@pytest.mark.parametrize(
    "path", [".env", "a:b@c/.env", "two words/.env", "-x/.env", "a'b/.env", "back\\slash/.env", "é/.env", "new\nline/.env"]
)
def test_the_report_says_what_to_paste(path: str, repo: Repo) -> None:
    repo.write(path, f"DB_PASSWORD={OLD}\n")
    repo.add()
    repo.commit()
    repo.git("rm", "-q", "-r", ".")
    repo.commit()
    (line,) = re.findall(r"stopgap audit-history (--mark .*) --reason WHY", repo.stopgap("audit-history").stdout.decode())
    assert mark(repo, *shlex.split(line)).returncode == 0
    assert audited(repo) == (0, {}, "")
    assert [entry.path for entry in parse((repo.path / NAME).read_bytes())] == [path]


def test_an_account_survives_other_commits(rotated: Repo) -> None:
    """As after a rebase: each commit has another name, each blob the one that it had."""
    words = [word for key in ("API_TOKEN", "DB_PASSWORD") for word in ("--mark", f".env:{key}@{blob_of(rotated)}", "accepted")]
    mark(rotated, *words)
    first = rotated.git("commit-tree", "-m", "again", "HEAD~1^{tree}").decode().strip()
    second = rotated.git("commit-tree", "-m", "again", "-p", first, "HEAD^{tree}").decode().strip()
    rotated.git("update-ref", "refs/heads/main", second)
    rotated.git("reflog", "expire", "--expire=now", "--all")
    rotated.git("gc", "-q", "--prune=now")
    assert audited(rotated) == (0, {}, "")


def test_another_value_under_an_accounted_key_is_new(rotated: Repo) -> None:
    words = [word for key in ("API_TOKEN", "DB_PASSWORD") for word in ("--mark", f".env:{key}@{blob_of(rotated)}", "accepted")]
    mark(rotated, *words)
    rotated.add(".env")
    rotated.commit("Once more")
    assert audited(rotated)[:2] == (1, {"DB_PASSWORD": "history-in-use"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--mark", ".env:DB_PASSWORD@dead", "rotated"], "no value of it stands in a blob dead", id="unknown blob"),
        pytest.param(["--mark", ".env:DB@dead", "rotated"], "has no key 'DB'", id="unknown key"),
        pytest.param(["--mark", "env:DB_PASSWORD@dead", "rotated"], "no value in 'env'; did you mean '.env'?", id="unknown path"),
        pytest.param(["--mark", ".env:DB_PASSWORD@dead", "done"], "unknown state 'done'", id="unknown state"),
        pytest.param(["--mark", ".env@dead", "rotated"], "give PATH:KEY@BLOB", id="no key"),
    ],
)
def test_what_cannot_be_marked(words: list[str], said: str, rotated: Repo) -> None:
    done = mark(rotated, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
    assert not (rotated.path / NAME).exists()


def test_a_mark_needs_a_reason(rotated: Repo) -> None:
    for words in (("--mark", ".env:K@dead", "rotated"), ("--mark", ".env:K@dead", "rotated", "--reason", "--")):
        assert rotated.stopgap("audit-history", *words).returncode == 2
    assert not (rotated.path / NAME).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[[rotation]", "not TOML", id="not TOML"),
        pytest.param("[[rotation]]\npath = 1\n", "entry 1: path is a string", id="a number"),
        pytest.param(
            dump([Entry(".env", "K", "a" * 40, state, date(2031, 1, 1), "x") for state in ("rotated", "accepted")]),
            "entries 1 and 2 contradict each other",
            id="a contradiction",
        ),
    ],
)
def test_a_broken_ledger_is_no_clean_history(text: str, said: str, rotated: Repo) -> None:
    (rotated.path / NAME).write_text(text)
    for words in ((), ("--mark", f".env:DB_PASSWORD@{blob_of(rotated)}", "rotated", "--reason", "x")):
        done = rotated.stopgap("audit-history", *words)
        assert done.returncode == 2
        assert said in done.stderr.decode()
    assert (rotated.path / NAME).read_text() == text


def test_a_stale_entry_is_told_and_fails_nothing(rotated: Repo) -> None:
    words = [word for key in ("API_TOKEN", "DB_PASSWORD") for word in ("--mark", f".env:{key}@{blob_of(rotated)}", "accepted")]
    mark(rotated, *words)
    entries = parse((rotated.path / NAME).read_bytes())
    (rotated.path / NAME).write_text(dump([*entries, entries[0]._replace(blob="a" * 40)]))
    status, failing, said = audited(rotated)
    assert (status, failing) == (0, {})
    assert "stale: '.env' ('API_TOKEN') at aaaaaaaaaaaa: git has that blob no more" in said
    assert audited(rotated, "HEAD")[2] == ""


def test_a_bare_repository_has_a_ledger_and_takes_no_mark(rotated: Repo, tmp_path: Path) -> None:
    rotated.write(".env", "")
    words = [word for key in ("API_TOKEN", "DB_PASSWORD") for word in ("--mark", f".env:{key}@{blob_of(rotated)}", "accepted")]
    mark(rotated, *words)
    blob = blob_of(rotated)
    rotated.add(NAME)
    rotated.commit()
    bare = Repo(tmp_path / "bare", "--bare")
    bare.git("fetch", "-q", str(rotated.path), "main:main")
    assert audited(bare) == (0, {}, "")
    done = mark(bare, "--mark", f".env:API_TOKEN@{blob}", "accepted")
    assert done.returncode == 2
    assert b"a bare repository has none" in done.stderr


def test_one_secret_of_a_rule_does_not_account_for_another(repo: Repo, tmp_path: Path) -> None:
    """The second came into a file that the first stood in already: by path, rule and blob alone it would mean both."""
    one, two = expand("ghp_<crc62:30>"), expand("<crc62:30> other").split()[0]
    repo.write("app.py", f'token = "{one}"\n')
    repo.add()
    repo.commit()
    repo.write("app.py", f'token = "{one}"\nother = "ghp_{two}"\n')
    repo.add()
    repo.commit()
    both, first = (repo.git("rev-parse", f"{name}:app.py").decode().strip() for name in ("HEAD", "HEAD~1"))
    repo.write("app.py", "token = environ\n")
    repo.add()
    repo.commit()
    for blob, left in ((both, 1), (first, 0)):
        assert mark(repo, "--mark", f"app.py:github-pat@{blob}", "revoked").returncode == 0
        found = json.loads(repo.stopgap("audit-history", "--format", "json").stdout)["findings"]
        assert [one["severity"] for one in found].count("warning") == left
    path = tmp_path / "expressions"
    done = repo.stopgap("audit-history", "--expressions", str(path))
    assert done.stderr.startswith(b"stopgap: wrote 2 values to ")
    assert f"literal:ghp_{two}==>".encode() in path.read_bytes()


def test_a_ledger_is_no_finding(repo: Repo) -> None:
    """Names of keys beside names of blobs: what looks for secrets must not take one for the other's value."""
    draw = random.Random(1)
    names = ("API_TOKEN", "DB_PASSWORD", "SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "github-pat", "private-key", "JWT_SECRET", "password")
    drawn = ["".join(draw.choices("0123456789abcdef", k=size)) for size in (40, 64) * 100]
    entries = [Entry(".env", names[place % 8], blob, "rotated", date(2031, 1, 1), "x", blob[::-1]) for place, blob in enumerate(drawn)]
    repo.write(NAME, dump(entries))
    repo.add()
    done = repo.stopgap("scan-diff", "--min-confidence", "low")
    assert (done.returncode, done.stdout) == (0, b"")
