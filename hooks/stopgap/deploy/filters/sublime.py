"""The SFTP package of Sublime Text: a file is left out where one of `ignore_regexes` is found anywhere in its path.

https://codexns.io/products/sftp_for_sublime/settings: a folder's path ends with a slash. One that could hang is not run.
"""

from __future__ import annotations

from .expression import compiled


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent. Raises Unclear for an expression that is none, or that could hang."""
    return not any(compiled(pattern).search(f"/{path}") for pattern in patterns)
