"""SARIF 2.1.0 (OASIS, with errata 01): for code scanning pages. Section numbers are the standard's."""

from __future__ import annotations

import json
import re

from .. import __version__
from ..model import SEVERITIES, Fact, Finding, Report, Scope, Severity
from .escape import visible
from .json import history_object
from .text import summary

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
FINGERPRINT = "stopgap/v1"
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")  # RFC 3986, and the slash

Object = dict[str, object]


def render(report: Report, verbose: bool) -> str:
    """One log with one run, and a newline; `verbose` adds nothing."""
    rules = grouped(report.findings)
    index = {rule: number for number, rule in enumerate(rules)}
    run: Object = {
        "tool": {"driver": {"name": "stopgap", "version": __version__, "rules": [rule_object(*item) for item in rules.items()]}},
        "originalUriBaseIds": {ROOT: {"description": message("the root of the repository")}},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(report)],
        "results": [result(finding, index[finding.rule]) for finding in report.findings],
        "properties": scope_properties(report.scope),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def grouped(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    """The findings of each rule, the rules by name."""
    rules: dict[str, list[Finding]] = {rule: [] for rule in sorted({finding.rule for finding in findings})}
    for finding in findings:
        rules[finding.rule].append(finding)
    return rules


def rule_object(rule: str, findings: list[Finding]) -> Object:
    """A rule, described by its message where that is the same for all its findings, else by its name."""
    messages = {finding.message for finding in findings}
    fixes = {finding.fix for finding in findings}
    level: Severity = max((finding.severity for finding in findings), key=SEVERITIES.index)
    described: Object = {
        "id": visible(rule),
        "shortDescription": message(visible(messages.pop() if len(messages) == 1 else rule)),
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security"]},
    }
    if len(fixes) == 1 and "" not in fixes:
        described["help"] = message(visible(fixes.pop()))
    return described


def result(finding: Finding, rule_index: int) -> Object:
    fix = f"\nfix: {visible(finding.fix)}" if finding.fix else ""
    properties: Object = {name: visible(str(getattr(finding, name))) for name in ("check", "confidence", "commit", "preview", "fix")}
    found: Object = {
        "ruleId": visible(finding.rule),
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": message(summary(finding) + fix),
        "properties": {**properties, "history": history_object(finding.history)} if finding.history else properties,
    }
    if finding.path:
        found["locations"] = [{"physicalLocation": {"artifactLocation": artifact(finding.path), "region": region(finding)}}]
    if finding.fingerprint:
        found["partialFingerprints"] = {FINGERPRINT: visible(finding.fingerprint)}
    return found


def region(finding: Finding) -> dict[str, int]:
    """A finding without an extent gets no end: 3.30 reads one equal to the start as a gap between two characters."""
    start = {"startLine": finding.line, "startColumn": finding.column}
    if (finding.end_line, finding.end_column) == (finding.line, finding.column):
        return start
    return {**start, "endLine": finding.end_line, "endColumn": finding.end_column}


def artifact(path: str) -> Object:
    """The file's own bytes as a relative URI; its escaped name beside it where the two could not be matched by eye."""
    location: Object = {"uri": uri(path), "uriBaseId": ROOT}
    if visible(path) != path:
        location["description"] = message(visible(path))
    return location


def uri(path: str) -> str:
    """A colon is encoded as well: it would make a scheme of the first directory (RFC 3986, 4.2)."""
    # only a byte that was not UTF-8 has a surrogate in a path of git's; any other one has no bytes to show
    raw = re.sub(r"[\ud800-\udc7f\udd00-\udfff]", "\ufffd", path).encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in raw)


def message(text: str) -> dict[str, str]:
    """3.11.5 and 3.11.6: braces stand for arguments and are doubled, and `[a](b)` is a link, which no file name may make."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}


def invocation(report: Report) -> Object:
    """3.20.14: a run that did not look at all it was to look at, and says so by its exit status, is none that succeeded."""
    failed = report.strict and bool(report.scope.incomplete)
    level = "error" if failed else "warning"
    return {
        "executionSuccessful": not failed,
        "toolExecutionNotifications": [notification(fact, level) for fact in sorted(report.scope.incomplete)],
    }


def notification(fact: Fact, level: str) -> Object:
    """3.58: what could not be looked at, and why."""
    said: Object = {"level": level, "message": message(visible(fact.reason))}
    if fact.path:
        said["locations"] = [{"physicalLocation": {"artifactLocation": artifact(fact.path)}}]
    return said


def scope_properties(scope: Scope) -> Object:
    return {
        "mode": visible(scope.mode),
        "files": scope.files,
        "lines": scope.lines,
        "bytes": scope.bytes,
        "commits": scope.commits,
        "skipped": len(scope.skipped),
    }
