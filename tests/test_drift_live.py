"""`stopgap drift` over files and standard input: what sets two places apart, which is newer, and never a value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stopgap.detect.examples import expand
from stopgap.sides import content

from . import forked
from .conftest import Repo

OLD, NEW = 1_700_000_000, 1_760_000_000
FORMATS = ("text", "json", "sarif", "github")


def drift(folder: Path, *argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs the command in a folder that need not be a repository."""
    return forked.run(("drift", *argv), folder, os.environ, stdin, timeout=60)


def told(folder: Path, *argv: str, stdin: bytes = b"") -> list[tuple[str, str, str, int]]:
    """Rule, key, path and line of each finding; the exit status says whether there are any."""
    done = drift(folder, *argv, "--format", "json", stdin=stdin)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == (1 if found else 0), done.stderr
    return sorted((row["rule"], row["message"].split()[0], row["path"], row["line"]) for row in found)


def write(folder: Path, name: str, data: str | bytes, changed: int = OLD) -> None:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (changed, changed))


# ---- the same settings


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("", "# nothing yet\n", id="no settings"),
        pytest.param("A=1\nB=2\n", "B=2\n# why\nA=1\n", id="order and comments"),
        pytest.param("A='x y'\n", 'export A="x y" # why\n', id="quotes and export"),
        pytest.param("A=x\n", b"\xef\xbb\xbfA=x\r\n", id="byte order mark and CRLF"),
        pytest.param("A=ü\n", "A=ü\n".encode("utf-16"), id="UTF-16"),
        pytest.param('A="one\ntwo"\n', 'A="one\\ntwo"\n', id="several lines"),
        pytest.param("A=2\n", "A=1\nA=2\n", id="the last line counts"),
        pytest.param("A=${B}\nB=1\n", "B=1\nA=${B}\n", id="references"),
        pytest.param("A=1\nB=true\nC=x\nD=1.0\n", '{"A": 1, "B": true, "C": "x", "D": 1.0}', id="a JSON object"),
        pytest.param(b"A=\xe9\n", b"A='\xe9'\n", id="bytes that are not UTF-8"),
    ],
)
def test_the_same(one: str | bytes, two: str | bytes, tmp_path: Path) -> None:
    write(tmp_path, "one", one)
    write(tmp_path, "two", two)
    if one:
        assert told(tmp_path, "one", "two") == []
        assert drift(tmp_path, "one", "two").stdout == b""
    else:
        assert b"nothing was compared" in drift(tmp_path, "one", "two").stderr


@pytest.mark.parametrize(
    ("argv", "stdin"),
    [
        pytest.param((), b"A=1\nB='x y'\n", id="dotenv"),
        pytest.param((), b'{"A": "1", "B": "x y"}', id="JSON"),
        pytest.param((), b"PATH=/bin\nHOME=/\nA=1\nB=x y\n_=/bin/env\n", id="what env prints"),
        pytest.param((), b"B=x y\0A=1\0HOSTNAME=a\0", id="what env -0 prints"),
        pytest.param(("--stdin", "env"), b"A=1\nB=x y\nOTHER=1\n", id="an environment without a search path"),
        pytest.param((), b'declare -x A="1"\ndeclare -x B="x y"\n', id="what export -p prints"),
    ],
)
def test_the_same_on_standard_input(argv: tuple[str, ...], stdin: bytes, tmp_path: Path) -> None:
    write(tmp_path, ".env", "A=1\nB='x y'\n")
    assert told(tmp_path, *argv, ".env", "-", stdin=stdin) == []
    assert told(tmp_path, *argv, "-", ".env", stdin=stdin) == []


# ---- what sets them apart


def test_missing_extra_and_different_keys(tmp_path: Path) -> None:
    write(tmp_path, ".env", "SAME=1\nDB_HOST=a\nDB_PASSWORD=x\n")
    write(tmp_path, "server", "# first\nSAME=1\nDEBUG=1\nDB_PASSWORD=y\n")
    assert told(tmp_path, ".env", "server") == [
        ("drift-differs", "DB_PASSWORD", ".env", 3),
        ("drift-extra-key", "DEBUG", "server", 3),
        ("drift-missing-key", "DB_HOST", ".env", 2),
    ]


def test_more_than_two_places_are_each_compared_with_the_first(tmp_path: Path) -> None:
    for name, value in (("a", "1"), ("b", "2"), ("c", "1")):
        write(tmp_path, name, f"KEY={value}\n")
    assert told(tmp_path, "a", "b", "c") == [("drift-differs", "KEY", "a", 1)]
    assert told(tmp_path, "b", "a", "c") == [("drift-differs", "KEY", "b", 1)] * 2


