"""The life of a file or a value in words: how long, where, and who could have seen it."""

from __future__ import annotations

from collections.abc import Sequence

from ..audit import Event, Value
from ..model import Moment
from ..wording import plural

COMMIT = 10  # digits of a name in what people read
SHOWN = 2  # names of refs, and of places, in one message: a report for scripts has all of them


def lived(events: Sequence[Event]) -> str:
    """`added 2021-03-04 (3f0c2a9b7e), changed 4 times, removed 2023-01-02 (99aa01bc22)`, in the order of what happened."""
    said: list[str] = []
    changes = 0
    for event in (*events, None):
        if event and event.deed == "changed":
            changes += 1
            continue
        if changes:
            said.append("changed once" if changes == 1 else f"changed {changes:,} times")
            changes = 0
        if event:
            name = f" to {event.path}" if event.deed == "renamed" else ""
            said.append(f"{event.deed}{name} {when(event.moment)}")
    return ", ".join(said if len(said) < 10 else (*said[:4], "…", *said[-4:])) or "no commit here that brought it"


def span(value: Value) -> str:
    """`in 14 commits, the last of 2023-01-02 (99aa01bc22)`; the first is said behind it."""
    count = f"in {plural(value.commits, 'commit')}"
    return count if value.first.commit == value.last.commit else f"{count}, the last of {when(value.last)}"


def when(moment: Moment) -> str:
    """`2023-01-02 (99aa01bc22)`."""
    return f"{moment.day} ({moment.commit[:COMMIT]})" if moment.is_dated else f"no date ({moment.commit[:COMMIT]})"


def begun(moment: Moment) -> str:
    """`first 2021-03-04`, behind which reports name the commit."""
    return f"first {moment.day}" if moment.is_dated else "without a date, as no commit has it: first"


def places(value: Value) -> str:
    """Where it is in use: first at its own path, which is said already."""
    own = f":{value.path}"
    return some([place.removesuffix(own) for place in sorted(value.used, key=lambda place: not place.endswith(own))])


def seen(public: Sequence[str]) -> str:
    """Who could have seen it, as far as this clone knows."""
    if not public:
        return "no tag and no remote branch of this clone has it"
    return f"{some([short(name) for name in public])} {'has' if len(public) == 1 else 'have'} it"


def short(name: str) -> str:
    """A ref as people say it."""
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/").replace("refs/tags/", "tag ", 1)


def some(names: Sequence[str]) -> str:
    """The first few of them."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
