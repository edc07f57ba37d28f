"""What a value is, asked once where it is read, so that nothing behind it needs the value itself."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import os
import re
from hashlib import blake2b

from ..detect import credentials, filters, keys, pair_caps
from .setting import Nature, Reach

KEY = os.urandom(32)  # of this run: a digest says nothing to anybody else
LONGEST = 1 << 16
AUTHORITY = re.compile(r"(?i)[a-z][a-z0-9+.:-]{1,30}://(?:[^@/?#\s]{0,300}@)?(?P<host>\[[0-9a-f:.]{2,45}\]|[^:/?#,\s\[\]]{0,255})")
PLAIN = re.compile(r"(?P<host>[A-Za-z0-9](?:[\w.-]{0,253}[A-Za-z0-9])?)(?::\d{1,5})?/?\Z")
NAMED = re.compile(r"(?i)(?:^|[;\s])(?:server|data source|addr|host|hostname)\s?=\s?(?:tcp:)?(?P<host>[\w.-]{1,255})")
NUMBER = re.compile(r"\d+\Z")
LOOPBACK = re.compile(
    r"(?i)(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?|host\.docker\.internal|.*\.localhost|.*\.local|.*\.test)\Z"
)
SAMPLES = frozenset("test tests testing dev development local secret password pass passwd pw pwd demo mock dummy fake".split())
SAMPLE_WORDS = (
    SAMPLES | pair_caps.DEFAULTS | {"key", "token", "my", "db", "app", "api", "user", "the", "super", "insecure", "ci", "django", "jwt"}
)


def is_literal(key: str, value: str, nature: Nature) -> bool:
    """Whether the text under this key is a value, and not a gap to be filled, a reference, or encrypted."""
    if not value.strip() or len(value) > LONGEST:
        return False
    if nature == "secret":
        return filters.is_env_secret(key, value) or (
            is_url(value) and not filters.is_placeholder(value) and not filters.is_reference(value)
        )
    if nature == "own" and not filters.is_reference(value):
        return True  # the project asks for it: `on` and `off` are values too
    return not (filters.is_placeholder(value) or filters.is_reference(value) or filters.is_encrypted(value))


def is_url(value: str) -> bool:
    """Whether it names a host by a scheme."""
    return AUTHORITY.match(value) is not None


def nature_with(nature: Nature, value: str) -> Nature:
    """A connection with a password in it is a secret."""
    return "secret" if nature == "connection" and filters.password_inside(value) else nature


def digest(value: str, nature: Nature) -> bytes:
    """Equal for equal values. A slash at the end of an address changes nothing."""
    same = value.strip()
    if nature == "connection" or is_url(same):
        same = same.rstrip("/")
    return blake2b(same.encode("utf-8", "surrogateescape"), key=KEY, digest_size=16).digest()


def reach(value: str, nature: Nature) -> Reach:
    """Where a connection leads, "" for what names no host, such as a port; a password alone may look like a host's name and is none."""
    text = value.strip()[:2048]
    bare = None if nature == "secret" or NUMBER.match(text) else PLAIN.match(text)
    found = AUTHORITY.match(text) or bare or NAMED.search(text)
    host = found["host"] if found else ""
    if not host:
        return ""
    if LOOPBACK.match(host):
        return "loopback"
    return "remote" if "." in host else "label"


def is_sample(value: str, weak: bool = False) -> bool:
    """`postgres`, `test-secret`: what everybody writes where no secret is needed. `weak`: whatever is made of words is a sample there."""
    text = value.strip()
    inside = filters.password_inside(text)
    text = inside if inside is not None else text
    parts = keys.words(text)
    if parts and all(part in SAMPLE_WORDS or part.isdigit() for part in parts):
        return True
    return weak and credentials.is_weak(text)
