"""names.toml as data that can be looked up: its entries, and the expressions that their globs mean."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal, NamedTuple

from .tables import table

Kind = Literal["env", "credentials", "key", "state"]

HEAD = 3  # characters by which a name is looked up
DATE = "2026-01-31"
STARTS = "#._-"  # what a name may begin with before its first word, in one copy or another


class Name(NamedTuple):
    """One entry of names.toml: a kind of file, the globs that say so, and the examples that prove it."""

    id: str
    kind: Kind
    reason: str
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    content: str = ""
    unread: bool = False
    dotenv: bool = False
    matches: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    holds: str = ""
    harmless: str = ""


class Probes(NamedTuple):
    """Names to ask git's ignore rules about: an error or a note where they are not ignored, and templates, which must not be."""

    errors: tuple[str, ...]
    notes: tuple[str, ...]
    templates: tuple[str, ...]


class Table(NamedTuple):
    """names.toml as it is looked up: entries by the first letters of their globs, or by the literal behind a leading star."""

    names: tuple[Name, ...]
    lists: dict[str, tuple[str, ...]]
    heads: dict[str, set[int]]
    tails: dict[str, set[int]]
    tail: re.Pattern[str]
    copy: re.Pattern[str]
    template: re.Pattern[str]
    template_end: re.Pattern[str]
    probes: Probes


@cache
def load() -> Table:
    """The table. Read once, when first asked for."""
    data = table("names")
    contents = data["contents"]
    lists = {key: tuple(words) for key, words in data["lists"].items()}
    entries = tuple(entry(row, contents) for row in data["name"])
    heads, tails = indexed(entries)
    words, engines = alternatives(lists["template"]), alternatives(lists["engine"])
    return Table(
        entries,
        lists,
        heads,
        tails,
        re.compile(alternatives(tuple(tails))),
        re.compile(COPY.replace("COPIES", alternatives(lists["copy"])), re.VERBOSE),
        # `example.com` is a host, not a template
        re.compile(rf"(?:\A|[._ -])(?:{words})(?=[._ -]|\Z)(?!\.(?:com|org|net)(?:\.|\Z))|\.(?:{engines})\Z"),
        re.compile(rf"[._-](?:{words}|{engines})\Z"),
        probes_of(data["probes"]),
    )


# What an editor, a person or a script adds to the name of a copy.
COPY = r"""
    ( \.?~\d+~ | ~ | \# | \.sw[a-p]                                  # emacs, vi
    | [._\ -]+ \(?(?:COPIES)\)? (?![a-z]) [\d._:\ tz-]*              # .bak-2026-07-20, - Copy 2
    | \ \(\d+\) | [._-] \d [\d._t:-]{5,} z?                          # (1), .20260720
    )\Z
"""


def indexed(entries: tuple[Name, ...]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Entries by the first letters of their globs, and by the literal behind a star that a glob begins with."""
    heads: dict[str, set[int]] = {}
    tails: dict[str, set[int]] = {}
    for index, name in enumerate(entries):
        for glob in (*name.names, *(path.rpartition("/")[2] for path in name.paths)):
            place, key = (tails, literal(glob.lstrip("*"))) if glob.startswith("*") else (heads, literal(glob).lstrip(STARTS)[:HEAD])
            place.setdefault(key, set()).add(index)
    # `.env.keys` is found by way of `.env`: a literal that holds a shorter one would hide it in the search
    for key in sorted(tails, key=len, reverse=True):
        shorter = next((other for other in tails if other != key and other in key), None)
        if shorter is not None:
            tails[shorter] |= tails.pop(key)
    return heads, tails


def entry(row: dict[str, Any], contents: dict[str, str]) -> Name:
    """One `[[name]]` of the table."""
    return Name(
        id=row["id"],
        kind=row["kind"],
        reason=row["reason"],
        names=tuple(row.get("names", ())),
        paths=tuple(path.lower() for path in row.get("paths", ())),
        without=tuple(row.get("except", ())),
        content=contents.get(row.get("content", ""), row.get("content", "")),
        unread=row.get("unread", False),
        dotenv=row.get("dotenv", False),
        matches=tuple(row["matches"]),
        clean=tuple(row["clean"]),
        holds=row.get("holds", ""),
        harmless=row.get("harmless", ""),
    )


def probes_of(table: dict[str, list[str]]) -> Probes:
    """The names to ask git about, with a date in place of DATE."""
    return Probes(*(tuple(name.replace("DATE", DATE) for name in table[key]) for key in Probes._fields))


def alternatives(words: tuple[str, ...]) -> str:
    """An expression for one of these literals, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def literal(glob: str) -> str:
    """What a glob begins with before its first wildcard, in lower case."""
    return re.split(r"[*?\[{]", glob, maxsplit=1)[0].lower()


def expression(glob: str) -> str:
    """A glob of the table as an expression: `*` and `?` stay inside a name, `[...]` is a class, `{list}` one word of a list."""
    parts = re.findall(r"\*|\?|\[[^\]]+\]|\{\w+\}|[^*?\[{]+", glob.lower())
    return "".join(translated(part) for part in parts)


def translated(part: str) -> str:
    if part[0] == "{":
        return f"(?:{alternatives(load().lists[part[1:-1]])})"
    if part[0] == "[":
        return part
    return {"*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)


@cache
def compiled(index: int) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """The expressions of one entry against a whole path: what matches, and what takes it out again."""
    name = load().names[index]
    wanted = "|".join(expression(glob) for glob in (*name.names, *name.paths))
    without = "|".join(expression(glob) for glob in name.without)
    anchored = (re.compile(rf"(?:\A|/)(?:{one})\Z", re.DOTALL) for one in (wanted, without) if one)
    return next(anchored), next(anchored, None)
