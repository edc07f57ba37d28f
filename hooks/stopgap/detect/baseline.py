"""detect-secrets' `.secrets.baseline`, read as data: its hashes count, and nothing that it names is imported or run."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..model import StopgapError

# PowerShell 5 writes UTF-16 where a shell redirection made the file
ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
HEX = frozenset("0123456789abcdef")


class Baseline(NamedTuple):
    """The SHA-1 hashes that each path allows. Paths are repo-relative and `/`-separated."""

    hashes: Mapping[str, frozenset[str]]

    def covers(self, path: str, value: bytes) -> bool:
        """Whether the baseline holds this value for this path. A new value on an old line is not held."""
        known = self.hashes.get(path)
        if not known:
            return False
        import hashlib

        return hashlib.sha1(value, usedforsecurity=False).hexdigest() in known


class Item(NamedTuple):
    """One secret of a baseline. `is_secret` is what an audit said, None where none did; `verified`: a service took it."""

    path: str
    hash: str
    line: int
    kind: str
    is_secret: bool | None
    verified: bool


def parse(data: bytes, where: str) -> Baseline:
    """The hashes of a baseline of any version. Raises StopgapError for one that is not JSON, or of another shape."""
    hashes: dict[str, frozenset[str]] = {}
    for name, items in results(data, where).items():
        path = normal(name)
        hashes[path] = hashes.get(path, frozenset()) | hashes_of(items, f"{where}: results for {name!a}")
    return Baseline(hashes)


def items(data: bytes, where: str) -> list[Item]:
    """All that a baseline says of its secrets. Raises StopgapError as `parse`."""
    found = []
    for name, rows in results(data, where).items():
        hashes_of(rows, f"{where}: results for {name!a}")
        found += [item_of(normal(name), row) for row in rows]
    return found


def item_of(path: str, row: dict[str, Any]) -> Item:
    """One row, in which only the hash was checked; what is of another kind than it should be says nothing."""
    line, kind, said = row.get("line_number"), row.get("type"), row.get("is_secret")
    return Item(
        path,
        row["hashed_secret"],
        line if isinstance(line, int) else 0,
        kind if isinstance(kind, str) else "secret",
        said if isinstance(said, bool) else None,
        row.get("is_verified") is True,
    )


def results(data: bytes, where: str) -> dict[str, Any]:
    """The rows by path."""
    found = load(data, where).get("results")
    if not isinstance(found, dict):
        raise StopgapError(f"{where}: not a detect-secrets baseline: no table of results")
    return found


def load(data: bytes, where: str) -> dict[str, Any]:
    """The JSON object. Messages give the place and never quote the text."""
    import json

    encoding = next((name for mark, name in ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        content = json.loads(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise StopgapError(f"{where}: not {encoding} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise StopgapError(f"{where}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, a thousand open brackets
        raise StopgapError(f"{where}: not a detect-secrets baseline") from None
    if not isinstance(content, dict):
        raise StopgapError(f"{where}: not a detect-secrets baseline: no JSON object")
    return content


def hashes_of(items: object, where: str) -> frozenset[str]:
    """The hashes of one file's list. Raises StopgapError for an item without one."""
    found = [item.get("hashed_secret") if isinstance(item, dict) else None for item in items] if isinstance(items, list) else [None]
    if not all(isinstance(value, str) and len(value) == 40 and HEX.issuperset(value) for value in found):
        raise StopgapError(f"{where}: an item without a SHA-1 in hashed_secret")
    return frozenset(value for value in found if value)


def normal(path: str) -> str:
    """A path as Windows or `scan ./` wrote it, as git writes it."""
    path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path
