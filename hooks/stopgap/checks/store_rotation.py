"""What is to be said of a secret's rotation, and of its values that were never rotated. Pure: from facts to findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from ..detect import shown
from ..model import Finding, Severity
from .store_push import Known

CHECK = "store rotation"
NOT_ROTATED, OFF, ON, OVERDUE, STUCK = (
    "store-not-rotated",
    "store-rotation-off",
    "store-rotation-on",
    "store-rotation-overdue",
    "store-rotation-stuck",
)


class Facts(NamedTuple):
    """How a store rotates the secret `name`; fields as those of store.Rotation. `written`: when its current version was."""

    name: str
    now: int
    enabled: bool
    last: int | None
    due: int | None
    every: str
    by: str
    written: int | None
    underway: str
    ending: str
    needs: str


def findings(facts: Facts, known: Sequence[Known]) -> Iterator[Finding]:
    """Whether it is rotated, and which of its values the history holds all the same."""
    if not facts.enabled:
        age = f"; this version was written {moment(facts.written)}" if facts.written else ""
        last = f"; it was last rotated {moment(facts.last)}" if facts.last else ""
        yield finding(OFF, "warning", f"nothing rotates {facts.name} by itself{last}{age}", facts.needs)
    elif facts.due is not None and facts.due < facts.now:
        words = f"the rotation of {facts.name} was due {moment(facts.due)}{since(facts)}"
        yield finding(OVERDUE, "error", words, f"look at the log of what rotates it{f' ({facts.by})' if facts.by else ''}")
    else:
        by = f", by {facts.by}" if facts.by else ""
        due = f", due by {moment(facts.due)}" if facts.due else ""
        yield finding(ON, "note", f"{facts.name} is rotated by itself{f' ({facts.every})' if facts.every else ''}{by}{since(facts)}{due}")
    if facts.underway:
        words = f"a rotation of {facts.name} has begun and not ended: version {facts.underway}"
        yield finding(STUCK, "warning", words, f"if it has failed: {facts.ending}")
    yield from (unrotated(facts.name, one) for one in known)


def since(facts: Facts) -> str:
    """When it last ran, as the end of a sentence."""
    return f", last rotated {moment(facts.last)}" if facts.last else ", never rotated yet"


def unrotated(name: str, one: Known) -> Finding:
    """An error at the file of the history."""
    since = f"since {one.day.isoformat()} " if one.day else ""
    message = f"{shown.name(one.key)} of {name} was never rotated: {since}the history holds its value"
    fix = f"make a new value, write it with stopgap store push and --replace {shown.name(one.key)}, restart, then take the old one away"
    return Finding(CHECK, NOT_ROTATED, "error", one.path, message, fix, commit=one.commit, key=shown.name(one.key))


def finding(rule: str, severity: Severity, message: str, fix: str = "") -> Finding:
    """Of the secret as a whole, which has no place in a file."""
    return Finding(CHECK, rule, severity, "", message, fix)


def moment(seconds: int | None) -> str:
    """The time in UTC, to the minute."""
    try:
        return datetime.fromtimestamp(seconds or 0, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return "at a time that no calendar has"
