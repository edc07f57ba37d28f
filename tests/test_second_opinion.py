"""detect-secrets' detectors as a second opinion: the same findings as its own command, with spans, and without its settings."""

from __future__ import annotations

import hashlib
import json
import random
import socket
import string
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from stopgap.detect import second_opinion
from stopgap.model import Fragment, StopgapError

CHOICE = random.Random(5)
HEX = "".join(CHOICE.choices("0123456789abcdef", k=40))
BASE64 = "".join(CHOICE.choices(string.ascii_letters + string.digits + "+/", k=40))
AWS = "AKIA" + "".join(CHOICE.choices(string.ascii_uppercase + string.digits, k=16))
LINES = f"""\
# a file with {AWS} in a comment
key = "{AWS}"
same = ["{HEX}", "{HEX}"]
password = "{BASE64}"
url = "https://user:{"hunter2" * 2}@example.org/"
-----BEGIN RSA PRIVATE {"KEY"}-----
"""


def found(data: bytes, wanted: Sequence[str] = ("all",), path: str = "a.py", **more: object) -> list[tuple[str, bytes]]:
    fragment = Fragment(path, data, **more)  # type: ignore[arg-type]
    opinions = second_opinion.find(fragment, second_opinion.detectors(wanted, "stopgap.toml"))
    return sorted((opinion.rule.partition(":")[2], data[opinion.start : opinion.end]) for opinion in opinions)


@pytest.mark.parametrize(
    ("data", "more"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b'x = "hello"\n', {}, id="no secret"),
        pytest.param(b'password = "${PASSWORD}"\n', {}, id="template"),
        pytest.param(b"password = get_password()\n", {}, id="call"),
        pytest.param(f'a = "{HEX}"\n'.encode(), {"path": "package-lock.json"}, id="lock file, as there"),
        pytest.param(f'a = "{HEX}"\nb = 1\n'.encode(), {"added": ((2, 2),)}, id="on a line that does not count"),
        pytest.param(f'a = "{HEX}"\n'.encode(), {"wanted": ("AWSKeyDetector",)}, id="by a detector that is not asked"),
    ],
)
def test_is_silent(data: bytes, more: dict[str, object]) -> None:
    assert found(data, **more) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "wanted", "values"),
    [
        pytest.param(f"# {AWS}\n".encode(), "AWSKeyDetector", [AWS], id="token"),
        pytest.param(f'é = "{HEX}"  # é\n'.encode(), "HexHighEntropyString", [HEX], id="behind a character of two bytes"),
        pytest.param(f'\xe9 = "{HEX}"\n'.encode("latin-1"), "HexHighEntropyString", [HEX], id="behind a byte that is not UTF-8"),
        pytest.param(f'a = "{HEX}" or "{HEX}"\n'.encode(), "HexHighEntropyString", [HEX, HEX], id="twice in a line"),
        pytest.param(f'b = 1\r\na = "{HEX}"\r\n'.encode(), "HexHighEntropyString", [HEX], id="CRLF"),
        pytest.param(
            b"url = https://user:hunter2hunter2@example.org/\n",  # stopgap: allow[url-password] a sample
            "BasicAuthDetector",
            ["hunter2hunter2"],
            id="password of a URL",
        ),
        pytest.param(b"#" * 20_000 + f' "{HEX}"'.encode(), "HexHighEntropyString", [HEX], id="far in a long line"),
        pytest.param(b"#" * 4060 + f' "{HEX}" '.encode() + b"#" * 4000, "HexHighEntropyString", [HEX], id="where a long line is cut"),
    ],
)
def test_finds_the_span_of_the_value(data: bytes, wanted: str, values: list[str]) -> None:
    assert found(data, (wanted,)) == [(wanted, value.encode()) for value in values]


def test_says_the_same_as_detect_secrets(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINES)
    command = (sys.executable, "-m", "detect_secrets", "scan", "--all-files", "-n", "a.py")
    theirs = json.loads(subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout)["results"]["a.py"]
    data = LINES.encode()
    ours = {
        (opinion.what, data.count(b"\n", 0, opinion.start) + 1, hashlib.sha1(data[opinion.start : opinion.end]).hexdigest())
        for opinion in second_opinion.find(Fragment("a.py", data), second_opinion.detectors(("all",), ""))
    }
    assert ours >= {(each["type"], each["line_number"], each["hashed_secret"]) for each in theirs}
    assert {(what, hashed) for what, _, hashed in ours} == {(each["type"], each["hashed_secret"]) for each in theirs}
    assert len(theirs) >= 6


def test_names_are_those_that_it_ships() -> None:
    listed = subprocess.run((sys.executable, "-m", "detect_secrets", "scan", "--list-all-plugins"), capture_output=True, check=True)
    assert list(second_opinion.names()) == sorted(listed.stdout.decode().split())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("AWSKeyDetecter", "did you mean 'AWSKeyDetector'?", id="near"),
        pytest.param("file:///tmp/x.py", "ships no detector", id="a path"),
        pytest.param("HighEntropyStringsPlugin", "ships no detector", id="a base class"),
        pytest.param("zzzz", "known: all,", id="far"),
    ],
)
def test_an_unknown_detector_is_an_error(name: str, said: str) -> None:
    with pytest.raises(StopgapError) as error:
        second_opinion.detectors((name,), "stopgap.toml")
    assert said in str(error.value)
    assert str(error.value).startswith("stopgap.toml: ")


def test_opens_no_connection_and_leaves_the_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from detect_secrets.settings import get_settings

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    before = get_settings().json()
    assert found(LINES.encode())
    assert get_settings().json() == before
    assert not [name for name in get_settings().filters if "verif" in name]


def test_is_imported_only_when_asked() -> None:
    code = "import sys, stopgap.detect.second_opinion; print([name for name in sys.modules if name.startswith('detect_secrets')])"
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, check=True).stdout.strip() == b"[]"
