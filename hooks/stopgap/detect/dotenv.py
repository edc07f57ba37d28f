"""Dotenv syntax as its readers agree on it: `source`, dotenv for node and Ruby, python-dotenv, docker's --env-file.

Where they differ the reading that shows more is taken: a value is better looked at twice than not at all. Time is linear in the
input, also for unclosed quotes: every search for a closing quote ends at the next quote of its kind, and no later value begins before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import text

SHAPE_READ = 1 << 16  # bytes that decide on a file's shape
SHAPE_LEAST = 2  # settings: one `KEY=value` line alone is any text
SHAPE_STRANGE = 10  # one line in so many may be something else

KEY = re.compile(
    r"""
    ^[^\S\n]* (?:(?:export|set|declare[ ]-x)[^\S\n]+)?
    (?P<quote>['"]?) (?P<key>[A-Za-z_][\w.-]*) (?P=quote)
    [^\S\n]* (?: = | :(?=[^\S\n]) )      # `KEY: value` is Ruby's
    [^\S\n]*
    """,
    re.VERBOSE | re.MULTILINE,
)
LINE = re.compile(r"[^\n]*")
COMMENT = re.compile(r"\s\#")  # a comment needs a space before the hash
AFTER = re.compile(r"[^\S\n]*(?:\#[^\n]*)?(?:\n|\Z)")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
# the key of a line that a shell and docker would read too: no space before the equals sign
SECTION = re.compile(r"[ \t]*\[[^\[\]]*\]\s*\Z")  # of an INI file
UPPER = re.compile(rb"(?:\A|[\r\n])(?:\xef\xbb\xbf)?[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]*=")  # a line of the shape, in bytes
SHAPE_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]*=")


class Setting(NamedTuple):
    """One `KEY=value`. Line and column are the value's, from 1, in characters; `end_line` is the line it ends on.

    `start` and `end` are its offsets in the `decoded` text, without its quotes: as it is written, escapes and all.
    """

    key: str
    value: str
    line: int
    column: int
    end_line: int
    quoted: bool
    start: int = 0
    end: int = 0


def parse(data: bytes) -> list[Setting]:
    """All settings in order, also those that a later line sets again. Lines that are none are passed over; binary data has none."""
    return list(settings(data))


def settings(data: bytes) -> Iterator[Setting]:
    """As `parse`, one at a time: a file of ten megabytes can hold a million."""
    content = decoded(data)
    position = counted = 0
    line = 1
    while (key := KEY.search(content, position)) is not None:
        begin = key.start()
        line += content.count("\n", counted, begin)
        counted = begin
        value, end, quoted = value_at(content, key.end())
        start = key.end() + quoted
        stop = end - 1 if quoted else start + len(value)
        yield Setting(key["key"], value, line, start - begin + 1, line + content.count("\n", begin, end), quoted, start, stop)
        position = next_line(content, end)


def decoded(data: bytes) -> str:
    """The text, whatever its encoding. A byte that is not UTF-8 becomes a lone surrogate; binary data becomes ""."""
    utf8 = text.to_utf8(data)
    content = (utf8 or b"").decode("utf-8", "surrogateescape")
    return content if "\n" in content else content.replace("\r", "\n")  # lines ended by CR alone


def is_understood(data: bytes) -> bool:
    """Whether `parse` can vouch for the file: it is text with a setting in it, or with nothing but comments."""
    if text.to_utf8(data) is None:
        return False
    lines = (line.strip() for line in decoded(data).split("\n"))
    return next(settings(data), None) is not None or all(not line or line.startswith("#") for line in lines)


def next_line(content: str, position: int) -> int:
    """Where the line after this position begins."""
    newline = content.find("\n", position)
    return len(content) if newline < 0 else newline + 1


def value_at(content: str, start: int) -> tuple[str, int, bool]:
    """The value that begins at `start`, the position behind it, and whether it stands in quotes."""
    quote = content[start : start + 1]
    if quote and quote in "'\"`":
        end = closing(content, quote, start + 1)
        if end is not None and AFTER.match(content, end + 1):
            inner = content[start + 1 : end].replace("\r\n", "\n")
            return (unescaped(inner) if quote == '"' else inner), end + 1, True
    rest = LINE.match(content, start)
    line = rest[0] if rest else ""
    before = content[start - 1 : start]
    if line.startswith("#") and before in (" ", "\t"):
        return "", start, False
    comment = COMMENT.search(line)
    return (line[: comment.start()] if comment else line).strip(), start + len(line), False


def closing(content: str, quote: str, start: int) -> int | None:
    """Where the next quote of this kind is that no backslash escapes."""
    while (end := content.find(quote, start)) >= 0:
        first = end
        while content[first - 1] == "\\" and first > start:
            first -= 1
        if (end - first) % 2 == 0:
            return end
        start = end + 1
    return None


def unescaped(value: str) -> str:
    r"""What double quotes mean: `\n` is a newline, and a backslash before another character goes."""
    return ESCAPE.sub(lambda escape: ESCAPES.get(escape[1], escape[1]), value) if "\\" in value else value


def has_env_shape(data: bytes) -> bool:
    """Whether nearly all lines of the first 64 KiB are `UPPER_SNAKE=value`, at least two of them; a script with a `#!` line is none."""
    head = data[:SHAPE_READ]
    if len(data) > SHAPE_READ:
        head = head[: head.rfind(b"\n") + 1]
    if head.startswith(b"#!") or (b"\0" not in head and len(UPPER.findall(head)) < SHAPE_LEAST):
        return False  # most files end here, before they are parsed
    found = list(settings(head))
    lines = decoded(head).split("\n")
    inside: set[int] = set()  # later lines of a value in quotes
    good = 0
    for setting in found:
        inside.update(range(setting.line + 1, setting.end_line + 1))
        good += SHAPE_LINE.match(lines[setting.line - 1]) is not None
    if any(SECTION.match(line) for line in lines):
        return False
    told = sum(1 for number, line in enumerate(lines, 1) if number not in inside and line.strip() and not line.lstrip().startswith("#"))
    return good >= SHAPE_LEAST and (told - good) * SHAPE_STRANGE <= told
