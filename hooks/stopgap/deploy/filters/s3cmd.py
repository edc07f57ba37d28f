"""s3cmd's `--exclude` and `--include`: an inclusion saves what an exclusion names. https://s3tools.org/s3cmd-sync

s3cmd looks for a pattern of the shell anywhere in the path that ends with it: `.env` is `web/.env` and `prod.env` too; `*` crosses slashes.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent."""

    def some(sign: str) -> bool:
        return any(
            pattern.startswith(sign) and wild.matches(wild.compiled("*" + pattern[1:], True, escapes=False), path) for pattern in patterns
        )

    return not some("-") or some("+")
