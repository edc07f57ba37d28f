"""`.stopgap-allow.toml`: findings that the repository allows, by value and never by line, each with a reason.

An entry names a rule and a path (a glob as in .gitignore, from the repository's root) and one of
- `hash`: a salted hash of the value, which another value in the same place does not have;
- `key`: the name the value is assigned to, for a value so weak that its hash would give it away (strength.py), or for none;
- neither, for findings that have no value, such as a config file that is tracked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import files, globs
from ..model import INSIDE, StopgapError
from .strength import is_strong

if TYPE_CHECKING:
    from datetime import date

NAME = ".stopgap-allow.toml"
FIELDS = ("rule", "path", "key", "hash", "reason", "expires")  # in the order they are written
HEADER = "# Findings that this repository allows. Written by `stopgap allow`; comments in here are not kept.\n"
SALT_BYTES, DIGEST_BYTES = 8, 16


class Entry(NamedTuple):
    """One block of the file. `key` is None where the entry names none; "" is a value that is assigned to no name.

    `expires` is the last day on which it counts.
    """

    rule: str
    path: str
    key: str | None = None
    hash: str = ""
    reason: str = ""
    expires: date | None = None

    def label(self) -> str:
        """How messages name it: there are no line numbers to go by."""
        return f"{self.rule} in {self.path!a}" + (f" ({self.key!a})" if self.key else "")


class Allowlist:
    """The entries, and which of them were used. One object for a run: what it has not seen used by the end is stale."""

    def __init__(self, entries: Iterable[Entry], where: str = NAME) -> None:
        self.where = where
        self.entries = tuple(entries)
        self.used: set[Entry] = set()
        self._by_rule: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_rule.setdefault(entry.rule, []).append(entry)

    def covers(self, rule: str, path: str, key: str, value: bytes | None, today: date) -> bool:
        """Whether an entry that has not expired allows this finding. `value` is None for a finding without one.

        Every entry that fits is noted as used, an expired one too: it is reported as expired, not as stale.
        """
        fitting = [entry for entry in self._by_rule.get(rule, ()) if fits(entry, key, value) and globs.matches(entry.path, path)]
        self.used.update(fitting)
        return any(not is_expired(entry, today) for entry in fitting)

    def stale(self, scanned_paths: Collection[str], today: date, everything: bool = False) -> list[str]:
        """A line for each entry that nothing needed: it was not used, though what it covers was scanned whole.

        `scanned_paths`: the paths that were scanned whole. `everything`: they are all that the repository has, so an entry
        for a file that is gone is stale too.
        """
        left = [entry for entry in self.entries if INSIDE not in entry.path]  # in archives one looks only where that is asked for
        unused = [entry for entry in left if entry not in self.used and not is_expired(entry, today)]
        return [
            f"{self.where}: stale: {entry.label()} matched nothing; remove it"
            for entry in unused
            if everything or any(globs.matches(entry.path, path) for path in scanned_paths)
        ]

    def expired(self, today: date) -> list[str]:
        """A line for each entry whose last day is over."""
        return [
            f"{self.where}: expired on {entry.expires}: {entry.label()}; fix the finding, or allow it anew with a reason"
            for entry in self.entries
            if is_expired(entry, today)
        ]


def fits(entry: Entry, key: str, value: bytes | None) -> bool:
    """Whether the entry is about this value, or this key. A strong value under an allowed key is a new secret."""
    if entry.hash:
        return value is not None and digest(value, entry.hash.partition(":")[0]) == entry.hash
    if entry.key is not None:
        return entry.key == key and (value is None or not is_strong(value))
    return value is None


def is_expired(entry: Entry, today: date) -> bool:
    """Whether the entry's last day lies before `today`."""
    return entry.expires is not None and entry.expires < today


def entry_for(
    rule: str, path: str, key: str, value: bytes | None, reason: str, expires: date | None = None, salt: bytes | None = None
) -> Entry:
    """The entry that allows one finding, and no other value. Raises StopgapError where there is no reason."""
    reason = one_line(reason)
    if not reason:
        raise StopgapError("allowing a finding needs a reason")
    entry = Entry(rule, globs.literal(path), None, "", reason, expires)
    if value is None:
        return entry._replace(key=key or None)
    if not is_strong(value):
        return entry._replace(key=key)
    if salt is None:
        import os

        salt = os.urandom(SALT_BYTES)
    return entry._replace(hash=digest(value, salt.hex()))


def digest(value: bytes, salt: str) -> str:
    """`SALT:DIGEST` in hexadecimal: HMAC-SHA-256 of the value under the salt, its first 128 bits."""
    import hashlib
    import hmac

    return f"{salt}:{hmac.digest(bytes.fromhex(salt), value, hashlib.sha256)[:DIGEST_BYTES].hex()}"


