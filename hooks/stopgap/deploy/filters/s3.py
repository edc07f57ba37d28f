"""`--exclude` and `--include` of `aws s3`: the last that matches counts. https://docs.aws.amazon.com/cli/latest/reference/s3/

A pattern is written `-…` or `+…`. It is compared with the path from the source's folder; `*` crosses slashes and takes dots, there is no
escape.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent."""
    taken = True
    for pattern in patterns:
        if wild.matches(wild.compiled(pattern[1:], True, escapes=False), path):
            taken = pattern.startswith("+")
    return taken
