"""Texts in base64, and whether one is a sample: the JSON Web Tokens of documentation and tests."""

from __future__ import annotations

from . import filters
from .words import is_words

# Claims that a server asks for: a token that has one was made by something in use.
TELLING = frozenset(("iss", "exp", "aud", "jti", "nbf", "role", "roles", "scope", "scp", "ref", "azp", "email", "sid"))
FEW = 1000  # a number below it is no id of anything in use
URL_SAFE = bytes.maketrans(b"-_", b"+/")


def decoded(data: bytes, encoding: str = "utf-8") -> str | None:
    """The text that `data` is in base64, of either alphabet, padded or not. None: it is none, or no text in this encoding."""
    from base64 import b64decode

    bare = data.rstrip(b"=").translate(URL_SAFE)
    try:
        return b64decode(bare + b"=" * (-len(bare) % 4), validate=True).decode(encoding)
    except ValueError:
        return None


def is_sample_jwt(token: bytes) -> bool:
    """The token of jwt.io, `{"sub": "foo"}`: a payload of words, with no claim that a server would ask for."""
    payload = claims(token)
    if payload is None:
        return False
    if payload.get("name") == "John Doe" or payload.get("sub") == "1234567890":
        return True
    said = [value for name, value in payload.items() if name != "iat"]
    return TELLING.isdisjoint(payload) and len(said) <= 3 and all(map(tells_nothing, said))


def is_public_jwt(token: bytes) -> bool:
    """Supabase's key of the role `anon`, which stands in every page. https://supabase.com/docs/guides/api/api-keys"""
    payload = claims(token)
    return payload is not None and payload.get("role") == "anon" and str(payload.get("iss", "")).startswith("supabase")


def claims(token: bytes) -> dict[str, object] | None:
    """The payload of a JSON Web Token. None: it is none, or not signed as one is."""
    import json

    parts = token.split(b".")
    if len(parts) != 3 or not token.startswith(b"eyJ"):
        return None
    try:
        payload = json.loads(decoded(parts[1]) or "")
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def tells_nothing(value: object) -> bool:
    """`foo`, `bob`, `username:bob`, 3."""
    if not isinstance(value, str):
        return isinstance(value, int) and abs(value) < FEW
    return is_words(value) or filters.is_placeholder(value)
