"""What lets a finding pass: a comment beside it, an entry of the allow file, or a hash of a detect-secrets baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ..model import Fragment
from .spans import Span

if TYPE_CHECKING:
    from datetime import date

    from .allow import Allowlist
    from .baseline import Baseline

NEAR = 4096  # bytes of a long line on either side of a finding in which its comment may stand


class Allowed(NamedTuple):
    """The three ways, asked in the order of their cost."""

    entries: Allowlist | None
    baseline: Baseline | None
    today: Callable[[], date]

    def covers(self, fragment: Fragment, span: Span) -> bool:
        """Whether this finding is allowed."""
        from . import inline

        line, previous = around(fragment.data, span)
        if inline.allows(line, previous, span.rule):
            return True
        value = fragment.data[span.start : span.end]
        if self.entries is not None and self.entries.covers(span.rule, fragment.path, span.key, value, self.today()):
            return True
        return self.baseline is not None and self.baseline.covers(fragment.path, value)


def refused(fragment: Fragment, span: Span) -> str:
    """ "" or why a comment of ours beside the finding does not allow it."""
    from . import inline

    return inline.problem(around(fragment.data, span)[0])


def around(data: bytes, span: Span) -> tuple[bytes, bytes]:
    """The lines a span stands on, and the one before."""
    start = data.rfind(b"\n", 0, span.start) + 1
    end = data.find(b"\n", span.end)
    line = data[max(start, span.start - NEAR) : min(len(data) if end < 0 else end, span.end + NEAR)]
    before = data.rfind(b"\n", 0, max(0, start - 1)) + 1
    return line, data[max(before, start - NEAR) : start].rstrip(b"\r\n")
