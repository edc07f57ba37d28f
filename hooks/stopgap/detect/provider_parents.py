"""A value that stands in something of its provider's name, some lines above: `clockify:` and under it `api_key: …`."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Sequence

from . import provider_names
from .provider_names import Provider, Word

LINES = 3  # above the value's in which the name may stand
# Above a nested value: its name, and what opens what is in it.
PARENT = re.compile(
    rb"""[ \t]{0,60} [-<\["'{(,.$ \t]{0,6} (?P<name> [A-Za-z0-9][A-Za-z0-9_.\ -]{1,40} )
    ["'\]>]{0,3} [ \t]{0,4} (?: => | := | [:=] )? [ \t]{0,4} [({\[>]{0,2} [ \t\r]{0,4}""",
    re.VERBOSE,
)
PARENT_WORDS = frozenset("config configuration settings credentials credential api options client service account auth provider".split())


def owner(text: bytes, line: bytes, words: Sequence[Word]) -> Provider | None:
    """Who has the name of what the value stands in, some lines above: YAML, JSON, INI, XML.

    `text` ends with the word of secrecy, `line` is its last line, `words` are that line's.
    """
    first, stop = provider_names.secrecy(words)
    if first == stop:
        return None
    depth = indent(line) + provider_names.is_shouted(line.strip())  # `KEY` alone on its line: the name stands on the one above
    above = text[: len(text) - len(line)].split(b"\n")[-LINES - 1 : -1]
    for row in reversed(above):
        section = row.strip()[:1] == b"["
        if not row.strip() or (indent(row) >= depth and not section):
            continue
        depth = indent(row)
        match = PARENT.fullmatch(row)
        found = parent(match["name"]) if match else None
        if found is not None:
            return found
        if section or not depth:
            return None
    return None


def indent(row: bytes) -> int:
    """How far a line is indented."""
    return len(row) - len(row.lstrip(b" \t"))


def parent(name: bytes) -> Provider | None:
    """`clockify`, `services.clockify`, `clockify-config`: whose name it is, where it is nothing else (`meta`, `segment`)."""
    words = provider_names.split(name.rsplit(b".", 1)[-1])
    while words and words[-1].text in PARENT_WORDS:
        words.pop()
    found = provider_names.ending(words, len(words))
    return provider_names.spellings()[found[0]] if found and not found[1] and found[0] not in provider_names.ambiguous() else None
