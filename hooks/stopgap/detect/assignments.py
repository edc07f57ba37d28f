"""Extraction of keyed values: `password = "…"` in the spellings of code, config, shell, markup, SQL and prose. `judgement` says what they
are worth.

A keyword's place gives a name (`pairs`), what follows the name gives its reader (`follows`, and the readers' modules), the reader gives
the value. Every quantifier is bounded and every search for a value's end looks at most `values.LONGEST` bytes ahead, so work grows with
the input and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..model import Confidence
from . import assigned, blanks, calls, judgement, keys, markup, prose, schemes
from .commands import COMMANDS
from .follows import FOLLOWS
from .judgement import Assignment
from .keywords import KEYWORDS, SCHEMES
from .pairs import Name, is_used, name_at
from .readings import Reading
from .syntax import file_kind, suffix

__all__ = ["KEYWORDS", "Candidate", "Pair", "find", "find_at", "pairs_at"]

RULES = {"password": "keyed-password", "secret": "keyed-secret", "key": "keyed-secret"}
AROUND = 120  # bytes on either side of a pair that judgement sees
LONGEST_JUDGED = 512  # bytes of a value: what comes behind them changes no judgement
BEGINNINGS = frozenset([*(word[:3].encode() for word in COMMANDS), *(word[:3] for word in SCHEMES)])
COMMAND = re.compile(rb"(?i)(?<![\w-])(" + b"|".join(re.escape(word).encode() for word in COMMANDS) + rb")[\w.-]{0,12}(?=[ \t\"'])")
# Behind a value without quotes: a template's or a shell's variable, or a blank to be filled; `<br>` and the like only end a line.
GOES_ON = re.compile(rb"\$[{(]|\{\{|<(?!(?:br|p|b|li|td|div|span|code)\b)[A-Za-z][\w :.-]{0,40}>")
BEFORE_A_NAME = b"=( ,\t>.$"  # what can stand between a name and what is compared with it

hint = lru_cache(maxsize=1 << 12)(keys.hint)  # a file repeats its names

READERS: dict[str, Callable[[Name, re.Match[bytes]], Iterator[Reading]]] = {
    "typed": assigned.typed,
    "equal": assigned.compared,
    "assign": assigned.assigned,
    "fallback": assigned.fallback,
    "fields": assigned.fields,
    "option": assigned.fields,
    "call": calls.call,
    "comma": calls.comma,
    "braces": calls.braces,
    "element": markup.element,
    "valued": markup.valued,
    "said": prose.said,
    "defined": prose.defined,
    "column": prose.column,
}


class Pair(NamedTuple):
    """A value that is given to a name. `start` and `end` are byte offsets of the value; `pair.value` holds its first 512 bytes."""

    pair: Assignment
    start: int
    end: int


class Candidate(NamedTuple):
    """A keyed value that may be a secret. `start` and `end` are byte offsets of the value in the data that `find` was given."""

    rule: str
    key: str
    start: int
    end: int
    confidence: Confidence


def find(data: bytes, start: int, end: int, path: str) -> Iterator[Candidate]:
    """The keyed values in data[start:end] that may be secrets. Key and value must lie in the window."""
    window = data[start:end]
    for found in find_at(window, places(window), path):
        yield found._replace(start=found.start + start, end=found.end + start)


def places(data: bytes) -> list[int]:
    """At which offsets the `KEYWORDS` stand, in order."""
    anywhere = re.compile(rb"(?=" + b"|".join(map(re.escape, KEYWORDS)) + rb")")
    return [hit.start() for hit in anywhere.finditer(data.lower())]


def find_at(data: bytes, places: Iterable[int], path: str) -> Iterator[Candidate]:
    """As `find`, where it is known at which offsets the `KEYWORDS` stand: looks at nothing else. Places in order; no value twice."""
    for pair, start, end in pairs_at(data, places, path):
        confidence = judgement.judge(pair)
        if confidence is not None:
            yield Candidate(RULES.get(keys.kind(pair.key), "keyed-secret"), pair.key, start, end, confidence)


def pairs_at(data: bytes, places: Iterable[int], path: str) -> Iterator[Pair]:
    """What `find_at` judges: every value that is given to a name of interest. No value twice."""
    kind, ending = file_kind(path), suffix(path)
    read = -1
    given = set()
    for at in places:
        if at < read:
            continue  # a keyword within the name that was read last
        read, name = name_at(data, at, kind, ending)
        if name is None and data[at : at + 3].lower() in BEGINNINGS:
            name = Name(data, at, read, b"", 0, read, kind, ending)
        if name is None:
            continue
        for key, reading in readings(name, at):
            found = pair_of(name, key, reading, path)
            if found is not None and found.start not in given:
                given.add(found.start)
                yield found


def readings(name: Name, at: int) -> Iterator[tuple[str, Reading]]:
    """The values that are given to the name at this keyword, each with the key that it counts under."""
    data = name.data
    start = data[at : at + 7].lower()
    if start[:3] in BEGINNINGS and (found := COMMAND.match(data, at)):
        for reading in blanks.command(name, found[1].decode().lower()):
            yield "password", reading
    elif start.startswith(SCHEMES):
        for reading in schemes.alone(data, at + start.index(b" ") + 1):
            yield "authorization", reading
    else:
        key = name.key()
        if hint(key) == "none":
            return  # before anything is read: a third of all names
        first = True
        for reading in of_name(name):
            if first and reading.form != "compare" and is_used(name):
                return
            first = False
            yield key, reading


def of_name(name: Name) -> Iterator[Reading]:
    """The same for a name that is neither a command nor a scheme, whatever the name says."""
    match = FOLLOWS.match(name.data, name.after)
    if match is not None and match.lastgroup:
        yield from READERS[match.lastgroup](name, match)
    else:
        if name.gap or name.end == name.after:
            yield from blanks.blank(name)
        yield from markup.element_with_attributes(name)
        yield from markup.next_element(name)
        yield from calls.compared_by(name)
    if name.before(1) in BEFORE_A_NAME:
        yield from calls.compared_before(name)


def pair_of(name: Name, key: str, reading: Reading, path: str) -> Pair | None:
    """A reading with what judgement wants to know of it.

    None where the name promises little and the value does not look like a key, and where the value is the beginning of something else.
    """
    data, end = name.data, reading.end
    start, form = schemes.credential(data, reading.start, end, reading.form)
    if form != "bytes" and hint(key) == "maybe" and not schemes.is_material(key, data[start:end]):
        return None
    if not reading.quoted and GOES_ON.match(data, end):
        return None
    value = data[start : min(end, start + LONGEST_JUDGED)].decode("utf-8", "replace")
    first, last = min(start, name.start), max(end, name.after)
    around = data[max(0, first - AROUND) : first] + data[last : last + AROUND]
    operator = reading.operator.decode("utf-8", "replace")
    return Pair(Assignment(key, value, reading.quoted, operator, name.kind, form, path, around.lower()), start, end)
