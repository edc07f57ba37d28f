"""Files and folders that a release links from elsewhere: what lies there comes from the server, not from the copy."""

from __future__ import annotations


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the path is none of them, and lies in none of them."""
    return not any(path == one or path.startswith(f"{one}/") for one in patterns)
