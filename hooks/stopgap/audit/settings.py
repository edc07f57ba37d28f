"""The settings of an env file, and which are secrets: where key and value say so, or where detection finds something in the value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ..detect import dotenv, encrypted, filters
from ..detect.finders import GENERIC
from ..detect.shown import name as shown_name
from ..model import CONFIDENCES, Confidence

KEPT = 1 << 14  # judgements of values: the versions of a file differ in a few


class Found(NamedTuple):
    """What detection found in a version: the line where it begins, from 1, its text, and what is said of it."""

    line: int
    value: str
    rule: str
    confidence: Confidence
    what: str = ""
    rotate: str = ""


class Plain(NamedTuple):
    """One value of a file, with the value itself, which stays with whoever asked for it. `found`: what detection says of it.

    `sure`: it is known without detection that it is a secret. `several`: it is written on several lines. `told`: which of all that was
    found is this value.
    """

    key: str
    value: str
    line: int = 1
    secret: bool = True
    found: Found | None = None
    sure: bool = True
    several: bool = False
    told: tuple[int, ...] = ()


def settings(data: bytes, found: Sequence[Found]) -> list[Plain]:
    """The settings of a dotenv file. One without a value is none, and neither is a cipher. `found`: what detection found in it."""
    judgements = ((one, judged(one.key, one.value)) for one in dotenv.settings(data) if one.value.strip())
    known = [(one, secret) for one, secret in judgements if secret is not None]
    said = found_in(data, found, known) if found else {}
    made = []
    for place, (one, secret) in enumerate(known):
        told = said.get(place, ())
        best = max((found[number] for number in told), key=weight, default=None)
        is_secret = secret or best is not None
        made.append(Plain(shown_name(one.key), one.value.strip(), one.line, is_secret, best, secret, one.end_line > one.line, tuple(told)))
    return made


def weight(found: Found) -> tuple[bool, int]:
    """What says more of a value: a rule that knows its issuer, and then the surer one."""
    return found.rule not in GENERIC, CONFIDENCES.index(found.confidence)


def found_in(data: bytes, found: Sequence[Found], known: Sequence[tuple[dotenv.Setting, bool]]) -> dict[int, list[int]]:
    """By the number of a setting what was found in its value. What goes on behind it, as a key block without quotes, is something else."""
    content = dotenv.decoded(data)
    lines = list(accumulate((len(line) + 1 for line in content.split("\n")), initial=0))
    begins = [one.start for one, _ in known]
    said: dict[int, list[int]] = {}
    for number, one in enumerate(found):
        for start in places(content, one, lines):
            at = bisect_right(begins, start + max(len(one.value), 1) - 1) - 1  # the last setting that begins before its end
            if at < 0 or known[at][0].end <= start:
                continue
            setting, secret = known[at]
            if start + len(one.value) <= setting.end or (secret and "\n" not in one.value):
                said.setdefault(at, []).append(number)
                break
    return said


def places(content: str, found: Found, lines: Sequence[int]) -> Iterator[int]:
    """Where the text of what was found stands on its line; lines that end by CR alone count as one for who found it."""
    begin, end = (lines[found.line - 1], lines[found.line]) if 0 < found.line < len(lines) else (0, 0)
    at = content.find(found.value, begin, end + len(found.value))
    if not begin <= at < end:
        at = content.find(found.value)
        end = at + 1
    while 0 <= at < end:
        yield at
        at = content.find(found.value, at + 1, end + len(found.value))


@lru_cache(maxsize=KEPT)
def judged(key: str, value: str) -> bool | None:
    """Whether a setting is a secret in plain text by its key and value; None for a cipher, and for what a tool writes for itself."""
    if filters.is_encrypted(value) or encrypted.SOPS_OWN_KEY.match(key) or encrypted.DOTENVX_OWN_KEY.match(key):
        return None
    return encrypted.is_plain_secret(key, value)
