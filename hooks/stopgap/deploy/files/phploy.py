"""PHPloy: `phploy.ini` names servers, and for each what is left out of the files that git has. https://github.com/banago/PHPloy#readme"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..copy import Copy, Filter
from ..tree import Tree

# What PHPloy leaves out by itself, beside submodules.
ALWAYS = (".gitignore", ".gitmodules", ".gitattributes", "phploy.ini")
SHARED = "*"  # a section whose settings hold for all


class Section(NamedTuple):
    """A section: its first line, its lists and its other settings."""

    name: str
    line: int
    lists: dict[str, list[str]]
    values: dict[str, str]


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """A copy for each server; what git has no more is deleted there. Files of `include[]` are sent whether git has them or not."""
    sections = list(parsed(text))
    shared = next((one for one in sections if one.name == SHARED), Section("", 1, {}, {}))
    for section in sections:
        if section.name == SHARED or not (section.values or section.lists):
            continue
        patterns = [*ALWAYS, *shared.lists.get("exclude", []), *section.lists.get("exclude", []), *section.lists.get("skip", [])]
        base = (section.values.get("base") or shared.values.get("base") or "").strip("/")
        yield Copy(
            "phploy",
            path,
            section.line,
            base,
            section.values.get("host", section.name),
            filters=(Filter("phploy", tuple(patterns), f"{base}/" if base else ""),),
            deletes="recorded",
            follows_git=True,
        )
        for name in [*shared.lists.get("include", []), *section.lists.get("include", [])]:
            if name.strip("/") in tree.names:
                yield Copy("phploy", path, section.line, name.strip("/"), section.values.get("host", section.name))


def parsed(text: str) -> Iterator[Section]:
    """The sections of an ini file as PHP reads it: `;` begins a comment, quotes are taken off, `name[]` is one more of a list."""
    current = Section("", 1, {}, {})
    for number, row in enumerate(text.splitlines(), 1):
        said = row.strip()
        if said.startswith((";", "#")) or not said:
            continue
        if said.startswith("["):
            yield current
            current = Section(said[1:].partition("]")[0].strip(), number, {}, {})
            continue
        name, equals, value = said.partition("=")
        name, value = name.strip(), unquoted(value.strip())
        if name.endswith("[]"):
            current.lists.setdefault(name[:-2].strip(), []).append(value)
        elif equals:
            current.values[name] = value
    yield current


def unquoted(value: str) -> str:
    """A value without quotes, or without a comment behind it."""
    if value[:1] in ("'", '"'):
        return value[1:].partition(value[0])[0]
    return value.partition(";")[0].strip()
