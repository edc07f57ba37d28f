"""Whose name stands before a value: providers by the spellings of their names (providers.toml), looked up word by word."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from .tables import table

# A word of a name: `route4mePRIVATEKEY` is route, 4, me and PRIVATEKEY.
WORD = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
LONGEST = 5  # words of a name: `h t m l 2 pdf` does not count, `have i been pwned` does
STRONG = frozenset(
    "token tokens tkn secret secrets pat apikey apikeys apitoken accesstoken authtoken secretkey accesskey privatekey".split()
)
SECRECY = STRONG | frozenset("key keys api private access auth authorization bearer credential credentials cred creds".split())
GLUED = ("key", "token", "secret", "api", "private", "access", "auth", "pat")
# What may stand between the provider's name and the words of secrecy, or between those, and says nothing else.
BETWEEN = frozenset(
    "my the your our client app application rest user account acct project server service admin master live test prod production "
    "sandbox staging dev webhook signing bot oauth oauth2 personal integration integrations write read readonly consumer subscription "
    "org organization team workspace license upload deploy deployment management default root global legacy v1 v2 v3 com io sdk http "
    "https shared session refresh data ingest ingestion routing developer passphrase password pass premium free pro real valid demo "
    "base url env var config".split()
)
# Behind the word of secrecy, these leave it what it is.
TAILS = frozenset(
    "base value val values string str default dev develop development prod production test testing stage staging live local sandbox plain "
    "raw old new current previous primary secondary main backup b64 base64 hex env root admin user header code".split()
)
PREFIXES = frozenset("my the env process config settings dev test prod production staging local x spring app secrets".split())


class Provider(NamedTuple):
    """Who gives out such a token. `shape`: what it must look like, "" where nothing is known; `rotate`: where one revokes it, or ""."""

    name: str
    shape: str = ""
    rotate: str = ""


class Owner(NamedTuple):
    """Whose name stands before a value. `sure`: it is nobody else's, and the words behind it can mean no more than a token."""

    provider: Provider
    sure: bool = False


class Word(NamedTuple):
    """A word in lower case, and its place in the text that was split."""

    text: str
    start: int
    end: int


@cache
def spellings() -> dict[str, Provider]:
    """The providers by each spelling of their names: lower-case letters and digits."""
    data = table("providers")
    found: dict[str, Provider] = {}
    for line in "".join(data["names"].values()).splitlines():
        name, _, others = line.partition(" = ")
        known = data["known"].get(name, {})
        provider = Provider(name, known.get("shape", ""), known.get("rotate", ""))
        for spelling in others.split() or ["".join(filter(str.isalnum, name.lower()))]:
            found[spelling] = provider
    return found


@cache
def ambiguous() -> frozenset[str]:
    """The spellings that are words, too."""
    return frozenset(table("providers")["words"].split())


def split(text: bytes) -> list[Word]:
    """The words of a text."""
    return [Word(match[0].lower().decode(), match.start(), match.end()) for match in WORD.finditer(text)]


def ending(words: Sequence[Word], stop: int) -> tuple[str, int] | None:
    """The longest spelling that the words before number `stop` end with, and the number of its first word."""
    known = spellings()
    joined, best = "", None
    for first in range(stop - 1, max(-1, stop - 1 - LONGEST), -1):
        joined = words[first].text + joined
        if joined in known:
            best = (joined, first)
    return best


@lru_cache(maxsize=4096)
def without_secrecy(word: str) -> str:
    """`deepgramapikey` gives deepgram, `privatekey` nothing."""
    stripped = True
    while stripped:
        stripped = False
        for end in GLUED:
            if word.endswith(end):
                word, stripped = word[: -len(end)], True
    return word


