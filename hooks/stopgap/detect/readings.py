"""What a reader gives: where a value stands that is given to a name, and in which syntax."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import values


class Reading(NamedTuple):
    """A value from `start` to `end`, without its quotes. `operator` is what stands between the name and it, `form` the syntax.

    Forms: assign, json, yaml, arrow, typed, compare, call, argument, fallback, default, xml, value, flag, command, env, sql, header, prose,
    query, string, list, block, bytes, blank, netrc, table.
    """

    start: int
    end: int
    quoted: bool
    operator: bytes
    form: str


def one(value: values.Value | None, operator: bytes, form: str) -> Iterator[Reading]:
    """The reading of a value, if there is one."""
    if value is not None:
        yield Reading(*value, operator, form)


def several(found: Iterable[values.Value], operator: bytes, form: str) -> Iterator[Reading]:
    """The readings of a list's values."""
    return (Reading(*value, operator, form) for value in found)
