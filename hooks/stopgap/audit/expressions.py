"""The expressions file of git-filter-repo: what to look for in every file, a line each. It holds secrets: only its owner may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..detect.own_values import spellings
from ..detect.verbatim import is_telling

LONG_LINE = 24  # characters of a line of a value with several, such as a key block: what is shorter says too little
INSTEAD = b"***REMOVED***"


def expressions(values: Iterable[bytes]) -> bytes:
    """The file's content for these values: the longest first, as one may be a part of another."""
    found = {form for value in values for form in forms(value)}
    return b"".join(b"literal:%b==>%b\n" % (form, INSTEAD) for form in sorted(found, key=lambda form: (-len(form), form)))


def forms(value: bytes) -> Iterator[bytes]:
    """How a value may stand in a file, without a line break, as an expression is one line; nothing for a value that says too little."""
    text = value.decode("utf-8", "surrogateescape")
    if not is_telling(text):
        return
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    several = [line for line in lines if len(line) >= LONG_LINE and not line.startswith("-----")]
    for one in several if len(lines) > 1 else [text.strip()]:
        yield from spellings(one)
