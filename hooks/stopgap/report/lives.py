"""What a finding's history says to people: its state in words, when it ended, and who gives such values out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from itertools import islice
from urllib.parse import urlsplit

from ..model import Deed, Finding, History, Moment

# state -> what people call it; the worst first
VALUES = {
    "not-rotated": "in use, though the ledger says otherwise",
    "in-use": "still in use",
    "replaced": "replaced here",
    "gone": "no longer here",
    "settled": "accounted for",
    "setting": "looks like no secret",
}
FILES = {"here": "file tracked here", "left": "file only in history"}
SEVERITIES = {"error": "error", "warning": "warning", "note": "note"}
STATES = {**VALUES, **FILES, **SEVERITIES}
OPEN = ("not-rotated", "in-use", "replaced", "gone")  # something is to be done
DONE = ("rotated", "revoked")  # what the ledger says of a value that opens nothing any more
NOBODY = "Issuer not known"


def state(finding: Finding) -> str:
    """One of STATES. A history without a key is a file's; a note of a key is a setting that looks like no secret."""
    history = finding.history
    if history is None:
        return finding.severity
    if not history.key:
        return "here" if history.state == "here" else "left"
    if history.account:
        return "not-rotated" if history.account in DONE and history.state == "in-use" else "settled"
    if finding.severity == "note":
        return "setting"
    return history.state if history.state in OPEN else "gone"


def said(finding: Finding) -> str:
    """The state in words, with what the ledger says."""
    account = finding.history.account if finding.history else ""
    found = state(finding)
    if found == "not-rotated":
        return f"in use, though the ledger says {account}"
    return account.replace("-", " ") if found == "settled" else STATES[found]


def rank(finding: Finding) -> tuple[int, int]:
    """The worst first, then the oldest."""
    return (list(STATES).index(state(finding)), finding.history.first.time if finding.history else 0)


def issuer(history: History) -> str:
    """Who gives such a value out: the provider, else the host of the page where one makes a new one."""
    return history.provider or urlsplit(history.rotate).hostname or NOBODY


def deeds(findings: Iterable[Finding]) -> dict[str, list[Deed]]:
    """What became of each config file, by every path that it had, oldest first."""
    found: dict[str, list[Deed]] = {}
    for finding in findings:
        if finding.history and not finding.history.key:
            told = sorted(finding.history.events, key=lambda deed: deed.moment.time)
            found.update(dict.fromkeys((finding.path, *(deed.path for deed in told)), told))
    return found


def end(finding: Finding, told: Mapping[str, list[Deed]]) -> Deed | None:
    """What took the value away: the first change of its file after the last commit that has it. None: it is in use, or still there."""
    history = finding.history
    if history is None or history.state in ("in-use", "here"):
        return None
    if not history.key:
        return next((deed for deed in reversed(history.events) if deed.deed == "removed"), Deed("removed", history.last))
    events = told.get(finding.path, [])
    after = bisect_right(events, history.last.time, key=lambda deed: deed.moment.time)
    for deed in islice(events, after, None):
        if deed.deed != "renamed":
            return deed
    return Deed("changed" if history.state == "replaced" else "removed", history.last)


def is_held(history: History) -> bool:
    """Whether HEAD has it, so that its life in the repository goes on."""
    return history.state == "here" or any(place.startswith("HEAD:") for place in history.used)


def here(finding: Finding) -> str:
    """The path that a config file has now, or had last: where it was renamed, that is another one than the finding's."""
    events = finding.history.events if finding.history else ()
    return max(events, key=lambda deed: deed.moment.time).path if events else finding.path


def day(moment: Moment) -> str:
    """`2021-03-04`, or that there is none."""
    return moment.day if moment.is_dated else "no date"


def lasted(first: Moment, last: int) -> str:
    """`2 years 3 months`; `unknown` where the two times cannot both be true, or there is none."""
    days = (last - first.time) // 86400
    if not first.is_dated or days < 0 or days > 100 * 365:
        return "unknown"
    years, months = days // 365, days % 365 // 30
    parts = [(years, "year"), (min(months, 11), "month")] if days >= 30 else [(days, "day")]
    return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts if count) or "less than a day"


def start_of_year(year: int) -> int:
    """In seconds since 1970 UTC."""
    return start_of_month(year, 1)


def start_of_month(year: int, month: int) -> int:
    """In seconds since 1970 UTC."""
    return int(datetime(year, month, 1, tzinfo=timezone.utc).timestamp())


def year_of(time: int) -> int:
    """The year of a time that a calendar has."""
    return (datetime(1970, 1, 1) + timedelta(seconds=time)).year
