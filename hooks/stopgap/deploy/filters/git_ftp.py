""".git-ftp-ignore: each line is a pattern of the shell's `case`, compared with the whole path; `*` crosses slashes.

https://github.com/git-ftp/git-ftp/blob/master/man/git-ftp.1.md, IGNORING FILES TO BE SYNCED
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent. A line `dir/` alone matches nothing, as git-ftp compares files."""
    return not any(wild.matches(wild.compiled(pattern, True), path) for pattern in patterns)
