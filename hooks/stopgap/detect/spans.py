"""Spans of text that hold a secret: which of several overlapping ones counts, where it stands, and how it is shown without the secret."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..model import Confidence, Fragment, Match, Severity
from . import shown

RANKS: dict[Confidence, int] = {"high": 30, "medium": 20, "low": 10}
LINE_SHOWN = 400  # bytes of a line on either side of the secret that count for its fingerprint


class Span(NamedTuple):
    """Offsets of a secret in a text, and what is known of it. Of two that overlap the higher `rank` counts, then the longer."""

    start: int
    end: int
    rule: str
    confidence: Confidence
    what: str
    rank: int
    key: str = ""
    prefix: str = ""
    rotate: str = ""
    note: str = ""
    severity: Severity = "error"


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans that count, in the order of the text; what is found twice is said once."""
    kept: list[Span] = []
    starts: list[int] = []  # of the spans kept, in order, and `ends` theirs: a text may hold more secrets than one can compare in pairs
    ends: list[int] = []
    for span in sorted(set(spans), key=lambda span: (-span.rank, span.start - span.end, span.start, span.rule)):
        at = bisect_right(starts, span.start)
        if (at == 0 or ends[at - 1] <= span.start) and (at == len(starts) or span.end <= starts[at]):
            kept.append(span)
            starts.insert(at, span.start)
            ends.insert(at, span.end)
    return sorted(kept)


def merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """What any of the spans covers, as stretches in the order of the text that do not touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


class Place(NamedTuple):
    """An offset in a text, with its line and column, both from 1."""

    offset: int
    line: int
    column: int

    def moved(self, data: bytes, offset: int) -> Place:
        """The place of a later offset: only what lies between them is looked at, however long the line is."""
        first = data.rfind(b"\n", self.offset, offset) + 1
        if not first:
            return Place(offset, self.line, self.column + characters(data[self.offset : offset]))
        return Place(offset, self.line + data.count(b"\n", self.offset, offset), characters(data[first:offset]) + 1)


def to_matches(fragment: Fragment, spans: Sequence[Span], masked: Sequence[tuple[int, int]]) -> list[Match]:
    """Matches for spans of a fragment, in its order. `masked`: all that was found in it, reported or not (see `merged`)."""
    data, made = fragment.data, []
    starts, ends = [start for start, _ in masked], [end for _, end in masked]
    start = Place(0, fragment.line, 1)
    for span in spans:
        start = start.moved(data, span.start)
        end = start.moved(data, span.end)
        near = masked[bisect_right(ends, span.start - LINE_SHOWN) : bisect_left(starts, span.end + LINE_SHOWN)]
        made.append(
            Match(
                rule=span.rule,
                path=fragment.path,
                line=start.line,
                column=start.column,
                end_line=end.line,
                end_column=end.column,
                confidence=span.confidence,
                what=span.what,
                preview=span.prefix + shown.MASK,
                fingerprint=fingerprint(span, fragment, near),
                key=span.key,
                commit=fragment.commit,
                rotate=span.rotate,
                note=span.note,
                severity=span.severity,
            )
        )
    return made


def characters(data: bytes) -> int:
    """How many characters the bytes are; a byte that is not UTF-8 counts as one."""
    return len(data.decode("utf-8", "surrogateescape"))


def fingerprint(span: Span, fragment: Fragment, masked: Sequence[tuple[int, int]]) -> str:
    """A name for a finding that stays when lines move: made of rule, path and the line's names and words, and of no value."""
    from hashlib import sha256

    data = fragment.data
    farthest = max(0, span.start - LINE_SHOWN)
    at = (data.rfind(b"\n", farthest, span.start) + 1) or farthest
    end = data.find(b"\n", span.end, span.end + LINE_SHOWN)
    end = min(len(data), span.end + LINE_SHOWN) if end < 0 else end
    path = fragment.path.encode("utf-8", "surrogateescape")
    return sha256(b"\0".join((b"stopgap", span.rule.encode(), path, shown.skeleton(data, at, end, masked)))).hexdigest()[:24]
