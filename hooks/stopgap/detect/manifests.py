"""What a value in a Kubernetes manifest is worth: base64 in the `data` of a Secret, the login of a container registry among it.

Source: https://kubernetes.io/docs/concepts/configuration/secret/
"""

from __future__ import annotations

import re
from typing import Literal

from . import filters, keys, sequences, syntax
from .samples import decoded

Worth = Literal["as it is", "low"] | None
NEARBY = 4096  # bytes to either side in which a manifest says what it is
REST = rb"\s*(?:\s#[^\n]*)?\Z"
KIND = re.compile(rb"""(?i)["']?kind["']?:[ \t]{0,4}["']?secret["']?,?""" + REST)
DATA = re.compile(rb"""["']?data["']?:(?:[ \t]{0,4}\{)?""" + REST)
REGISTRY = re.compile(r"(?:^|\.)dockerc(?:fg|onfigjson)\Z")
SHORTEST = 8  # characters of a text
SHORTEST_BINARY = 24  # characters in base64 of what is no text: 16 bytes and more
FEWEST = 16  # different characters in that


def worth(data: bytes, at: int, key: str, secret: bytes, path: str) -> Worth:
    """What the value under a key is worth whose line begins at `at`. None: nothing opens with it, or this is no Secret."""
    if not is_secret_data(data, at):
        return None
    text = (decoded(secret) or "").strip()
    if not text:
        return "as it is" if is_binary_secret(key, secret) else None
    if REGISTRY.search(key):
        return "as it is" if holds_login(text) else None
    if len(text) < SHORTEST or not "".join(text.split()).isprintable() or "CERTIFICATE" in text or filters.is_placeholder(text):
        return None
    told = filters.is_plain(text) or keys.is_identifier(key) or keys.words(key)[-1:] == ["username"]
    if told or (filters.is_reference(text) and not text.startswith('{"')):
        return None
    from .credentials import is_weak

    return "low" if is_weak(text) and syntax.holds_samples(path) else "as it is"


def is_binary_secret(key: str, secret: bytes) -> bool:
    """Random bytes under a name that says they are secret; a ticket, a key of a cipher."""
    body = secret.rstrip(b"=").decode("ascii", "replace")
    return keys.kind(key) != "none" and len(body) >= SHORTEST_BINARY and len(set(body)) >= FEWEST and not sequences.is_mashed(body)


def holds_login(text: str) -> bool:
    """Whether a client's registry configuration (`{"auths": {"host": {"auth": …}}}`, or without `auths`) has a login in it."""
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    hosts = found.get("auths", found) if isinstance(found, dict) else None
    logins = hosts.values() if isinstance(hosts, dict) else ()
    return any(opens(login.get(name)) for login in logins if isinstance(login, dict) for name in ("auth", "password", "identitytoken"))


def opens(value: object) -> bool:
    """Whether a field of a login is filled in."""
    return isinstance(value, str) and value != "" and not filters.is_placeholder(value) and not filters.is_reference(value)


def is_secret_data(data: bytes, at: int) -> bool:
    """Whether the line stands in the `data` of something whose kind is Secret."""
    above, below = lines_above(data, at), lines_below(data, at)
    depth = indent(above[0]) if above else 0
    section = next((row for row in above if told(row) and indent(row) < depth), b"")
    if not DATA.fullmatch(section.strip()):
        return False
    depth = indent(section)
    beside = [*siblings(above[above.index(section) :], depth), *siblings(below, depth)]
    return any(KIND.fullmatch(row) for row in beside)


def siblings(rows: list[bytes], depth: int) -> list[bytes]:
    """The keys of this depth, up to where the object that they are of ends; `- kind: Secret` begins one."""
    found: list[bytes] = []
    for row in rows:
        if row.startswith(b"---"):
            break
        inner = row.lstrip(b" \t")
        item = inner.removeprefix(b"- ").lstrip(b" ")
        if told(row) and indent(row) < depth:
            return [*found, item] if item != inner and len(row) - len(item) == depth else found
        if indent(row) == depth:
            found.append(inner)
    return found


def lines_above(data: bytes, at: int) -> list[bytes]:
    """The line at `at` and those above it, the nearest first."""
    start, end = max(0, at - NEARBY), data.find(b"\n", at)
    return data[start : end if end >= 0 else len(data)].split(b"\n")[::-1]


def lines_below(data: bytes, at: int) -> list[bytes]:
    """The lines below the one at `at`."""
    return data[at : at + NEARBY].split(b"\n")[1:]


def told(row: bytes) -> bool:
    """Whether a line says anything: it is neither empty nor a comment."""
    return row.strip() != b"" and not row.lstrip().startswith(b"#")


def indent(row: bytes) -> int:
    """How far a line is indented."""
    return len(row) - len(row.lstrip(b" \t"))
