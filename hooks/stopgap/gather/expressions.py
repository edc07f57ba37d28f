"""`--expressions FILE`: reads the values again that a rewrite is to replace, for the one file that may hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..audit import Value
from ..audit.expressions import expressions, is_replaced
from ..audit.rewrite_plan import is_to_replace
from ..audit.values import LARGEST, Plain, Scan, detected, plain
from ..git.blobs import Blobs

SHORT = "too short or too plain to be replaced in every file"
USED = "still in use, or left by the ledger, under another name"
UNREAD = "not to be read again"
NAMED = 3  # values of one reason that are named
LONGEST = 32 << 20  # bytes of a file in which a secret is looked for again


class Gathered(NamedTuple):
    """The file's content, how many values are in it, and those left out, each with the reason at its place in `why`."""

    data: bytes
    included: int
    left: tuple[Value, ...]
    why: tuple[str, ...] = ()

    def said(self) -> str:
        """What was left out and why; "" for nothing."""
        by_reason: dict[str, list[str]] = {}
        for value, why in zip(self.left, self.why, strict=True):
            by_reason.setdefault(why, []).append(f"{value.path}:{value.key}")
        return "; ".join(f"left out {first_of(sorted(names))}: {why}" for why, names in sorted(by_reason.items()))


def gathered(values: Iterable[Value], scan: Scan) -> Gathered:
    """The expressions for these values of an audit. `scan` is the detection that it was made with.

    What is still in use, or what may stay by the ledger, is not in it, also where it was once a value of another key, or holds one.
    Raises StopgapError where git cannot be run.
    """
    chosen: dict[Value, bytes] = {}
    staying = set()
    left: dict[Value, str] = {}
    for value, text in read(values, scan):
        raw = text.encode("utf-8", "surrogateescape")
        if not is_to_replace(value):
            staying.add(raw)
        elif raw and is_replaced(raw):
            chosen[value] = raw
        else:
            left[value] = SHORT if raw else UNREAD
    kept = {raw for raw in set(chosen.values()) if any(raw in whole for whole in staying)}
    left |= {value: USED for value, raw in chosen.items() if raw in kept}
    wanted = set(chosen.values()) - kept
    return Gathered(expressions(wanted), len(wanted), tuple(left), tuple(left.values()))


def first_of(names: Sequence[str]) -> str:
    """Some of the names, and how many more."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def read(values: Iterable[Value], scan: Scan) -> Iterator[tuple[Value, str]]:
    """Each value that looks like a secret with its text, "" where it is not there any more, or too large."""
    by_place: dict[tuple[str, str, str], list[Value]] = {}
    for value in values:
        if value.secret:
            by_place.setdefault((value.blob, value.path, value.kind), []).append(value)
    with Blobs() as blobs:
        for (blob, path, kind), group in by_place.items():
            found = found_in(path, kind, blobs.read(blob, LONGEST + 1), scan)
            for value in group:
                yield value, text_of(value, found)


def found_in(path: str, kind: str, data: bytes, scan: Scan) -> list[Plain]:
    """The values of one version of a file: of a config file as the audit reads it, else as detection does; none of one too large."""
    if kind == "secret":
        return detected(path, data, scan) if len(data) <= LONGEST else []
    return plain(path, data, scan, extra=True) or [] if len(data) <= LARGEST else []


def text_of(value: Value, found: Iterable[Plain]) -> str:
    """The text of a value among those of the file that brought it."""
    return next((one.value for one in found if (one.key, one.line) == (value.key, value.line)), "")
