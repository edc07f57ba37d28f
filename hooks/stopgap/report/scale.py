"""The time line's scale, from the first commit that has a value to today, as places between 0 and 1; and the years of exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..model import Deed, Finding, History, Moment
from .lives import end as end_of
from .lives import start_of_year, state, year_of

OLDEST = start_of_year(1990)  # an author's time can be anything; what is older or yet to come stands at the edge
DAY = 86400
LEAST = 60 * DAY  # the least that a scale shows, or a day's work would fill it
LABELS = 8  # at most


class Scale(NamedTuple):
    """From `start` to `now`, in seconds since 1970 UTC."""

    start: int
    now: int

    def place(self, time: int) -> float:
        """0 for the start and before, 1 for today and after."""
        return round(max(0.0, min(1.0, (time - self.start) / (self.now - self.start))), 4)

    def ticks(self) -> Iterator[tuple[int, str]]:
        """Times with their labels: years, or months where there are less than three."""
        first, last = year_of(self.start), year_of(self.now)
        if last - first >= 3:
            step = -(-(last - first) // LABELS)
            for year in range(first + 1, last + 1, step):
                yield start_of_year(year), str(year)
            return
        step = -(-(self.now - self.start) // DAY // LABELS)
        for days in range(step, (self.now - self.start) // DAY, step):
            time = self.start + days * DAY
            yield time, Moment("", time).day[: 10 if step < 30 else 7]


def scale(histories: Iterable[History], now: int) -> Scale:
    """A scale that begins a little before the first of them."""
    times = [history.first.time for history in histories if OLDEST <= history.first.time <= now]
    start = min([*times, now - LEAST])
    return Scale(start - (now - start) // 50, now)


def exposed(findings: Iterable[Finding], told: Mapping[str, list[Deed]], now: int) -> list[list[int]]:
    """For each year: how many values stood in the repository in it. Years that cannot be true are left out."""
    count: dict[int, int] = {}
    for finding in findings:
        history = finding.history
        if history is None or not history.key or state(finding) == "setting":
            continue
        end = end_of(finding, told)
        for year in possible(history.first.time, end.moment.time if end else now, now):
            count[year] = count.get(year, 0) + 1
    return [[year, count.get(year, 0)] for year in range(min(count), max(count) + 1)] if count else []


def possible(first: int, last: int, now: int) -> range:
    """The years from one time to the other, as far as they can be true."""
    if last < OLDEST or first > now:
        return range(0)
    return range(year_of(max(first, OLDEST)), year_of(min(last, now)) + 1)
