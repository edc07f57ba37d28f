"""GitHub annotations: one workflow command for each finding, which the runner puts beside the changed line.

The escapes are those that the runner takes back (actions/runner, ActionCommand.cs): `%`, return and newline everywhere, colon
and comma in properties too. It shows at most ten errors, ten warnings and ten notices of a step, hence the count in the last line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..model import SEVERITIES, Finding, Report
from ..wording import plural
from .escape import visible
from .text import fact_lines, is_partial, scope_line, summary

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, verbose: bool) -> str:
    """Nothing for a clean report unless `verbose`; the last line is no command and says how many there are and what was looked at."""
    lines = [command(finding) for finding in report.findings]
    if verbose:
        lines += fact_lines(report.scope)
    if lines or verbose or is_partial(report.scope):
        lines.append("; ".join([*counts(report.findings), scope_line(report.scope)]))
    return "".join(f"{line}\n" for line in lines)


def command(finding: Finding) -> str:
    """`::error file=app.py,line=4,col=11,endLine=4,endColumn=51,title=github-pat::what is wrong`."""
    given = ",".join(f"{name}={in_property(value)}" for name, value in properties(finding))
    fix = f"\nfix: {visible(finding.fix)}" if finding.fix else ""
    return f"::{COMMANDS[finding.severity]} {given}::{in_data(summary(finding) + fix)}"


def properties(finding: Finding) -> Iterator[tuple[str, str]]:
    """GitHub takes columns only where the annotation starts and ends in the same line."""
    one_line = finding.line == finding.end_line
    if finding.path:
        yield "file", visible(finding.path)
    yield "line", str(finding.line)
    if one_line:
        yield "col", str(finding.column)
    yield "endLine", str(finding.end_line)
    if one_line and finding.end_column > finding.column:
        yield "endColumn", str(finding.end_column)
    yield "title", visible(finding.rule)


def in_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    return in_data(text).replace(":", "%3A").replace(",", "%2C")


def counts(findings: tuple[Finding, ...]) -> list[str]:
    """`2 errors, 1 note`, or nothing."""
    by_severity = Counter(finding.severity for finding in findings)
    said = [plural(by_severity[severity], severity) for severity in reversed(SEVERITIES) if by_severity[severity]]
    return [", ".join(said)] if said else []
