"""Without hidden files: no name of the path begins with a dot. https://github.com/actions/upload-artifact, include-hidden-files"""

from __future__ import annotations


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file goes along."""
    return not any(name.startswith(".") for name in path.split("/"))
