"""`--mark PATH:KEY@BLOB STATE`: which value of the history is meant, as an entry of the ledger.

What can be marked is what the audit found, so no entry names a path, a key or a blob that there is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ..detect.allow import nearest, one_line
from ..model import StopgapError
from . import Account, Value
from .accounts import CLAIMS
from .ledger import SHOWN, STATES, Entry, check_agreement, wrong_state
from .paths import unescaped

FORM = "PATH:KEY@BLOB, as the report prints it"
SHORTEST, LONGEST = 4, 64  # hexadecimal digits of a blob; git abbreviates to no fewer (git-config(1), core.abbrev)
LISTED = 5  # blobs in a message


class Mark(NamedTuple):
    """One `--mark`. `named` is PATH:KEY: where it parts is only known with the history, as a path can have any sign in it."""

    named: str
    blob: str
    state: Account


class Marked(NamedTuple):
    """An entry to be written, and the values that it is for: more than one where a blob has several of that name."""

    entry: Entry
    values: tuple[Value, ...]


def spelled(value: Value) -> str:
    """PATH:KEY@BLOB as a word of a shell, for a report, which escapes what cannot be printed: `readings` understands that."""
    from shlex import quote

    path = f"./{value.path}" if value.path.startswith(("-", ":")) else value.path  # an option, or a command of a CI runner
    return quote(f"{path}:{value.key}@{value.blob[:SHOWN]}")


def parse(text: str, state: str) -> Mark:
    """The words of one `--mark`. Raises StopgapError for what has another form, and for an unknown state."""
    named, at, blob = text.rpartition("@")
    path, _, key = named.rpartition(":")
    if not at or not path or not key:
        raise StopgapError(f"--mark '{text}': give {FORM}")
    blob = blob.lower()
    if not SHORTEST <= len(blob) <= LONGEST or not set(blob) <= set("0123456789abcdef"):
        raise StopgapError(f"--mark '{text}': behind the last @ stands a blob, at least {SHORTEST} of its hexadecimal digits")
    if state not in STATES:
        raise StopgapError(f"--mark '{text}': {wrong_state(state)}")
    return Mark(named, blob, state)


def resolve(marks: Iterable[Mark], values: Sequence[Value], reason: str, today: date) -> tuple[Marked, ...]:
    """The entries for these marks, out of the values that an audit found.

    Raises StopgapError for a path, key or blob that it did not find, for a blob's beginning that fits several, where the blob alone does
    not tell which value is meant, for two marks that contradict each other, and for a reason that says nothing.
    """
    reason = one_line(reason)
    if not reason:
        raise StopgapError("--reason says nothing: what became of a secret cannot be judged later without a reason")
    by_name: dict[tuple[str, str], list[Value]] = {}
    for value in values:
        for path in {value.path, *value.paths}:
            by_name.setdefault((path, value.key), []).append(value)
    found = tuple(marked(mark, by_name, reason, today) for mark in marks)
    check_agreement([one.entry for one in found], "--mark")
    return found


def marked(mark: Mark, by_name: dict[tuple[str, str], list[Value]], reason: str, today: date) -> Marked:
    """The entry for one mark."""
    names = [name for name in dict.fromkeys(readings(mark.named)) if name in by_name]
    if not names:
        raise StopgapError(f"--mark '{mark.named}': {unknown(mark, by_name)}")
    held = [value for name in names for value in by_name[name]]
    blob = full_name(mark, held)
    meant = [value for value in held if value.blob == blob] or [value for value in held if blob in value.blobs]
    first = meant[0]
    if any((value.path, value.key, value.blob) != (first.path, first.key, first.blob) for value in meant):
        brought = listed({value.blob for value in meant})
        raise StopgapError(
            f"--mark '{mark.named}': blob {blob[:SHOWN]} has several values of it: name the blob that brought one: {brought}"
        )
    return Marked(Entry(first.path, first.key, first.blob, mark.state, today, reason, first.first.commit), tuple(meant))


def superseded(found: Iterable[Marked], values: Iterable[Value]) -> set[tuple[str, str, str]]:
    """What older entries about the same values name: by any blob that holds one, but for a blob that brought another value."""
    about = {value for one in found for value in one.values}
    brought = {name for value in values for name in names(value, (value.blob,))}
    held = {name for value in about for name in names(value, value.blobs)}
    return (held - brought) | {name for value in about for name in names(value, (value.blob,))}


def names(value: Value, blobs: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The names that entries about a value can have, by these blobs."""
    return ((path, value.key, blob) for blob in blobs for path in {value.path, *value.paths})


def readings(named: str) -> Iterator[tuple[str, str]]:
    """Every path and key that PATH:KEY could mean, also with the path as reports print it; the last colon parts them most likely."""
    end = len(named)
    while (end := named.rfind(":", 0, end)) > 0:
        path, key = named[:end].removeprefix("./"), named[end + 1 :]
        yield path, key
        if (plain := unescaped(path)) is not None:
            yield plain, key


def full_name(mark: Mark, held: Sequence[Value]) -> str:
    """The one blob that begins so, among those that hold a value of this name."""
    blobs = {blob for value in held for blob in (value.blob, *value.blobs)}
    fitting = {blob for blob in blobs if blob.startswith(mark.blob)}
    if len(fitting) == 1:
        return fitting.pop()
    if fitting:
        raise StopgapError(f"--mark '{mark.named}': {mark.blob} is the beginning of {len(fitting)} blobs: {listed(fitting)}")
    brought = listed({value.blob for value in held})
    raise StopgapError(f"--mark '{mark.named}': no value of it stands in a blob {mark.blob}; those that brought one: {brought}")


def unknown(mark: Mark, by_name: Collection[tuple[str, str]]) -> str:
    """What to say of a name that the audit has not found."""
    paths = {path for path, _ in by_name}
    for path, key in readings(mark.named):
        if path in paths:
            return f"the history of '{path}' has no key '{key}'{nearest(key, {name for where, name in by_name if where == path})}"
    path = mark.named.rpartition(":")[0]
    return f"the history that was looked at has no value in '{path}'{nearest(path, paths)}"


def listed(blobs: Collection[str]) -> str:
    """Some of the blobs by their full names: a beginning of one could fit two."""
    more = len(blobs) - LISTED
    return ", ".join(sorted(blobs)[:LISTED]) + (f" and {more} more" if more > 0 else "")


def said(one: Marked) -> Iterator[str]:
    """What was written, and what is odd about it: a line each."""
    yield f"marked {one.entry.label()} as {one.entry.state}"
    if len(one.values) > 1:
        yield f"{one.entry.label()}: {len(one.values)} values of it came with that blob; the entry is for all of them"
    places = dict.fromkeys(place for value in one.values if value.use == "in-use" for place in value.used)
    if one.entry.state in CLAIMS and any(value.use == "in-use" for value in one.values):
        where = f" ({', '.join(places)})" if places else ""
        yield f"{one.entry.label()}: the same value is still in use here{where}: the audit fails until another stands there"
