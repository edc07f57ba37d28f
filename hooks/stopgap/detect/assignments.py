"""Extraction of keyed values: `password = "…"` in the spellings of code, config, shell, markup
and SQL. `judgement` says what they are worth.

Every quantifier is bounded and every search for a value's end looks at most `LONGEST` bytes ahead, so work grows with the input
and no faster.
"""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import Confidence
from . import judgement, keys
from .judgement import Assignment
from .keywords import KEYWORDS
from .syntax import (
    BADGE,
    BARE,
    BARE_LINE,
    BLANK_AFTER,
    BLOCK,
    COMMENTS,
    FLAG,
    KEY_BYTES,
    KEYED,
    NO_BARE,
    OPENING,
    FileKind,
    file_kind,
    holds_settings,
    suffix,
)

__all__ = ["KEYWORDS", "Candidate", "find", "find_at"]

RULES = {"password": "keyed-password", "secret": "keyed-secret", "key": "keyed-secret"}
LONGEST = 512  # bytes of a value: a longer one is no password, and keys of that size have rules of their own
LONGEST_KEY = 60
NEARBY = 30  # bytes before a key that say what it is: `ENV `, `${`
LONGEST_OPERATOR = 300  # bytes from the keyword to the value

GETTERS = frozenset(
    "get read fetch load find has is check verify validate require create generate gen parse decode encode hash encrypt decrypt make "
    "build delete remove reset assert expect mask redact t translate gettext print log raise error throw new match test contains prompt "
    "ask input".split()
)


class Candidate(NamedTuple):
    """A keyed value that may be a secret. `start` and `end` are byte offsets of the value in the data that `find` was given."""

    rule: str
    key: str
    start: int
    end: int
    confidence: Confidence


def find(data: bytes, start: int, end: int, path: str) -> Iterator[Candidate]:
    """The keyed values in data[start:end] that may be secrets, in order. Key and value must lie in the window."""
    window = data[start:end].lower()
    kind = file_kind(path)
    for match in KEYED.finditer(window):
        found = candidate(data, start, window, match, kind, path)
        if found is not None:
            yield found


def find_at(data: bytes, places: Iterable[int], path: str) -> Iterator[Candidate]:
    """As `find`, where it is known at which offsets the `KEYWORDS` stand: looks at nothing else. Places in order; no value twice."""
    kind = file_kind(path)
    last = -1
    for at in places:
        start = max(0, at - LONGEST_KEY - NEARBY)
        window = data[start : at + LONGEST + LONGEST_OPERATOR].lower()
        match = KEYED.match(window, at - start)
        found = candidate(data, start, window, match, kind, path) if match else None
        if found is not None and found.start > last:
            last = found.start
            yield found


def candidate(data: bytes, start: int, window: bytes, match: re.Match[bytes], kind: FileKind, path: str) -> Candidate | None:
    """What a match in the window, which begins at `start` in the data, is worth."""
    span = value_span(window, match, kind, suffix(path))
    if span is None:
        return None
    first, last, quoted = span
    key = name(data[max(start, start + match.start() - LONGEST_KEY) : start + match.start("close")])
    value = data[start + first : start + last].decode("utf-8", "replace")
    pair = Assignment(key, value, quoted, match["operator"].strip().decode(), kind)
    confidence = judgement.judge(pair)
    if confidence == "low" and judgement.is_chosen(pair) and holds_settings(path):
        confidence = "medium"
    if confidence is None:
        return None
    return Candidate(RULES.get(keys.kind(key), "keyed-secret"), key, start + first, start + last, confidence)


def name(before: bytes) -> str:
    """The name that ends `before`: `my-app.DB_PASSWORD`."""
    size = len(before) - len(before.lower().rstrip(KEY_BYTES))
    key = before[len(before) - size :].decode("utf-8", "replace").strip(".$-")
    if before[: len(before) - size].endswith(b"\\"):
        key = key[1:]  # the n of a `\n` inside a text
    return "password" if key.lower() == "by" else key  # IDENTIFIED BY


def trailing(window: bytes, at: int) -> int:
    """How many bytes before `at` belong to the same name."""
    before = window[max(0, at - LONGEST_KEY) : at]
    return len(before) - len(before.rstrip(KEY_BYTES))


