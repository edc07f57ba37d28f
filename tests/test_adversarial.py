"""Hostile texts: twice the text is twice the work and no more, in counts of calls and rule evaluations; a secret behind it is found."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from stopgap import detect
from stopgap.detect import rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.detect.keywords import KEYWORDS
from stopgap.detect.text import decoder
from stopgap.model import Fragment

from .conftest import Repo
from .tokens import GITHUB, PASSWORD

RULES = rules.load()
DETECT = str(Path(detect.__file__).parent)
WORDS = sorted({word for rule in RULES for word in rule.keywords} | set(KEYWORDS))
SMALL = 12 << 10
LARGE = 10_000_000
SECONDS = 60  # for all of the large files: generous, as a machine may be busy
GROWTH = 2.3  # of counts, where the text doubles
MORE = {"calls": 400, "read": 8 * 4096}  # besides: a few windows more, where a keyword stands in noise by chance


def nested(encode: Callable[[bytes], bytes]) -> Callable[[int], bytes]:
    """A text that was encoded again and again, until it is large enough."""

    def made(size: int) -> bytes:
        text = f'password = "{PASSWORD}"\n'.encode()
        while len(text) < size:
            text = encode(text)
        return text[:size]

    return made


def repeated(piece: bytes) -> Callable[[int], bytes]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def noise(alphabet: bytes) -> Callable[[int], bytes]:
    return lambda size: bytes(random.Random(7).choices(alphabet, k=size))


def words(piece: Callable[[bytes], bytes]) -> Callable[[int], bytes]:
    """All keywords in a row, again and again, each time in another order: every stretch holds them alike."""

    def made(size: int) -> bytes:
        chance, text = random.Random(11), bytearray()
        while len(text) < size:
            text += b"".join(map(piece, chance.sample(WORDS, len(WORDS))))
        return bytes(text[:size])

    return made


TEXTS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "one letter": ("a.txt", repeated(b"a")),
    "one digit": ("a.json", repeated(b"7")),
    "blanks": ("a.yaml", repeated(b" ")),
    "newlines": (".env", repeated(b"\n")),
    "double quotes": ("a.py", repeated(b'"')),
    "single quotes": (".env", repeated(b"'")),
    "backticks": ("a.go", repeated(b"`")),
    "backslashes": ("a.json", repeated(b"\\")),
    "equals signs": ("a.ini", repeated(b"=")),
    "brackets": ("a.js", repeated(b"([{<")),
    "random base64": ("a.txt", noise(b"ABCDEFGHabcdefgh01234567+/")),
    "random hexadecimal": ("a.lock", noise(b"0123456789abcdef")),
    "nested base64": ("a.txt", nested(b64encode)),
    "nested hexadecimal": ("a.txt", nested(lambda text: text.hex().encode())),
    "nested percent": ("a.txt", nested(lambda text: b"".join(b"%%%02x" % byte for byte in text))),
    "nested JSON": ("a.json", nested(lambda text: json.dumps(text.decode()).encode())),
    "nested Unicode escapes": ("a.js", nested(lambda text: b"".join(b"\\u%04x" % byte for byte in text))),
    "base64 of keywords": ("a.yaml", lambda size: b64encode(b"=\n".join(WORDS) * (size // 4000 + 1))[:size]),
    "every keyword": ("a.py", words(lambda word: word + b" ")),
    "every keyword, no blanks": ("a.md", words(lambda word: word)),
    "every keyword with a value": ("a.sh", words(lambda word: word + b'="' + PASSWORD.encode() + b'";')),
    "every keyword in capitals": ("a.cfg", words(lambda word: word.upper() + b"=")),
    "one key": ("a.properties", repeated(b"password")),
    "keys and operators": ("a.py", repeated(b"password=password:=password =>")),
    "keys and quotes": ("a.json", repeated(b'"password":"')),
    "values without end": ("a.yml", repeated(b"secret: |\n  x")),
    "a name without end": ("a.tf", lambda size: b"x_" * (size // 2) + b"password"),
    "elements": ("a.xml", repeated(b"<password>")),
    "headers": ("a.http", repeated(b"Authorization: Basic ")),
    "commands": ("a.sh", repeated(b"curl -u a:b ")),
    "URLs": ("a.txt", repeated(b"https://a:b@")),
    "private keys": ("a.pem", repeated(b"-----BEGIN RSA PRIVATE " + b"KEY-----\\n")),
    "JWT": ("a.txt", repeated(b"eyJhbGciOi9.")),
    "comments that allow": ("a.py", repeated(b"# stopgap: allow[x] y; ")),
    "NULs": ("a.bin", repeated(b"\0")),
    "NULs between letters": ("a.py", repeated(b"p\0a\0s\0s\0w\0o\0r\0d\0=\0")),
    "bytes above ASCII": ("a.py", repeated(b"password=\xff\xfe\xfd")),
    "half characters": ("a.py", repeated(b"secret=\xe2\x82 \xf0\x9f")),
    "surrogates": ("a.py", repeated(b"token=\xed\xa0\x80\xed\xb0\x80")),
    "random bytes": ("a.dat", noise(bytes(range(256)))),
}


def scanned(path: str, data: bytes) -> tuple[int, dict[str, int]]:
    """How many calls detection makes for a text, as the command hands it on, and what its detector counted."""
    detector, calls = Detector(RULES), 0
    detector.scan(Fragment(path, b'password = "' + GITHUB.encode() + b'"\n'))  # what is imported and compiled once
    before = {count: getattr(detector.work, count) for count in detector.work.__slots__}

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call") and frame.f_code.co_filename.startswith(DETECT)

    sys.setprofile(count)
    try:
        text = decoder(data)(data)
        if text is not None:
            detector.scan(Fragment(path, text))
    finally:
        sys.setprofile(None)
    return calls, {name: getattr(detector.work, name) - start for name, start in before.items()}


@pytest.mark.parametrize("case", TEXTS)
def test_twice_the_text_is_twice_the_work(case: str) -> None:
    path, made = TEXTS[case]
    (calls, work), (more_calls, more_work) = (scanned(path, made(size)) for size in (SMALL, 2 * SMALL))
    assert calls > 0
    less, more = {"calls": calls, **work}, {"calls": more_calls, **more_work}
    assert {name: (less[name], more[name]) for name in less if more[name] > GROWTH * less[name] + MORE.get(name, 400)} == {}


def test_more_than_linear_work_is_noticed() -> None:
    """The test above can fail: it counts the calls of a function of detection that is called for each pair."""
    from stopgap.detect.strength import follows

    def in_pairs(text: bytes) -> int:
        calls = 0

        def count(frame: FrameType, event: str, _argument: Any) -> None:
            nonlocal calls
            calls += event == "call" and frame.f_code.co_filename.startswith(DETECT)

        sys.setprofile(count)
        try:
            for _ in text:
                for at in range(len(text)):
                    follows(text[at : at + 2])
        finally:
            sys.setprofile(None)
        return calls

    assert in_pairs(b"ab" * 40) > GROWTH * in_pairs(b"ab" * 20) + MORE["calls"]


LAST = f'\ntoken = "{expand("ghp_<alnum:36>")}"\n'.encode()
LARGE_TEXTS = ("one letter", "double quotes", "equals signs", "nested base64", "every keyword")
SHORTER = {"every keyword": LARGE // 10}  # each word of it is a rule to try


def test_a_secret_behind_a_line_of_ten_megabytes(repo: Repo) -> None:
    """Files of one line of 10 MB, each with a secret on the line below; the command has to end in time."""
    for number, case in enumerate(LARGE_TEXTS):
        path, made = TEXTS[case]
        repo.write(f"{number}/{path}", made(SHORTER.get(case, LARGE)).replace(b"\n", b" ") + LAST)
    repo.git("add", ".")
    done = subprocess.run(
        (sys.executable, "-m", "stopgap", "scan-diff", "--format", "json"),
        cwd=repo.path,
        capture_output=True,
        timeout=SECONDS,
    )
    assert done.returncode == 1, done.stderr.decode()
    found = {(one["path"], one["line"], one["rule"]) for one in json.loads(done.stdout)["findings"]}
    expected = {case: (f"{number}/{TEXTS[case][0]}", 2, "github-pat") for number, case in enumerate(LARGE_TEXTS)}
    assert [case for case, one in expected.items() if one not in found] == []


BROKEN = [
    pytest.param(b"\xff\xfe\xfd" * 50, id="bytes that are no UTF-8"),
    pytest.param(b"\xed\xa0\x80" * 50, id="a surrogate"),
    pytest.param(b"\xe2\x82" * 50, id="half a character"),
    pytest.param(b"\xc0\xaf\xf8\x88" * 50, id="overlong forms"),
    pytest.param(b"a\0" * 20, id="a few NULs"),
    pytest.param("\u2028\u202e\ufeff\x85".encode() * 20, id="separators and marks of Unicode"),
    pytest.param(b"\x1b[2K\x1b]0;x\x07" * 3, id="commands to a terminal"),
    pytest.param(b"\r" * 80, id="carriage returns"),
]


@pytest.mark.parametrize("before", BROKEN)
def test_a_secret_beside_what_is_no_text(repo: Repo, before: bytes) -> None:
    repo.write("a.txt", before + b"\n" + b"plain text, and more of it\n" * 40 + before + LAST)
    repo.add()
    done = repo.stopgap("scan-diff", "--format", "json")
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["github-pat"], done.stderr
    assert b"\x1b" not in done.stdout
