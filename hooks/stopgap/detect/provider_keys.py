"""Tokens without a format of their own that stand near their provider's name: `clockify_key = …`, `datadog token is …`, `<box><key>…`.

A shape finds what may be one: a word of secrecy, separators, and a long run with digits in it, which few texts have. Only then the words
before it are looked up (`provider_names`), and the run is judged (`provider_values`).
"""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..model import Confidence
from . import keys, provider_names, provider_parents, provider_strangers, provider_values
from .literals import BEHIND, find_shapes
from .provider_names import Owner, Provider, Word
from .provider_shapes import FILLER, NAME, SEPARATORS, SHAPES

RULE = "provider-token"
RUN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+/=~-"
PAIR = re.compile(rb"(?i)(?P<name>" + NAME + rb")(?P<between>" + SEPARATORS + FILLER + rb")")
GIVEN = re.compile(rb"""(?P<name>[A-Za-z][A-Za-z0-9_.-]{1,40})["'`\])]{0,2}[ \t]{0,4}[.:=>]{1,3}[ \t]{0,4}["'`]?""")
GOES_ON = re.compile(rb"[(\[{$%@:*]|<(?!/)")  # behind a run: it is called, or part of something longer
SHORTEST_RUN = 12  # bytes: one provider's tokens are as short as that
SHORTEST_GIVEN = 20  # characters of a value behind a provider's name alone
LONGEST_LINE = 120  # bytes before a value in which the name may stand on its line
BEFORE = 200  # bytes before the word of secrecy in which the name may stand
FARTHEST = 60  # bytes from the word of secrecy to the value
# Words that make a key, or a token, something else.
OTHER = keys.NO_SECRET_BEFORE - {"test", "primary", "change", "update", "use"}
HASHES = frozenset(
    "sha sha1 sha256 sha512 md5 hash hashed checksum digest fingerprint thumbprint commit rev revision etag integrity version "
    "encrypted".split()
)


class Found(NamedTuple):
    """A provider's token. `start` and `end` are its offsets in the data; `what` names the provider, `rotate` the page, or ""."""

    rule: str
    key: str
    start: int
    end: int
    confidence: Confidence
    what: str
    rotate: str


def find_at(data: bytes, ends: Iterable[int], path: str) -> Iterator[Found]:
    """The tokens among the runs that end at these offsets (see `provider_shapes.SHAPES`), in order."""
    for end in sorted(set(ends)):
        found = in_run(data, end)
        if found is not None and is_shaped(data, found.start, end):
            yield found


def is_shaped(data: bytes, start: int, end: int) -> bool:
    """Whether a shape ends there: hyperscan was asked for a looser one. `start`: where the value begins."""
    text = data[max(0, start - BEFORE) : end] + (data[end : end + 1] or BEHIND)
    return any(at == len(text) - 1 for _, at in find_shapes(SHAPES, 0, text))


def in_run(data: bytes, end: int) -> Found | None:
    """The token that the run which ends there is, or ends with."""
    low = max(0, end - provider_values.LONGEST - FARTHEST)
    window = data[low:end]
    begin = len(window.rstrip(RUN))
    if len(window) - begin < SHORTEST_RUN:
        return None
    pair = pair_before(window, begin)
    return given(data, low, window, begin) if pair is None else keyed(data, low, window, pair)


def pair_before(window: bytes, begin: int) -> re.Match[bytes] | None:
    """The last word of secrecy before the value, with what is between, in a window that ends with a run from `begin` on."""
    for match in PAIR.finditer(window, max(0, begin - FARTHEST), begin + FARTHEST):
        if match.end() >= begin:
            while not match["between"].strip(b" \t.-") and (further := PAIR.match(window, match.end())):
                match = further  # `private-key-…`
            return match
    return None


def keyed(data: bytes, low: int, window: bytes, pair: re.Match[bytes]) -> Found | None:
    """A run behind a word of secrecy, where a provider's name stands before that and the value is right."""
    span = value_span(data, low + pair.start("between"), low + pair.end(), low + len(window))
    text = data[max(0, low + pair.start() - BEFORE) : low + pair.end("name")]
    line = text[text.rfind(b"\n") + 1 :][-LONGEST_LINE:]
    if span is None or is_something_else(line):
        return None
    words = provider_names.split(line)
    found = provider_names.owner(line, words) or nested(text, line, words) or provider_strangers.owner(line, words)
    value = data[span[0] : span[1]].decode("ascii")
    if found is None or not provider_values.is_key_material(value, found.provider.shape, found.sure):
        return None
    if not found.provider.name and len(value) < provider_strangers.SHORTEST:
        return None
    joined = pair["between"].strip(b" \t") == b"-" and not provider_names.is_shouted(pair["name"])
    if joined and not provider_values.stands_alone(value):
        return None  # `stripe-key-3f2a.js`: parts of one name
    return report(found.provider, line, span)


def nested(text: bytes, line: bytes, words: Sequence[Word]) -> Owner | None:
    """Who has the name of what the value stands in."""
    found = provider_parents.owner(text, line, words)
    return Owner(found) if found else None


def value_span(data: bytes, behind: int, start: int, end: int) -> tuple[int, int] | None:
    """Start and end of the value, where what stands around it lets it be one: the same quotes, and no call."""
    between = data[behind:start]
    quote = max(between.rfind(b'"'), between.rfind(b"'"), between.rfind(b"`"))
    quoted = quote >= 0 and not between[quote + 1 :].strip(RUN)
    if quoted:
        start = behind + quote + 1
    after = data[end : end + 2]
    if quoted and after[:1] != between[quote : quote + 1] and after[:1] != b"\\":
        return None
    if not quoted:
        end = start + len(data[start:end].rstrip(b".-~"))
        if GOES_ON.match(after) or (b"=" in data[start:end].rstrip(b"=") and b">" not in between):
            return None
    return start, end


def is_something_else(line: bytes) -> bool:
    """`public_key`, `github_cache_key`, `commit … key`: the name promises no secret."""
    name = line[len(line.rstrip(RUN)) :].decode("ascii", "replace")
    words = keys.words(name)
    if keys.is_public(name) or not HASHES.isdisjoint(words):
        return True
    return any(word in OTHER and follower in ("key", "keys", "token", "tokens") for word, follower in pairwise(words))


def given(data: bytes, low: int, window: bytes, begin: int) -> Found | None:
    """`greptile = "…"`: nothing but the provider's name, and a value that can be nothing but a token."""
    for match in GIVEN.finditer(window, max(0, begin - FARTHEST), begin + FARTHEST):
        if match.end() < begin:
            continue
        name = match["name"].rsplit(b".", 1)[-1]
        words = provider_names.split(name)
        found = provider_names.ending(words, len(words))
        if found is None or found[1] or found[0] in provider_names.ambiguous():
            return None
        span = value_span(data, low + match.end("name"), low + match.end(), low + len(window))
        value = data[span[0] : span[1]].decode("ascii") if span else ""
        provider = provider_names.spellings()[found[0]]
        fits = (
            span
            and len(value) >= SHORTEST_GIVEN
            and not provider_values.is_number(value)
            and provider_values.is_key_material(value, provider.shape)
        )
        return report(provider, name, span) if span and fits else None
    return None


def report(provider: Provider, line: bytes, span: tuple[int, int]) -> Found:
    """The finding for a value."""
    key = line[len(line.rstrip(RUN)) :].decode("ascii", "replace").strip(".-=/+~")
    what = f"token of {provider.name}" if provider.name else "token, by the name before it"
    return Found(RULE, key, span[0], span[1], "medium", what, provider.rotate)
