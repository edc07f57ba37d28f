"""A checklist to paste into an incident: what to rotate, by who gives it out, then what to untrack, then whether to rewrite history.

What came from the repository stands in code spans, where no Markdown, no HTML, no link, no mention and no shortcode acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model import Finding, History, Report
from ..wording import plural
from . import lives
from .inline import code, link, words
from .text import scope_line

SHOWN = 3  # names of refs and of places in one line
COMMIT = 10  # digits
PLAIN = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./-]*", re.ASCII)  # a path that is one word of any shell

ROTATE = (
    "Rotate before anything else: history, clones and backups keep every value on this list. Make a new one, put it wherever the old one is"
    " used, revoke the old one, and say so in the ledger."
)
UNTRACK = "Then take the files out of the index. `stopgap untrack` plans it so that no server and no clone loses its copy."
REWRITE = (
    "Last, and only when the rest is done. A rewrite makes no value safe that somebody has seen: clones, forks, open pull requests, caches"
    " and backups keep it."
)
SETTINGS = "Nothing has to be done about these, unless one is a secret after all."


def render(report: Report, verbose: bool) -> str:
    """One document. `verbose` adds what was left out by design."""
    told = [finding for finding in report.findings if finding.history]
    others = [finding for finding in report.findings if not finding.history]
    blocks = list(head(report))
    if told:
        blocks += history(told)
    if others:
        blocks += ["## Other findings"] if told else []
        blocks.append("\n".join(line for finding in others for line in item(finding)))
    if verbose and report.scope.skipped:
        blocks += ["## Left out by design", facts(report.scope.skipped, "-")]
    return "\n\n".join(blocks) + "\n"


def head(report: Report) -> Iterator[str]:
    """What it is, what was looked at, and what could not be."""
    count = len(report.findings)
    if any(finding.history for finding in report.findings):
        yield "# What history holds, and what must be rotated"
    else:
        yield f"# {plural(count, 'finding') if count else 'No findings'}"
    if report.summary:
        yield "\n".join(f"- {words(line.strip())}" for line in report.summary)
    yield f"{words(scope_line(report.scope))}. No value is in this list."
    if report.scope.incomplete:
        yield "## Not everything could be read"
        yield facts(report.scope.incomplete, "- [ ]")


def facts(found: Iterable[tuple[str, str]], mark: str) -> str:
    return "\n".join(f"{mark} {code(path) + ': ' if path else ''}{words(reason)}" for path, reason in sorted(found))


def history(findings: list[Finding]) -> Iterator[str]:
    """The three steps in their order, and what needs none."""
    by_state: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lives.rank):
        by_state.setdefault(lives.state(finding), []).append(finding)
    yield "## 1. Rotate"
    values = [finding for state in (*lives.OPEN, "settled") for finding in by_state.get(state, ())]
    yield ROTATE if values else "Nothing: no value is left that nothing accounts for."
    yield from by_issuer(values)
    yield "## 2. Untrack"
    here = by_state.get("here", [])
    yield UNTRACK if here else "Nothing: no config file is tracked here."
    if here:
        yield "\n".join(f"- [ ] {untrack(lives.here(finding))}: {words(finding.message)}" for finding in here)
    yield "## 3. Rewrite history, if at all"
    yield REWRITE
    yield "- [ ] decide whether it is worth that\n- [ ] `stopgap audit-history --rewrite-plan` prints how to do it, and runs nothing"
    if left := by_state.get("left"):
        yield "What would go:"
        yield "\n".join(f"- {code(finding.path)}: {words(finding.message)}" for finding in left)
    yield "## 4. Prove it"
    yield "- [ ] `stopgap audit-history` ends with status 0: everything in history is accounted for"
    if settings := by_state.get("setting"):
        yield "## Settings that look like no secret"
        yield SETTINGS
        yield "\n".join(keys_of_files(settings))


def by_issuer(findings: Iterable[Finding]) -> Iterator[str]:
    """A heading and a list for each of those who give values out; the one with the worst value first."""
    groups: dict[str, list[tuple[Finding, History]]] = {}
    for finding in findings:
        if finding.history:
            groups.setdefault(lives.issuer(finding.history), []).append((finding, finding.history))
    for name, group in groups.items():
        yield f"### {words(name)}"
        pages = dict.fromkeys(told.rotate for _, told in group if told.rotate)
        if pages:
            yield "Rotate at " + ", ".join(map(link, pages))
        yield "\n".join(line for finding, told in group for line in value(finding, told))


def value(finding: Finding, told: History) -> Iterator[str]:
    """A box to tick, and under it what to do."""
    done = lives.state(finding) == "settled"
    what = f" ({words(told.what)})" if told.what else ""
    used = f" ({names(told.used)})" if told.used else ""
    first, last = lives.day(told.first), lives.day(told.last)
    time = f"of {first}" if first == last else f"from {first} to {last}"
    seen = f"others could have it from {names(told.public)}" if told.public else "in no tag and no remote branch of this clone"
    where = f"{code(told.key)}{what} in {code(f'{finding.path}:{finding.line}')}"
    state = lives.said(finding) if done else f"**{lives.said(finding)}**"
    life = f"in {plural(told.commits, 'commit')} {time}, first in {code(told.first.commit[:COMMIT])}"
    yield f"- [{'x' if done else ' '}] {where}: {state}{used}; {life}; {seen}"
    if finding.fix and not done:
        yield f"  - {words(finding.fix)}"


def keys_of_files(findings: Iterable[Finding]) -> Iterator[str]:
    """One line for each file."""
    keys: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.history:
            keys.setdefault(finding.path, {})[finding.history.key] = None
    for path, found in sorted(keys.items()):
        yield f"- {code(path)}: {', '.join(map(code, found))}"


def item(finding: Finding) -> Iterator[str]:
    """A finding that has no history."""
    severity = "" if finding.severity == "error" else f"{finding.severity}: "
    where = f"{finding.path or '.'}:{finding.line}:{finding.column}"
    commit = f" in commit {code(finding.commit[:COMMIT])}" if finding.commit else ""
    preview = f": {code(finding.preview)}" if finding.preview else ""
    yield f"- [ ] {code(where)}: {words(finding.rule)}: {severity}{words(finding.message)}{commit}{preview}"
    if finding.fix:
        yield f"  - {words(finding.fix)}"


def untrack(path: str) -> str:
    return f"`stopgap untrack {path}`" if PLAIN.fullmatch(path) else code(path)


def names(found: tuple[str, ...]) -> str:
    """The first few of them."""
    short = [name.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("refs/") for name in found[:SHOWN]]
    return ", ".join(map(code, short)) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")
