"""The JSON report, schema 1: for scripts. Every key is always there; a change that would break a reader raises the number."""

from __future__ import annotations

import json

from .. import __version__
from ..model import Fact, Finding, History, Moment, Report, Scope
from .escape import visible

SCHEMA = 1


def render(report: Report, verbose: bool) -> str:
    """One object and a newline; `verbose` adds nothing, as everything is in it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "stopgap", "version": __version__},
        "scope": scope_object(report.scope),
        "findings": [finding_object(finding) for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def scope_object(scope: Scope) -> dict[str, object]:
    return {
        "mode": visible(scope.mode),
        "files": scope.files,
        "lines": scope.lines,
        "bytes": scope.bytes,
        "commits": scope.commits,
        "skipped": fact_objects(scope.skipped),
        "incomplete": fact_objects(scope.incomplete),
    }


def fact_objects(facts: tuple[Fact, ...]) -> list[dict[str, str]]:
    return [{"path": visible(fact.path), "reason": visible(fact.reason)} for fact in sorted(facts)]


def finding_object(finding: Finding) -> dict[str, object]:
    """`history` only where the finding is about one."""
    found: dict[str, object] = {
        "check": visible(finding.check),
        "rule": visible(finding.rule),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": visible(finding.path),
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "commit": visible(finding.commit),
        "message": visible(finding.message),
        "preview": visible(finding.preview),
        "fingerprint": visible(finding.fingerprint),
        "fix": visible(finding.fix),
    }
    return {**found, "history": history_object(finding.history)} if finding.history else found


def history_object(history: History) -> dict[str, object]:
    return {
        "key": visible(history.key),
        "first": moment_object(history.first),
        "last": moment_object(history.last),
        "commits": history.commits,
        "state": history.state,
        "used": [visible(name) for name in history.used],
        "account": history.account,
        "blob": history.blob,
        "refs": [visible(name) for name in history.refs],
        "public": [visible(name) for name in history.public],
        "what": visible(history.what),
        "provider": visible(history.provider),
        "rotate": visible(history.rotate),
        "events": [{"deed": one.deed, **moment_object(one.moment), "path": visible(one.path)} for one in history.events],
    }


def moment_object(moment: Moment) -> dict[str, str]:
    return {"commit": moment.commit, "date": moment.date}
