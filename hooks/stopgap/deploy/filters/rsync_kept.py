"""What an rsync that deletes leaves on the receiving side: what is excluded or protected there. rsync(1), PER-DIRECTORY RULES AND
DELETE.
"""

from __future__ import annotations

from .rsync import is_out


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the receiver deletes its own file, as the sender has none."""
    return not is_out(patterns, path, "-P", "+R")
