"""What a match of a rule is worth by what it holds: a password that everyone tries first, a token of the documentation, a coded value.

A rule names one of `JUDGES`; each takes the match, the secret's bytes and the file's path, and gives a confidence that replaces the rule's:
`low` for what is a sample more often than not, None for no finding, and `AS_IT_IS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..model import Confidence
from . import filters, judgement, keys, names, strength, syntax
from .samples import decoded, is_sample_jwt
from .words import is_words

if TYPE_CHECKING:
    from .rules import Rule

Verdict = Literal["as it is", "low"] | None
AS_IT_IS: Verdict = "as it is"

SHORTEST = 6
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
LOCAL = re.compile(
    rb"(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?|0\.0\.0\.0|host(?:name|spec)?|(?:my|some|your)-?_?host)(?![\w.-])"
)
ENOUGH_FOR_LOCAL = 30.0  # bits
REMOTE = re.compile(rb"(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,20}(?![\w.-])")
EXAMPLE = re.compile(rb"(?i)[\w.-]{0,200}?(?<![\w-])(?:example|test|invalid|localhost|domain|mycompany|company|foo|bar)(?![\w-])")
SETTING = (
    rb"(?:server|data source|addr(?:ess)?|host|hostname|user|user ?id|uid|username|database|databasename|initial catalog|dbname|port"
    rb"|sslmode|driver|dsn|integrated security|encrypt)\s?="
)
BEFORE = re.compile(rb"(?i)(?<![\w-])" + SETTING + rb"\s?(?:[^;\"'`=\n<>{}$\\]{1,80};\s?|[^;\"'`=\s<>{}$\\]{1,80} {1,2})\Z")
BEHIND = re.compile(rb"(?i)(?:;\s?| {1,2})" + SETTING)
SECRET_KIND = re.compile(rb"(?m)^kind:[ \t]{1,4}[\"']?Secret\b")
NEARBY = 4096  # bytes to either side in which a manifest says what it is


def confidence(rule: Rule, match: re.Match[bytes], secret: bytes, path: str) -> Confidence | None:
    """The confidence of a match of a rule that has a judge. None: it is no secret."""
    verdict = JUDGES[rule.judge](match, secret, path)
    return rule.confidence if verdict == AS_IT_IS else verdict  # type: ignore[return-value]


def password(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """`scott:tiger@localhost`: one that nobody keeps secret; in a file of credentials it counts."""
    if names.is_credentials_file(path):
        return AS_IT_IS
    value = ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), secret).decode("utf-8", "replace")
    user = match["user"].decode("utf-8", "replace") if "user" in match.re.groupindex and match["user"] else ""
    data, end = match.string, match.end()
    if LOCAL.match(data, end) and strength.bits(value.encode("utf-8", "replace")) < ENOUGH_FOR_LOCAL:
        return "low"
    if not is_weak(value, user) or (is_mixed(value) and REMOTE.match(data, end) and not EXAMPLE.match(data, end)):
        return AS_IT_IS
    return AS_IT_IS if judgement.is_chosen(pair(value)) and syntax.holds_settings(path) else "low"


def is_mixed(value: str) -> bool:
    """`BackupK3y987`: weak, and yet nothing one writes as a sample."""
    return len(value) >= 8 and any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not judgement.is_counted(pair(value))


def connection(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The password among the settings of a connection, of which one stands before it or behind it."""
    data, start = match.string, match.start()
    if not BEFORE.search(data, max(0, start - 120), start) and not BEHIND.match(data, match.end()):
        return None
    return password(match, secret, path)


def pair(value: str) -> judgement.Assignment:
    """The value as a password in quotes."""
    return judgement.Assignment("password", value, True, "=", "code")


@lru_cache(maxsize=4096)  # a match stands in several windows, and a sample in several places
def is_weak(value: str, user: str = "") -> bool:
    """`tiger`, `guest`, `secret1`, `pw`, a user's own name: what one tries first."""
    low = value.lower()
    if len(value) < SHORTEST or low in judgement.DEFAULTS or low == user.lower() or filters.is_placeholder(value):
        return True
    return is_words(value) or judgement.is_counted(pair(value))


def basic(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The `user:password` that an Authorization header holds in base64. What decodes to no text is left as it is."""
    text = decoded(secret)
    if text is None or ":" not in text:
        return "low" if is_words(secret.decode("ascii", "replace")) else AS_IT_IS
    user, _, value = text.partition(":")
    return "low" if is_weak(value, user) or (value.isalpha() and not value.isascii()) else AS_IT_IS


def netrc(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """In a .netrc every password counts."""
    return AS_IT_IS if path.rpartition("/")[2].lower() in (".netrc", "_netrc") else password(match, secret, path)


def jwt(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The token of jwt.io, `{"sub": "foo"}`."""
    return "low" if is_sample_jwt(secret) else AS_IT_IS


def manifest(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """A value in the `data` of a Kubernetes Secret: base64 of a text of 8 or more characters that opens something."""
    data, at = match.string, match.start()
    start = max(0, at - NEARBY)
    start = max(start, data.rfind(b"\n---", start, at))
    behind = data.find(b"\n---", at, at + NEARBY)
    if section(data, start, at) != b"data:" or not SECRET_KIND.search(data, start, behind if behind > 0 else at + NEARBY):
        return None
    text = (decoded(secret) or "").strip()
    if len(text) < 8 or not "".join(text.split()).isprintable() or "CERTIFICATE" in text or filters.is_placeholder(text):
        return None
    told = filters.is_plain(text) or keys.is_identifier(match["key"].decode()) or keys.words(match["key"].decode())[-1:] == ["username"]
    if told or (filters.is_reference(text) and not text.startswith('{"')):
        return None
    return "low" if is_weak(text) else AS_IT_IS


def section(data: bytes, start: int, at: int) -> bytes:
    """The nearest line above `at`, and behind `start`, that is not indented."""
    end = data.rfind(b"\n", start, at)
    while end > start:
        first = data.rfind(b"\n", start, end) + 1
        if data[first : first + 1] not in b" \t#\r\n":
            return data[first:end].rstrip()
        end = first - 1
    return b""


JUDGES: dict[str, Callable[[re.Match[bytes], bytes, str], Verdict]] = {
    "password": password,
    "connection": connection,
    "basic": basic,
    "netrc": netrc,
    "jwt": jwt,
    "manifest": manifest,
}
