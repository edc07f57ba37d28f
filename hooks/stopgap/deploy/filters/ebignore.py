""".ebignore: patterns of .gitignore, but that a line for a file brings it back out of a folder that is left out.

The EB CLI asks pathspec of each file: the last line that is for the file, or for a folder above it, decides.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/eb-cli3-configuration.html
"""

from __future__ import annotations

from .gitignore import applies, parsed


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file goes into the bundle."""
    parts = path.split("/")
    prefixes = [(parts[:size], size < len(parts)) for size in range(1, len(parts) + 1)]
    return next((line.back for line in reversed(parsed(patterns)) if any(applies(line, name, folder) for name, folder in prefixes)), True)
