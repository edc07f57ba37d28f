"""Which values a repository's history knows: real repositories, and real damage to them."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from stopgap.detect import verbatim
from stopgap.detect.examples import expand
from stopgap.detect.verbatim import Verbatim
from stopgap.gather import exposed as gathered
from stopgap.gather.exposed import Exposed, exposed, repository_here
from stopgap.git import objects
from stopgap.model import StopgapError

from .conftest import Repo

LONG = expand("<alnum:24>") + "+/&x"
SHORT = expand("<hex:8>")
PEM = "-----BEGIN " + "PRIVATE KEY-----\n" + expand("<alnum:64>") + "\n" + expand("<alnum:20>") + "\n-----END " + "PRIVATE KEY-----"


def ask(path: Path, values: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Exposed:
    monkeypatch.chdir(path)
    return exposed(repository_here(), values)


def keys(found: Exposed) -> list[str]:
    assert found.incomplete == ()
    return [standing.key for standing in found.found]


# ---- silence


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [
        pytest.param("app.py", f"x = '{LONG[:-1]}'\n", LONG, id="all but the last character"),
        pytest.param("app.py", f"x = '{LONG.swapcase()}'\n", LONG, id="in another case"),
        pytest.param("app.py", f"commit = '{SHORT}0'\n", SHORT, id="the beginning of a longer row of digits"),
        pytest.param("app.py", f"commit = 'a{SHORT}'\n", SHORT, id="the end of one"),
        pytest.param("compose.yml", "image: postgres\n", "postgres", id="a word that stands everywhere"),
        pytest.param("app.py", "port = 12345678\n", "12345678", id="a number"),
        pytest.param(".env", "POSTGRES_USER=postgres\n", "postgres", id="a word, in an env file, under another name that is no secret's"),
    ],
)
def test_what_history_does_not_know(name: str, content: str, value: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(name, content)
    repo.add()
    repo.commit()
    assert keys(ask(repo.path, {"DB_PASSWORD": value}, monkeypatch)) == []


def test_before_the_first_commit(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ask(repo.path, {"DB_PASSWORD": LONG}, monkeypatch)
    assert (found.found, found.incomplete, found.contents) == ((), (), 0)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ask(tmp_path, {"DB_PASSWORD": LONG, "PIN": "1234"}, monkeypatch)
    assert (found.found, found.weak) == ((), ("PIN",))
    assert found.note.startswith("not inside a git repository")


def test_an_empty_value_is_nowhere(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".env", "A_TOKEN=\n")
    repo.add()
    repo.commit()
    assert ask(repo.path, {"A_TOKEN": ""}, monkeypatch) == Exposed()


# ---- what it knows


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [
        pytest.param(".env", f"DB_PASSWORD={LONG}\n", LONG, id="an env file"),
        pytest.param(".env", f'export OTHER="{LONG}"  # why\n', LONG, id="under another name, in quotes"),
        pytest.param(".env", "DB_PASSWORD=1234\n", "1234", id="a weak value under its own name"),
        pytest.param(".env", "POSTGRES_PASSWORD=postgres\n", "postgres", id="a word under another secret's name"),
        pytest.param(".env.production.bak", "DB_PASSWORD=1234\n", "1234", id="a copy of an env file"),
        pytest.param("deploy/settings", "MODE=live\nDB_PASSWORD=1234\nDEBUG=0\n", "1234", id="an env file by its shape"),
        pytest.param(".env", "DB_PASSWORD=1234\n".encode("utf-16"), "1234", id="an env file in UTF-16"),
        pytest.param(".env", b"\xef\xbb\xbfDB_PASSWORD=1234\r\n", "1234", id="with a byte order mark and CR LF"),
        pytest.param("app.py", f"connect(password='{LONG}')\n", LONG, id="code"),
        pytest.param("app.py", f"connect(password='{LONG}')\n".encode("utf-16"), LONG, id="code in UTF-16"),
        pytest.param("run.sh", f"mysql -p{SHORT} -u app\n", SHORT, id="behind an option's letter"),
        pytest.param("log", f"GET /?password%3D{SHORT}&x=1\n", SHORT, id="behind a digit of a URL's encoding"),
        pytest.param("url", f"https://x/?a={quote(LONG, safe='')}\n", LONG, id="as a URL writes it"),
        pytest.param("secret.yml", f"data:\n  p: {base64.b64encode(LONG.encode()).decode()}\n", LONG, id="as Kubernetes writes it"),
        pytest.param("auth", f"Basic {base64.b64encode(f'app:{LONG}'.encode()).decode()}\n", LONG, id="in the middle of base64"),
        pytest.param("x.json", json.dumps({"a": f'"{LONG}"'}), f'"{LONG}"', id="as JSON writes it"),
        pytest.param("x.bin", b"\0\1\2\xff" * 100 + LONG.encode() + b"\0", LONG, id="a binary file"),
        pytest.param("id", PEM.replace("\n", "\r\n"), PEM, id="a key with other line ends"),
        pytest.param("x.yml", "key: |\n" + "".join(f"    {line}\n" for line in PEM.split("\n")), PEM, id="an indented key"),
        pytest.param("big", b"x" * (objects.PIECE - 9) + b" " + LONG.encode() + b"\n" * 99, LONG, id="across two pieces of a large file"),
    ],
)
def test_what_history_knows(name: str, content: str | bytes, value: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(name, content)
    repo.add()
    commit = repo.commit()
    repo.git("rm", "-q", name)
    repo.commit("gone")
    found = ask(repo.path, {"OTHER_KEY": expand("<alnum:30>"), "DB_PASSWORD": value}, monkeypatch)
    assert keys(found) == ["DB_PASSWORD"]
    assert found.found[0][:3] == ("DB_PASSWORD", name, commit[:10])


@pytest.mark.parametrize("engine", ["find", "hyperscan"])
def test_both_ways_to_look_find_the_same(engine: str) -> None:
    if engine == "hyperscan":
        pytest.importorskip("hyperscan")
    values = {"A": LONG, "B": SHORT, "C": LONG + "x", "D": expand("<alnum:12>").swapcase()}
    look = Verbatim(values, engine)
    assert look.keys_in(f"{LONG} {SHORT}0 {values['D'].lower()}".encode()) == {"A"}
    assert look.keys_in(f"{LONG}x -p{SHORT}".encode() + b"\0" + values["D"].encode()) == {"A", "B", "C", "D"}
    assert look.keys_in(b"") == set()


@pytest.mark.parametrize("engine", ["find", "hyperscan"])
def test_a_value_at_each_cut_of_a_step(engine: str) -> None:
    if engine == "hyperscan":
        pytest.importorskip("hyperscan")
    value = expand("<alnum:200>")
    look = Verbatim({"A": value}, engine)
    for shift in (-201, -200, -100, -64, -1, 0, 1):
        assert look.keys_in(b"." * (verbatim.STEP + shift) + value.encode() + b"." * 9) == {"A"}
        assert look.keys_in(b"." * (verbatim.STEP + shift) + value[:-1].encode() + b"." * 9) == set()


def test_hyperscan_begins_when_there_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("hyperscan")
    monkeypatch.setattr(verbatim, "ENOUGH", 100)
    look = Verbatim({"A": LONG})
    assert [look.keys_in(LONG.encode() + b" " * 60) for _ in range(3)] == [{"A"}] * 3
    assert look._scan is not None


def test_the_earliest_commit_and_its_path(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def day(number: int) -> dict[str, str]:
        return {"GIT_AUTHOR_DATE": f"2024-03-{number:02} 12:00 +0000", "GIT_COMMITTER_DATE": "2026-01-01 12:00 +0000"}

    repo.commit("first")
    repo.git("checkout", "-q", "-b", "old")
    repo.write("config/.env", f"A_TOKEN={LONG}\n")
    repo.add()
    early = repo.commit("early, on a branch", env=day(3))
    repo.git("checkout", "-q", "main")
    repo.write(".env", f"A_TOKEN={LONG}\nDEBUG=1\n")
    repo.add()
    repo.commit("late", env=day(20))
    repo.git("mv", ".env", "conf.env")
    repo.commit("renamed", env=day(21))
    standing = ask(repo.path, {"A_TOKEN": LONG}, monkeypatch).found[0]
    assert (standing.path, standing.commit, str(standing.day), standing.others) == ("config/.env", early[:10], "2024-03-03", 1)


def test_what_only_a_merge_brought(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("first")
    repo.git("checkout", "-q", "-b", "other")
    repo.write("b", "b\n")
    repo.add()
    repo.commit("b")
    repo.git("checkout", "-q", "main")
    repo.commit("c")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "other")
    repo.write("app.py", f"x = '{LONG}'\n")
    repo.add()
    merge = repo.commit("merge")
    assert ask(repo.path, {"A_TOKEN": LONG}, monkeypatch).found[0][:3] == ("A_TOKEN", "app.py", merge[:10])


def test_every_ref_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag of a file, a stash, and a commit that HEAD alone has."""
    values = {name: expand(f"<alnum:24>{name}") for name in ("TAGGED", "STASHED", "DETACHED")}
    repo.write("a", "a\n")
    repo.add()
    repo.commit()
    loose = repo.write("loose", values["TAGGED"] + "\n")
    repo.git("tag", "file", repo.git("hash-object", "-w", str(loose)).decode().strip())
    loose.unlink()
    repo.write("a", values["STASHED"] + "\n")
    repo.git("stash", "-q")
    repo.git("checkout", "-q", "--detach")
    repo.write("é b.txt", values["DETACHED"] + "\n")
    repo.add()
    repo.commit()
    found = ask(repo.path, values, monkeypatch)
    assert keys(found) == list(values)
    assert (found.found[0].commit, found.found[2].path) == ("", "é b.txt")


