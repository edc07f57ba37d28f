"""Two sides held against each other, by hashes of their values under a key of this run: to findings, in which no value can be."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import NamedTuple

from ..detect import shown
from ..model import Finding
from . import Form, Side

CHECK = "drift"
MISSING, EXTRA, DIFFERS = "drift-missing-key", "drift-extra-key", "drift-differs"


class Hashed(NamedTuple):
    """A side without its values. `lines` are the settings' own in a file here; `refers` holds those that other settings are part of."""

    name: str
    local: str
    form: Form
    digests: Mapping[str, bytes]
    lines: Mapping[str, int]
    refers: frozenset[str]
    unread: tuple[int, ...]
    changed: int | None


def hashed(side: Side, secret: bytes, wanted: Callable[[str], bool]) -> Hashed:
    """Reads a side and keeps HMAC-SHA256 of each value whose key is `wanted`. Raises StopgapError where it cannot be read."""
    dump = side.read()
    entries = {key: entry for key, entry in dump.entries.items() if wanted(key)}
    return Hashed(
        side.name,
        side.local,
        dump.form,
        # surrogatepass: bytes that are not UTF-8 are lone surrogates here
        {key: hmac.digest(secret, entry.value.encode("utf-8", "surrogatepass"), "sha256") for key, entry in entries.items()},
        {key: entry.line for key, entry in entries.items()},
        frozenset(key for key, entry in entries.items() if entry.refers),
        dump.unread,
        dump.changed,
    )


def findings(first: Hashed, other: Hashed, *, keys_only: bool = False, whole: bool = False) -> Iterator[Finding]:
    """What sets the other side apart from the first.

    A process's environment has much that no file of settings has (PATH, HOME, what the platform sets), so what it alone has counts
    only against another environment, or where `whole` says so.
    """
    when = newer(first, other)
    whole = whole or first.form == other.form
    for key in first.digests.keys() - other.digests.keys() if whole or first.form != "environment" else ():
        yield finding(MISSING, first, other, key, f"{shown.name(key)} is missing in {other.name}{when}", "set it there")
    for key in other.digests.keys() - first.digests.keys() if whole or other.form != "environment" else ():
        yield finding(EXTRA, first, other, key, f"{shown.name(key)} is in {other.name} only{when}", f"set it in {first.name}")
    for key in first.digests.keys() & other.digests.keys() if not keys_only else ():
        if not hmac.compare_digest(first.digests[key], other.digests[key]):
            yield differing(first, other, key, when)


def differing(first: Hashed, other: Hashed, key: str, when: str) -> Finding:
    """A key with two values; what a reference comes to is not worked out, so that two that differ may still come to the same."""
    referring = [side.name for side in (first, other) if key in side.refers]
    said = f" as they are written (it refers to other settings in {' and in '.join(referring)})" if referring else ""
    message = f"{shown.name(key)} differs between {first.name} and {other.name}{said}{when}"
    return finding(DIFFERS, first, other, key, message, "set the value that is right in both")


def finding(rule: str, first: Hashed, other: Hashed, key: str, message: str, fix: str) -> Finding:
    """An error at the key's line in a file here, the first side's if it has one."""
    here = next((side for side in (first, other) if side.local and key in side.lines), None)
    place = here.local if here else first.local or other.local
    line, said = here.lines[key] if here else 1, shown.name(key)
    return Finding(CHECK, rule, "error", place, message, f"{fix}, or leave it out with --ignore {said}", line=line, key=said)


def newer(first: Hashed, other: Hashed) -> str:
    """Which side is newer, as the end of a sentence."""
    if first.changed is None or other.changed is None or first.changed == other.changed:
        return "; which of the two is newer is not known"
    late, early = (first, other) if first.changed > other.changed else (other, first)
    return f"; {late.name} is newer ({moment(late.changed)}, {early.name} {moment(early.changed)})"


def moment(seconds: int | None) -> str:
    """The time in UTC, to the minute."""
    try:
        return datetime.fromtimestamp(seconds or 0, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return "at a time that no calendar has"
