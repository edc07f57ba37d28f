"""One renderer per format, each loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ..model import Finding, Report, StopgapError

# format -> the function that prints it: (a report that `render` put in order, verbose) -> text
RENDERERS = {
    "text": "stopgap.report.text:render",
    "json": "stopgap.report.json:render",
    "sarif": "stopgap.report.sarif:render",
    "github": "stopgap.report.github:render",
    "markdown": "stopgap.report.markdown:render",
    "html": "stopgap.report.html:render",
}
FORMATS = tuple(RENDERERS)


def render(format: str, report: Report, *, verbose: bool = False) -> str:
    """The report as text that is empty or ends with a newline and encodes to UTF-8. Raises StopgapError for an unknown format."""
    if format not in RENDERERS:
        raise StopgapError(f"no report format {format!r}; known: {', '.join(FORMATS)}")
    module, _, function = RENDERERS[format].partition(":")
    renderer: Callable[[Report, bool], str] = getattr(import_module(module), function)
    return renderer(ordered(report), verbose)


def ordered(report: Report) -> Report:
    """The same report whatever order the checks found things in, so that two runs can be compared."""
    return report._replace(findings=tuple(sorted(map(bounded, report.findings), key=position)))


def position(finding: Finding) -> tuple[object, ...]:
    """Path, line, column, rule as the contract says; the rest only breaks ties."""
    return (finding.path, finding.line, finding.column, finding.rule, finding.commit, finding.message, finding)


def bounded(finding: Finding) -> Finding:
    """A finding about a whole file or line leaves its end at the default, which may stand before its start."""
    if (finding.end_line, finding.end_column) >= (finding.line, finding.column):
        return finding
    return finding._replace(end_line=finding.line, end_column=finding.column)