def test_a_repository_with_sha_256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path / "wide", "--object-format=sha256")
    repo.write(".env", f"A_TOKEN={LONG}\n")
    repo.add()
    repo.commit()
    assert keys(ask(repo.path, {"A_TOKEN": LONG}, monkeypatch)) == ["A_TOKEN"]


def test_weak_values_are_named(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"PIN": "1234", "DB_PASSWORD": "postgres", "A_TOKEN": SHORT, "PHRASE": "correct horse battery staple"}
    assert ask(repo.path, values, monkeypatch).weak == ("PIN", "DB_PASSWORD")


# ---- what cannot be read whole is told


@pytest.fixture
def filled(repo: Repo) -> Repo:
    for number in range(3):
        repo.write(f"f{number}", f"{number} {expand('<alnum:40>')}\n" * 50)
        repo.write(".env", f"A_TOKEN={LONG}{number}\n")
        repo.add()
        repo.commit(str(number))
    return repo


def test_a_shallow_clone(filled: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.git("clone", "-q", "--depth=1", filled.path.as_uri(), str(tmp_path / "shallow"))
    found = ask(tmp_path / "shallow", {"NOW": LONG + "2", "BEFORE": LONG + "1"}, monkeypatch)
    assert [one.key for one in found.found] == ["NOW"]
    assert "shallow" in found.incomplete[0]


def test_a_partial_clone(filled: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.git("config", "uploadpack.allowFilter", "true")
    filled.git("clone", "-q", "--filter=blob:none", filled.path.as_uri(), str(tmp_path / "partial"))
    found = ask(tmp_path / "partial", {"NOW": LONG + "2", "BEFORE": LONG + "1"}, monkeypatch)
    assert [one.key for one in found.found] == ["NOW"]
    assert "objects of the history are not in this clone: a partial clone" in found.incomplete[0]


def loose(repo: Repo, name: str) -> Path:
    oid = repo.git("rev-parse", name).decode().strip()
    path = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    return path


def test_a_lost_file(filled: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    loose(filled, "HEAD~1:.env").unlink()
    found = ask(filled.path, {"A": LONG + "0", "B": LONG + "1", "C": LONG + "2"}, monkeypatch)
    assert [one.key for one in found.found] == ["A", "C"]
    assert "1 object of the history is not in this clone" in found.incomplete[0]


@pytest.mark.parametrize("damage", [b"", b"nonsense", None], ids=["empty", "nonsense", "cut"])
def test_a_damaged_file(damage: bytes | None, filled: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = loose(filled, "HEAD~1:f1")
    path.write_bytes(path.read_bytes()[:40] if damage is None else damage)
    found = ask(filled.path, {"A": LONG + "0", "B": LONG + "1", "C": LONG + "2"}, monkeypatch)
    assert [one.key for one in found.found] == ["A", "B", "C"]
    assert found.incomplete


def test_a_damaged_commit(filled: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    loose(filled, "HEAD~1").write_bytes(b"nonsense")
    found = ask(filled.path, {"A": LONG + "0", "C": LONG + "2"}, monkeypatch)
    assert found.incomplete
    assert LONG not in str(found)


def test_an_env_file_that_is_too_large_to_be_one(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".env", f"A_TOKEN={LONG}\n" + "# \n" * gathered.LARGEST)
    repo.add()
    repo.commit()
    found = ask(repo.path, {"A_TOKEN": LONG}, monkeypatch)
    assert [one.key for one in found.found] == ["A_TOKEN"]
    assert found.incomplete == (".env of the history is larger than 1 MiB: it was not read as an env file",)


def test_a_repository_that_git_refuses_is_not_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    monkeypatch.chdir(tmp_path / "a")
    with pytest.raises(StopgapError, match="git rev-parse failed"):
        repository_here()


def test_a_bare_repository_is_not_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Repo(tmp_path / "bare.git", "--bare")
    monkeypatch.chdir(tmp_path / "bare.git")
    with pytest.raises(StopgapError, match="bare repository"):
        repository_here()


# ---- how much it takes


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to ask")
def test_memory_does_not_grow_with_the_history(repo: Repo) -> None:
    """A file of 64 MiB and 2,000 small ones, in a process of its own."""
    stream = ["commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 1\na\n"]
    stream += [f"M 100644 inline d/f{number}\ndata 12\n{number:011}\n\n" for number in range(2000)]
    big = b"M 100644 inline big\ndata %d\n" % (64 << 20) + b"0123456789abcde\n" * (4 << 20) + b"\n"
    with (repo.path / "stream").open("wb") as file:
        file.write("".join(stream).encode() + big)
    with (repo.path / "stream").open("rb") as file:
        subprocess.run(("git", "fast-import", "--quiet"), cwd=repo.path, stdin=file, check=True)
    script = (
        "from stopgap.gather.exposed import exposed, repository_here\n"
        "print(exposed(repository_here(), {'A': 'Zq7' * 10}).contents)\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run((sys.executable, "-c", script), cwd=repo.path, capture_output=True, check=True)
    contents, kibibytes = map(int, done.stdout.split())
    assert contents == 2001
    assert kibibytes < 100 << 10
