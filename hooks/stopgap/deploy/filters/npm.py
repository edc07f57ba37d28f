"""What npm packs: lines in the manner of .gitignore, read by minimatch without regard to case, as npm-packlist and ignore-walk do.

The reader gives them in npm's own order: npm's defaults, `files` turned round (`*`, `!dist`, `!dist/**`) or the lines of the ignore file,
and
what npm packs, or leaves out, whatever anyone says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..shell.braces import expanded
from . import Unclear
from .globs import EXTENDED
from .segments import matches, skipped, taken

ANY = "***"  # written for the folders between an ignore file and a name that it gives without a slash


class Line(NamedTuple):
    """One pattern. `back`: it takes what it names. `folders`: it is for folders alone. `base`: it is a name, at any depth."""

    back: bool
    folders: bool
    base: bool
    parts: tuple[str, ...]


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is packed: it passes, and so does each folder above it. Raises Unclear for an extended glob."""
    lines, names = parsed(patterns), path.lower().split("/")
    return all(included(lines, names[:size], size < len(names)) for size in range(1, len(names) + 1))


def included(lines: tuple[Line, ...], names: list[str], is_folder: bool) -> bool:
    """Whether the last line that is for the name takes it; a line that takes something in a folder takes the folder too."""
    found = True
    for line in lines:
        if line.back != found and applies(line, names, is_folder):
            found = line.back
    return found


def applies(line: Line, names: list[str], is_folder: bool) -> bool:
    """Whether a line is for this name. A slash at its end is for folders alone."""
    if (is_folder or not line.folders) and matches(line.parts, names):
        return True
    if is_folder and line.parts[-1] == "**" and matches(line.parts[:-1], names):
        return True  # `dist/**` is for the folder too, as npm compares `dist/`
    return is_folder and line.back and not line.base and begins(line.parts, names)


def begins(parts: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a path that the parts take can begin with these names."""
    reached = {0}
    for name in names:
        here = skipped(reached, parts)
        if any(parts[at : at + 1] == ("**",) for at in here):
            return True
        reached = {at + 1 for at in here if at < len(parts) and taken(parts[at], name, True)}
    return bool(reached)


@lru_cache(maxsize=256)
def parsed(patterns: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines that say something. Raises Unclear."""
    found = []
    for pattern in patterns:
        said = pattern.strip().lower()
        bare = said.lstrip("!")
        if not bare or said.startswith("#"):
            continue
        if EXTENDED.search(bare):
            raise Unclear(f"it has the extended glob {bare}")
        back = (len(said) - len(bare)) % 2 == 1
        found += [line_of(one, back) for one in expanded(bare)]
    return tuple(found)


def line_of(pattern: str, back: bool) -> Line:
    """One pattern without braces; one without a slash, but for one at its end, is a name at any depth. Slashes in a row are one."""
    parts = [part for part in pattern.split("/") if part]
    deep = "/" not in pattern.rstrip("/")
    base = deep or ANY in parts
    parts = ["**" if part == ANY else part for part in parts]
    return Line(back, pattern.endswith("/"), base, ("**", *parts) if deep else tuple(parts))


def nested(folder: str, lines: Iterable[str]) -> list[str]:
    """The lines of a folder's ignore file, as lines of one at the root; a deeper file's belong behind a higher one's."""
    above = "/" + "".join(f"\\{sign}" if sign in "*?[{\\" else sign for sign in folder)
    found = []
    for line in lines:
        bare = line.strip().lstrip("!")
        if bare and not bare.startswith("#"):
            sign = "!" if (len(line.strip()) - len(bare)) % 2 else ""
            found.append(f"{sign}{above}/{bare.removeprefix('/')}" if "/" in bare.rstrip("/") else f"{sign}{above}/{ANY}/{bare}")
    return found