def secrecy(words: Sequence[Word]) -> tuple[int, int]:
    """The words that say that a value is secret, from the first to the one behind the last; the same number twice: there are none."""
    stop = len(words)
    while stop and len(words) - stop < 3 and (words[stop - 1].text in TAILS or words[stop - 1].text.isdigit()):
        stop -= 1
    first = at = stop
    while at and stop - at < 6:
        word = words[at - 1].text
        if word in SECRECY or not without_secrecy(word):
            first = at - 1
        elif word not in BETWEEN or first == stop:
            break
        at -= 1
    return first, stop


def owner(text: bytes, words: Sequence[Word]) -> Owner | None:
    """The provider whose name stands in this text, the line up to the value's separator, with words of secrecy behind it at its end.

    `words`: those of the text, as `split` gives them.
    """
    first, stop = secrecy(words)
    if first == stop:
        return glued(text, words, stop)
    said = {word.text for word in words[first:stop]}
    strong = not STRONG.isdisjoint(said) or {"api", "key"} <= said or any(word.text not in SECRECY for word in words[first:stop])
    found = beside(text, words, first, stop)
    if found:
        behind = text[words[first - 1].end if first else 0 :]
        return Owner(found.provider, found.sure and (strong or is_shouted(behind) or b" " not in behind))
    far = before(text, words, first, strong) if first else None
    return Owner(far) if far else None


def glued(text: bytes, words: Sequence[Word], stop: int) -> Owner | None:
    """`uclassifykey`: name and secrecy in one word."""
    if not stop:
        return None
    last = words[stop - 1]
    name = without_secrecy(last.text)
    rest = last.text[len(name) :]
    if not rest:
        return None
    changed = [*words[: stop - 1], Word(name, last.start, last.start + len(name)), Word(rest, last.start + len(name), last.end)]
    return beside(text, changed, stop, stop + 1)


def beside(text: bytes, words: Sequence[Word], first: int, stop: int) -> Owner | None:
    """The name stands right before the words of secrecy, or holds the first of them: `news api key`, `box_key`."""
    while first and words[first - 1].text in BETWEEN and ending(words, first) is None:
        first -= 1
    for number in range(first, stop):
        found = ending(words, number)
        if found is None:
            continue
        spelling, start = found
        if spelling not in ambiguous():
            return Owner(spellings()[spelling], True)
        if is_joined(text, words, start, number, stop) or is_heading(text, words, start, number, stop):
            return Owner(spellings()[spelling])
    return None


def is_shouted(secrecy: bytes) -> bool:
    """`SECRET`, `PRIVATE KEY`: capitals throughout."""
    return secrecy.isupper()


def is_heading(text: bytes, words: Sequence[Word], start: int, number: int, stop: int) -> bool:
    """`nimble PRIVATE`, `# box ACCESS KEY`: a word that begins the line, in other letters than the words of secrecy behind it."""
    name, secrecy = text[words[start].start : words[number - 1].end], text[words[number].start : words[stop - 1].end]
    return is_shouted(secrecy) and not name.isupper() and not text[: words[start].start].strip(b" \t#/*;-\"'")


def is_joined(text: bytes, words: Sequence[Word], start: int, number: int, stop: int) -> bool:
    """`BOX_API_KEY`, `my-box-key`, not `the box key`: words[start:number] begin one name with all up to `stop`."""
    if not re.fullmatch(rb"[A-Za-z0-9_-]*", text[words[start].start : words[stop - 1].end]):
        return False
    while start and re.fullmatch(rb"[_-]?", text[words[start - 1].end : words[start].start]):
        start -= 1
        if words[start].text not in PREFIXES:
            return False
    return True


def before(text: bytes, words: Sequence[Word], first: int, strong: bool) -> Provider | None:
    """The name stands farther before: `clockify: { workspace: "a", token:`, `<clockify><key>`. A weak word needs nothing between."""
    for number in range(first - 1, 0, -1):
        gap = text[words[number - 1].end : words[first].start]
        if len(gap) > 40 or b";" in gap or (not strong and re.search(rb"[A-Za-z0-9]", gap)):
            return None
        found = ending(words, number)
        if found is not None and found[0] not in ambiguous():
            return spellings()[found[0]]
    return None
