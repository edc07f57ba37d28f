"""Patterns of .gitignore, and of the ignore files that are read the same way (`.gcloudignore`). gitignore(5).

The last line that matches decides, and what lies in a folder that is left out cannot be brought back by a line for the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .segments import matches


class Line(NamedTuple):
    """One pattern. `back`: it begins with `!`. `folders`: it is for folders alone. `parts`: its names, `**` for any number of them."""

    back: bool
    folders: bool
    parts: tuple[str, ...]


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is taken: neither it nor a folder above it is left out."""
    lines = parsed(patterns)
    parts = path.split("/")
    return not any(last(lines, parts[:size], size < len(parts)) for size in range(1, len(parts) + 1))


def last(lines: tuple[Line, ...], name: list[str], is_folder: bool) -> bool:
    """Whether the last line that is for this very name leaves it out."""
    return next((not line.back for line in reversed(lines) if applies(line, name, is_folder)), False)


def applies(line: Line, name: list[str], is_folder: bool) -> bool:
    """Whether one line is for this very name."""
    return (is_folder or not line.folders) and matches(line.parts, name)


@lru_cache(maxsize=256)
def parsed(patterns: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines that say something, each anchored: a pattern without a slash is for any depth."""
    return tuple(line for pattern in patterns if (line := parsed_line(pattern)) is not None)


def parsed_line(pattern: str) -> Line | None:
    """One line. None: a blank one, a comment, or one that git takes for no pattern."""
    said = trimmed(pattern.rstrip("\r\n"))
    if not said or said.startswith("#"):
        return None
    back = said.startswith("!")
    said = said.removeprefix("!")
    folders = said.endswith("/")
    said = said.removesuffix("/")
    anchored = "/" in said
    said = said.removeprefix("/")
    if not said or is_open(said):
        return None
    parts = tuple("**" if len(part) > 2 and not part.strip("*") else part for part in said.split("/"))
    return Line(back, folders, parts if anchored else ("**", *parts))


def trimmed(pattern: str) -> str:
    """Without the blanks at its end, but for one behind a backslash."""
    bare = pattern.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if slashes % 2 and len(bare) < len(pattern) else bare


def is_open(pattern: str) -> bool:
    """A backslash with nothing behind it: such a pattern matches nothing. gitignore(5)."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def nested(folder: str, lines: Iterable[str]) -> list[str]:
    """The lines of a folder's ignore file, as lines of one at the root; a deeper file's belong behind a higher one's."""
    return [
        f"{'!' if line.back else ''}/{above}{'/'.join(line.parts)}{'/' if line.folders else ''}" for line, above in placed(folder, lines)
    ]


def placed(folder: str, lines: Iterable[str]) -> list[tuple[Line, str]]:
    """Each line with the folder before it, whose own signs mean nothing."""
    above = "".join(f"\\{sign}" if sign in "*?[\\" else sign for sign in folder) + "/" if folder else ""
    return [(line, above) for line in parsed(tuple(lines))]
