"""A copy without its folders: `cp *` takes the files and leaves out what is in folders. cp(1): without -r, folders are omitted."""

from __future__ import annotations


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file lies in the folder itself."""
    return "/" not in path
