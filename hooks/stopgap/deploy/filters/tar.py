"""GNU tar's exclusions: wildcards cross slashes, a pattern matches from any name of the path on, and what lies below what it matches.

tar(1), --exclude; the manual's "Controlling Pattern-Matching": exclusion is by default `--no-anchored --wildcards
--wildcards-match-slash`. A
pattern is written behind a colon, before which stand the letters of what is not so: `A` anchored, `L` no wildcards, `S` they stop at a
slash.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the member is packed. `path` is its name as tar is given it, `./` before it where `.` is packed."""
    return not any(matches(letters, pattern, path) for letters, _, pattern in (each.partition(":") for each in patterns))


def matches(letters: str, pattern: str, path: str) -> bool:
    """Whether the pattern is for the file, or for a folder above it. A slash at a pattern's end is no name's: it matches nothing."""
    parts = path.split("/")
    steps = None if "L" in letters else wild.compiled(pattern, "S" not in letters, double=False)
    for size in range(1, len(parts) + 1):
        for first in range(1 if "A" in letters else size):
            name = "/".join(parts[first:size])
            if name == pattern if steps is None else wild.matches(steps, name):
                return True
    return False
