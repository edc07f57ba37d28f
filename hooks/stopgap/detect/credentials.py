"""What a match of a rule is worth by what it holds: a password that everyone tries first, a token of the documentation, a coded value.

A rule names one of `JUDGES`; each takes the match, the secret's bytes and the file's path, and gives a confidence that replaces the rule's:
`low` for what is a sample more often than not, `medium` where a checksum fails, None for no finding, and `AS_IT_IS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..model import Confidence
from . import checksums, filters, judgement, manifests, mixed, names, pair_caps, published, sequences, strength, syntax
from .samples import decoded, is_public_jwt, is_sample_jwt
from .words import is_words

if TYPE_CHECKING:
    from .rules import Rule

Verdict = Literal["as it is", "low", "medium"] | None
AS_IT_IS: Verdict = "as it is"

SHORTEST = 6
SHORTEST_SENT = 4  # in a header, which was sent: a value that is no word is what somebody logs in with
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
HOSTS = re.compile(r"@[\w.-]{1,100}(?::\d{1,5})?[;,]")
LOCAL = re.compile(
    rb"(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?|0\.0\.0\.0|host(?:name|spec)?|(?:my|some|your)-?_?host)(?![\w.-])"
)
ENOUGH_FOR_LOCAL = 30.0  # bits
REMOTE = re.compile(rb"(?:(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,20}|(?!127\.|0\.0\.)\d{1,3}(?:\.\d{1,3}){3})(?![\w.-])")
NAMED = re.compile(rb"(?i)(?!(?:my|your|some|the)[\w-])(?=[a-z]{0,40}[0-9-])[a-z0-9][a-z0-9-]{4,62}(?![\w.-])")  # `sqlprod-2`
SERVER = re.compile(rb"(?i)(?<![\w-])(?:server|data source|addr|address|host|hostname)\s?=\s?(?:tcp:)?([\w.-]{1,120})")
EXAMPLE = re.compile(rb"(?i)[\w.-]{0,200}?(?<![\w-])(?:example|test|invalid|localhost|domain|mycompany|company|foo|bar)(?![\w-])")
SETTING = (
    rb"(?:server|data source|addr(?:ess)?|host|hostname|user|user ?id|uid|username|database|databasename|initial catalog|dbname|port"
    rb"|sslmode|driver|dsn|integrated security|encrypt)\s?="
)
BEFORE = re.compile(rb"(?i)(?<![\w-])" + SETTING + rb"\s?(?:[^;\"'`=\n<>{}$\\]{1,80};\s?|[^;\"'`=\s<>{}$\\]{1,80} {1,2})\Z")
BEHIND = re.compile(rb"(?i)(?:;\s?| {1,2})" + SETTING)
DUMPS = frozenset(("sql", "psql"))
SALT = re.compile(r"\$\w{1,4}\$(?:rounds=\d{1,9}\$|\d\d\$)?([./A-Za-z0-9]{1,16})")


def confidence(rule: Rule, match: re.Match[bytes], secret: bytes, path: str) -> Confidence | None:
    """The confidence of a match of a rule that has a judge. None: it is no secret."""
    check = checksums.CHECKS.get(rule.judge)
    if check:
        return rule.confidence if rule.confidence != "high" or check(secret) else "medium"
    verdict = JUDGES[rule.judge](match, secret, path)
    if verdict == AS_IT_IS or (verdict == "medium" and rule.confidence == "low"):
        return rule.confidence
    return verdict  # type: ignore[return-value]


def password(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """`scott:tiger@localhost`: one that nobody keeps secret; in a file of credentials it counts."""
    if names.is_credentials_file(path):
        return AS_IT_IS
    value = ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), secret).decode("utf-8", "replace")
    if filters.is_reference(value):
        return None
    if HOSTS.search(value):
        value = value.partition("@")[0]  # `u1:p1@h1:26379;u2:p2@h2/`: several places, of which the first tells enough
    user = match["user"].decode("utf-8", "replace") if "user" in match.re.groupindex and match["user"] else ""
    data, end = match.string, match.end()
    if mixed.is_interleaved(value) and not is_known(value, user):
        return AS_IT_IS  # wherever it is: nobody writes such for an example
    if LOCAL.match(data, end) and strength.bits(value.encode("utf-8", "replace")) < ENOUGH_FOR_LOCAL:
        return "low"
    if not is_weak(value, user) or (is_mixed(value) and is_remote(data, end)):
        return AS_IT_IS
    return AS_IT_IS if pair_caps.is_chosen(pair(value)) and syntax.holds_settings(path) else "low"


def is_remote(data: bytes, at: int) -> bool:
    """Whether the name of a host stands there that is neither this machine nor one of the documentation's."""
    return REMOTE.match(data, at) is not None and EXAMPLE.match(data, at) is None


