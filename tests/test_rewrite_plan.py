"""`--rewrite-plan`: what it drops, replaces and leaves alone, and that its text works when it is pasted."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from stopgap.audit import Account, Audit, Event, File, Moment, Use, Value
from stopgap.audit.expressions import expressions, forms
from stopgap.audit.rewrite_plan import plan, to_drop
from stopgap.config import load
from stopgap.detect.examples import expand
from stopgap.fix import private
from stopgap.gather.auditing import detection
from stopgap.gather.expressions import gathered
from stopgap.gather.rule_set import rule_set
from stopgap.git.repository import open_repository
from stopgap.model import StopgapError

from .conftest import Repo

MOMENT = Moment("c" * 40, 1_700_000_000)
TOKEN, PASSWORD, LIVE, ACCEPTED = (expand(f"<alnum:{size}>") for size in (30, 24, 28, 26))
FILTER_REPO = shutil.which("git-filter-repo", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
needs_filter_repo = pytest.mark.skipif(FILTER_REPO is None, reason="git-filter-repo is not installed")


def value(
    path: str = ".env",
    key: str = "KEY",
    blob: str = "b" * 40,
    line: int = 1,
    use: Use = "gone",
    account: Account = "",
    *,
    secret: bool = True,
) -> Value:
    return Value("setting", path, key, blob, line, MOMENT, MOMENT, 1, use, secret=secret, account=account)


def file(*names: str, public: tuple[str, ...] = ()) -> File:
    """A file that was renamed from each name to the next."""
    events = [Event("added", MOMENT, names[0])]
    events += [Event("renamed", MOMENT, new, old) for old, new in pairwise(names)]
    return File(names[0], "an env file", tuple(events), ("refs/heads/main", *public), public, False)


def audit(files: list[File], values: list[Value]) -> Audit:
    return Audit(tuple(files), tuple(values), 1, 1, 1)


@pytest.mark.parametrize(
    ("files", "values", "tracked", "dropped", "kept"),
    [
        pytest.param([file(".env")], [value()], [], [".env"], [], id="one"),
        pytest.param([file(".env", "b/.env")], [value()], [], [".env", "b/.env"], [], id="under each name"),
        pytest.param([file(".env", "b/.env")], [value()], ["b/.env"], [".env"], ["b/.env"], id="HEAD has it"),
        pytest.param([file("conf")], [value("conf")], ["conf/app.py"], [], ["conf"], id="HEAD has a folder of that name"),
        pytest.param([file("id_rsa")], [], [], ["id_rsa"], [], id="no value was read in it"),
        pytest.param([file(".env")], [value(account="rotated")], [], [".env"], [], id="rotated"),
        pytest.param([file(".env")], [value(account="accepted")], [], [], [], id="all may stay"),
        pytest.param([file(".env")], [value(account="not-a-secret"), value(key="B")], [], [".env"], [], id="one may not stay"),
    ],
)
def test_drops(files: list[File], values: list[Value], tracked: list[str], dropped: list[str], kept: list[str]) -> None:
    assert to_drop(audit(files, values), tracked) == (dropped, kept)


def test_nothing_to_do() -> None:
    assert list(plan(audit([], []), [])) == ["# There is nothing to take out of the history."]
    assert len(list(plan(audit([], [value(use="in-use", account="accepted"), value(use="in-use", secret=False)]), []))) == 1
    (nothing, rotate) = plan(audit([], [value(use="in-use")]), [])
    assert "nothing" in nothing
    assert "Rotate first. KEY of .env: still in use" in rotate


def test_only_paths_and_only_values() -> None:
    paths = "\n".join(plan(audit([file("id_rsa")], []), []))
    assert "--path=id_rsa" in paths
    assert "expressions" not in paths
    values = "\n".join(plan(audit([], [value()]), []))
    assert "--replace-text" in values
    assert "--invert-paths" not in values


def test_the_same_audit_is_made_again() -> None:
    text = "\n".join(plan(audit([], [value()]), [], ("--reflog", "a branch")))
    assert "stopgap audit-history --reflog 'a branch' --expressions" in text


def test_what_comes_first_is_said() -> None:
    values = [value(use="in-use"), value(key="B"), value(key="C", account="rotated"), value(key="D", secret=False), value(key="E")]
    text = "\n".join(plan(audit([file(".env", "c.env", public=("refs/tags/v1",))], values), ["c.env"]))
    assert "1 path to drop, 3 values to replace in all others" in text
    assert "# 1. Rotate first. KEY of .env: still in use" in text
    assert "# 2. Rotate first. Of 2 values below .stopgap-rotations.toml does not say" in text
    assert "# 3. Untrack first. c.env: HEAD has it" in text
    assert "refs/tags/v1" in text
    for word in ("clone", "pull requests", "Tags", "Forks", "Caches", "--remap"):
        assert word in text


HOSTILE = [
    "$(touch x)/.env",
    "a'b.env",
    "-rf.env",
    "new\nline.env",
    "caf\udce9.env",
    "#x.env",
    "::x.env",
    "a b;c&d|e.env",
    "`id`.env",
    "*.env",
    "\u202e.env",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_prose_is_safe_to_paste(path: str) -> None:
    """Also where `#` begins no comment, as in an interactive zsh: quotes are closed, and nothing outside of them is an operator."""
    values = [value(path, use="in-use"), value(path, "B")]
    lines = list(plan(audit([file(path, "moved.env", public=(f"refs/heads/{path}",)), file("x.env")], values), ["moved.env"]))
    for line in lines:
        assert line.isprintable()
        assert not line.startswith("::")
        if line.startswith("#"):
            tokens = shlex.shlex(line.replace("$'", "'"), posix=True, punctuation_chars=True)
            tokens.commenters = ""
            assert not [token for token in tokens if set(token) <= set("();<>|&")]
    script = "\n".join(lines).encode("utf-8", "surrogateescape")
    assert subprocess.run(("bash", "-n"), input=script, capture_output=True).stderr == b""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("hunter2", [], id="too short"),
        pytest.param(PASSWORD, [PASSWORD], id="plain"),
        pytest.param(f"  {PASSWORD}\n", [PASSWORD], id="blanks around"),
        pytest.param(f"{PASSWORD}==>x", [f"{PASSWORD}==>x"], id="filter-repo's own sign"),
        pytest.param(f"regex:{PASSWORD}", [f"regex:{PASSWORD}"], id="like an expression"),
        pytest.param(f"-----BEGIN X-----\n{TOKEN}\n{LIVE}\nshort\n-----END A LONG NAME OF A KEY-----", [TOKEN, LIVE], id="several lines"),
    ],
)
def test_forms(text: str, lines: list[str]) -> None:
    found = {form.decode() for form in forms(text.encode())}
    assert set(lines) <= found
    assert bool(found) == bool(lines)
    assert not any("-----" in form or "short" in form for form in found)
    assert not any("\n" in form for form in found)


BLOCK = "user: admin\n  pin: 12 34 56\nregion: (eu)\nend"


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        pytest.param(BLOCK, f"a = 1\n{BLOCK}\nb = 2\n", "a = 1\n***REMOVED***\nb = 2\n", id="short lines"),
        pytest.param(BLOCK, BLOCK.replace("\n", "\r\n\t"), "***REMOVED***", id="indented, with other line ends"),
        pytest.param(BLOCK, f"x = {json.dumps(BLOCK)}", 'x = "***REMOVED***"', id="in one line"),
        pytest.param(f"{BLOCK}\n{TOKEN}\nz", f"{BLOCK}\n{TOKEN}\nz\n", "***REMOVED***\n", id="a line is replaced by itself"),
        pytest.param(BLOCK, BLOCK.replace("eu", "us"), BLOCK.replace("eu", "us"), id="another value"),
        pytest.param("a\nb", "a\nb", "a\nb", id="too short"),
    ],
)
@needs_filter_repo
def test_a_value_of_several_lines(value: str, text: str, left: str, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "expressions").write_bytes(expressions([value.encode(), TOKEN.encode()]))
    repo.write("code.txt", text)
    repo.add()
    repo.commit()
    repo.git("-c", "safe.directory=*", "filter-repo", "--force", "--replace-text=../expressions", env=tools(tmp_path))
    assert repo.git("show", "HEAD:code.txt").decode() == left


@needs_filter_repo
def test_the_recipe_takes_a_value_of_several_lines_from_code(repo: Repo, tmp_path: Path) -> None:
    block = f"first {PASSWORD[:8]}\nsecond {PASSWORD[8:16]}\nthird"
    repo.write(".env", f'BLOCK_SECRET="{block}"\nSHORT_PASSWORD=hunter2\n')
    repo.write("code.txt", f"before\n{block}\nafter\n")
    repo.add()
    repo.commit()
    repo.git("rm", "-q", ".env")
    repo.write("code.txt", "nothing\n")
    repo.add()
    repo.commit()
    folder, said = pasted(repo, tools(tmp_path))
    assert read(folder / "repository.git", "show", "HEAD~1:code.txt") == b"before\n***REMOVED***\nafter\n"
    assert b"; left out .env:SHORT_PASSWORD: too short or too plain to be replaced in every file\n" in said


def test_the_longest_expression_comes_first() -> None:
    text = expressions([PASSWORD.encode(), f"{PASSWORD}-and-more".encode()])
    sizes = [len(line) for line in text.splitlines()]
    assert sizes == sorted(sizes, reverse=True)
    assert all(line.startswith(b"literal:") and line.endswith(b"==>***REMOVED***") for line in text.splitlines())


def test_a_private_file_is_new_and_outside(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    path = tmp_path / "expressions"
    old = os.umask(0)
    try:
        private.write(path, b"x", top)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for where, said in ((path, "exists already"), (top / "x", "lies in the work tree"), (tmp_path / "no" / "x", "cannot write")):
        with pytest.raises(StopgapError, match=said):
            private.write(where, b"y", top)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(StopgapError, match="exists already"):
        private.write(tmp_path / "link", b"y", top)
    assert path.read_bytes() == b"x"
    private.write(top / "anywhere", b"z")


@pytest.fixture
def leaked(repo: Repo) -> tuple[Repo, Audit]:
    """A history with an env file under two names, its values in code, in a message and in a file of several names, and what may stay."""
    first = f"PORT=8080\nTOKEN={TOKEN}\nexport PASSWORD='{PASSWORD}'\nOK={ACCEPTED}\n"
    repo.write(".env", first)
    repo.write("app.py", f'token = "{TOKEN}"\nurl = "postgres://me:{PASSWORD}@db/x"\nok = "{ACCEPTED}"\nport = 8080\n')
    repo.add()
    repo.commit(f"Use {TOKEN}")
    repo.git("tag", "-a", "-m", "a tag", "v1")
    repo.git("mv", ".env", "odd 'name.env")
    repo.commit("Move it")
    repo.git("rm", "-q", "--cached", "odd 'name.env")
    (repo.path / "odd 'name.env").unlink()
    repo.write("prod.env", f"LIVE={LIVE}\n")
    repo.write("app.py", "token = environ\n")
    repo.write("live.py", f'live = "{LIVE}"\n')
    repo.add()
    repo.commit("Clean up")
    blobs = {name: repo.git("rev-parse", ref).decode().strip() for name, ref in ((".env", "v1:.env"), ("prod.env", "HEAD:prod.env"))}
    values = [
        value(".env", "PORT", blobs[".env"], 1, secret=False),
        value(".env", "TOKEN", blobs[".env"], 2),
        value(".env", "PASSWORD", blobs[".env"], 3, account="rotated"),
        value(".env", "OK", blobs[".env"], 4, account="accepted"),
        value("prod.env", "LIVE", blobs["prod.env"], 1, use="in-use"),
    ]
    return repo, audit([file(".env", "odd 'name.env"), file("prod.env")], values)


def test_the_expressions_hold_what_is_to_go(leaked: tuple[Repo, Audit], monkeypatch: pytest.MonkeyPatch) -> None:
    repo, found = leaked
    monkeypatch.chdir(repo.path)
    got = gathered(found.values, lambda fragment: ())
    assert (got.included, got.left) == (2, ())
    assert TOKEN.encode() in got.data
    assert PASSWORD.encode() in got.data
    assert LIVE.encode() not in got.data
    assert ACCEPTED.encode() not in got.data


def test_a_file_too_large_to_be_read_is_left_out(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repo.write("id_rsa", f"{TOKEN}\n" * 40_000)
    blob = repo.git("hash-object", "-w", "--", str(path)).decode().strip()
    one = value("id_rsa", "key-file", blob)
    monkeypatch.chdir(repo.path)
    assert gathered([one], lambda fragment: ()) == (b"", 0, (one,), ("not to be read again",))


def test_a_secret_anywhere_is_found_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    token = expand("ghp_<crc62:30>")
    repo.write("app.py", f'# é\ntoken = "{token}"\n')
    repo.add()
    repo.commit()
    monkeypatch.chdir(repo.path)
    repository = open_repository()
    one = value("app.py", "github-pat", repo.git("rev-parse", "HEAD:app.py").decode().strip(), 2)._replace(kind="secret")
    got = gathered([one, one._replace(line=1)], detection(rule_set(repository.top, load(repository.top))))
    assert (got.included, got.left) == (1, (one._replace(line=1),))
    assert f"literal:{token}==>".encode() in got.data


@pytest.mark.parametrize("longer", ["", "-v2"], ids=["the same value", "as a part of another"])
def test_a_value_in_use_elsewhere_is_left_out(longer: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".env", f"OLD={TOKEN}\nNEW={TOKEN}{longer}\nSHORT=hunter2\n")
    repo.add()
    repo.commit()
    blob = repo.git("rev-parse", "HEAD:.env").decode().strip()
    old, short = value(blob=blob, key="OLD"), value(blob=blob, key="SHORT", line=3)
    monkeypatch.chdir(repo.path)
    got = gathered([old, value(blob=blob, key="NEW", line=2, use="in-use"), short], lambda fragment: ())
    assert (got.data, got.included, set(got.left)) == (b"", 0, {old, short})
    assert got.said() == (
        "left out .env:OLD: still in use, or left by the ledger, under another name;"
        " left out .env:SHORT: too short or too plain to be replaced in every file"
    )


def tools(tmp_path: Path) -> dict[str, str]:
    """An environment in which `stopgap` and `git filter-repo` are on the PATH."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "stopgap").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stopgap "$@"\n')
    (folder / "stopgap").chmod(0o755)
    if FILTER_REPO:
        (folder / "git-filter-repo").symlink_to(FILTER_REPO)
    return {**os.environ, "PATH": os.pathsep.join((str(folder), os.environ["PATH"])), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": os.devnull}


def planned(repo: Repo) -> str:
    """The plan as it is printed, without a secret."""
    done = repo.stopgap("audit-history", "--rewrite-plan")
    assert (done.returncode, done.stderr) == (0, b"")
    for secret in (TOKEN, PASSWORD, LIVE, ACCEPTED):
        assert secret.encode() not in done.stdout
    return done.stdout.decode()


def pasted(repo: Repo, env: dict[str, str]) -> tuple[Path, bytes]:
    """The folder in which the plan worked, and what was said."""
    script = planned(repo) + '\necho "$rewrite"\n'
    done = subprocess.run(("bash",), input=script.encode(), cwd=repo.path, capture_output=True, env=env)
    assert done.returncode == 0, done.stderr.decode()
    return Path(done.stdout.decode().splitlines()[-1]), done.stdout + done.stderr


def marked(repo: Repo, *marks: str) -> None:
    words = [word for mark in marks for word in ("--mark", *mark.split())]
    done = repo.stopgap("audit-history", *words, "--reason", "an incident")
    assert done.returncode == 0, done.stderr.decode()


def read(copy: Path, *argv: str) -> bytes:
    return subprocess.run(("git", *argv), cwd=copy, capture_output=True, check=True).stdout


@needs_filter_repo
def test_the_recipe_rewrites(leaked: tuple[Repo, Audit], tmp_path: Path) -> None:
    repo, _ = leaked
    blob = repo.git("rev-parse", "v1:.env").decode().strip()
    marked(repo, f".env:OK@{blob} accepted", f".env:TOKEN@{blob[:8]} rotated", f".env:PASSWORD@{blob[:12]} revoked")
    repo.add(".stopgap-rotations.toml")
    repo.commit("Say what became of it")
    before = repo.git("rev-parse", "HEAD")
    folder, said = pasted(repo, tools(tmp_path))
    copy = folder / "repository.git"
    assert b"stopgap: wrote 2 values to" in said
    assert [name.name for name in folder.iterdir()] == ["repository.git"]
    everything = read(copy, "log", "--all", "-p", "-m", "--text") + read(copy, "for-each-ref", "--format=%(contents)")
    for secret in (TOKEN, PASSWORD):
        assert secret.encode() not in everything + said
    assert set(read(copy, "log", "--all", "--name-only", "--format=").decode().split("\n")) == {
        "",
        ".stopgap-rotations.toml",
        "app.py",
        "live.py",
        "prod.env",
    }
    show = read(copy, "show", "v1:app.py", "main:live.py", "main:prod.env").decode()
    assert show.count("***REMOVED***") == 2
    for kept in (ACCEPTED, LIVE, "port = 8080"):
        assert kept in show
    assert read(copy, "remote") == b"origin\n"
    assert repo.git("rev-parse", "HEAD") == before
    assert not repo.git("status", "--porcelain")
    clone = Repo(tmp_path / "clone")
    clone.git("pull", "-q", "--tags", f"file://{copy}", "main")
    done = clone.stopgap("audit-history", "--remap", str(copy / "filter-repo" / "commit-map"))
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr.decode().count("left out '.env'") == 3
    assert "[[rotation]]" not in (clone.path / ".stopgap-rotations.toml").read_text()
    again = clone.stopgap("audit-history").stdout.decode()
    assert "LIVE" in again
    assert "TOKEN" not in again.replace("prod.env", "")


@needs_filter_repo
def test_paths_of_any_name_are_dropped(repo: Repo, tmp_path: Path) -> None:
    for path in HOSTILE:
        repo.write(path, f"TOKEN={TOKEN}\n")
    repo.write("kept.txt", "kept\n")
    repo.add()
    repo.commit()
    repo.git("rm", "-q", "-r", ".")
    repo.write("kept.txt", "kept\n")
    repo.add()
    repo.commit()
    folder, _ = pasted(repo, tools(tmp_path))
    assert set(read(folder / "repository.git", "log", "--all", "--name-only", "--format=", "-z").split(b"\0")) <= {b"kept.txt", b""}
    assert not (repo.path / "x").exists()


@needs_filter_repo
def test_the_recipe_works_on_the_origin(repo: Repo, tmp_path: Path) -> None:
    """Which a relative address names, from a folder inside of the work tree."""
    repo.write("app/.env", f"TOKEN={TOKEN}\n")
    repo.write("kept.txt", "kept\n")
    repo.add()
    repo.commit()
    repo.git("rm", "-q", "app/.env")
    repo.commit()
    repo.git("clone", "-q", "--mirror", ".", "../origin.git")
    repo.git("remote", "add", "origin", "../origin.git")
    repo.write("app/x", "x")
    script = planned(repo) + '\ngit -C "$rewrite/repository.git" push --quiet --force --mirror origin\n'
    done = subprocess.run(("bash",), input=script.encode(), cwd=repo.path / "app", capture_output=True, env=tools(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    assert TOKEN.encode() not in read(tmp_path / "origin.git", "log", "--all", "-p")


def with_another(tmp_path: Path, script: str) -> dict[str, str]:
    """The same environment with a script in the place of `git filter-repo`, which git would look for in its own folder first."""
    env = tools(tmp_path)
    git = tmp_path / "tools" / "git"
    git.write_text(f'#!/bin/sh\ntest "$1" = filter-repo || exec {shutil.which("git")} "$@"\n{script}\n')
    git.chmod(0o755)
    return env


def test_the_recipe_stops_where_a_command_fails(leaked: tuple[Repo, Audit], tmp_path: Path) -> None:
    """A stand-in for git without filter-repo: nothing is cloned and no value is written."""
    script = planned(leaked[0]) + '\nls -A "$rewrite"; echo after\n'
    env = with_another(tmp_path, "echo 'no such command' >&2; exit 1")
    done = subprocess.run(("bash",), input=script.encode(), cwd=leaked[0].path, capture_output=True, env=env)
    assert (done.stdout, done.stderr) == (b"after\n", b"no such command\n")


def test_the_values_are_removed_where_the_rewrite_fails(leaked: tuple[Repo, Audit], tmp_path: Path) -> None:
    """A stand-in for a filter-repo that refuses: the file was there, and goes."""
    env = with_another(tmp_path, 'test "$2" = --version || { cat ../expressions | wc -l; exit 1; }')
    script = planned(leaked[0]) + '\nls -A "$rewrite"\n'
    done = subprocess.run(("bash",), input=script.encode(), cwd=leaked[0].path, capture_output=True, env=env)
    lines, *left = done.stdout.decode().split()
    assert int(lines) > 2
    assert left == ["repository.git"]


def test_the_expressions_are_written_once_and_outside(leaked: tuple[Repo, Audit], tmp_path: Path) -> None:
    repo, _ = leaked
    path = tmp_path / "expressions"
    done = repo.stopgap("audit-history", "--expressions", str(path))
    assert done.returncode == 0, done.stderr.decode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert TOKEN.encode() in path.read_bytes()
    for where, said in ((path, b"exists already"), (repo.path / "x", b"lies in the work tree")):
        again = repo.stopgap("audit-history", "--expressions", str(where))
        assert again.returncode == 2
        assert said in again.stderr
        for secret in (TOKEN, PASSWORD, LIVE, ACCEPTED):
            assert secret.encode() not in again.stdout + again.stderr + done.stdout + done.stderr