def value_span(window: bytes, match: re.Match[bytes], kind: FileKind, ending: str) -> tuple[int, int, bool] | None:
    """Start and end of the value that follows the operator, and whether it stands in quotes. None: this is no assignment of a text."""
    operator, at = match["operator"], match.end()
    sign = operator.strip()
    key_start = match.start() - trailing(window, match.start())
    if window[max(0, key_start - 2) : key_start] in (b"${", b"$("):
        return None  # `${TOKEN}`, `$(PWD):/mnt`: it is used here, not set
    if window[key_start - 1 : key_start] == b":" and window[key_start - 2 : key_start] == b"::":
        return None  # the last name of a type: `AWS::SecretsManager::Secret`
    if window[key_start - 1 : key_start] in (b"?", b"&") and BADGE.search(window, max(0, key_start - 80), key_start):
        return None
    if sign == b"(" and not sets(window[key_start : match.start("close")]):
        return None
    if sign == b">":
        return markup(window, at) if window[key_start - 1 : key_start] == b"<" else None
    if sign.endswith(b"<string>"):
        return markup(window, at)
    if sign == b"," and not names_next(window, key_start):
        return None
    if BLOCK.fullmatch(operator):
        return bare(window, at, kind, b": ", key_start) if ending in ("yml", "yaml") else None
    opening = OPENING.match(window, at)
    if sign in (b"||", b"??", b"or") and opening is None:
        return None
    if sign == b"" and not (
        takes_blank(window, key_start, match) or (ending in ("sql", "gradle", "groovy", "kts", "kt") and opening) or ending == "netrc"
    ):
        return None
    if opening is not None:
        return quoted(window, opening["quote"], opening.end(), operator)
    if sign in (b",", b"(") or (b"\n" in operator and b"value" not in operator) or ending in NO_BARE:
        return None
    return bare(window, at, kind, operator, key_start)


def sets(name: bytes) -> bool:
    """`setPassword("…")` and `.password("…")` are given a secret, `getToken("…")` the name of one."""
    parts = keys.words(name.rsplit(b".", 1)[-1].decode("utf-8", "replace"))
    return bool(parts) and not any(part.startswith(tuple(GETTERS)) for part in parts[:1])


def names_next(window: bytes, key_start: int) -> bool:
    """`define("DB_PASSWORD", "…")`, `["--token", "…"]`: a name as first argument, and not one of a list of names."""
    before = window[max(0, key_start - 4) : max(0, key_start - 1)]
    return before.rstrip(b"\\ \n").endswith(b"(") or FLAG.match(window, key_start) is not None


def takes_blank(window: bytes, key_start: int, match: re.Match[bytes]) -> bool:
    """`--password v`, `ENV KEY v`, `IDENTIFIED BY 'v'`: a blank separates name and value here, as it does not in prose."""
    name = window[key_start : match.start("close")]
    if match["close"]:
        return False
    if FLAG.match(name) or name.startswith(b"identified"):
        return True
    before = window[max(0, key_start - 24) : key_start]
    return BLANK_AFTER.search(before) is not None


def markup(window: bytes, at: int) -> tuple[int, int, bool] | None:
    """The text up to the next `<`: `<password>v</password>`."""
    last = window.find(b"</", at, at + LONGEST)
    return (at, last, True) if last > at else None


def quoted(window: bytes, quote: bytes, at: int, operator: bytes) -> tuple[int, int, bool] | None:
    """The text up to the same quote. A quoted text that is itself a key (`"a": …` on the next line) is none."""
    last = window.find(quote, at, at + LONGEST)
    while len(quote) == 1 and last > at and window[last - 1 : last] == b"\\" and window[last - 2 : last] != b"\\\\":
        last = window.find(quote, last + 1, at + LONGEST)
    if last <= at or b"\n" in window[at:last]:
        return None
    after = window[last + len(quote) : last + len(quote) + 4].lstrip()
    if (
        after.startswith((b"+", b".", b"%"))
        or (b"\n" in operator and after.startswith(b":"))
        or (operator.startswith(b"(") and after[:1] != b")")
    ):
        return None
    return at, last, True


def bare(window: bytes, at: int, kind: FileKind, operator: bytes, key_start: int) -> tuple[int, int, bool] | None:
    """A value without quotes, where the file's syntax has such."""
    sign = operator.strip()[-1:]
    tight = operator in (b"=", b":", b" ")
    inside = window[max(0, key_start - 1) : key_start] in (b"?", b"&", b"\\") or FLAG.match(window, key_start) is not None
    if (kind == "code" and not (tight and inside)) or (kind == "shell" and not tight) or sign not in (b"=", b":", b""):
        return None
    if kind != "config" or inside or operator == b"=":
        found = BARE.match(window, at)
        return (at, found.end(), False) if found and found.end() - at <= LONGEST else None
    text = BARE_LINE.match(window, at)
    value = text[0] if text else b""
    for comment in COMMENTS:
        value = value.split(comment, 1)[0]
    size = len(value.rstrip(b" \t,\\"))
    return (at, at + size, False) if 0 < size <= LONGEST else None
