"""Comments that allow a finding on their own line: ours, detect-secrets' and gitleaks'.

Read for candidate findings only, and once for a text however many it has: each word is looked up by `bytes.find`, and what stands
around it is read with a bound, so a line of nothing but comments takes no longer than its size.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

RULES, REASON, BEFORE = 200, 500, 100  # bytes of a comment's list of rules, of its reason, and of a line before `pragma:`

# ours: the rules in brackets, then the reason, up to the end of the line or of the comment. No opener is asked for: every
# language has its own, and JSON has none (`"//": "stopgap: allow[...] ..."`).
OURS = re.compile(rb"(?<![\w-])stopgap:[ \t]{0,20}allow(?![\w-])(?:[ \t]{0,20}\[(?P<rules>[^\]\r\n]{0,%d})\])?" % RULES)
REASON_ENDS = re.compile(rb"\*/|--!?>|\*\)|[-%\#]\}|%>|[\r\n]|stopgap:")
SAYS = re.compile(rb"[^\W_]|[\x80-\xff]")  # a reason has a letter or a digit
# detect-secrets 1.5 (filters/allowlist.py): lower case, one optional space after the colon, "-" or a space before `secret`,
# `whitelist` on the same line only. It knows six comment openers; any punctuation but a double quote counts here.
SAME_LINE = re.compile(rb"pragma: ?(?:allow|white)list[ -]secret")
OPENER = re.compile(rb"(?:[^\w\s\"]|\b[Rr][Ee][Mm]|\bdnl)[ \t]*\Z")
# Nothing but the opener may stand before it: `password = "..."  # pragma: allowlist nextline secret` hides nothing.
NEXT_LINE = re.compile(rb"pragma: ?allowlist[ -]nextline[ -]secret")
ONLY_OPENER = re.compile(rb"[ \t]*(?:[^\w\s]{1,4}|[Rr][Ee][Mm]|dnl)[ \t]*")
GITLEAKS = b"gitleaks:allow"  # gitleaks 8 looks for these bytes anywhere in the finding's line
NO_RULE = "the comment names no rule: write `stopgap: allow[rule] reason`"
NO_REASON = "the comment gives no reason: write `stopgap: allow[rule] reason`"


class Marks(NamedTuple):
    """The comments of a text by their offsets, which rise: those that allow any rule, those that allow one, those that allow nothing.

    `lines` are the offsets of the lines that a comment above them allows, each with the line's end.
    """

    passes: list[int]
    lines: dict[int, int]
    by_rule: dict[str, list[int]]
    broken: list[tuple[int, str]]

    def allow(self, start: int, end: int, rule: str) -> bool:
        """Whether a comment between these offsets, which are a line's, allows `rule`."""
        return within(self.passes, start, end) or within(self.by_rule.get(rule, ()), start, end)

    def problem(self, start: int, end: int) -> str:
        """ "" or why a comment of ours between these offsets allows nothing, for the message of the finding beside it."""
        at = bisect_left(self.broken, (start, ""))
        return self.broken[at][1] if at < len(self.broken) and self.broken[at][0] < end else ""


def within(places: list[int] | tuple[()], start: int, end: int) -> bool:
    """Whether one of the places, which rise, lies in a stretch."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def marks(data: bytes) -> Marks:
    """The comments of a text."""
    found = Marks([], {}, {}, [])
    found.passes.extend(places(data, GITLEAKS))
    for at in places(data, b"pragma:"):
        read_pragma(data, at, found)
    found.passes.sort()
    for at in places(data, b"stopgap:"):
        read_ours(data, at, found)
    return found


def places(data: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands."""
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + len(word))


def read_ours(data: bytes, at: int, found: Marks) -> None:
    """Adds the comment of ours at this offset, if it is one."""
    comment = OURS.match(data, at)
    if comment is None:
        return
    start, most = comment.end(), min(len(data), comment.end() + REASON)
    ends = REASON_ENDS.search(data, start, most)
    has_reason = SAYS.search(data, start, ends.start() if ends else most) is not None
    rules = [name for part in (comment["rules"] or b"").split(b",") if (name := part.strip().decode("utf-8", "replace"))]
    if not rules or not has_reason:
        found.broken.append((at, NO_REASON if rules else NO_RULE))
        return
    for rule in dict.fromkeys(rules):
        found.by_rule.setdefault(rule, []).append(at)


def read_pragma(data: bytes, at: int, found: Marks) -> None:
    """Adds detect-secrets' comment at this offset, if it is one."""
    first = max(0, at - BEFORE)
    start = data.rfind(b"\n", first, at) + 1 or first
    if SAME_LINE.match(data, at):
        if OPENER.search(data, start, at):
            found.passes.append(at)
    elif NEXT_LINE.match(data, at) and (start == 0 or data[start - 1] == 10) and ONLY_OPENER.fullmatch(data, start, at):
        line = data.find(b"\n", at) + 1
        if line:
            end = data.find(b"\n", line)
            found.lines[line] = len(data) if end < 0 else end