def one_line(reason: str) -> str:
    """A reason as it can be written: one line, "" where it says nothing."""
    line = " ".join(reason.encode("utf-8", "replace").decode("utf-8").split())
    return line if any(character.isalnum() for character in line) else ""


def dump(entries: Iterable[Entry]) -> str:
    """The file's text: the same for the same entries in any order, each once, so that branches merge and moves are quiet."""
    blocks = sorted(
        {block(entry): (entry.path, entry.rule, entry.key or "", entry.hash) for entry in entries}.items(), key=lambda pair: pair[::-1]
    )
    return "\n".join((HEADER, *(text for text, _ in blocks)))


def block(entry: Entry) -> str:
    """One entry as TOML. An absent field has no line."""
    lines = ["[[allow]]"]
    for name, value in zip(FIELDS, (entry.rule, entry.path, entry.key, entry.hash or None, entry.reason, entry.expires), strict=True):
        if value is not None:
            lines.append(f"{name} = {quoted(value) if isinstance(value, str) else value.isoformat()}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, but DEL is not left bare there."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").encode("utf-8", "replace").decode("utf-8")


def parse(text: bytes, where: str = NAME, known_rules: Collection[str] | None = None) -> tuple[Entry, ...]:
    """The entries of the file. Raises StopgapError that names the file and the entry, and no value."""
    table = load(text, where)
    for key in table:
        if key != "allow":
            raise StopgapError(f"{where}: unknown key {key!a}; every entry is a block that begins with [[allow]]")
    blocks = table.get("allow", [])
    if not isinstance(blocks, list) or not all(isinstance(item, dict) for item in blocks):
        raise StopgapError(f"{where}: every entry is a block that begins with [[allow]]")
    return tuple(read(item, f"{where}: entry {number}", known_rules) for number, item in enumerate(blocks, 1))


def load(text: bytes, where: str) -> dict[str, Any]:
    """The TOML as a table. Messages give the place and never quote the text."""
    if text.startswith((b"<<<<<<< ", b"=======\n", b">>>>>>> ")) or b"\n<<<<<<< " in text or b"\n>>>>>>> " in text:
        raise StopgapError(f"{where}: a merge conflict is not resolved: keep the entries of both sides, each a whole block")
    return files.toml(text, where)


def read(item: dict[str, Any], where: str, known_rules: Collection[str] | None) -> Entry:
    """One block as an entry. Raises StopgapError for what is missing, unknown or of the wrong kind."""
    for name, value in item.items():
        if name not in FIELDS:
            raise StopgapError(f"{where}: unknown key {name!a}{nearest(name, FIELDS)}")
        if name != "expires" and not isinstance(value, str):
            raise StopgapError(f"{where}: {name} is a string")
    rule, path = item.get("rule", ""), item.get("path", "")
    if not rule or not path:
        raise StopgapError(f"{where}: rule and path are required")
    where = f"{where} ({rule!a})"
    if known_rules is not None and rule not in known_rules:
        raise StopgapError(f"{where}: unknown rule{nearest(rule, known_rules)}")
    if problem := globs.problem(path):
        raise StopgapError(f"{where}: bad glob {path!a}: {problem}")
    if not one_line(item.get("reason", "")):
        raise StopgapError(f"{where}: a reason is required")
    if "hash" in item and "key" in item:
        raise StopgapError(f"{where}: hash or key, not both")
    if "hash" in item and not is_digest(item["hash"]):
        raise StopgapError(f"{where}: hash is SALT:DIGEST in hexadecimal, as `stopgap allow` writes it")
    return Entry(rule, path, item.get("key"), item.get("hash", ""), one_line(item["reason"]), day(item.get("expires"), where))


def day(value: object, where: str) -> date | None:
    """A TOML date, or none. Raises StopgapError for a string or a date with a time."""
    from datetime import date, datetime

    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise StopgapError(f"{where}: expires is a date without quotes, such as 2031-01-31")


def is_digest(text: str) -> bool:
    """Whether `text` has the form that `digest` gives, with a salt of any length from 8 bytes."""
    salt, colon, rest = text.partition(":")
    whole = set(salt + rest) <= set("0123456789abcdef")
    return bool(colon) and whole and len(salt) >= 2 * SALT_BYTES and len(salt) % 2 == 0 and len(rest) == 2 * DIGEST_BYTES


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for a name that nothing knows, "" where nothing is near."""
    import difflib

    near: Sequence[str] = difflib.get_close_matches(name, list(known), 1, 0.4)
    return f"; did you mean {near[0]!r}?" if near else ""
