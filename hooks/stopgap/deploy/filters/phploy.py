"""phploy.ini's `exclude[]`: `*` stands for anything, slashes too, `?` for one character, and letters match in both cases.

`pattern_match` in https://github.com/banago/PHPloy/blob/master/src/utils.php
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent; what a pattern matches is not deleted either."""
    low = path.lower()
    return not any(wild.matches(wild.compiled(pattern.lower(), True, False, True, False), low) for pattern in patterns)
