"""What the shell finds for a pattern: names of one folder, none that begins with a dot unless the pattern does. bash(1), Pathname
Expansion.

All that is below a folder that it finds goes along.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the shell names the file, or a folder above it."""
    parts = path.split("/")
    for pattern in patterns:
        wanted = pattern.strip("/").split("/")
        if len(parts) >= len(wanted) and all(found(one, name) for one, name in zip(wanted, parts, strict=False)):
            return True
    return False


def found(pattern: str, name: str) -> bool:
    """Whether one name of a path fits one of a pattern."""
    if name.startswith(".") and not pattern.startswith("."):
        return False
    return wild.matches(wild.compiled(pattern, False), name)
