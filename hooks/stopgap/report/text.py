"""`path:line:column: rule: what is wrong`, and under it how to fix it: for people, editors and grep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..model import Fact, Finding, Report, Scope
from ..wording import plural
from .escape import visible

READING = ("range", "push", "files", "tree")  # the modes in which reading nothing is worth a line
NAMED = ("history",)  # the modes in which what was left out is always said, and by name: who asks what there was is to know of what not
SHOWN = 3  # paths of one reason, and reasons
COMMIT_DIGITS = 10  # unique in every repository in use, and short enough to read


def render(report: Report, verbose: bool) -> str:
    """Nothing for a clean report unless `verbose`; else the summary, if any, the findings and, as the last line, what was looked at.

    That nothing was looked at is said in any case, where something could have been: it is not what "clean" stands for. Nor is what an
    audit left out.
    """
    scope = report.scope
    lines = [visible(line) for line in report.summary]
    lines += [line for finding in report.findings for line in finding_lines(finding)]
    if verbose:
        lines += fact_lines(scope)
    nothing = scope.mode in READING and not scope.files and not scope.commits
    if lines or verbose or nothing or is_partial(scope):
        lines.append(scope_line(scope))
    return "".join(f"{line}\n" for line in lines)


def is_partial(scope: Scope) -> bool:
    """Whether something was not looked at that has to be said: what could be read only in part is not clean."""
    return bool(scope.incomplete or (scope.mode in NAMED and scope.skipped))


def finding_lines(finding: Finding) -> Iterator[str]:
    """Where and what; then, indented, the fix, if the check knows one."""
    severity = "" if finding.severity == "error" else f"{finding.severity}: "
    where = f"{visible(finding.path) or '.'}:{finding.line}:{finding.column}"
    yield f"{where}: {visible(finding.rule)}: {severity}{summary(finding)}"
    if finding.fix:
        yield f"  fix: {visible(finding.fix)}"


def summary(finding: Finding) -> str:
    """What is wrong, in which commit, and the masked preview, in one line."""
    commit = f" in commit {visible(finding.commit[:COMMIT_DIGITS])}" if finding.commit else ""
    preview = f": {visible(finding.preview)}" if finding.preview else ""
    return f"{visible(finding.message)}{commit}{preview}"


def fact_lines(scope: Scope) -> Iterator[str]:
    """One line for each file that was left out, or could be read only in part."""
    for kind, facts in (("skipped", scope.skipped), ("incomplete", scope.incomplete)):
        for fact in sorted(facts):
            yield f"{visible(fact.path) or '.'}: {kind}: {visible(fact.reason)}"


def scope_line(scope: Scope) -> str:
    """`scanned 2 commits, 3 files, 41 added lines; 1 skipped: binary`."""
    parts = [f"scanned {', '.join(amounts(scope))}"]
    count = named if scope.mode in NAMED else counted
    parts += [count(kind, facts) for kind, facts in (("skipped", scope.skipped), ("incomplete", scope.incomplete)) if facts]
    if scope.note:
        parts.append(visible(scope.note))
    return "; ".join(parts)


def amounts(scope: Scope) -> Iterator[str]:
    """What was looked at, as far as the mode counts it: a check by name reads no line."""
    if scope.commits or scope.mode in ("range", "push"):
        yield plural(scope.commits, "commit")
    yield plural(scope.files, "file")
    if scope.lines or scope.added:
        yield plural(scope.lines, "added line" if scope.added else "line")


def counted(kind: str, facts: tuple[Fact, ...]) -> str:
    """`3 skipped: 2 binary, 1 submodule`; the number once where there is one reason.

    It stands behind what begins with a number itself, and there is none where no file is named, as that is a whole sentence.
    """
    reasons = sorted(Counter((fact.reason, bool(fact.path)) for fact in facts).items(), key=lambda item: (-item[1], item[0]))
    if len(reasons) == 1:
        return f"{len(facts):,} {kind}: {visible(reasons[0][0][0])}"
    return f"{len(facts):,} {kind}: " + ", ".join(amount(visible(reason), count, is_file) for (reason, is_file), count in reasons)


def named(kind: str, facts: tuple[Fact, ...]) -> str:
    """`2 incomplete: .env and app/.env: not in this clone`: the first paths of each reason, the most frequent ones first."""
    by_reason: dict[str, list[str]] = {}
    for fact in sorted(facts):
        by_reason.setdefault(fact.reason, []).append(fact.path)
    reasons = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    said = [": ".join(filter(None, (first_of(paths), visible(reason)))) for reason, paths in reasons[:SHOWN]]
    if len(reasons) > SHOWN:
        said.append(f"{plural(len(reasons) - SHOWN, 'reason')} more")
    cut = len(reasons) > SHOWN or any(len(paths) > SHOWN for _, paths in reasons)
    return f"{len(facts):,} {kind}: {'; and '.join(said)}{' (--verbose lists all)' if cut else ''}"


def first_of(paths: list[str]) -> str:
    """Some of the paths, and how many more; "" for the repository as a whole."""
    shown = ", ".join(visible(path) for path in paths[:SHOWN])
    return f"{shown} and {len(paths) - SHOWN:,} more" if len(paths) > SHOWN else shown


def amount(reason: str, count: int, is_file: bool) -> str:
    """A reason with how many it is for."""
    if not is_file and count == 1:
        return reason
    return f"{reason} ({plural(count, 'file')})" if reason[:1].isdigit() else f"{count:,} {reason}"
