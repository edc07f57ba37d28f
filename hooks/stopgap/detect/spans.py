"""Spans of text that hold a secret: which of several overlapping ones counts, where it stands, and how it is shown without the secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..model import Confidence, Fragment, Match

MASK = "********"
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


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans that count, in the order of the text; what is found twice is said once."""
    kept: list[Span] = []
    taken: list[tuple[int, int]] = []
    for span in sorted(set(spans), key=lambda span: (-span.rank, span.start - span.end, span.start, span.rule)):
        if all(span.end <= start or end <= span.start for start, end in taken):
            kept.append(span)
            taken.append((span.start, span.end))
    return sorted(kept)


def to_matches(fragment: Fragment, spans: Sequence[Span], masked: Sequence[Span]) -> list[Match]:
    """Matches for spans of a fragment. `masked` are all that hide something on their line, the ones that are not reported too."""
    data, made = fragment.data, []
    line, at = fragment.line, 0
    for span in spans:
        line += data.count(b"\n", at, span.start)
        at = span.start
        first = data.rfind(b"\n", 0, span.start) + 1
        last = max(first, data.rfind(b"\n", span.start, span.end) + 1)
        made.append(
            Match(
                rule=span.rule,
                path=fragment.path,
                line=line,
                column=characters(data[first : span.start]) + 1,
                end_line=line + data.count(b"\n", span.start, span.end),
                end_column=characters(data[last : span.end]) + 1,
                confidence=span.confidence,
                what=span.what,
                preview=span.prefix + MASK,
                fingerprint=fingerprint(span, fragment, masked),
                key=span.key,
                commit=fragment.commit,
                rotate=span.rotate,
                note=span.note,
            )
        )
    return made


def characters(data: bytes) -> int:
    """How many characters the bytes are; a byte that is not UTF-8 counts as one."""
    return len(data.decode("utf-8", "surrogateescape"))


def fingerprint(span: Span, fragment: Fragment, masked: Sequence[Span]) -> str:
    """A name for a finding that stays when lines move: made of rule, path and the line with every secret on it masked."""
    from hashlib import sha256

    data = fragment.data
    start = max(data.rfind(b"\n", 0, span.start) + 1, span.start - LINE_SHOWN)
    end = data.find(b"\n", span.end)
    end = min(len(data) if end < 0 else end, span.end + LINE_SHOWN)
    shown, at = b"", start
    for other in masked:
        if other.end > at and other.start < end:
            shown += data[at : max(at, other.start)] + MASK.encode()
            at = other.end
    shown += data[at:end] if at < end else b""
    path = fragment.path.encode("utf-8", "surrogateescape")
    return sha256(b"\0".join((b"stopgap", span.rule.encode(), path, b" ".join(shown.split())))).hexdigest()[:24]