@pytest.mark.parametrize(
    ("argv", "keys"),
    [
        pytest.param((), ["DB_HOST", "DB_PORT", "DEBUG", "X"], id="all"),
        pytest.param(("--only", "DB_*"), ["DB_HOST", "DB_PORT"], id="only"),
        pytest.param(("--only", "X", "--only", "DEBUG"), ["DEBUG", "X"], id="only, twice"),
        pytest.param(("--ignore", "DB_*", "--ignore", "[XYZ]"), ["DEBUG"], id="ignore"),
        pytest.param(("--only", "DB_*", "--ignore", "*_PORT"), ["DB_HOST"], id="both"),
        pytest.param(("--keys-only",), ["DEBUG", "X"], id="keys only"),
    ],
)
def test_the_keys_that_count(argv: tuple[str, ...], keys: list[str], tmp_path: Path) -> None:
    write(tmp_path, "a", "DB_HOST=1\nDB_PORT=1\nX=1\n")
    write(tmp_path, "b", "DB_HOST=2\nDB_PORT=2\nDEBUG=1\n")
    assert sorted(key for _, key, _, _ in told(tmp_path, *argv, "a", "b")) == keys


def test_an_environment_has_much_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, ".env", "APP_A=1\nAPP_B=2\n")
    stdin = b"PATH=/bin\nAPP_A=1\nAPP_C=3\nHOME=/\n"
    assert told(tmp_path, ".env", "-", stdin=stdin) == [("drift-missing-key", "APP_B", ".env", 2)]
    assert told(tmp_path, "--only", "APP_*", ".env", "-", stdin=stdin)[0] == ("drift-extra-key", "APP_C", ".env", 1)
    assert b"3 of an environment left out" in drift(tmp_path, ".env", "-", "-v", stdin=stdin).stdout


def test_two_environments_are_compared_whole(tmp_path: Path) -> None:
    write(tmp_path, "a", "PATH=/bin\nA=1\nHOME=/root\n")
    assert told(tmp_path, "a", "-", stdin=b"PATH=/bin\nA=1\nTERM=x\n") == [
        ("drift-extra-key", "TERM", "a", 1),
        ("drift-missing-key", "HOME", "a", 3),
    ]


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="needs /proc")
def test_the_environment_of_a_running_process(tmp_path: Path) -> None:
    write(tmp_path, ".env", "APP_A='x y'\nAPP_B=2\n")
    with subprocess.Popen(("sleep", "60"), env={"PATH": "/bin:/usr/bin", "APP_A": "x y", "APP_B": "3"}) as process:
        try:
            found = told(tmp_path, ".env", f"/proc/{process.pid}/environ")
        finally:
            process.kill()
    assert found == [("drift-differs", "APP_B", ".env", 2)]


def test_a_dotenv_file_with_a_search_path_is_no_environment(tmp_path: Path) -> None:
    write(tmp_path, "a", "PATH=/opt/bin:$PATH\nA='x y'\n")
    write(tmp_path, "b", 'A="x y"\nPATH=/opt/bin:$PATH\n')
    assert told(tmp_path, "a", "b") == []


def test_values_of_several_lines_in_an_environment(tmp_path: Path) -> None:
    pem = "-----BEGIN X-----\nabc=\nDEF==\n-----END X-----\n"
    write(tmp_path, ".env", f"KEY='{pem}'\nNOTE='one\n\ntwo'\n")
    printed = f"PATH=/bin\nKEY={pem}\nNOTE=one\n\ntwo\nLAST=1\n"
    assert told(tmp_path, ".env", "-", stdin=printed.encode()) == []
    assert told(tmp_path, ".env", "-", stdin=printed.replace("two", "three").encode()) == [("drift-differs", "NOTE", ".env", 6)]


def test_a_reference_is_compared_as_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, "a", "B=1\nA=${B}\n")
    write(tmp_path, "b", "B=1\nA=1\n")
    assert told(tmp_path, "a", "b") == [("drift-differs", "A", "a", 2)]
    done = drift(tmp_path, "a", "b")
    assert b"as they are written (it refers to other settings in a)" in done.stdout
    assert b"1 of them refer to other settings" in done.stdout


def test_a_line_that_is_no_setting_is_said(tmp_path: Path) -> None:
    write(tmp_path, "a", "A=1\nwhat is this\n")
    done = drift(tmp_path, "a", "a")
    assert (done.returncode, done.stdout) == (
        0,
        b"scanned 2 files; 2 incomplete: line 2 of a: not KEY=value, and not compared; compared 1 key of a, a\n",
    )
    assert drift(tmp_path, "a", "a", "--strict").returncode == 2


