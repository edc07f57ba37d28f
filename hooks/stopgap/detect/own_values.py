"""A developer's own secrets: the values of the env files that git does not track, looked for verbatim in what git is about to take."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import NamedTuple

from . import dotenv, filters

LONGEST = 4096


class OwnValue(NamedTuple):
    """One secret of an untracked env file: where it came from, and the byte strings that would give it away."""

    key: str
    path: str
    needles: tuple[bytes, ...]


def own_values(path: str, data: bytes) -> list[OwnValue]:
    """The secrets of one env file that are worth looking for (see filters.is_own_value)."""
    found = []
    for setting in dotenv.settings(data):
        if len(setting.value) <= LONGEST and filters.is_own_value(setting.key, setting.value):
            found.append(OwnValue(setting.key, path, tuple(spellings(setting.value))))
    return found


def spellings(value: str) -> Iterable[bytes]:
    """The value as it is, URL-encoded, JSON-escaped, and in base64 wherever in a text it may begin."""
    from json import dumps
    from urllib.parse import quote, quote_plus

    raw = value.encode("utf-8", "surrogateescape")
    texts = [
        raw,
        quote(raw, safe="").encode(),
        quote_plus(raw).encode(),
        dumps(value)[1:-1].encode(),
        dumps(value, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape"),
    ]
    return dict.fromkeys([*texts, *in_base64(raw)])


def in_base64(raw: bytes) -> list[bytes]:
    """The characters that the value must give in base64, for each of the three places in a group where it may start."""
    found = []
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + raw)
        first = (8 * shift + 5) // 6  # the first character that only the value's bits make
        last = (8 * (shift + len(raw))) // 6
        if last - first >= 12:
            found += [encoded[first:last], encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))]
    return found
