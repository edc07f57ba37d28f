"""The Authorization header's values, `Basic …` and the like, wherever they stand; and what a credential that a machine made looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import mixed
from .readings import Reading

# What an Authorization header begins with, by RFC 9110 and the services that have their own.
SCHEME = re.compile(
    rb"(?i)(?:basic|bearer|token(?:[ \t]token=\"?)?|apikey|api-key|key|jwt|oauth|ntlm|negotiate|splunk|genie_?key|digest|sso-key|bot"
    rb"|access-token|sharedkey|snowflake|private-token|pve[a-z]{2,12}|goog\w{1,12}|hmac"
    rb"|zoho-oauthtoken|klaviyo-api-key|discordbot)[ \t]{1,4}(?=[^\s]{6,2000}\Z)"
)
LOOKED_AT = 64  # bytes of a run in which a digit must stand
MATERIAL = re.compile(rb"[A-Za-z0-9+/=_.~%-]{10,}")
ALONE = re.compile(rb"[\"']?(?P<value>[A-Za-z0-9+/=_.~:-]{16,2000})(?=[\s\"'`\\<,;&)]|\Z)")
BLANK, LONGEST_TANGLE = re.compile(rb"\s"), 100  # bytes
DIGIT = re.compile(rb"[0-9]")


def credential(data: bytes, start: int, end: int, form: str) -> tuple[int, str]:
    """Where the credential begins in a value such as `Basic …`, and the form: there it is a header's. Bytes may be written as escapes."""
    if data.count(b"\\x", start, end) >= 4:
        return start, "bytes"
    found = SCHEME.match(data[start:end]) if b" " in data[start : start + 24] else None
    return (start + found.end(), "header") if found else (start, form)


def is_material(key: str, value: bytes) -> bool:
    """Sixteen characters or more in one run with a digit among them, as keys are written; ten and three digits under an `x_key`."""
    found = MATERIAL.search(value)
    if found is None:
        return BLANK.search(value) is None and mixed.is_tangled(value[:LONGEST_TANGLE].decode("utf-8", "replace"))
    run = found[0][:LOOKED_AT]
    digits = len(run) - len(run.translate(None, b"0123456789"))
    return digits > 0 and (len(run) >= 16 or (digits > 2 and len(key) > 3 and (key.lower().endswith("key") or key.startswith("oauth"))))


def alone(data: bytes, at: int) -> Iterator[Reading]:
    """What a text that begins with the scheme gives: `Bearer …`."""
    found = ALONE.match(data, at)
    if found and (DIGIT.search(found["value"]) or found["value"].endswith(b"=")):
        yield Reading(*found.span("value"), False, b" ", "header")
