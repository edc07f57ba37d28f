"""Globs of GitHub's own actions, and of Azure's tasks: in order, `!` takes back. https://github.com/actions/toolkit/tree/main/packages/glob

`*` stays within a name and takes a leading dot, `**` stands for any number of folders, and a folder that matches brings all that is in it.
"""

from __future__ import annotations

from .segments import matches


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the last pattern that is for the file takes it."""
    names = path.split("/")
    taken = False
    for pattern in patterns:
        bare = pattern.lstrip("!")
        if applies(bare, names):
            taken = (len(pattern) - len(bare)) % 2 == 0
    return taken


def applies(pattern: str, names: list[str]) -> bool:
    """Whether one pattern is for the file, or for a folder above it."""
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if not parts:
        return True
    return (not pattern.endswith("/") and matches(parts, names)) or matches([*parts, "**"], names)
