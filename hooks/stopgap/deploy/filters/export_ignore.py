"""git archive leaves out what `.gitattributes` gives the attribute `export-ignore`. gitattributes(5), git-archive(1), ATTRIBUTES.

A pattern is read as in .gitignore, but that one for a folder does not reach the files in it; git archive itself leaves out a folder that
has the
attribute, with all that is in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import gitignore
from .segments import matches

STATES = {"export-ignore": True, "-export-ignore": False, "!export-ignore": False}


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is packed: neither it nor a folder above it has the attribute, by the last line that says so of each."""
    parts = path.split("/")
    return not any(ignored(patterns, parts[:size], size < len(parts)) for size in range(1, len(parts) + 1))


def ignored(lines: tuple[str, ...], name: list[str], is_folder: bool) -> bool:
    """The attribute of one name."""
    found = False
    for line in lines:
        pattern, attributes = split(line)
        states = [STATES[one] for one in attributes if one in STATES]
        if states and applies(pattern, name, is_folder):
            found = states[-1]
    return found


def split(line: str) -> tuple[str, list[str]]:
    """A pattern, which may stand between double quotes, and its attributes. A comment, a macro and a negated pattern have none."""
    said = line.strip()
    if said.startswith('"') and '"' in said[1:]:
        pattern, _, rest = said[1:].partition('"')
        return pattern, rest.split()
    if not said or said.startswith(("#", "[attr]", "!")):
        return "", []
    first, *rest_of = said.split()
    return first, rest_of


def applies(pattern: str, name: list[str], is_folder: bool) -> bool:
    """Whether a pattern is for this very name."""
    line = gitignore.parsed_line(pattern.replace("#", "\\#", 1) if pattern.startswith("#") else pattern)
    return line is not None and (is_folder or not line.folders) and matches(line.parts, name)


def nested(folder: str, lines: Iterable[str]) -> list[str]:
    """The lines of a .gitattributes in a folder, as lines of one at the root: a deeper file's belong behind a higher one's."""
    found = []
    for line in lines:
        pattern, attributes = split(line)
        if pattern and attributes:
            turned = gitignore.nested(folder, [pattern])
            found += [f'"{one}" {" ".join(attributes)}' for one in turned] if folder else [line]
    return found
