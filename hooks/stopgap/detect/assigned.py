"""Values behind an operator: `password = "…"`, `token: …`, `:key => '…'`, `pw == "…"`; on the next line too, in blocks and lists."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterator

from . import values
from .bare import bare
from .follows import BLOCK, PLAIN, SPACE
from .pairs import Name
from .readings import Reading, one, several

YAML = frozenset("yml yaml eyaml raml".split())
# `os.getenv("X", "…")`: what counts where the setting is not there
LOOKED_UP = re.compile(
    rb"""(?i)[\w.:]{0,40}\b(?:getenv|environ\.get|get_?env|env(?:\.fetch|\.get)?)"""
    rb"""\([ \t]{0,4}["'][\w.-]{1,60}["'],[ \t]{0,8}(?=["'])"""
)
NESTED = re.compile(rb"[\w\"'.-]{1,60}[ \t]{0,4}:(?:\s|\Z)")


def typed(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`const key: string = "…"`, `const Key string = "…"`."""
    return one(values.text(name.data, match.end()), b"=", "typed")


def compared(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`password == "…"`, `$pw eq '…'`."""
    at = space(name.data, match.end())[0]
    said = name.kind == "docs" and match[0].strip().isalpha()
    return one(values.text(name.data, at), match[0].strip(), "prose" if said else "compare")


def fallback(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`process.env.SECRET || "…"`."""
    return one(values.text(name.data, match.end()), match[0].strip(), "fallback")


def fields(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """`variable "password" { default = "…" }`, `cookies[:token] = { value: '…' }`."""
    return one(values.text(name.data, match.end()), b"=", "default")


def space(data: bytes, at: int) -> tuple[int, bool]:
    """Where what follows the operator begins, and whether that is on another line."""
    match = SPACE.match(data, at)
    return (match.end(), match["next"] is not None) if match else (at, False)


def assigned(name: Name, match: re.Match[bytes]) -> Iterator[Reading]:
    """What an operator gives to the name."""
    data, sign = name.data, match[0].strip()
    at, crossed = space(data, match.end())
    form = form_of(name, sign)
    if name.ending in YAML and sign == b":":
        under = BLOCK.match(data, match.end())
        if under:
            yield from one(values.block(data, under.end()), b":", "block")
            return
        if crossed:
            yield from next_line(name, match.end(), at)
            return
    if PLAIN.match(data, at):
        if not crossed:
            yield from bare(name, at, match[0], at > match.end(), form)
        return
    row = values.numbers(data, at)
    if row:
        yield Reading(*row, sign, "bytes")
        return
    looked_up = LOOKED_UP.match(data, at) if b"env" in data[at : at + 40].lower() else None
    if looked_up:
        yield from one(values.text(data, looked_up.end()), sign, "default")
        return
    if data[at : at + 1] == b"(" and values.OPENING.match(data, at + 1):
        at += 1
    found = values.text(data, at, doubled=name.close.startswith(b"''"), crossed=crossed)
    if found:
        yield Reading(*found, sign, form)
        return
    if data[at : at + 1] in (b"[", b"{", b"(", b"n", b"a", b"l", b"L", b"A", b"S"):
        yield from several(values.items(data, at), sign, "list")
    if not crossed:
        yield from bare(name, at, match[0], at > match.end(), form)


def next_line(name: Name, line: int, at: int) -> Iterator[Reading]:
    """What stands under a YAML key: a list, a text in quotes, a plain one."""
    data = name.data
    first = data.rfind(b"\n", line, at) + 1
    if values.ITEM.match(data, first):
        yield from several(values.dashed(data, first), b":", "list")
        return
    found = values.text(data, at, crossed=True)
    if found is None and at > first and not NESTED.match(data, at):
        found = values.rest(data, at)
    yield from one(found, b":", "yaml")


def form_of(name: Name, sign: bytes) -> str:
    """The syntax that the operator and the name's quotes are of."""
    if sign in (b"=>", b"->", b"<-"):
        return "arrow"
    if sign in (b":", b"\xef\xbc\x9a", b"%3A", b"%3a"):
        return "json" if name.close else "yaml" if name.ending in YAML else "colon"
    return "assign"