def is_mixed(value: str) -> bool:
    """`BackupK3y987`: weak, and yet nothing one writes as a sample."""
    return len(value) >= 8 and any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not sequences.is_counted(value)


def connection(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The password among the settings of a connection, of which one stands before it or behind it."""
    data, start = match.string, match.start()
    if not BEFORE.search(data, max(0, start - 120), start) and not BEHIND.match(data, match.end()):
        return None
    found = password(match, secret, path)
    beside = SERVER.search(data, max(0, start - 200), match.end() + 200)
    if found == "low" and beside and is_mixed(secret.decode("utf-8", "replace")):
        name, at = beside[1], beside.start(1)
        return AS_IT_IS if is_remote(name, 0) or (NAMED.fullmatch(name) and not EXAMPLE.match(data, at)) else "low"
    return found


def pair(value: str) -> judgement.Assignment:
    """The value as a password in quotes."""
    return judgement.Assignment("password", value, True, "=", "code")


@lru_cache(maxsize=4096)  # a match stands in several windows, and a sample in several places
def is_weak(value: str, user: str = "", shortest: int = SHORTEST) -> bool:
    """`tiger`, `guest`, `secret1`, `pw`, a user's own name: what one tries first."""
    if len(value) < shortest or is_known(value, user):
        return True
    if is_words(value) or sequences.is_counted(value) or sequences.is_mashed(value):
        return True
    return value.isalpha() and not value.isascii()


def is_known(value: str, user: str) -> bool:
    """`tiger`, the user's own name, a placeholder, the password of a standard's example."""
    low = value.lower()
    return (
        low in pair_caps.DEFAULTS
        or low == user.lower()
        or filters.is_placeholder(value)
        or published.published_in(value.encode("utf-8", "replace")) is not None
    )


def basic(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The `user:password` that an Authorization header holds in base64. What is no pair of these opens nothing."""
    name, colon, value = checksums.unpadded(secret).partition(b":")
    if not colon or not name.isascii():
        return "low"
    return "low" if is_weak(value.decode("utf-8", "replace"), name.decode("ascii"), SHORTEST_SENT) else AS_IT_IS


def login(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """A base64 text that may be anything: only what decodes to `user:password` is one."""
    text = decoded(secret)
    return basic(match, secret, path) if text is not None and ":" in text and text.isprintable() else None


def token(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """`sk-abc123def456…`: of a format so wide that a sample of the documentation has it too."""
    return "low" if sequences.is_counted(re.split(rb"[_-]", secret)[-1].decode("ascii", "replace")) else AS_IT_IS


def pem(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """A key that documentation shows the beginning of: its first bytes say how long it is."""
    return "low" if checksums.is_cut(secret) else AS_IT_IS


def netrc(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """In a .netrc every password counts."""
    return AS_IT_IS if path.rpartition("/")[2].lower() in (".netrc", "_netrc") else password(match, secret, path)


def jwt(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """The token of jwt.io, `{"sub": "foo"}`, and one that its server gives to every visitor; a text of three parts that is none."""
    if is_sample_jwt(secret) or is_public_jwt(secret):
        return "low"
    return AS_IT_IS if not secret.startswith(b"eyJ") or checksums.jwt(secret) else "medium"


def manifest(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """A value in the `data` of a Kubernetes Secret: base64 of something that opens something."""
    return manifests.worth(match.string, match.start(), match["key"].decode().strip("\"'"), secret, path)


def password_hash(match: re.Match[bytes], secret: bytes, path: str) -> Verdict:
    """A hash of crypt(3): to be guessed at leisure by whoever has it. `low` in code, among samples, and where the salt is typed by hand."""
    salt = SALT.match(secret.decode("utf-8", "replace"))
    made_up = salt is not None and ((is_words(salt[1]) and not salt[1].isdigit()) or sequences.is_counted(salt[1]))
    return "low" if made_up or syntax.holds_samples(path) or is_program(path) else AS_IT_IS


def is_program(path: str) -> bool:
    """Whether the file holds code, and is not a dump of a database."""
    return syntax.file_kind(path) == "code" and syntax.suffix(path) not in DUMPS


JUDGES: dict[str, Callable[[re.Match[bytes], bytes, str], Verdict]] = {
    "password": password,
    "connection": connection,
    "basic": basic,
    "login": login,
    "pem": pem,
    "netrc": netrc,
    "token": token,
    "jwt": jwt,
    "manifest": manifest,
    "password-hash": password_hash,
}
