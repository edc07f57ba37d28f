"""`.stopgap-rotations.toml`: what became of the values that history holds. No value is in it, and no hash of one.

An entry names a value by the path and the key that it had (outside dotenv files the rule that found it) and by a blob that holds it
there: rebases change commits and leave blobs as they are, so the commit is information alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast, get_args

from ..detect.allow import load, nearest, one_line, quoted
from ..model import StopgapError
from . import Account
from .paths import escaped, unescaped

NAME = ".stopgap-rotations.toml"
BLOCK = "rotation"
FIELDS = ("path", "key", "blob", "commit", "state", "date", "reason")  # in the order they are written
STATES: tuple[Account, ...] = tuple(state for state in get_args(Account) if state)
HEADER = "# What became of the secrets that history holds. Written by `stopgap audit-history --mark`; comments in here are not kept.\n"
SHOWN = 12  # hexadecimal digits of a blob in a message


class Entry(NamedTuple):
    """One block of the file. `blob` is a full object name, and so is `commit`, which may be ""."""

    path: str
    key: str
    blob: str
    state: Account
    date: date
    reason: str
    commit: str = ""

    def names(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.path, self.key, self.blob

    def label(self) -> str:
        """How messages name it: there are no line numbers to go by."""
        return f"'{self.path}' ('{self.key}') at {self.blob[:SHOWN]}"


def parse(text: bytes, where: str = NAME) -> tuple[Entry, ...]:
    """The entries of the file. Raises StopgapError that names the file and the entry."""
    table = load(text, where)
    for key in table:
        if key != BLOCK:
            raise StopgapError(f"{where}: unknown key '{key}'; every entry is a block that begins with [[{BLOCK}]]")
    blocks = table.get(BLOCK, [])
    if not isinstance(blocks, list) or not all(isinstance(item, dict) for item in blocks):
        raise StopgapError(f"{where}: every entry is a block that begins with [[{BLOCK}]]")
    entries = tuple(read(item, f"{where}: entry {number}") for number, item in enumerate(blocks, 1))
    check_agreement(entries, where)
    return entries


def read(item: dict[str, Any], where: str) -> Entry:
    """One block as an entry. Raises StopgapError for what is missing, unknown or of the wrong kind."""
    for name, value in item.items():
        if name not in FIELDS:
            raise StopgapError(f"{where}: unknown key '{name}'{nearest(name, FIELDS)}")
        if name != "date" and not isinstance(value, str):
            raise StopgapError(f"{where}: {name} is a string")
    for name in ("path", "key"):
        if not item.get(name):
            raise StopgapError(f"{where}: path and key are required (outside dotenv files the key is the rule)")
    path = unescaped(item["path"])
    if path is None:
        raise StopgapError(f"{where}: bad escape in the path '{item['path']}': a backslash is written twice, a byte as \\xNN")
    where = f"{where} ('{item['key']}' in '{path}')"
    if item.get("state") not in STATES:
        raise StopgapError(f"{where}: {wrong_state(item.get('state', ''))}")
    for name in ("blob", "commit"):
        if name in item and not is_name(item[name]):
            raise StopgapError(f"{where}: {name} is a full object name, 40 or 64 hexadecimal digits, as --mark writes it")
    if "blob" not in item:
        raise StopgapError(f"{where}: a blob is required: it says which of the key's values is meant")
    reason = one_line(item.get("reason", ""))
    if not reason:
        raise StopgapError(f"{where}: a reason is required")
    state = cast("Account", item["state"])
    return Entry(path, item["key"], item["blob"], state, day(item.get("date"), where), reason, item.get("commit", ""))


def wrong_state(state: str) -> str:
    """What to say of a state that there is not, and of none."""
    known = ", ".join(STATES)
    return f"unknown state '{state}'{nearest(state, STATES)}; there are {known}" if state else f"a state is required: {known}"


def is_name(text: str) -> bool:
    """Whether this is an object's full name, of SHA-1 or SHA-256."""
    return len(text) in (40, 64) and set(text) <= set("0123456789abcdef")


def day(value: object, where: str) -> date:
    """A TOML date. Raises StopgapError for a string, a date with a time, and for none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise StopgapError(f"{where}: a date is required, without quotes, such as 2031-01-31")


def check_agreement(entries: Sequence[Entry], where: str) -> None:
    """Raises StopgapError for two entries that say different things of one value."""
    known: dict[tuple[str, str, str], tuple[int, Entry]] = {}
    for number, entry in enumerate(entries, 1):
        other, first = known.setdefault(entry.names(), (number, entry))
        if first.state != entry.state:
            both = f"entries {other} and {number} contradict each other"
            raise StopgapError(f"{where}: {both}: {entry.label()} is {first.state} and {entry.state}; keep one of them")


def dump(entries: Iterable[Entry]) -> str:
    """The file's text: the same for the same entries in any order, each once, so that branches merge and moves are quiet."""
    blocks = sorted({block(entry): entry.names() for entry in entries}.items(), key=lambda pair: pair[::-1])
    return "\n".join((HEADER, *(text for text, _ in blocks)))


def block(entry: Entry) -> str:
    """One entry as TOML. An absent field has no line."""
    values = (escaped(entry.path), entry.key, entry.blob, entry.commit or None, entry.state, entry.date, entry.reason)
    lines = [f"[[{BLOCK}]]"]
    for name, value in zip(FIELDS, values, strict=True):
        if value is not None:
            lines.append(f"{name} = {quoted(value) if isinstance(value, str) else value.isoformat()}")
    return "\n".join(lines) + "\n"
