"""What somebody reads whose push was refused: git shows it with `remote: ` before each line, so the lines are short."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from textwrap import wrap

from ..model import MESSAGE, SEVERITIES, Finding, Report
from ..wording import plural
from .escape import visible
from .text import COMMIT_DIGITS, fact_lines, scope_line

WIDTH = 72
SHOWN = 20  # findings that are shown
KEPT = "The server has kept nothing of this push."


def render(report: Report, verbose: bool) -> str:
    """The lines for a push that was judged; none for one that is clean, unless `verbose`."""
    failing = sorted((one for one in report.findings if one.severity in SEVERITIES[1:]), key=place)
    lines: list[str] = []
    if failing:
        lines += [f"stopgap refuses this push: {amounts(failing)}.", ""]
        said: set[str] = set()
        lines += chain.from_iterable(finding_lines(finding, said) for finding in failing[:SHOWN])
        if len(failing) > SHOWN:
            lines += [*wrapped(f"... and {len(failing) - SHOWN:,} more{f'; {report.scope.note}' if report.scope.note else ''}.", ""), ""]
        lines += way_out(failing)
    elif report.scope.incomplete:
        lines += ["stopgap refuses this push: it could only be looked at in part."]
    if report.scope.incomplete or verbose:
        lines += chain.from_iterable(wrapped(line, "") for line in [*fact_lines(report.scope), f"stopgap {scope_line(report.scope)}"])
    return text(lines)


def unchecked(reason: str) -> str:
    """The lines for a push that could not be judged."""
    return text(["stopgap could not check this push, so it is refused:", *wrapped(visible(reason), "  ")])


def place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.rule


def amounts(findings: list[Finding]) -> str:
    """`2 secrets, 1 config file`."""
    files = len({(one.path, one.commit) for one in findings if one.check == "block-env-files"})
    values = sum(one.check != "block-env-files" for one in findings)
    return ", ".join(plural(count, noun) for count, noun in ((values, "secret"), (files, "config file")) if count)


def finding_lines(finding: Finding, said: set[str]) -> Iterator[str]:
    """Where, what, and how to go on, with an empty line behind it. `said`: the advice that stands above already, which grows."""
    commit = f" in commit {visible(finding.commit[:COMMIT_DIGITS])}" if finding.commit else ""
    if finding.path == MESSAGE and finding.commit:
        yield f"the message of {visible(finding.commit[:COMMIT_DIGITS])}, line {finding.line}"
    else:
        yield f"{visible(finding.path)}:{finding.line}{commit}"
    preview = f": {visible(finding.preview)}" if finding.preview else ""
    yield from wrapped(f"{visible(finding.rule)}: {visible(finding.message)}{preview}", "  ")
    for part in filter(None, visible(finding.fix).split("; ")):
        if part not in said:
            yield from wrapped(f"- {part}", "  ")
    said.update(visible(finding.fix).split("; "))
    yield ""


def way_out(findings: list[Finding]) -> Iterator[str]:
    """What to do now."""
    commits = {finding.commit for finding in findings if finding.commit}
    yield KEPT
    if commits:
        yield "Take it out of the commits that brought it, not only out of the last"
        yield "one: `git commit --amend`, or `git rebase -i` for an older one."
        yield "If it is no secret, an entry in .stopgap-allow.toml allows it, once the"
        yield "server has that: commit the entry alone, push it, then push the rest."
    blocked = {MESSAGE, *(finding.path for finding in findings if finding.check == "block-env-files")}
    for finding in [one for one in findings if one.commit and one.path not in blocked][:1]:
        yield f"  stopgap allow {quoted(f'{finding.path}:{finding.line}')} --reason '...'"


def quoted(word: str) -> str:
    """A place as the shell takes it, and safe to print."""
    from shlex import quote

    shown = visible(word)
    return quote(shown) if shown == word else shown


def wrapped(line: str, indent: str) -> list[str]:
    """A line as several that fit; a word that does not, such as a path, stays whole."""
    more = f"{indent}  "
    return wrap(line, WIDTH, initial_indent=indent, subsequent_indent=more, break_long_words=False, break_on_hyphens=False)


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
