"""Exclusions that are regular expressions, matched from the beginning of the path, as Python's `re.match` does (gsutil's own way).

They are as hostile as all else: one that may take exponential time is not run.
"""

from __future__ import annotations

import re

from . import Unclear

LONGEST = 500  # characters of an expression
REPEATS = 6  # quantifiers without a bound: more, one behind the other, take too long on a long path


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is sent. Raises Unclear for an expression that is none, or that could hang."""
    return not any(compiled(pattern).match(path) for pattern in patterns)


def compiled(pattern: str) -> re.Pattern[str]:
    """The expression. Raises Unclear."""
    from ...detect import backtracking

    if len(pattern) > LONGEST or sum(map(pattern.count, "*+{")) > REPEATS:
        raise Unclear("it leaves out what an expression says that could take too long")
    try:
        if backtracking.judge(pattern.encode("utf-8", "replace"), LONGEST).problem:
            raise Unclear("it leaves out what an expression says that could take too long")
        return re.compile(pattern)
    except re.error as error:
        raise Unclear("it leaves out what an expression says that Python does not know") from error
