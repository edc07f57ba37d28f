"""Comments beside findings: work that grows with the text and no faster, and how far a comment reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import process_time

import pytest
from stopgap.detect import inline, rules
from stopgap.detect.allowed import NEAR, Allowed
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.detect.spans import Span
from stopgap.model import Fragment

from .tokens import PASSWORD

RULE = "keyed-password"
ALLOWED = Allowed(None, None, lambda: date(2031, 5, 1))
HOSTILE = [
    pytest.param(b"# stopgap: allow[ password='%s' ", id="lists that never close"),
    pytest.param(b"# stopgap: allow[x] password='%s' ", id="comments of another rule"),
    pytest.param(b"# stopgap: allow password='%s' ", id="comments without a rule"),
    pytest.param(b"pragma: allowlist nextline secret password='%s' ", id="pragmas"),
    pytest.param(b"#" + b" " * 60 + b"pragma: password='%s' ", id="blanks and half a pragma"),
    pytest.param(b"# pragma: allowlist nextline secret\npassword='%s' ", id="pragmas and lines"),
]


def seconds(piece: bytes, count: int) -> Iterator[float]:
    """CPU time of one scan of so many pieces in a row, three times."""
    data, detector = piece * count, Detector(rules.load(), ALLOWED, engine="find")
    for _ in range(3):
        before = process_time()
        detector.scan(Fragment("a.py", data))
        yield process_time() - before


@pytest.mark.parametrize("template", HOSTILE)
def test_a_line_of_comments_takes_time_as_its_size(template: bytes) -> None:
    piece = template % PASSWORD.encode()
    bound = min(8 * min(seconds(piece, 250)) + 0.05, 2.5)  # four times the size
    assert any(more < bound for more in seconds(piece, 1000))


def left(data: bytes, at: int, size: int = 10) -> list[Span]:
    return ALLOWED.left(Fragment("a.py", data), [Span(at, at + size, RULE, "high", "a password", 30)])


COMMENT = b" # stopgap: allow[keyed-password] a sample"


@pytest.mark.parametrize(
    ("data", "at"),
    [
        pytest.param(b"x" * 10 + b" " * (NEAR + 1) + COMMENT, 0, id="too far behind on a long line"),
        pytest.param(COMMENT + b" " * (NEAR + 1) + b"x" * 10, NEAR + 1 + len(COMMENT), id="too far before on a long line"),
        pytest.param(b"x" * 10 + b" # stopgap: allow[" + b"a," * 150 + b"keyed-password] a sample", 0, id="a list of more than 200 bytes"),
        pytest.param(b"x" * 10 + b" # stopgap: allow[keyed-password]" + b" " * 501 + b"a sample", 0, id="a reason far from its rule"),
        pytest.param(COMMENT + b"\n" + b"x" * 10, len(COMMENT) + 1, id="the line above"),
        pytest.param(b"# pragma: allowlist nextline secret\n\n" + b"x" * 10, 37, id="the line after the next"),
        pytest.param(
            b"# pragma: allowlist nextline secret\nab\n" + b"x" * 10 + b"\n", 39, id="the line after the next, which is not empty"
        ),
    ],
)
def test_is_not_allowed(data: bytes, at: int) -> None:
    assert [span.start for span in left(data, at)] == [at]


@pytest.mark.parametrize(
    ("data", "at"),
    [
        pytest.param(b"x" * 10 + b" " * (NEAR - 100) + COMMENT, 0, id="near enough on a long line"),
        pytest.param(b"x" * 10 + b" # stopgap: allow[" + b"a," * 50 + b"keyed-password] a sample", 0, id="a long list"),
        pytest.param(b"x" * 10 + b" # stopgap: allow[keyed-password] " + b"because " * 500, 0, id="a long reason"),
        pytest.param(b"x" * 10 + b" # stopgap: allow[ # stopgap: allow[keyed-password] a sample", 0, id="behind a list that never closes"),
        pytest.param(b"# pragma: allowlist nextline secret\n" + b" " * 9000 + b"x" * 10, 9036, id="far into the next line"),
        pytest.param(b"a\r\n  // pragma: allowlist nextline secret\r\n" + b"x" * 10, 43, id="the next line, CRLF"),
        pytest.param(b"xxxxxx\nxxx" + COMMENT, 0, id="behind the last of its lines"),
    ],
)
def test_is_allowed(data: bytes, at: int) -> None:
    assert left(data, at) == []


def test_each_finding_of_a_line_is_asked_for_itself() -> None:
    far = b" " * (2 * NEAR)
    data = b"x" * 10 + COMMENT + far + b"y" * 10 + b" # stopgap: allow[keyed-password]" + far + b"z" * 10
    starts = [data.index(letter * 10) for letter in (b"x", b"y", b"z")]
    spans = [Span(at, at + 10, RULE, "high", "a password", 30) for at in starts]
    assert [(span.start, span.note) for span in ALLOWED.left(Fragment("a.py", data), spans)] == [
        (starts[1], inline.NO_REASON),
        (starts[2], ""),
    ]


def test_a_text_without_comments_has_no_marks() -> None:
    assert inline.marks(expand("<alnum:200>").encode()) == inline.Marks([], {}, {}, [])
