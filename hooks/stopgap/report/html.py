"""One file for a browser: the life of each value on a time line, with filters. Nothing is loaded from elsewhere, and nothing can be.

The findings are in it as JSON, which the page's own script shows as text. A policy names that script and the style by their hashes, so that
no other runs, whatever a path or a message says. Times, spans and words are worked out here, and the script only draws.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from string import Template

from .. import __version__
from ..model import Deed, Fact, Finding, History, Moment, Report
from . import lives
from .escape import visible
from .scale import Scale, exposed, scale
from .text import scope_line, summary

SHOWN = 12  # names of refs of one value
MARKS = 400  # places on the time line of one file at which a mark can stand
ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}  # `</script>`, `<!--`, `]]>` in no spelling

Object = dict[str, object]


def render(report: Report, verbose: bool) -> str:
    """The page; `verbose` adds nothing, as everything is in it. What is still in use is drawn up to this day."""
    from time import time

    return page(report, int(time()))


def page(report: Report, now: int) -> str:
    """The page as of `now`, in seconds since 1970 UTC."""
    style, script = part("page.css"), part("page.js")
    return Template(part("page.html")).substitute(
        style=style,
        script=script,
        style_hash=digest(style),
        script_hash=digest(script),
        data=embedded(content(report, now)),
        version=__version__,
    )


def part(name: str) -> str:
    """A file of the page, with newlines as the hash needs them: a browser reads every one as a line feed."""
    return files(__package__).joinpath("page", name).read_text("utf-8").replace("\r\n", "\n")


def digest(text: str) -> str:
    """As a Content-Security-Policy names a style or a script."""
    return "sha256-" + base64.b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def embedded(data: object) -> str:
    """JSON that holds no markup."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def content(report: Report, now: int) -> Object:
    """All that the script shows."""
    told = lives.deeds(report.findings)
    axis = scale([finding.history for finding in report.findings if finding.history], now)
    findings = sorted(report.findings, key=lives.rank)
    return {
        "scope": visible(scope_line(report.scope)),
        "summary": [visible(line.strip()) for line in report.summary],
        "incomplete": fact_rows(report.scope.incomplete),
        "skipped": fact_rows(report.scope.skipped),
        "states": {name: words for name, words in lives.STATES.items() if any(lives.state(one) == name for one in findings)},
        "ticks": [list(tick) for tick in axis.marked()],
        "years": exposed(findings, told, now),
        "today": Moment("", now).day,
        "rows": [row(finding, told, axis) for finding in findings],
    }


def fact_rows(facts: Iterable[Fact]) -> list[list[str]]:
    return [[visible(fact.path), visible(fact.reason)] for fact in sorted(facts)]


def row(finding: Finding, told: Mapping[str, list[Deed]], axis: Scale) -> Object:
    """A finding as the script shows it."""
    shown: Object = {
        "kind": "finding",
        "state": lives.state(finding),
        "said": visible(lives.said(finding)),
        "path": visible(finding.path) or ".",
        "place": f"{finding.line}:{finding.column}",
        "key": visible(finding.rule),
        "message": summary(finding._replace(preview="")),
        "preview": visible(finding.preview),
        "fix": visible(finding.fix),
        "commit": visible(finding.commit),
    }
    return {**shown, **life(finding, finding.history, told, axis)} if finding.history else shown


def life(finding: Finding, history: History, told: Mapping[str, list[Deed]], axis: Scale) -> Object:
    """Its life: in words, and as places between 0 and 1 on the time line."""
    end = lives.end(finding, told)
    last = end.moment if end else Moment("", axis.now)
    return {
        "kind": "value" if history.key else "file",
        "place": str(finding.line),
        "key": visible(history.key or finding.path),
        "what": visible(history.what),
        "issuer": visible(lives.issuer(history)),
        "rotate": visible(history.rotate),
        "used": [visible(name) for name in history.used],
        "first": [lives.day(history.first), visible(history.first.commit)],
        "last": [lives.day(history.last), visible(history.last.commit)],
        "end": lives.day(end.moment) if end else "",
        "time": axis.place(history.first.time),
        "days": max(0, last.time - history.first.time) // 86400,
        "lasted": lives.lasted(history.first, last.time),
        "bar": [
            axis.place(history.first.time),
            axis.place(last.time if end or lives.is_held(history) else history.last.time),
            axis.place(last.time),
        ],
        "marks": marks(history, end, axis),
        "commits": history.commits,
        "refs": refs(history.refs),
        "public": refs(history.public),
        "blob": visible(history.blob),
    }


def marks(history: History, end: Deed | None, axis: Scale) -> list[list[object]]:
    """What is drawn on the bar: where, what, and in words. Of deeds in one place, one."""
    first = Deed("added", history.first)
    found = [*(history.events if not history.key and history.events else (first, *([end] if end else [])))]
    drawn = {(round(axis.place(deed.moment.time) * MARKS), deed.deed): deed for deed in reversed(found)}
    return [
        [axis.place(deed.moment.time), deed.deed, f"{deed.deed} {lives.day(deed.moment)}", visible(deed.moment.commit)]
        for _, deed in sorted(drawn.items(), key=lambda item: item[0])
    ]


def refs(names: Sequence[str]) -> list[object]:
    """The first of them, and how many there are."""
    short = [visible(name.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("refs/")) for name in names[:SHOWN]]
    return [short, len(names)]
