"""Values in markup, and beside a key that is itself a value: `<password>…</password>`, `<add key="X" value="…"/>`, and `name: X` over
`value: …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import values
from .pairs import Name
from .readings import Reading, one

# `<string name="X">`, `<key>X</key><string>`, `<name>X</name>\n<value>`, `<td>X</td><td>`
NEXT_ELEMENT = re.compile(
    rb"(?:</[^<>]{0,80}|[ \t][^<>]{1,80}[^/<>])>\s{0,40}<(?:string|value|data|td|dd|code|password|text|pre)\b[^<>]{0,60}>"
    rb"\s{0,20}(?:<(?:code|pre|string)>)?"
)
INSIDE = re.compile(rb"\s{0,40}(?:<!\[CDATA\[)?\s{0,40}(?:<value>\s{0,40})?(?:<plainText>)?")
ATTRIBUTES = re.compile(rb"[ \t\r\n]{1,20}[^<>]{1,200}>")
NAMED = re.compile(
    rb"""(?i)(?:name|key|id|field|property|header|param(?:eter)?|variable|attribute|option|setting|k|label|title|var|env)"""
    rb"""[\\"']{0,4}[ \t]{0,4}[=:>]"""
    rb"""[ \t]{0,4}[\\"'@]{0,5}[^\s"'<>=]{0,40}\Z"""
)


def element(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`<password>…</password>`, and an element behind one that holds the name."""
    before = name.before(80)
    if before.endswith((b"<", b":")) and not name.close:
        at = match.end()
        if before.endswith(b":") and before.rfind(b"<") < before.rfind(b">"):
            return
        if name.data.startswith(b"/", at - 2):
            return
        yield from inner(name.data, at)
    elif name.close and before.rfind(b"<") > before.rfind(b">"):
        yield from inner(name.data, match.end())


def inner(data: bytes, at: int) -> Iterator[Reading]:
    """The text up to the element's end."""
    first = INSIDE.match(data, at)
    at = first.end() if first else at
    last = data.find(b"<", at, at + values.LONGEST)
    end = data.find(b"]]>", at, last)
    last = end if end > at else last
    if last > at and data[last : last + 2] in (b"</", b"]]"):
        size = len(data[at:last].rstrip())
        if size:
            yield Reading(at, at + size, True, b">", "xml")


def element_with_attributes(name: Name) -> Iterator[Reading]:
    """`<password type="x">…</password>`."""
    if name.before(1) != b"<" or name.close:
        return
    found = ATTRIBUTES.match(name.data, name.end)
    if found and name.data[found.end() - 2 : found.end() - 1] != b"/":
        yield from inner(name.data, found.end())


def next_element(name: Name) -> Iterator[Reading]:
    """`<key>password</key><string>…</string>`."""
    tag = name.before(80)
    if name.data[name.after : name.after + 2] != b"</" and not (name.gap and name.close and tag.rfind(b"<") > tag.rfind(b">")):
        return
    found = NEXT_ELEMENT.match(name.data, name.after - name.gap)
    if found:
        yield from inner(name.data, found.end())


def valued(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`key="password" value="…"`, `- name: PASSWORD` and `value: …` under it."""
    if name.text()[:1] == b"-":  # an option of a parser: `"--token", type=str, default="…"`
        return one(values.text(name.data, match.end()), b"=", "default")
    if not NAMED.search(name.data[max(0, name.start - 60) : name.start]):
        return iter(())
    value = values.text(name.data, match.end(), doubled=name.close.startswith(b"''"))
    if value is None and name.kind in ("config", "docs") and not name.close.strip(b"\"'"):
        value = values.rest(name.data, match.end())
    return one(value, b":", "value")
