"""Values in calls: `setPassword("…")`, `define("DB_PASSWORD", "…")`, `password.equals("…")`, `"…" == password`, `let(:token) { "…" }`."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterator

from . import keys, values
from .follows import PLAIN
from .pairs import COMPARING as COMPARES
from .pairs import ESCAPED, Name
from .readings import Reading, one, several

GETTERS = tuple(
    "get read fetch load find has is check verify validate require create generate gen parse decode encode hash encrypt decrypt make "
    "build delete remove reset assert expect mask redact t translate gettext print log raise error throw new match test contains prompt "
    "ask input describe context it compare should can does when with_no warn info debug format sprintf lookup env".split()
)
COMPARERS = frozenset("equals equal eq equalsignorecase compareto tobe toequal tostrictequal isequalto eql isequaltostring to_eq".split())
ENDED = re.compile(rb"[\"'`]?\s{0,60}[)\]}]")
NAMES_START = b"\"'`\\@:& \r\n\tbu"  # what can stand between a bracket and a name
COMPARED_BY = re.compile(rb"\.[ \t]{0,2}(?i:equals|equal|eq|toBe|toEqual|toStrictEqual|isEqualTo|eql|to eq|should eq)[ \t(]{1,3}")
BEFORE = re.compile(
    rb"""(?P<quote>"""
    + ESCAPED
    + rb"""|["'])(?P<value>[^"'\r\n\\]{1,100})(?P=quote)[ \t]{0,4}"""
    + rb"""(?:[!=]={1,2}[ \t]{0,4}|\.(?:equals|compareTo|eql\?|equalsIgnoreCase|Equals)\(|[ \t](?:eq|-eq|is)[ \t]{1,4})"""
    + rb"""[(]?(?:[\w$@>-]{1,40}(?:\.|->)){0,4}[$@]?\Z"""
)
ASSERTED = re.compile(
    rb"""(?i)(?:assert|expect|compare|equal)\w{0,30}\s?[(]\s{0,20}(?P<quote>["'])(?P<value>[^"'\r\n\\]{1,100})(?P=quote)"""
    rb""",\s{0,20}(?:[\w$@>-]{1,40}(?:\.|->|\(\)\.)){0,4}[$@]?\Z"""
)
COMPARING = re.compile(rb"(?i)(?:assert|compare|strn?cmp|equal|is)\w{0,30}\s?\(\s{0,20}(?:[\w$@&*>-]{1,40}(?:\.|->)){0,4}\Z")
SETTING = re.compile(rb"(?i)(?:setopt|putenv|setenv|set_option|define|put|add|set\w{0,20})\s?\([^()\r\n]{0,80}\Z")


def call(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`.password("…")` and `setPassword("…")` are given a secret, `getToken("…")` the name of one; `password.equals("…")` compares."""
    whole = name.text()
    parts = keys.words(whole.rsplit(b".", 1)[-1].decode("ascii", "replace"))
    if "".join(parts) in COMPARERS:
        return one(values.text(name.data, match.end()), b"(", "compare")
    if not parts or name.close or parts[0].startswith(GETTERS):
        return iter(())
    value = values.text(name.data, match.end())
    if value is None:
        return one(values.numbers(name.data, match.end()), b"(", "bytes")
    return one(value, b"(", "call") if ENDED.match(name.data, value[1] + 1) else iter(())


def comma(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`define("DB_PASSWORD", "…")`, `["--token", "…"]`, `("key", "…")`; not a list of names."""
    data = name.data
    if PLAIN.match(data, match.end()):
        return
    value = values.text(data, match.end()) or values.numbers(data, match.end())
    if value is None:
        yield from several(values.items(data, match.end()), b",", "list")
        return
    before = name.before(100)
    opening = before.rstrip(NAMES_START)[-1:]
    ended = ENDED.match(data, value[1] + 1) is not None
    quoted = name.close[:1] in (b'"', b"'", b"`", b"\\")
    first = data[name.start : name.start + 1] == b"-" or (opening == b"(" and name.close != b"")
    pair = quoted and opening in (b"[", b"{") and ended
    if first or pair or (not name.close and ended and SETTING.search(before)):
        yield Reading(*value, b",", "argument")
    elif not quoted and ended and COMPARING.search(before):
        yield Reading(*value, b",", "compare")


def braces(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`let(:password) { "…" }`."""
    if b")" not in name.close:
        return iter(())
    return one(values.text(name.data, match.end()), b"{", "call")


def compared_by(name: Name) -> Iterator[Reading]:
    """`expect(user.password).toBe("…")`."""
    found = COMPARED_BY.match(name.data, name.after)
    return one(values.text(name.data, found.end()), b"==", "compare") if found else iter(())


def compared_before(name: Name) -> Iterator[Reading]:
    """`"…" == password`, `"…".equals(password)`, `assertEquals("…", password)`."""
    near = name.before(40)
    if (b'"' not in near and b"'" not in near) or not COMPARES.search(near):
        return  # nearly always
    before = name.before(240)
    found = BEFORE.search(before) or ASSERTED.search(before)
    if found:
        start = name.start - len(before)
        yield Reading(start + found.start("value"), start + found.end("value"), True, b"==", "compare")
