"""What a person looks at to tell a credential from any other value: each feature has a name that can be read, and is there or is not.

The features are what `classifier` weighs. They say nothing of the value itself but its shape: no feature's name holds a part of it.
"""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from . import keys, words
from .filters import UUID, entropy

if TYPE_CHECKING:
    from .judgement import Assignment

LOOKED_AT = 200  # characters of a value: a longer one shows its nature within them
# Words of names whose values look random and travel in the open: signatures, Windows' and policies' identifiers, routes.
OPEN = frozenset(
    "websocket signature signatures sig sid sids cookie cookies routing cache index object partition sort row primary foreign".split()
)
TOLD = frozenset("secret secrets secrete password passwd apikey".split())  # `secret_for_the_build`, whatever comes behind it
SESSION = frozenset("auth session connect".split())  # `connect.sid`, `session_cookie`: whoever has it is logged in
SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("uuid", UUID),
    ("digits", re.compile(r"[0-9]+\Z")),
    ("hex", re.compile(r"(?:[0-9a-f]{12,}|[0-9A-F]{12,})\Z")),
    ("lower case", re.compile(r"[a-z]+\Z")),
    ("capitals", re.compile(r"[A-Z]+\Z")),
    ("one capital", re.compile(r"[A-Z][a-z]+\Z")),
    ("letters", re.compile(r"[A-Za-z]+\Z")),
    ("lower case and digits", re.compile(r"[a-z0-9]+\Z")),
    ("capitals and digits", re.compile(r"[A-Z0-9]+\Z")),
    ("letters and digits", re.compile(r"[A-Za-z0-9]+\Z")),
    ("base64", re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")),
    ("joined words", re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+\Z")),
    ("dotted", re.compile(r"[\w-]+(?:\.[\w-]+)+\Z")),
    ("url-safe", re.compile(r"[\w.~-]+\Z")),
    ("signs", re.compile(r"[!-~]+\Z")),
    ("blanks", re.compile(r"[ -~\t]+\Z")),
)
KINDS = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
MANY_SIGNS = 5  # characters that are neither letter nor digit: a name or a path has one or two
LONGEST_CHOSEN = 20  # characters of a password: from there on the length tells nothing more
LENGTHS = (5, 8, 12, 20, 40)
TESTED = re.compile(r"(?:^|[/._-])(?:tests?|testing|testdata|specs?|fixtures?|mocks?|e2e)(?=[/._-])")
SHOWN = re.compile(r"(?:^|[/._-])(?:docs?|documentation|examples?|samples?|demos?|tutorials?|readme)(?=[/._-])")
BESIDE = re.compile(rb"user|login|email|host|account|client_?id|server|port\b")
ASSERTED = re.compile(rb"assert|expect|should|equal|match")
LETTERS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")


def shape(value: str) -> str:
    """The narrowest set of characters that the value is made of."""
    return next((name for name, pattern in SHAPES if pattern.match(value)), "other")


def step(number: float, steps: tuple[float, ...]) -> int:
    """How many of the steps are not above the number."""
    return sum(number >= each for each in steps)


def readability(value: str) -> str:
    """How the letters follow each other: as in a language, or as dice fall."""
    runs = list(map(str.lower, LETTERS.findall(value)))
    size = sum(map(len, runs))
    if size < 4 or size * 2 < len(value):
        return "few letters"
    table = words.pairs()
    total = sum(table.get(pair, -4.0) for run in runs for pair in map("".join, pairwise("^" + run)))
    return ("random", "doubtful", "likely words", "words")[step(total / size, (-0.7, 0.0, 0.45))]


def size(length: int) -> str:
    """The class of a length: `8-9`."""
    at = step(length, LENGTHS)
    least = LENGTHS[at - 1] if at else 0
    return f"{least}-{LENGTHS[at] - 1}" if at < len(LENGTHS) else f"{least}+"


def changes(value: str) -> int:
    """How often a digit and something else follow each other, three at the most counting."""
    return step(sum(a.isdigit() != b.isdigit() for a, b in pairwise(value)), (1, 2, 4, 7))


def of_value(value: str) -> Iterator[str]:
    """What the value shows by itself."""
    kind, reads = shape(value), readability(value)
    yield f"value: {kind}"
    yield f"value: {size(len(value))} characters"
    yield f"value: letters {reads}"
    yield f"value: entropy {step(entropy(value), (2.5, 3.0, 3.5, 4.0)) / 2 + 2:.1f}"
    yield f"value: {changes(value)} changes between digits and others"
    yield f"value: {sum(any(map(test, value)) for test in KINDS)} kinds of characters"
    signs = len(set(value) - ALPHANUMERIC)
    if signs:
        yield f"value: {signs if signs < MANY_SIGNS else 'many'} different signs"
    if not any(map(str.isdigit, value)):
        yield "value: no digit"
        yield f"value: no digit, letters {reads}"
    if value[:1].isalpha() and value[-1:].isdigit() and value.rstrip("0123456789").isalpha():
        yield "value: letters, then digits"
    if words.is_words(value):
        yield "value: made of words"
    if keys.kind(value) != "none":
        yield "value: names a secret itself"


def promise(key: str) -> str:
    """What the name says of its value: the kind of secret, "perhaps" or "hardly" one where it has the looks, or "nothing"."""
    kind = keys.kind(key)
    if kind != "none":
        return kind
    parts = keys.without_tails(keys.words(key))
    while len(parts) > 1 and len(parts[-1]) == 1:
        parts = keys.without_tails(parts[:-1])
    session = not SESSION.isdisjoint(parts)
    denied = (
        keys.is_identifier(key) or (not session and not OPEN.isdisjoint(parts)) or (len(parts) > 1 and parts[-2] in keys.NO_SECRET_BEFORE)
    )
    if not parts or denied:
        return "nothing"
    if keys.hint(parts[-1]) != "none" or keys.is_of_an_api(parts):
        return "perhaps"
    return "nothing" if TOLD.isdisjoint(parts) else "hardly"


def of_key(key: str) -> Iterator[str]:
    """What the name says."""
    yield f"key: {promise(key)}"
    if keys.is_public(key):
        yield "key: public"
    if key.isupper():
        yield "key: capitals"


def features(pair: Assignment) -> list[str]:
    """The names of all that is there, each once."""
    value = pair.value[:LOOKED_AT]
    low = pair.path.lower()
    quotes = "quoted" if pair.quoted else "bare"
    place = "test" if TESTED.search(low) else "documentation" if SHOWN.search(low) else "source"
    named = promise(pair.key)
    found = [*of_value(value), *of_key(pair.key)]
    found += [
        f"place: {pair.kind}, {quotes}",
        f"place: {place}",
        f"key: {named}, {size(min(len(value), LONGEST_CHOSEN) if named == 'password' else len(value))} characters",
    ]
    if not any(map(str.isdigit, value)):
        found.append(f"key: {named}, no digit, {quotes}")
    if BESIDE.search(pair.around):
        found.append("around: a user or a host")
    if ASSERTED.search(pair.around):
        found.append("around: an assertion")
    return found
