"""What is text: many NULs, wide encodings without a mark; and what stays binary, by real files of this machine."""

from __future__ import annotations

import gzip
import py_compile
import struct
import sys
import zlib
from itertools import chain
from pathlib import Path

import pytest
from stopgap.detect import text
from stopgap.detect.examples import expand

from .conftest import Repo
from .tokens import GITHUB

LINE = f't = "{GITHUB}"\n'
LONG = LINE + "x = 1  # some more of the text\n" * 20


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int) -> bytes:
    """A picture with a noisy pattern, as its format has it (PNG specification, 5 and 11)."""
    rows = b"".join(b"\0" + bytes((x * x * 7 + y * y * 13 + x * y) % 256 for x in range(width)) for y in range(width))
    header = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def programs() -> list[Path]:
    found = [path for path in chain(Path("/usr/bin").glob("*"), [Path(sys.executable).resolve()]) if path.is_file()]
    return [path for path in sorted(found) if path.open("rb").read(4) == b"\x7fELF"][::8][:40]


@pytest.mark.skipif(not programs(), reason="this machine has no ELF programs")
def test_programs_are_binary() -> None:
    assert [path for path in programs() if text.to_utf8(path.read_bytes()[: 1 << 20]) is not None] == []


def test_compiled_python_is_binary(tmp_path: Path) -> None:
    sources = sorted(Path(text.__file__).parent.glob("*.py"))
    assert len(sources) > 10
    for source in sources:
        made = py_compile.compile(str(source), str(tmp_path / f"{source.stem}.pyc"), doraise=True)
        assert made is not None
        assert text.to_utf8(Path(made).read_bytes()) is None, source.name


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png(40), id="png"),
        pytest.param(png(300), id="a larger png"),
        pytest.param(gzip.compress(Path(text.__file__).read_bytes()), id="gz"),
        pytest.param(zlib.compress("".join(expand(f"<alnum:60>{n}") for n in range(40)).encode()), id="zlib"),
        pytest.param(bytes(range(256)) * 20, id="every byte"),
        pytest.param(struct.pack("<2000h", *range(2000)), id="small numbers of two bytes"),
        pytest.param(struct.pack("<2000i", *range(0, 4_000_000, 2000)), id="small numbers of four bytes"),
        pytest.param(struct.pack(">2000i", *range(0, 4_000_000, 2000)), id="small numbers of four bytes, big end first"),
    ],
)
def test_is_binary(data: bytes) -> None:
    assert text.to_utf8(data) is None


TEXTS = [
    pytest.param(LINE.encode("utf-16-le") + "Ā".encode("utf-16-le"), 1, id="utf-16-le, one NUL of the other parity"),
    pytest.param("Ā".encode("utf-16-be") + LINE.encode("utf-16-be"), 1, id="utf-16-be, one NUL of the other parity"),
    pytest.param(("Ā\n" * 3 + LONG).encode("utf-16-le"), 4, id="utf-16-le, a few"),
    pytest.param(LINE.encode("utf-32-le"), 1, id="utf-32-le"),
    pytest.param(("ü€\n" + LINE).encode("utf-32-be"), 2, id="utf-32-be"),
    pytest.param(("😁Ā\n" + LONG).encode("utf-32-le"), 2, id="utf-32-le, characters of three bytes"),
    pytest.param(b"\0" * 5000 + b"\n" + LINE.encode(), 2, id="behind NULs"),
    pytest.param(b"\0" * 200_000 + LINE.encode(), 1, id="behind more NULs than the sample has bytes"),
    pytest.param(b"a = 1\0\0\0\0\n" * 30 + LINE.encode(), 31, id="among NULs"),
    pytest.param(b"\xef\xbb\xbf" + b"\0" * 5000 + b"\n" + LINE.encode(), 2, id="a mark, then NULs"),
]


@pytest.mark.parametrize(("data", "line"), TEXTS)
def test_is_text(data: bytes, line: int) -> None:
    read = text.to_utf8(data)
    assert read is not None
    before, found, _ = read.partition(GITHUB.encode())
    assert found
    assert before.count(b"\n") + 1 == line


@pytest.mark.parametrize(("data", "line"), TEXTS)
def test_a_secret_is_found_in_it(repo: Repo, data: bytes, line: int) -> None:
    repo.write("a.txt", data)
    repo.add()
    for names in ((), ("a.txt",)):
        done = repo.stopgap("scan-diff", *names)
        assert (done.returncode, f"a.txt:{line}:".encode() in done.stdout) == (1, True), done.stdout + done.stderr
