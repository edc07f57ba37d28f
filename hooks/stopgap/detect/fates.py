"""Why a line is reported, or is not: all that was found on it, which of it counts, what allows it, and the last word."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from itertools import islice
from sys import maxsize
from typing import NamedTuple

from ..model import CONFIDENCES, Confidence
from . import allow, inline
from .allowed import Allowed, around
from .engine import Detector, Text
from .explain import Asked, Line, Place, by_rules, pairs, silent
from .others import Others
from .rules import Rule
from .spans import Span, without_overlaps

MOST = 50  # matches, pairs or findings of a line that are explained


class Asker(NamedTuple):
    """What a repository asks with: its rules, what is asked beside them, the ids that are off, what is allowed, and what is reported."""

    rules: Sequence[Rule]
    others: Others | None
    off: Container[str]
    allowed: Allowed
    minimum: Confidence


class Found(NamedTuple):
    """What was found on the line, and what became of it. `is_reported`: it is in the report."""

    rule: str
    confidence: Confidence
    place: Place
    fate: str
    is_reported: bool


class Explanation(NamedTuple):
    """All that can be said of a line. `words` are rules of which a keyword stands there and whose expression does not match."""

    rules: tuple[Asked, ...]
    words: tuple[tuple[str, str], ...]
    pairs: tuple[Asked, ...]
    found: tuple[Found, ...]

    def verdict(self) -> str:
        """The last word."""
        reported = [f"{one.rule} ({one.confidence})" for one in self.found if one.is_reported]
        if reported:
            return f"reported: {', '.join(reported)}"
        if self.found:
            return f"not reported: {self.found[0].rule}: {self.found[0].fate}"
        looked = [*(one.answers[-1] for one in (*self.rules, *self.pairs) if one.answers and not one.worth)]
        if looked:
            return f"not reported: {looked[-1][0]}: {looked[-1][1]}"
        return "not reported: " + (
            "no expression matches" if self.words else "nothing there is looked at: no keyword of a rule, no key's word"
        )


def explain(line: Line, asker: Asker) -> Explanation:
    """All that detection asks about a line, and what comes of it."""
    matched = list(islice(by_rules(line, asker.rules), MOST))
    words = tuple(silent(line, asker.rules, matched))
    return Explanation(tuple(matched), words, tuple(islice(pairs(line), MOST)), tuple(islice(fates(line, asker), MOST)))


def fates(line: Line, asker: Asker) -> Iterator[Found]:
    """What became of everything that was found on the line, by whatever finder; what counts comes first."""
    fragment, others = line.fragment, asker.others
    detector = Detector(asker.rules, None, others, asker.off)
    spans = [*detector._found([Text(fragment.data, fragment.path)])[0], *(others.spans(fragment) if others else ())]
    left = [span for span in spans if span.rule not in asker.off and not (others and others.hides(fragment, span))]
    counting = without_overlaps(left)
    marks = inline.marks(fragment.data)
    for span in sorted(set(spans), key=lambda span: (span not in counting, span)):
        if not line.touches(span.start, span.end):
            continue
        if span.rule in asker.off:
            fate = "switched off by the settings"
        elif span not in left:
            fate = "hidden by an allowlist of the team's rules"
        elif span not in counting:
            winner = next(one for one in counting if one.start < span.end and span.start < one.end)
            fate = f"{winner.rule} counts in its place, which overlaps it and is the surer or the longer one"
        else:
            fate = allowing(line, span, marks, asker) or unreported(span, asker)
        note = marks.problem(*around(fragment.data, span))
        said = fate or f"reported{f'; {note}' if note else ''}"
        yield Found(span.rule, span.confidence, line.place(span.start, span.end), said, not fate)


def unreported(span: Span, asker: Asker) -> str:
    """ "" or that the finding is not sure enough."""
    if CONFIDENCES.index(span.confidence) >= CONFIDENCES.index(asker.minimum):
        return ""
    return f"not reported: its confidence is {span.confidence}, and {asker.minimum} or more is asked for"


def allowing(line: Line, span: Span, marks: inline.Marks, asker: Asker) -> str:
    """ "" or what allows a finding: in the order in which it is asked in a scan."""
    fragment, value = line.fragment, line.fragment.data[span.start : span.end]
    if marks.allow(*around(fragment.data, span), span.rule):
        return "allowed by a comment on its line"
    above = sorted(marks.lines.items())
    nearest = bisect_right(above, (span.start, maxsize)) - 1
    if nearest >= 0 and span.start <= above[nearest][1]:
        return "allowed by a comment on the line before"
    entries, today = asker.allowed.entries, asker.allowed.today()
    if entries is not None and entries.covers(span.rule, fragment.path, span.key, value, today):
        alone = (allow.Allowlist([entry]) for entry in entries.entries)
        entry = next(one.entries[0] for one in alone if one.covers(span.rule, fragment.path, span.key, value, today))
        until = f", until {entry.expires}" if entry.expires else ""
        return f"allowed by {entries.where}{until}: {entry.reason}"
    if asker.allowed.baseline is not None and asker.allowed.baseline.covers(fragment.path, value):
        return "allowed by .secrets.baseline"
    return ""
