"""What is asked about a line: the rules' expressions and questions (`by_rule`), the pairs of keys and values and their judgement.

The same functions answer here as in a scan. No value is in the answers: `fates` has what became of it all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from ..model import Confidence, Fragment
from . import assignments, by_rule, inline, judgement, shown
from .judgement import Assignment
from .keywords import KEYWORDS
from .rules import FARTHEST, REACH, Rule
from .spans import characters
from .work import Work

Answers = tuple[tuple[str, str], ...]
LONGEST = 1 << 16  # bytes of a line


class Place(NamedTuple):
    """Where on the line a value stands: columns from 1, `end` exclusive; both may lie on other lines, `size` is in characters."""

    column: int
    end: int
    size: int


class Asked(NamedTuple):
    """A match of a rule's expression, or a pair of key and value: what was asked about it, and what it is worth; "" is nothing."""

    name: str
    what: str
    place: Place
    answers: Answers
    worth: Confidence | Literal[""]


class Line(NamedTuple):
    """The line in its fragment's data, from `start` to `end`."""

    fragment: Fragment
    start: int
    end: int

    def touches(self, start: int, end: int) -> bool:
        """Whether a stretch of the data lies on the line, if only in part."""
        return start < self.end and self.start < end

    def place(self, start: int, end: int) -> Place:
        """A stretch of the data as one sees it."""
        data = self.fragment.data
        column = characters(data[self.start : max(start, self.start)]) + 1
        last = characters(data[self.start : min(end, self.end)]) + 1
        return Place(column, last, characters(data[start:end]))


def line_of(fragment: Fragment, number: int) -> Line | None:
    """The line of this number, as it counts in the file. None: the fragment has no such line."""
    start = 0
    for _ in range(number - fragment.line):
        start = fragment.data.find(b"\n", start) + 1
        if not start:
            return None
    if number < fragment.line or start >= len(fragment.data):
        return None
    end = fragment.data.find(b"\n", start)
    return Line(fragment, start, min(start + LONGEST, len(fragment.data) if end < 0 else end))


def silent(line: Line, rules: Iterable[Rule], matched: Iterable[Asked]) -> Iterator[tuple[str, str]]:
    """Rules of which a keyword stands on the line and whose expression does not match there, each with the keyword."""
    low, names = line.fragment.data[line.start : line.end].lower(), {one.name for one in matched}
    for rule in rules:
        word = next((word for word in rule.keywords if word in low), b"")
        if word and rule.id not in names:
            yield rule.id, word.decode("utf-8", "replace")


def by_rules(line: Line, rules: Sequence[Rule]) -> Iterator[Asked]:
    """The matches of the rules' expressions that touch the line."""
    fragment, work = line.fragment, Work()
    first, last = max(0, line.start - FARTHEST), min(len(fragment.data), line.end + FARTHEST)
    low = fragment.data[first:last].lower()
    for rule in rules:
        places = sorted({first + at for word in rule.keywords for at in inline.places(low, word)})
        seen = set()
        for hit in by_rule.hits(rule, work, fragment.data, places) if places else ():
            if (hit.start, hit.end) in seen or not line.touches(hit.start, hit.end):
                continue
            seen.add((hit.start, hit.end))
            worth, answers = by_rule.asked(rule, hit, fragment.path)
            word = next((word for word in rule.keywords if word in low), b"").decode("utf-8", "replace")
            yield Asked(rule.id, f"keyword {word}", line.place(hit.start, hit.end), tuple(answers), worth or "")


def pairs(line: Line) -> Iterator[Asked]:
    """The keyed values that touch the line, those too that are no finding."""
    data, path = line.fragment.data, line.fragment.path
    first = max(0, line.start - REACH)
    low, seen = data[first : line.end].lower(), set()
    places = sorted({first + at for word in KEYWORDS for at in inline.places(low, word)})
    for pair, start, end in assignments.pairs_at(data, places, path):
        if line.touches(start, end) and (start, pair.key) not in seen:
            seen.add((start, pair.key))
            yield of_pair(pair, judgement.judge(pair), line.place(start, end))


def of_pair(pair: Assignment, worth: Confidence | None, place: Place) -> Asked:
    """What is asked about one pair."""
    what = f"{pair.form or 'assign'}, {'quoted' if pair.quoted else 'bare'}, in {pair.kind}"
    answers: Answers = tuple(judgement.explained(pair))
    return Asked(shown.name(pair.key), what, place, answers, worth or "")
