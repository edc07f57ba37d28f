"""The expressions file of git-filter-repo: what to look for in every file, a line each. It holds secrets: only its owner may read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..detect.own_values import spellings
from ..detect.verbatim import is_telling

LONG_LINE = 24  # characters of a line of a value with several, such as a key block: what is shorter says too little
INSTEAD = b"***REMOVED***"
BREAK = re.compile(rb"\r\n|\r|\n")
BETWEEN = rb"[ \t]*(?:\r\n|\r|\n)[ \t]*"  # two lines, in an expression


def expressions(values: Iterable[bytes]) -> bytes:
    """The file's content for these values: the longest first, as one may be a part of another.

    filter-repo replaces all literal ones before the first regular one, which so stands for what they have left of a value.
    """
    wanted = sorted(set(values), key=longest_first)
    literals = sorted({form for value in wanted for form in forms(value)}, key=longest_first)
    regular = dict.fromkeys(pattern for value in wanted for pattern in patterns(value, literals))
    lines = [b"literal:%b==>%b\n" % (form, INSTEAD) for form in literals]
    return b"".join([*lines, *(b"regex:%b==>%b\n" % (pattern, INSTEAD) for pattern in regular)])


def longest_first(text: bytes) -> tuple[int, bytes]:
    """For sorting."""
    return -len(text), text


def is_replaced(value: bytes) -> bool:
    """Whether a value says enough to be replaced in every file."""
    return any(forms(value)) or any(patterns(value, ()))


def forms(value: bytes) -> Iterator[bytes]:
    """How a value may stand in a file, without a line break, as an expression is one line; nothing for a value that says too little."""
    text = value.decode("utf-8", "surrogateescape")
    if not is_telling(text):
        return
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    several = [line for line in lines if len(line) >= LONG_LINE and not line.startswith("-----")]
    for one in several if len(lines) > 1 else [text.strip()]:
        yield from spellings(one)


def patterns(value: bytes, literals: Sequence[bytes]) -> Iterator[bytes]:
    """A value with line breaks as regular expressions, once the literal ones are replaced in it; nothing where it has none.

    Its lines may be indented and end as in any system, or stand in one line as JSON and URLs write them.
    """
    text = value.decode("utf-8", "surrogateescape").strip()
    if not BREAK.search(value.strip()) or not is_telling(text):
        return
    lines = [line.strip(b" \t") for line in BREAK.split(replaced(value.strip(), literals))]
    if any(line not in (b"", INSTEAD) and not line.startswith(b"-----") for line in lines):
        yield BETWEEN.join(map(re.escape, lines))
    for spelling in spellings(text):
        if not BREAK.search(spelling):
            yield re.escape(replaced(spelling, literals))


def replaced(text: bytes, literals: Sequence[bytes]) -> bytes:
    """The text as filter-repo leaves it."""
    for literal in literals:
        text = text.replace(literal, INSTEAD)
    return text
