"""The time line's scale, from the first commit that has a value to today, as places between 0 and 1; and the years of exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model import Deed, Finding, History, Moment
from .lives import end as end_of
from .lives import start_of_month, start_of_year, state, year_of

OLDEST = start_of_year(1990)  # an author's time can be anything; what is older or yet to come stands at the edge
DAY = 86400
LEAST = 60 * DAY  # the least that a scale shows, or a day's work would fill it
LABELS = 8  # at most
DAYS = 120  # up to here labels are days
MONTHS = (1, 2, 3, 6)  # between labels that are months
# where page.css shows more labels: those of the class `from-0`, and so on
BREADTHS = (6, 8, 10, 12, 14, 16, 18, 21, 24, 28, 32, 38, 44)  # rem of a time line
LETTER, GAP, EDGE = 0.48, 0.5, 0.9  # rem: of a letter of a label at most, between two, and beyond the end of the line


class Tick(NamedTuple):
    """A line on the scale. `breadth`: the first of BREADTHS at which there is room for its label; None: at none of them."""

    place: float
    label: str
    breadth: int | None


class Scale(NamedTuple):
    """From `start` to `now`, in seconds since 1970 UTC."""

    start: int
    now: int

    def place(self, time: int) -> float:
        """0 for the start and before, 1 for today and after."""
        return round(max(0.0, min(1.0, (time - self.start) / (self.now - self.start))), 4)

    def ticks(self) -> Iterator[tuple[int, str]]:
        """Times with their labels: the first days of years, or of months where there are less than three years, or days."""
        first, last = year_of(self.start), year_of(self.now)
        days = (self.now - self.start) // DAY
        if last - first >= 3:
            step = -(-(last - first) // LABELS)
            for year in range(first + 1, last + 1, step):
                yield start_of_year(year), str(year)
        elif days > DAYS:
            step = next(step for step in MONTHS if days // 30 <= step * LABELS)
            months = [(year, month) for year in range(first, last + 1) for month in range(1, 13, step)]
            times = [(start_of_month(*month), "{}-{:02}".format(*month)) for month in months]
            yield from (tick for tick in times if self.start < tick[0] < self.now)
        else:
            step = -(-days // LABELS)
            for day in range(step, days, step):
                time = self.start + day * DAY
                yield time, Moment("", time).day

    def marked(self) -> list[Tick]:
        """The ticks as the page has them. No two labels that a breadth shows meet, and what one shows all broader ones show."""
        ticks = [(self.place(time), label) for time, label in self.ticks()]
        steps = [step_between(ticks, breadth) for breadth in BREADTHS]
        return max((shown(ticks, steps, start) for start in range(LABELS + 1)), key=lambda found: sum(-rank(tick) for tick in found))


def shown(ticks: Sequence[tuple[float, str]], steps: Sequence[int], start: int) -> list[Tick]:
    """The ticks where each breadth shows the labels so many steps from the tick number `start`, as far as they end with the line."""
    found = []
    for number, (place, label) in enumerate(ticks):
        room = (at for at, step in enumerate(steps) if (number - start) % step == 0 and is_inside(place, label, BREADTHS[at]))
        found.append(Tick(place, label, next(room, None)))
    return found


def rank(tick: Tick) -> int:
    """At how many breadths its label is not shown."""
    return len(BREADTHS) if tick.breadth is None else tick.breadth


def step_between(ticks: Sequence[tuple[float, str]], breadth: int) -> int:
    """Of how many ticks one has room for its label: a power of two, so that the few are among the many."""
    step = 1
    while any((two[0] - one[0]) * breadth < len(two[1]) * LETTER + GAP for one, two in zip(ticks[::step], ticks[step::step], strict=False)):
        step *= 2
    return step


def is_inside(place: float, label: str, breadth: int) -> bool:
    """Whether a label in the middle of which a tick stands ends with the line, or little behind it."""
    return min(place, 1 - place) * breadth + EDGE >= len(label) * LETTER / 2


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
        if history is None or not history.key or not history.first.is_dated or state(finding) == "setting":
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
