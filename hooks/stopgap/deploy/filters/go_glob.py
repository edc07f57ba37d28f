"""Go's filepath.Glob: what the patterns find goes along, a folder with all that is in it. https://pkg.go.dev/path/filepath#Match

`*` stays within a name and takes a leading dot, and two of them are no more than one.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a pattern names the file, or a folder above it."""
    names = path.split("/")
    return any(finds(pattern, names) for pattern in patterns)


def finds(pattern: str, names: list[str]) -> bool:
    """Whether one pattern is for the first of the names, as many as it has itself."""
    wanted = [part for part in pattern.split("/") if part not in ("", ".")]
    return len(names) >= len(wanted) and all(
        wild.matches(wild.compiled(part, False, double=False), name) for part, name in zip(wanted, names, strict=False)
    )
