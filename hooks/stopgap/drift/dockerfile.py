"""Dockerfiles: `ENV`, and the defaults of `ARG`. docs.docker.com/reference/dockerfile/#env"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..deploy.yamls import LARGEST, Unreadable
from .setting import Raw

INSTRUCTION = re.compile(r"[ \t]*(?P<name>ENV|ARG)[ \t]+(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
PAIR = re.compile(r"""[ \t\n]*(?P<key>[A-Za-z_][\w.-]{0,199})=(?P<value>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL)
OLD = re.compile(r"(?P<key>[A-Za-z_][\w.-]{0,199})[ \t]+(?P<value>.+)", re.DOTALL)
PIECE = re.compile(r"""'(?P<single>[^']*)'|"|\\(?P<escaped>.)""", re.DOTALL)
ESCAPE_DIRECTIVE = re.compile(r"(?:[ \t]*#[^\n]*\n)*?[ \t]*#[ \t]*escape[ \t]*=[ \t]*`", re.IGNORECASE)


def read(path: str, text: str) -> Iterator[Raw]:
    """Each key once, as the last stage that names it has it: a value there is what a container begins with. Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable("it has more than a MiB")
    escape = "`" if ESCAPE_DIRECTIVE.match(text) else "\\"
    last: dict[str, Raw] = {}
    for line, said in instructions(text, escape):
        found = INSTRUCTION.match(said)
        if found:
            last |= {key: Raw(key, value, line, layer=True) for key, value in given(found["rest"].strip(), found["name"].upper() == "ENV")}
    yield from last.values()


def instructions(text: str, escape: str) -> Iterator[tuple[int, str]]:
    """The instructions, each on one line, with the number of its first; comments may stand between the lines of one."""
    said, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.rstrip("\r \t")
        if line.lstrip().startswith("#") or (said and not stripped):
            continue
        first = first if said else number
        if stripped.endswith(escape):
            said += stripped[:-1] + " "
            continue
        yield first, said + stripped
        said = ""
    if said:
        yield first, said


def given(rest: str, old: bool) -> Iterator[tuple[str, str | None]]:
    """`A=1 B="2"`, and the old form of ENV, `A 1`. A value with a variable in it is none."""
    at, found = 0, PAIR.match(rest)
    if found is None:
        alone = OLD.match(rest) if old else None
        if alone:
            yield alone["key"], None if "$" in alone["value"] else alone["value"].strip()
        return
    while found is not None:
        yield found["key"], unquoted(found["value"])
        at = found.end()
        found = PAIR.match(rest, at)


def unquoted(value: str) -> str | None:
    """A value without its quotes; None where a variable is put into it."""
    if "$" in re.sub(r"'[^']*'|\\\$", "", value):
        return None
    return PIECE.sub(lambda one: one["single"] if one["single"] is not None else one["escaped"] or "", value)
