"""What of a line may leave detection: names and words of prose, and nothing that could be a secret.

A fingerprint that hung on a value could be used to try guesses of that value, also of one that is not reported. So it is made of
what stands where no value does, whether or not a rule found the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from . import keys

MASK = "********"
RANDOM, RANDOM_LETTERS, RANDOM_PART = 8, 12, 4  # characters from which a part of a name can be a value that has slipped in

# `name =`, `"name":`, `name(`: at the start of a line or behind what parts names, not behind an operator, where values stand.
# A name is taken whole, `(?=(…))\1`: no part of it could be one, and a long line has many to try.
NAME = re.compile(rb"""(?<![^\s"'`(\[{<,;&?$])(?=([A-Za-z_][\w.-]*))\1(?=\\?["'`]?\s{0,3}[:=]|\()""")
TOKEN = re.compile(rb"\S+")
WORD = re.compile(rb"[A-Za-z]{1,30}[,.;]?|--[a-z][a-z-]{0,30}")
MIXED = re.compile(rb"(?=[A-Za-z]{0,30}[0-9])[A-Za-z0-9]{5,}")  # of a name in a fingerprint: whatever could be a value, read or not
PART = re.compile(r"[^\W_]+")


def skeleton(data: bytes, start: int, end: int, masked: Sequence[tuple[int, int]]) -> bytes:
    """The names and the words of a line that lie in none of these stretches, which are in order and do not overlap."""
    return b" ".join((*names(data, start, end, masked), *words(data, start, end, masked)))


def outside(matches: Iterable[re.Match[bytes]], masked: Sequence[tuple[int, int]]) -> Iterator[tuple[re.Match[bytes], bool]]:
    """Matches, which come in order, each with whether it touches none of the stretches."""
    index, count = 0, len(masked)
    for match in matches:
        first, last = match.span()
        while index < count and masked[index][1] <= first:
            index += 1
        yield match, index == count or last <= masked[index][0]


def names(data: bytes, start: int, end: int, masked: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """The names before an operator."""
    for match, is_free in outside(NAME.finditer(data, start, end), masked):
        if is_free:
            yield without_mixed(match[1])


def words(data: bytes, start: int, end: int, masked: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """Words with blanks around, but for those that follow a flag or a name such as `password`."""
    previous = b""
    for match, is_free in outside(TOKEN.finditer(data, start, end), masked):
        token = match[0]
        if is_free and WORD.fullmatch(token) and is_blank(data, match.start() - 1) and is_blank(data, match.end()) and not leads(previous):
            yield token
        # of what is masked only that it is a flag, `-pVALUE`, as that does not hang on whether a rule found the value
        previous = token if is_free or token.startswith(b"-") else b""


@lru_cache(maxsize=1024)  # on a line with many findings each of them looks at what stands around it
def without_mixed(name: bytes) -> bytes:
    """A name without the parts that could be a value."""
    return MIXED.sub(b"", name)


@lru_cache(maxsize=1024)
def leads(token: bytes) -> bool:
    """Whether a value may follow: behind `--flag` and `password`."""
    return token.startswith(b"-") or keys.kind(token.decode("utf-8", "replace")) != "none"


def is_blank(data: bytes, at: int) -> bool:
    """Whether there is a blank, or no byte at all."""
    return at < 0 or data[at : at + 1].isspace() or at >= len(data)


@lru_cache(maxsize=256)  # a file repeats its keys
def name(text: str) -> str:
    """A name as it may be shown: `Hk7vpq2xR9mZw.refresh_token` has a value in front of it, which is masked."""
    parts = PART.findall(text)
    odd = {part for part in parts if len(part) >= RANDOM_PART and any(map(str.isdigit, part)) and not is_read(part)}
    several = sum(part in odd for part in parts) > 1  # `3f2a9c1e-77b0-4d1f`: short, and not alone
    odd = {part for part in odd if several or len(part) >= RANDOM}
    odd |= {part for part in parts if len(part) >= RANDOM_LETTERS and not is_read(part)}
    return PART.sub(lambda part: MASK if part[0] in odd else part[0], text) if odd else text


def is_read(part: str) -> bool:
    """Whether a part of a name is made of words, as `base64encoded` is."""
    from .words import is_words

    return is_words(part)
