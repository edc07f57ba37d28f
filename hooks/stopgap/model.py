"""Plain data that flows from git through detection and the checks to a report."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Confidence = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
MESSAGE = "COMMIT_EDITMSG"  # the path of a message: what git calls the file in which one is written
INSIDE = "!/"  # in a path, between an archive and what is packed in it


class StopgapError(Exception):
    """Something could not be checked. The message says what and where, in one line, and never holds a secret."""


class Fragment(NamedTuple):
    """A stretch of one file's text, as detection sees it.

    `data` is UTF-8 where the text could be decoded, else the bytes as they are; lines end with a newline.
    `line` is the number, from 1, of its first line in the file. `added` holds the ranges of line numbers (first, last)
    that count: a match must touch one. None: every line counts. `commit` names the commit that brought it, if any.
    """

    path: str
    data: bytes
    line: int = 1
    added: tuple[tuple[int, int], ...] | None = None
    commit: str = ""

    def lines(self) -> int:
        """How many lines count: the added ones, or all."""
        if self.added is not None:
            return sum(last - first + 1 for first, last in self.added)
        return self.data.count(b"\n") + (self.data[-1:] not in (b"", b"\n"))


class Match(NamedTuple):
    """A secret that detection found, without the secret: `preview` is masked, `fingerprint` made of rule, path and the line's own words.

    Columns and lines count from 1, `end_column` is exclusive. `key` is the name the value was assigned to, "" where there is none.
    `note` says why a comment beside it does not allow it.
    """

    rule: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    confidence: Confidence
    what: str
    preview: str
    fingerprint: str
    key: str = ""
    commit: str = ""
    rotate: str = ""
    note: str = ""
    severity: Severity = "error"


class Moment(NamedTuple):
    """A commit and its author's time, in seconds since 1970 UTC, which may lie before 1970 and far ahead."""

    commit: str
    time: int

    @property
    def is_dated(self) -> bool:
        """Whether there is a time: the tree that a tag names has none, and is 0 seconds after 1970."""
        return self.time != 0

    @property
    def date(self) -> str:
        """`2021-03-04T05:06:07Z`; `@` and the seconds, as git writes them, for a year that no calendar has."""
        from datetime import datetime, timedelta

        try:
            return f"{(datetime(1970, 1, 1) + timedelta(seconds=self.time)).isoformat()}Z"
        except OverflowError:
            return f"@{self.time}"

    @property
    def day(self) -> str:
        """The date without the time."""
        return self.date.partition("T")[0]


class Deed(NamedTuple):
    """What a commit did to a file: "added", "changed", "removed" or "renamed", to `path`."""

    deed: str
    moment: Moment
    path: str = ""


class History(NamedTuple):
    """The life of a value in the commits of a repository. `state`: "in-use", "replaced" or "gone" now, and `used` where it is in use.

    `commits`: how many hold it. `blob`: the first content that did. `refs`: the names that reach one of the commits, and `public` those of
    them that others could have seen. `account`: what the rotation ledger says, or "". `what` it is, who issued it (`provider`) and the
    page where one makes a new one (`rotate`), as far as detection knows. `events`: of a file, oldest first; its `key` is "" and its `state`
    "here" or "gone".
    """

    key: str
    first: Moment
    last: Moment
    commits: int
    state: str
    used: tuple[str, ...] = ()
    blob: str = ""
    refs: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    account: str = ""
    what: str = ""
    provider: str = ""
    rotate: str = ""
    events: tuple[Deed, ...] = ()


class Finding(NamedTuple):
    """One line of a report: what is wrong, where, and how to go on."""

    check: str
    rule: str
    severity: Severity
    path: str
    message: str
    fix: str = ""
    confidence: Confidence = "high"
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    commit: str = ""
    preview: str = ""
    fingerprint: str = ""
    key: str = ""
    history: History | None = None


class Fact(NamedTuple):
    """A path and what is to be said of it: why it was skipped, or why it is incomplete."""

    path: str
    reason: str


class Scope(NamedTuple):
    """What was looked at: the proof that "clean" is not "nothing was read"."""

    mode: str
    files: int = 0
    lines: int = 0
    bytes: int = 0
    commits: int = 0
    added: bool = False
    skipped: tuple[Fact, ...] = ()
    incomplete: tuple[Fact, ...] = ()
    note: str = ""


class Report(NamedTuple):
    """What a check hands to a renderer.

    `warnings` are lines for standard error that are no findings (a stale allow entry, say); `done` says what a fixer changed.
    `strict`: the settings say that what could only be read in part is no success. `summary`: what to say first of many findings.
    """

    findings: tuple[Finding, ...]
    scope: Scope
    warnings: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    strict: bool = False
    summary: tuple[str, ...] = ()
