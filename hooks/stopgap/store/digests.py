"""Values as hashes under a key of one run, which is all that is compared and handed on."""

from __future__ import annotations

import hmac
from collections.abc import Mapping


def digest(secret: bytes, value: str) -> bytes:
    """HMAC-SHA256. A lone surrogate stands for a byte that is not UTF-8, or comes from a JSON escape."""
    return hmac.digest(secret, value.encode("utf-8", "surrogatepass"), "sha256")


def digests(secret: bytes, values: Mapping[str, str]) -> dict[str, bytes]:
    """The same of each value, by its key."""
    return {key: digest(secret, value) for key, value in values.items()}
