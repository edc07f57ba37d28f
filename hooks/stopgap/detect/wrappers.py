"""Calls that hand on the text that they are given: `new String("…")`, `Some("…")`, `base64.b64decode("…")`."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re

from . import keys

WRAPPER = re.compile(rb"(?:new[ \t]{1,4})?(?P<name>[A-Za-z_@][\w.:<>*&\[\]]{0,50}[!]?)[ \t]?\([ \t]{0,8}(?:\r?\n[ \t]{0,60})?")
# Words of the names of functions that give back what they are given, in another type or coding.
HANDS_ON = frozenset(
    "b base new some just ok optional of secret secrets str secure string text bytes byte array bytearray unhexlify hexlify fromhex hex "
    "b64decode b64encode base64 64 b64 decode encode encoding buffer from binascii std sp ptr pointer to aws utf8 utf 8 ascii unicode "
    "raw value sanitized nonnull data with null proto wrapperspb literal plain char chars view url urlencode escape quote trim strip "
    "const cast protobuf field val lazy shared static final sensitive strdup cstring ns equal eq exactly".split()
)


def wrapped(data: bytes, at: int) -> int:
    """Where the argument begins, if `at` is a call that hands a text on: `new String(`, `Some(`, `base64.b64decode(`; else `at`."""
    for _ in range(3):
        match = WRAPPER.match(data, at)
        if match is None or not hands_on(match["name"]):
            break
        at = match.end()
    return at


def hands_on(name: bytes) -> bool:
    """`[]byte`, `base64Decode`, `aws.String`; not `getenv`, `decrypt`."""
    parts = keys.words(name.decode("ascii", "replace"))
    return bool(parts) and HANDS_ON.issuperset(parts)
