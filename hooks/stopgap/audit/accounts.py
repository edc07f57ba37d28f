"""What the ledger says of each value, and which of its entries say nothing, or what is not so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from . import Value
from .ledger import NAME, Entry

Name = tuple[str, str, str]  # path, key and blob, as Entry.names() has them
CLAIMS = ("rotated", "revoked")  # states in which nothing may use the value any more


class Accounted(NamedTuple):
    """The values with what the ledger says of them, the entries that name none of them, and those that do not name one of them alone."""

    values: tuple[Value, ...]
    unmatched: tuple[Entry, ...] = ()
    doubtful: tuple[Entry, ...] = ()


def account(values: Sequence[Value], entries: Iterable[Entry]) -> Accounted:
    """Each value with its account, and the entries that account for none.

    The blob that first held a value names it; any other that holds it does so where it holds no second value of that key. So an entry
    for a secret that came later does not account for one that stood beside it before.
    """
    entries = tuple(entries)
    firsts, holders = named(values, {entry.names() for entry in entries})
    said: dict[int, list[Entry]] = {}
    unmatched, doubtful = [], []
    for entry in entries:
        meant = firsts.get(entry.names()) or holders.get(entry.names(), [])
        if not meant:
            unmatched.append(entry)
        elif len(meant) > 1 and entry.names() not in firsts:
            doubtful.append(entry)
        else:
            for number in meant:
                said.setdefault(number, []).append(entry)
    doubtful += [entry for about in said.values() if disagree(about) for entry in about]
    told = (with_account(value, said.get(number, [])) for number, value in enumerate(values))
    return Accounted(tuple(told), tuple(unmatched), tuple(dict.fromkeys(doubtful)))


def named(values: Sequence[Value], wanted: Iterable[Name]) -> tuple[dict[Name, list[int]], dict[Name, list[int]]]:
    """By each wanted name the values, as numbers, that its blob brought, and those that it holds."""
    by_blob: dict[tuple[str, str], list[Name]] = {}
    for name in wanted:
        by_blob.setdefault(name[1:], []).append(name)
    firsts: dict[Name, list[int]] = {}
    holders: dict[Name, list[int]] = {}
    for number, value in enumerate(values):
        for blob in {value.blob, *value.blobs}:
            for name in by_blob.get((value.key, blob), ()):
                if name[0] == value.path or name[0] in value.paths:
                    holders.setdefault(name, []).append(number)
                    if blob == value.blob:
                        firsts.setdefault(name, []).append(number)
    return firsts, holders


def disagree(entries: Collection[Entry]) -> bool:
    """Whether the entries about one value, by several blobs, say different things of it."""
    return len({entry.state for entry in entries}) > 1


def with_account(value: Value, entries: Sequence[Entry]) -> Value:
    """The value with what all of its entries say; unaccounted for where they say different things."""
    if not entries or disagree(entries):
        return value
    return value._replace(account=entries[0].state, reason=entries[0].reason)


def is_contradicted(value: Value) -> bool:
    """Whether the ledger says that nothing uses the value any more, and something does: the worst that an audit finds."""
    return value.account in CLAIMS and value.use == "in-use"


def is_settled(value: Value) -> bool:
    """Whether nothing is left to do about a value."""
    return value.account != "" and not is_contradicted(value)


def contradiction(value: Value) -> str:
    """What to say of a value that `is_contradicted`: the old one is still out there, and whoever reads the ledger thinks that it is not."""
    places = f" ({', '.join(value.used)})" if value.used else ""
    return f"{NAME} says that {value.key} was {value.account}, but the same value is still in use here{places}"


def notes(found: Accounted, gone: Collection[str]) -> list[str]:
    """A line for each entry that accounts for nothing, for the audit of a whole history. `gone`: blobs that git has no more."""
    lines = []
    for entry in found.unmatched:
        why = "git has that blob no more" if entry.blob in gone else "no commit that was looked at has that key in that blob at that path"
        lines.append(f"{NAME}: stale: {entry.label()}: {why}; remove the entry, or after a rewrite use --remap COMMIT-MAP")
    lines += [
        f"{NAME}: {entry.label()} does not say which value is meant, so it accounts for none: mark the values again with --mark"
        for entry in found.doubtful
    ]
    return lines
