"""Values without quotes behind an operator: where the file's syntax, a text or a comment in it has such."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterator

from . import mixed, values
from .pairs import Name, in_comment, in_string
from .readings import Reading, one

NO_BARE = frozenset("json jsonc json5 toml tf tfvars tfstate hcl xml plist har".split())
# A value for the Authorization header: a scheme, and what that takes.
HEADER = re.compile(rb"""(?:[A-Za-z][\w-]{1,20}[ \t]{1,4})?(?P<value>[\w.~+/=%:|-]{6,2000})(?=[\s"'`\\<,;&)]|\Z)""")
HEADER_NAME = re.compile(rb"(?i)authorization|-(?:auth|token|key|secret|cookie|signature)(?:-|\Z)|\Acookie\Z")
# A setting on a line of its own in a program: a text of several lines holds it.
LINE = re.compile(
    rb"(?P<value>(?=[^\s\d]{0,60}\d[^\s\d]{0,60}\d)(?=[^\sA-Za-z]{0,60}[A-Za-z])[^\s\"'`,;(){}\[\]<>$]{8,200})[ \t]{0,8}(?:\r?\n|\Z)"
)
# The same of signs, that no language could have there; quotes and commas behind it are of what it was cut from.
TANGLED = re.compile(rb"(?P<value>[^\s\"'`]{9,200}[^\s\"'`,;])[\"'`,;]{0,2}[ \t]{0,8}(?:\r?\n|\Z)")
# What no syntax has there, and is no name in a program either: a text for people.
RANDOM = re.compile(rb"(?=(?:[^\s0-9]{0,40}[0-9]){4})(?=[^\sa-z]{0,40}[a-z])(?=[^\sA-Z]{0,40}[A-Z])[A-Za-z0-9+/=_-]{24,400}(?=[\s.,;]|\Z)")
# One run with brackets up to the line's end: the rest of a setting, also where another could follow.
BRACKETS = re.compile(rb"(?P<value>[^\s\"'`<>,;&|\\(){}\[\]]{0,100}[(){}\[\]][^\s\"'`<;&|\\]{0,200})[ \t]{0,8}(?:\r?\n|\Z)")
SIGNS = frozenset((b"=", b":", b":=", b"\xef\xbc\x9a", b"?=", b"+="))


def bare(name: Name, at: int, operator: bytes, spaced: bool, form: str) -> Iterator[Reading]:
    """A value without quotes, where the file's syntax has such."""
    data, sign = name.data, operator.strip()
    tight = not spaced and not name.gap
    if data[name.start - 1 : name.start] in (b"?", b"&") or sign[:1] == b"%":
        return one(values.word(data, at, values.QUERY), sign, "query") if tight else iter(())
    if sign == b":" and HEADER_NAME.search(name.text()) and not name.close:
        header = HEADER.match(data, at)
        if header and (name.kind != "code" or in_string(name) or in_comment(name)):
            return one((*header.span("value"), False), sign, "header")
    if sign not in SIGNS and (sign != b"=>" or name.kind == "code"):
        return iter(())
    if data[name.start : name.start + 1] == b"-" and tight:
        return one(values.word(data, at), sign, "flag")
    if data[name.start - 1 : name.start] == b"\\" or data[name.start - 2 : name.start - 1] == b"\\":
        return one(values.word(data, at, values.QUERY), sign, "string") if tight else iter(())
    return loose(name, at, sign, tight, form)


def loose(name: Name, at: int, sign: bytes, tight: bool, form: str) -> Iterator[Reading]:
    """The same by the kind of file, and by whether the name stands in a text or in a comment of it."""
    data, kind = name.data, name.kind
    if name.close not in (b"", b"]", b")", b'"', b"'", b"`"):
        return iter(())
    if kind == "config" and name.ending not in NO_BARE:
        if data[at : at + 2] in (b'{"', b"{'", b'["', b"['"):
            return iter(())
        line = name.line()
        begins = line.strip(b" \t-#'\"") == b""
        if begins and (brackets := BRACKETS.match(data, at)):
            return one((*brackets.span("value"), False), sign, form)
        flow = b"{" in line or (tight and (sign == b"=" or not begins))
        return one(values.word(data, at) if flow else values.rest(data, at), sign, form)
    if kind == "docs" and name.close != b")":
        return one(values.word(data, at), sign, "prose" if sign == b":" else form)
    if name.close:
        return iter(())
    if kind == "shell" and tight and (sign == b"=" or name.text() == b"pass"):  # openssl's `-passin pass:…`
        return one(values.word(data, at), sign, form)
    if in_comment(name) and name.ending not in NO_BARE:
        return one(values.word(data, at), sign, "prose")
    if name.ending not in NO_BARE and (alone := alone_on_line(data, at)) and not name.line().strip(b" \t-*#"):
        return one((*alone.span("value"), False), sign, "line")
    if in_string(name) and (tight or sign == b":"):
        return one(values.word(data, at, values.QUERY), sign, "string")
    if sign == b":" and not tight and (run := RANDOM.match(data, at)):
        return one((*run.span(), False), sign, "near")
    return iter(())


def alone_on_line(data: bytes, at: int) -> re.Match[bytes] | None:
    """What is behind an operator up to the line's end and can be no code."""
    found = LINE.match(data, at)
    if found:
        return found
    found = TANGLED.match(data, at)
    return found if found and mixed.is_tangled(found["value"].decode("utf-8", "replace")) else None
