"""detect-secrets' baseline is data: its hashes count, and what it names is neither imported nor run."""

from __future__ import annotations

import hashlib
import json
import random
import string
import subprocess
import sys
from pathlib import Path

import pytest
from stopgap.detect.baseline import parse
from stopgap.model import StopgapError

CHOICE = random.Random(11)
VALUE = "".join(CHOICE.choices(string.hexdigits.lower(), k=40)).encode()
OTHER = "".join(CHOICE.choices(string.hexdigits.lower(), k=40)).encode()
WHERE = ".secrets.baseline"


def text(path: str = "src/app.py", value: bytes = VALUE, **more: object) -> str:
    item = {"type": "Hex High Entropy String", "filename": path, "hashed_secret": hashlib.sha1(value).hexdigest(), "line_number": 3}
    return json.dumps({"version": "1.5.0", "results": {path: [item]}, "generated_at": "2031-01-01T00:00:00Z", **more})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("src/app.py", OTHER, id="a new value on an old line"),
        pytest.param("src/other.py", VALUE, id="another file"),
        pytest.param("app.py", VALUE, id="another folder"),
        pytest.param("src/app.py", b"", id="no value"),
    ],
)
def test_does_not_cover(path: str, value: bytes) -> None:
    assert not parse(text().encode(), WHERE).covers(path, value)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(text().encode(), id="as written"),
        pytest.param(b"\xef\xbb\xbf" + text().encode(), id="UTF-8 with a mark"),
        pytest.param(("\ufeff" + text()).encode("utf-16-le"), id="UTF-16, PowerShell"),
        pytest.param(("\ufeff" + text()).encode("utf-16-be"), id="UTF-16, big end first"),
        pytest.param(text("./src/app.py").encode(), id="scan ./"),
        pytest.param(text("src\\app.py").encode(), id="Windows"),
        pytest.param(text(".\\src\\app.py").encode(), id="Windows, scan ."),
        pytest.param(text().replace("\n", "\r\n").encode() + b"\r\n", id="CRLF"),
    ],
)
def test_covers(data: bytes) -> None:
    assert parse(data, WHERE).covers("src/app.py", VALUE)


def test_two_spellings_of_one_file_are_one() -> None:
    both = json.loads(text())
    both["results"].update(json.loads(text("./src/app.py", OTHER))["results"])
    baseline = parse(json.dumps(both).encode(), WHERE)
    assert baseline.covers("src/app.py", VALUE)
    assert baseline.covers("src/app.py", OTHER)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"{", ":1:2: not JSON", id="cut off"),
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"\xff\xfe\x00", "not utf-16", id="half a character"),
        pytest.param(b'{"results": "\xff"}', "not utf-8", id="not UTF-8"),
        pytest.param(b"[]", "not a detect-secrets baseline", id="a list"),
        pytest.param(b'{"version": "1.5.0"}', "no table of results", id="no results"),
        pytest.param(b'{"results": {"a": 3}}', "without a SHA-1", id="no list"),
        pytest.param(b'{"results": {"a": ["x"]}}', "without a SHA-1", id="no item"),
        pytest.param(b'{"results": {"a": [{"type": "x"}]}}', "without a SHA-1", id="no hash"),
        pytest.param(b'{"results": {"a": [{"hashed_secret": "xyz"}]}}', "results for 'a'", id="a hash of another kind"),
        pytest.param(b"[" * 100_000, WHERE, id="deep"),
        pytest.param(b'{"results": ' + b"9" * 5000 + b"}", WHERE, id="a long number"),
    ],
)
def test_a_broken_baseline_is_an_error(data: bytes, said: str) -> None:
    with pytest.raises(StopgapError) as error:
        parse(data, WHERE)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_that_it_names_is_run(tmp_path: Path) -> None:
    """A `file://` plugin is executed by detect-secrets itself when it loads a baseline."""
    trap = tmp_path / "trap.py"
    trap.write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\n")
    named = [{"name": "Trap", "path": f"file://{trap}"}]
    filters = [
        {"path": f"file://{trap}::x"},
        {"path": "detect_secrets.filters.common.is_ignored_due_to_verification_policies", "min_level": 2},
    ]
    before = set(sys.modules)
    assert parse(text(plugins_used=named, filters_used=filters).encode(), WHERE).covers("src/app.py", VALUE)
    assert not (tmp_path / "sprung").exists()
    assert not [name for name in set(sys.modules) - before if name.startswith("detect_secrets")]


@pytest.mark.parametrize("slim", [False, True], ids=["full", "slim"])
def test_reads_what_detect_secrets_writes(tmp_path: Path, slim: bool) -> None:
    (tmp_path / "a.py").write_text(f'token = "{VALUE.decode()}"\n')
    command = (sys.executable, "-m", "detect_secrets", "scan", "--all-files", "-n", *(("--slim",) if slim else ()), ".")
    written = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    baseline = parse(written, WHERE)
    assert baseline.covers("a.py", VALUE)
    assert not baseline.covers("a.py", OTHER)
