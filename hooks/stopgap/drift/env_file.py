"""Dotenv files and their templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..deploy.yamls import Unreadable
from ..detect import dotenv
from .setting import Raw

# A setting that is switched off, or only told of: `# SENTRY_DSN=`.
COMMENTED = re.compile(r"^[ \t]{0,80}#[#! \t]{0,80}(?:export[ \t]{1,9})?(?P<key>[A-Za-z_]\w{1,99})[ \t]{0,9}[=:]", re.MULTILINE)


def read(path: str, text: str) -> Iterator[Raw]:
    """Each key once, with the value that the file gives it last: that is the one which counts. Raises Unreadable for binary data."""
    data = text.encode("utf-8", "surrogateescape")
    if "\0" in text[:1024] and not dotenv.decoded(data):
        raise Unreadable("it is binary")
    last: dict[str, Raw] = {}
    for one in dotenv.settings(data):
        last[one.key] = Raw(one.key, one.value, one.line)
    yield from last.values()


def commented(text: str) -> Iterator[str]:
    """Keys that a comment names."""
    for found in COMMENTED.finditer(text):
        yield found["key"]