# ---- which is newer


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        pytest.param(OLD, NEW, "; b is newer (2025-10-09 08:53 UTC, a 2023-11-14 22:13 UTC)", id="the second"),
        pytest.param(NEW, OLD, "; a is newer (2025-10-09 08:53 UTC, b 2023-11-14 22:13 UTC)", id="the first"),
        pytest.param(OLD, OLD, "; which of the two is newer is not known", id="of the same time"),
    ],
)
def test_the_newer_file(one: int, two: int, said: str, tmp_path: Path) -> None:
    write(tmp_path, "a", "A=1\n", one)
    write(tmp_path, "b", "A=2\n", two)
    assert f"A differs between a and b{said}\n" in drift(tmp_path, "a", "b").stdout.decode()


def test_of_standard_input_nothing_tells_the_time(tmp_path: Path) -> None:
    write(tmp_path, "a", "A=1\n")
    assert b"which of the two is newer is not known" in drift(tmp_path, "a", "-", stdin=b"A=2\n").stdout


def test_the_time_of_a_saved_environment_is_not_that_of_its_settings(tmp_path: Path) -> None:
    write(tmp_path, "a", "A=1\n", OLD)
    write(tmp_path, "dump", "PATH=/bin\nA=2\n", NEW)
    assert b"which of the two is newer is not known" in drift(tmp_path, "a", "dump").stdout


@pytest.fixture
def committed(repo: Repo) -> Repo:
    """A tracked file, committed long ago and checked out just now, and a newer file beside it."""
    write(repo.path, ".env", "A=1\n", NEW + 9999)
    repo.add(".env")
    repo.commit(env={"GIT_AUTHOR_DATE": f"{OLD} +0000"})
    write(repo.path, "server", "A=2\n", NEW)
    return repo


def test_a_tracked_file_is_as_old_as_its_last_commit(committed: Repo) -> None:
    assert b"server is newer (2025-10-09 08:53 UTC, .env 2023-11-14 22:13 UTC)" in drift(committed.path, ".env", "server").stdout


def test_a_tracked_file_that_was_changed_is_as_old_as_the_change(committed: Repo) -> None:
    write(committed.path, ".env", "A=3\n", NEW + 9999)
    assert b"; .env is newer" in drift(committed.path, ".env", "server").stdout


def test_in_a_shallow_clone_the_time_is_not_known(committed: Repo, tmp_path: Path) -> None:
    committed.commit("another")
    committed.git("clone", "-q", "--depth", "1", f"file://{committed.path}", str(tmp_path / "clone"))
    assert b"which of the two is newer is not known" in drift(tmp_path / "clone", ".env", str(committed.path / "server")).stdout


def test_paths_are_from_the_root_of_the_repository(repo: Repo) -> None:
    repo.write("app/.env", "A=1\n")
    repo.write("app/other", "A=2\n")
    assert told(repo.path / "app", ".env", "other") == [("drift-differs", "A", "app/.env", 1)]


# ---- what cannot be read


