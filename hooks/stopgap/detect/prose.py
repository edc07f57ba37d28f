"""Values in text for people: `the password is "…"`, `pw (default: …)`, `owlbot TOKEN …`, a table's row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .pairs import Name
from .readings import Reading

NEAR = re.compile(rb"""["'`]?(?P<value>[A-Za-z0-9+/=_.~-]{20,400})(?=["'`\s.,;)<]|\Z)""")
DIGITS = re.compile(rb"[0-9]")
PROSE = re.compile(rb"""(?P<quote>["'`]|)(?P<value>[^\s"'`<>(){}\[\]]{4,200})(?P=quote)""")
COLUMN = re.compile(rb"`?(?P<value>[^\s|`]{6,100})`?[ \t]{0,40}\|")


def near(name: Name) -> Iterator[Reading]:
    """`owlbot TOKEN 8a5de3…`: twenty characters or more in one run, with digits among them."""
    found = NEAR.match(name.data, name.after)
    if found and len(DIGITS.findall(found["value"])) >= 3 and name.gap:
        yield Reading(*found.span("value"), False, b" ", "near")


def said(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`the password is "…"`, `password for master: …`."""
    found = PROSE.match(name.data, match.end())
    if found and (found["quote"] or DIGITS.search(found["value"])) and (match[0][:1] not in b"iIaAwW" or name.gap):
        size = len(found["value"].rstrip(b".,;:!?")) if not found["quote"] else len(found["value"])
        yield Reading(found.start("value"), found.start("value") + size, bool(found["quote"]), b":", "prose")


def defined(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`password (default: …)`."""
    found = PROSE.match(name.data, match.end())
    if found:
        size = len(found["value"].rstrip(b".,;:!?"))
        yield Reading(found.start("value"), found.start("value") + size, bool(found["quote"]), b":", "default")


def column(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`| password | … |` in a table: one run with a digit."""
    found = COLUMN.match(name.data, match.end())
    if found and DIGITS.search(found["value"]) and b"|" in name.line()[-4:]:
        yield Reading(*found.span("value"), False, b"|", "table")
