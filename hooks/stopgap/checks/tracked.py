"""Files that git tracks and should not: config files, and what an ignore rule that came too late has no power over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..model import Finding
from .env_files import quoted
from .gitignore import CHECK, listed

TOGETHER = 10  # so many other files under one rule are said one by one; more of them are one finding


class Tracked(NamedTuple):
    """A tracked file. `reason` says why it counts as config, "" for any other.

    `source`, `line` and `pattern` are of the rule that ignores it, if any. `first` is the day of the commit that first added the file and
    `commit` its name, None for one that is not committed yet; `ignored` and `ignored_by` are those of the rule. `undated` says why there
    are no dates.
    """

    path: str
    reason: str = ""
    source: str = ""
    line: int = 1
    pattern: str = ""
    first: date | None = None
    commit: str = ""
    ignored: date | None = None
    ignored_by: str = ""
    undated: str = ""


def check(files: Iterable[Tracked], today: date) -> list[Finding]:
    """A finding for each config file; notes for other files that are tracked although ignored."""
    findings = []
    others: dict[tuple[str, int], list[Tracked]] = {}
    for file in files:
        if file.reason:
            findings.append(config_finding(file, today))
        elif file.source:
            others.setdefault((file.source, file.line), []).append(file)
    for alike in others.values():
        findings += [other_finding(file, today) for file in alike] if len(alike) <= TOGETHER else [together(alike, today)]
    return findings


def config_finding(file: Tracked, today: date) -> Finding:
    rule = "tracked-although-ignored" if file.source else "tracked-config"
    what = f"{although(file)}, and every deploy of this repository carries it" if file.source else "a config file is tracked"
    return Finding(CHECK, rule, "error", file.path, f"{what}: {file.reason}; {since(file, today)}", remedy(file))


def remedy(file: Tracked) -> str:
    """What to do: what is in no commit yet is taken out of the index; all else needs a plan, as a pull deletes what is no longer
    tracked.
    """
    if file.first is None and not file.undated:
        cover = "" if file.source else ", let .gitignore cover it"
        return f"git rm --cached {quoted(file.path)} before you commit{cover}"
    return f"rotate what it holds, then `stopgap untrack {quoted(file.path)}`: it plans how no server and no clone loses its copy"


def other_finding(file: Tracked, today: date) -> Finding:
    message = f"{although(file)}; {since(file, today)}"
    fix = f"git rm --cached {quoted(file.path)}, or let the rule spare it"
    return Finding(CHECK, "tracked-although-ignored", "note", file.path, message, fix)


def together(files: list[Tracked], today: date) -> Finding:
    """Many files under one rule: it is the rule that one has to look at."""
    one = min(files, key=lambda file: file.first or date.max)
    paths = listed(file.path for file in files)
    message = f"{len(files)} files are tracked although `{one.pattern}` ignores them: {paths}; the oldest: {since(one, today)}"
    fix = "git rm --cached them, or narrow the rule"
    return Finding(CHECK, "tracked-although-ignored", "note", one.source, message, fix, line=one.line, end_line=one.line)


def although(file: Tracked) -> str:
    return f"tracked although {file.source}:{file.line} (`{file.pattern}`) ignores it"


def since(file: Tracked, today: date) -> str:
    """When it was first tracked, what ignored it and when, and how long it has been exposed."""
    if file.undated:
        return f"since when is not known: {file.undated}"
    if file.first is None:
        return "not committed yet"
    ignored = ""
    if file.source:
        ignored = f", ignored since {file.ignored} (commit {file.ignored_by})" if file.ignored else ", the rule is not committed yet"
    return f"first tracked {file.first} (commit {file.commit}){ignored}, exposed for {age(file.first, today)}"


def age(first: date, today: date) -> str:
    """The time between two days in words: `3 years, 2 months`, below a month in days."""
    months = (today.year - first.year) * 12 + today.month - first.month - (today.day < first.day)
    if months < 1:
        days = (today - first).days
        return counted(days, "day") if days > 0 else "less than a day"
    parts = [counted(number, unit) for number, unit in ((months // 12, "year"), (months % 12, "month")) if number]
    return ", ".join(parts)


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