@pytest.mark.parametrize(
    ("argv", "stdin", "said"),
    [
        pytest.param((".env", "nothing"), b"", "cannot read nothing: No such file or directory", id="no such file"),
        pytest.param((".env", "folder"), b"", "cannot read folder: ", id="a folder"),
        pytest.param((".env", "pipe"), b"", "cannot read pipe: not a regular file", id="a pipe"),
        pytest.param((".env", "/dev/zero"), b"", "cannot read /dev/zero: not a regular file", id="a device"),
        pytest.param((".env", "large"), b"", "cannot read large: larger than 1 MiB", id="a large file"),
        pytest.param((".env", "binary"), b"", "cannot read binary: it is binary", id="binary"),
        pytest.param((".env", "prose"), b"", "cannot read prose: no line of it is KEY=value", id="another kind of file"),
        pytest.param((".env", "list.json"), b"", "cannot read list.json: no line of it is KEY=value", id="a JSON list"),
        pytest.param((".env", "-"), b"", "cannot read standard input: it is empty (did the command before the pipe fail?)", id="no input"),
        pytest.param((".env", "-"), b'{"A": ', "standard input: not JSON: Expecting value at line 1, column 7", id="JSON that is cut off"),
        pytest.param((".env", "-"), b'{"A":' * 200_000, "standard input: JSON that is nested too deeply", id="deep JSON"),
        pytest.param((".env", "-"), b"A=1\n" * 300_000, "standard input: larger than 1 MiB", id="large input"),
        pytest.param((".env", "-", "--stdin", "json"), b"[1]", "standard input: JSON, but not an object", id="JSON of another kind"),
        pytest.param((".env",), b"", "compares two places or more", id="one place"),
        pytest.param(("-", "-"), b"A=1\n", "standard input can be one of the places only", id="standard input twice"),
        pytest.param((".env", "ftp://host/x"), b"", "no kind of side begins with ftp://", id="another scheme"),
        pytest.param((".env", ".env", "--only", "NONE*"), b"", "nothing was compared", id="a glob that matches nothing"),
        pytest.param((".env", ".env", "--only", "[A"), b"", "the glob '[A' matches no key", id="a glob that is none"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(argv: tuple[str, ...], stdin: bytes, said: str, tmp_path: Path) -> None:
    write(tmp_path, ".env", "A=1\n")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path, "large", "A=1\n" * 300_000)
    write(tmp_path, "binary", bytes(range(256)) * 20)
    write(tmp_path, "prose", "Dear all,\nno setting here\n")
    write(tmp_path, "list.json", "[1, 2]\n")
    done = drift(tmp_path, *argv, stdin=stdin)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr
    assert said in done.stderr.decode()


def test_a_file_named_like_standard_input_does_not_stand_in_for_it(tmp_path: Path) -> None:
    write(tmp_path, ".env", "A=1\n")
    write(tmp_path, "-", "A=1\n")
    assert told(tmp_path, ".env", "-", stdin=b"A=2\n") == [("drift-differs", "A", ".env", 1)]


def test_the_output_of_a_command_as_a_file(tmp_path: Path) -> None:
    write(tmp_path, ".env", "A=1\n")
    script = f"{sys.executable} -m stopgap drift .env <(printf 'A=%s\\n' $0)"
    status = [subprocess.run(("bash", "-c", script, value), cwd=tmp_path, capture_output=True).returncode for value in ("1", "2")]
    assert status == [0, 1]


# ---- secrecy

SECRETS = [expand("<alnum:24>"), expand("<b64:64>"), "hunter2horse"]
PEM = "-----BEGIN X-----\n" + f"{SECRETS[1]}\n" * 3 + SECRETS[1][:30] + "==\n-----END X-----\n"


def leaked(data: bytes) -> list[str]:
    """The secrets of which six characters in a row stand in the data."""
    text = data.decode("utf-8", "replace")
    return [secret for secret in SECRETS if any(secret[at : at + 6] in text for at in range(len(secret) - 5))]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "stdin",
    [
        pytest.param(f"A=x\nB='{SECRETS[0]}x'\nC={SECRETS[2]}2\n{PEM}", id="dotenv"),
        pytest.param(json.dumps({"A": SECRETS[1], "B": SECRETS[2], "C": {"D": SECRETS[0]}}), id="JSON"),
        pytest.param(f"PATH=/bin\nA={SECRETS[1]}\nB=x\nKEY={PEM}", id="an environment"),
        pytest.param(f'{{"A": "{SECRETS[0]}", {SECRETS[2]}', id="JSON that is none"),
        pytest.param(f"{SECRETS[1]}\n{SECRETS[0]}\n", id="no settings"),
    ],
)
def test_no_output_holds_a_value(stdin: str, form: str, tmp_path: Path) -> None:
    write(tmp_path, ".env", f"A={SECRETS[0]}\nB={SECRETS[2]}\nC='{PEM}'\nD=postgres://me:{SECRETS[2]}@host/${{A}}\n{SECRETS[1]}\n")
    done = drift(tmp_path, ".env", "-", "--format", form, "--verbose", stdin=stdin.encode())
    assert done.returncode in (1, 2), done.stderr
    assert len(done.stdout + done.stderr) > 50
    assert leaked(done.stdout + done.stderr) == []
    assert leaked(stdin.encode()), "there was something to leak"


def test_a_key_with_control_signs_is_escaped(tmp_path: Path) -> None:
    write(tmp_path, ".env", "A=1\n")
    done = drift(tmp_path, ".env", "-", stdin=b'{"\\u001b[31mB\\n::error::x": 1, "A": 1}')
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert all(not line.startswith(b"::") for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"PATH=/\n" + b"A=\n" * 250_000, id="variables"),
        pytest.param(b"PATH=/\n" + b"-----BEGIN \n" * 80_000, id="blocks"),
        pytest.param(b"A='" + b"\n" * 1_000_000, id="a quote that is not closed"),
        pytest.param(b'A="' + b"\\" * 1_000_000 + b'"\n', id="backslashes"),
        pytest.param(b"A=" + b"$" * 1_000_000 + b"\n", id="dollar signs"),
        pytest.param(b"AB=1\0" * 200_000, id="NULs"),
    ],
)
def test_hostile_input_takes_linear_time(data: bytes) -> None:
    import time

    start = time.perf_counter()
    content.read(data, "x")
    assert time.perf_counter() - start < 6


def test_a_name_that_may_be_a_value_is_masked(tmp_path: Path) -> None:
    odd = "q7Zr2X" + "kT9vB4mN8wLp"  # a line of a key's text that ends like a setting
    (tmp_path / "a.env").write_text(f"A=1\n{odd}=on\n")
    (tmp_path / "b.env").write_text("A=1\n")
    argv = (sys.executable, "-m", "stopgap", "drift", "a.env", "b.env", "--format", "json")
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "drift-missing-key" in done.stdout
    assert odd not in done.stdout + done.stderr
