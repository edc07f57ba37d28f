"""What lets a finding pass: a comment beside it, an entry of the allow file, or a hash of a detect-secrets baseline."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple

from ..model import Fragment
from .spans import Span

if TYPE_CHECKING:
    from datetime import date

    from .allow import Allowlist
    from .baseline import Baseline

NEAR = 2048  # bytes of a long line on either side of a finding in which its comment may stand
NO_COMMENTS = "no push can allow itself: the comment beside it does not count here"


class Allowed(NamedTuple):
    """The three ways, asked in the order of their cost. `comments`: whether the first one counts, which a pushed file could bring along."""

    entries: Allowlist | None
    baseline: Baseline | None
    today: Callable[[], date]
    comments: bool = True

    def left(self, fragment: Fragment, spans: Sequence[Span]) -> list[Span]:
        """Those of a fragment's spans that nothing allows, with a note where a comment beside one fails to."""
        from . import inline

        data, left = fragment.data, []
        marks = inline.marks(data)
        covered = sorted(marks.lines.items())
        for span in spans:
            start, end = around(data, span)
            said = marks.allow(start, end, span.rule) or below(covered, span.start)
            if (said and self.comments) or self.knows(fragment, span):
                continue
            left.append(span._replace(note=NO_COMMENTS if said else marks.problem(start, end) if self.comments else ""))
        return left

    def knows(self, fragment: Fragment, span: Span) -> bool:
        """Whether the allow file or the baseline has this value."""
        value = fragment.data[span.start : span.end]
        if self.entries is not None and self.entries.covers(span.rule, fragment.path, span.key, value, self.today()):
            return True
        return self.baseline is not None and self.baseline.covers(fragment.path, value)


def around(data: bytes, span: Span) -> tuple[int, int]:
    """Where the lines begin and end that a span stands on, or what of them is near."""
    first, last = max(0, span.start - NEAR), min(len(data), span.end + NEAR)
    end = data.find(b"\n", span.end, last)
    return data.rfind(b"\n", first, span.start) + 1 or first, last if end < 0 else end


def below(lines: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether an offset stands on one of these lines."""
    nearest = bisect_right(lines, (at, maxsize)) - 1
    return nearest >= 0 and at <= lines[nearest][1]
