"""`--expressions FILE`: reads the values again that a rewrite is to replace, for the one file that may hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..audit import Value
from ..audit.expressions import expressions, forms
from ..audit.rewrite_plan import is_to_replace
from ..audit.values import LARGEST, Plain, Scan, detected, plain
from ..git.blobs import Blobs

LONGEST = 32 << 20  # bytes of a file in which a secret is looked for again


class Gathered(NamedTuple):
    """The file's content, how many values are in it, and those left out: too short to be replaced in every file, or not readable."""

    data: bytes
    included: int
    left: tuple[Value, ...]


def gathered(values: Iterable[Value], scan: Scan) -> Gathered:
    """The expressions for these values of an audit. `scan` is the detection that it was made with.

    What is still in use, or what may stay by the ledger, is not in it, also where it was once a value of another key, or holds one.
    Raises StopgapError where git cannot be run.
    """
    chosen: dict[Value, bytes] = {}
    staying = set()
    left = []
    for value, text in read(values, scan):
        raw = text.encode("utf-8", "surrogateescape")
        if not is_to_replace(value):
            staying.add(raw)
        elif raw and any(forms(raw)):
            chosen[value] = raw
        else:
            left.append(value)
    kept = {raw for raw in set(chosen.values()) if any(raw in whole for whole in staying)}
    left += [value for value, raw in chosen.items() if raw in kept]
    wanted = set(chosen.values()) - kept
    return Gathered(expressions(wanted), len(wanted), tuple(left))


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
