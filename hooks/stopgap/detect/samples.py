"""Texts in base64, and whether one is a sample: the JSON Web Tokens of documentation and tests."""

from __future__ import annotations

from . import filters
from .words import is_words

# Claims that a server asks for: a token that has one was made by something in use.
TELLING = frozenset(("iss", "exp", "aud", "jti", "nbf", "role", "roles", "scope", "scp", "ref", "azp", "email", "sid"))
URL_SAFE = bytes.maketrans(b"-_", b"+/")


def decoded(data: bytes) -> str | None:
    """The text that `data` is in base64, of either alphabet, padded or not. None: it is none, or no text."""
    from base64 import b64decode

    bare = data.rstrip(b"=").translate(URL_SAFE)
    try:
        return b64decode(bare + b"=" * (-len(bare) % 4), validate=True).decode("utf-8")
    except ValueError:
        return None


def is_sample_jwt(token: bytes) -> bool:
    """The token of jwt.io, `{"sub": "foo"}`: a payload of words, with no claim that a server would ask for."""
    import json

    parts = token.split(b".")
    if len(parts) != 3 or not token.startswith(b"eyJ"):
        return False
    try:
        payload = json.loads(decoded(parts[1]) or "")
    except (ValueError, RecursionError):
        return False
    if not isinstance(payload, dict):
        return False
    if payload.get("name") == "John Doe" or payload.get("sub") == "1234567890":
        return True
    said = [value for name, value in payload.items() if name != "iat"]
    return TELLING.isdisjoint(payload) and len(said) <= 3 and all(isinstance(value, str) and tells_nothing(value) for value in said)


def tells_nothing(value: str) -> bool:
    """`foo`, `bob`, `username:bob`."""
    return is_words(value) or filters.is_placeholder(value)
