"""Comments that allow a finding on their own line: ours, detect-secrets' and gitleaks'.

Called for candidate findings only, so the expressions are compiled when the first one is needed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# ours: the rules in brackets, then the reason, up to the end of the line or of the comment. No opener is asked for: every
# language has its own, and JSON has none (`"//": "stopgap: allow[...] ..."`).
OURS = rb"""(?x)
    (?<![\w-]) stopgap: [ \t]* allow (?![\w-])
    (?: [ \t]* \[ (?P<rules> [^\]\r\n]* ) \] )?
    (?P<reason> [^\r\n]*? ) [ \t]*
    (?: \*/ | --!?> | \*\) | [-%\#]\} | %> | [\r\n] | $ | (?= stopgap: ) )
"""
# detect-secrets 1.5 (filters/allowlist.py): lower case, one optional space after the colon, "-" or a space before `secret`,
# `whitelist` on the same line only. It knows six comment openers; any punctuation but a double quote counts here.
SAME_LINE = rb"(?:[^\w\s\"]|\b[Rr][Ee][Mm]\b|\bdnl\b)[ \t]*pragma: ?(?:allow|white)list[ -]secret"
# Nothing but the opener may stand before it: `password = "..."  # pragma: allowlist nextline secret` hides nothing.
NEXT_LINE = rb"^[ \t]*(?:[^\w\s]{1,4}|[Rr][Ee][Mm]|dnl)[ \t]*pragma: ?allowlist[ -]nextline[ -]secret"
GITLEAKS = b"gitleaks:allow"  # gitleaks 8 looks for these bytes anywhere in the finding's line


class Comment(NamedTuple):
    """One comment of ours: the rules it names, and whether it gives a reason (at least one letter or digit)."""

    rules: tuple[str, ...]
    has_reason: bool


def allows(line: bytes, previous_line: bytes, rule: str) -> bool:
    """Whether a comment in `line` (the lines of the finding, where it spans several) or above it allows `rule`."""
    if b"allow" not in line and b"pragma:" not in line and b"pragma:" not in previous_line:
        return False
    if GITLEAKS in line:
        return True
    if b"pragma:" in line and re.search(SAME_LINE, line):
        return True
    if b"pragma:" in previous_line and re.search(NEXT_LINE, previous_line):
        return True
    return any(rule in comment.rules and comment.has_reason for comment in comments(line))


def problem(line: bytes) -> str:
    """ "" or why a comment of ours in `line` allows nothing, for the message of the finding that it failed to allow."""
    for comment in comments(line):
        if not comment.rules:
            return "the comment names no rule: write `stopgap: allow[rule] reason`"
        if not comment.has_reason:
            return "the comment gives no reason: write `stopgap: allow[rule] reason`"
    return ""


def comments(line: bytes) -> list[Comment]:
    """The comments of ours in `line`."""
    if b"stopgap:" not in line:
        return []
    return [
        Comment(
            tuple(name for part in (found["rules"] or b"").split(b",") if (name := part.strip().decode("utf-8", "replace"))),
            re.search(rb"[^\W_]|[\x80-\xff]", found["reason"]) is not None,
        )
        for found in re.finditer(OURS, line)
    ]
