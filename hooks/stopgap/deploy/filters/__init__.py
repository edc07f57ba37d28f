"""Exclusions, one module a dialect: `passes(patterns, path)` says whether a mechanism would take the file along.

`path` is seen from the folder that is copied, `/`-separated, without a slash before it. A pattern that no run of the tool would accept,
or that
cannot be read, raises Unclear: then it is not known what travels.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from ..copy import Filter

# characters of the patterns times those of the path and its folders: some second of matching, far above any list that people keep
MOST = 10_000_000


class Unclear(Exception):
    """Why it cannot be told whether a file travels; the message goes into a report."""


class Dialect(Protocol):
    """What each module here offers."""

    def passes(self, patterns: tuple[str, ...], path: str) -> bool: ...


@cache
def dialect(name: str) -> Dialect:
    """The module of a dialect, imported when the first such filter is met."""
    return cast(Dialect, import_module(f".{name}", __package__))


def passes(filters: Iterable[Filter], path: str) -> bool:
    """Whether the file passes all of them. What one leaves out does not travel, whatever else is unclear. Raises Unclear."""
    return judged(filters, path)


def is_kept(filters: Iterable[Filter], path: str) -> bool:
    """Whether the receiving side keeps its own file although nothing is sent for it: a rule of `filters` protects it. Raises Unclear."""
    return not judged(filters, path)


def judged(filters: Iterable[Filter], path: str) -> bool:
    """Whether each filter lets the path pass. Raises Unclear where none stops it and one cannot be told."""
    reason = None
    for one in filters:
        try:
            if not bounded(one, one.before + path).passes(one.patterns, one.before + path):
                return False
        except Unclear as error:
            reason = reason or error
    if reason is not None:
        raise reason
    return True


def bounded(one: Filter, path: str) -> Dialect:
    """The filter's dialect, where matching ends in reasonable time. Raises Unclear."""
    if sum(map(len, one.patterns)) * len(path) * (path.count("/") + 1) > MOST:
        raise Unclear("it has too many patterns, or too long ones, to be read")
    return dialect(one.dialect)
