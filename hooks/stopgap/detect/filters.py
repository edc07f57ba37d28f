"""What a value is, by itself: a placeholder, a reference, a hash, a path, a secret of an env file. One predicate, one question.

Values come as read, without their quotes. Where they stand is `assignments`' business, what they are worth there `judgement`'s.
"""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import math
import re
from itertools import pairwise

from . import keys, mixed, sequences
from .words import is_words

LONGEST = 1024
JOINED = re.compile(r"[-_]")
TEMPLATED = re.compile(r"<[A-Za-z_][\w :.-]{1,40}>")  # `sk_live_<your key>`
MASK = re.compile(r"x{4}|X{4}|\*{3}|\.{3}|…|•{2}|#{4}|\?{3}|X-X-X|x-x-x")
BRACKETED = re.compile(r"<[^<>]{0,200}>|\[[^\[\]]{0,200}\]|\(\([^()]{0,200}\)\)", re.DOTALL)
REFERENCE = re.compile(
    r"""
      [$%\#@]?\{\{?                             # ${VAR} {{ x }} #{x} {name}
    | \$\(? [A-Za-z_] [\w.:\->\[\]'"(){}]* \)? \Z # $VAR $(cmd) $user->name
    | \$\( | `[^`]{1,200}`                    # $(cmd arg) `cmd`
    | % [A-Za-z_]\w* % | %\([\w.]+\)s | %env\(   # %VAR% %(name)s
    | % [sdvqr@] \Z
    | <% | <\? | @@?[A-Za-z_][\w.]*@@?\Z | __\w+__\Z | \[\[
    | (?:os\.(?:environ|getenv)|process\.env|import\.meta\.env|ENV\[|env[(.]|System\.getenv|getenv|(?:secrets|vars?|local|data|module)\.)
    """,
    re.VERBOSE,
)
EMBEDDED = re.compile(r"\$\{[^{}]{1,100}\}|\{\{[^{}]{1,100}\}\}|#\{[^{}]{1,100}\}|\$\([^()]{1,200}\)|<%=?[^%]{1,100}%>|%\([\w.]{1,60}\)s")
PAIRED = {"(": ")", "[": "]", "{": "}"}
STORED = re.compile(
    r"(?i)(?:op|vault|awssm|ssm|gcp-?sm|sm|akv|keyvault|bw|bws|doppler|infisical|env|file|secret|keychain|keyring|pass|aws-sm|azkv|ref\+\w{1,20})"
    r":/{0,2}[\w./#:\-]{2,}\Z(?<![=])|arn:aws[\w-]*:(?:secretsmanager|ssm|kms):|/run/secrets/|projects/[\w-]{1,60}/secrets/|@microsoft\.keyvault\("
)
ENCRYPTED = re.compile(
    r"ENC\[AES256_GCM,|NACL\[|-----BEGIN PGP MESSAGE|AgB[A-Za-z0-9+/]{300}|encrypted:[A-Za-z0-9+/=]{20}|ENC\([A-Za-z0-9+/=]{8,}\)\Z"
    r"|\{cipher\}|\$ANSIBLE_VAULT;|age1[a-z0-9]{50}|vault:v\d+:|AQICAH"
)
HASHED = re.compile(
    r"\$(?:2[abxy]?|argon2(?:id|i|d)|[1-9]|apr1|y|pbkdf2[\w-]{0,12}|scrypt)\$|(?:pbkdf2|bcrypt|argon2|scrypt|sha\d{1,3}|md5)[\w]{0,10}\$"
    r"|\{(?:S?SHA\d{0,3}|S?MD5|CRYPT|PBKDF2|SMD5|x-\w{1,12})\}|(?i:sha(?:1|224|256|384|512)|md5)[-:=][A-Za-z0-9+/=]{22}|md5[0-9a-f]{32}\Z|SCRAM-SHA-"
)
FILLER = frozenset(
    "changeme change changethis changeit replaceme replace replacethis todo fixme example placeholder redacted removed dummy "
    "fake insert sample your yours placehold snip censored hidden masked sanitized scrubbed lorem ipsum fillme fill enter deadbeef "
    "foobar foobarbaz notreal notasecret noneset unset invalid empty blank".split()
)
# Parts, between signs, of values that are made to be refused: `sk_live_too_short`, `bad-token`, `invalid_token_xyz`.
SAID = frozenset("bad wrong bogus short long invalid nonexistent malformed truncated incorrect unauthorized expired revoked fake".split())
PARTS = re.compile(r"[-_.:/ ]")
NOTHING = frozenset(
    "none null nil tbd tba undefined true false yes no on off n/a na nan default unknown any auto - -- ? ~ optional required string str "
    "int bool".split()
)
METASYNTACTIC = frozenset("foo bar baz qux quux spam ham eggs foobar foobaz barbaz barz bazquux fnord snafu xyzzy plugh frotz".split())
PLACEHOLDER_START = re.compile(
    r"(?i)(?:your|my-?your|enter|insert|put|paste|replace|change|add|set|fill)[-_ .]?"
    r"(?:your|me|this|my|the|it|here|in|own|with|real|actual|a)(?![a-z0-9]{3}[a-z0-9]*[0-9])"
)
EXAMPLE_HOST = re.compile(r"(?i)(?:^|[@./])example\.(?:com|org|net|edu|test)\b|\.(?:example|invalid)\b")
# Amazon's documentation pair ends so; other vendors copied the habit.
SAMPLE = re.compile(
    r"EXAMPLE|(?i:example(?:key)?\Z|deadbeef|cafebabe|badc0ffee|^example|[-_.]example[-_.]|^[a-z-]{0,20}(?:fake|dummy|placeholder|redacted))"
)
URL = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://")
URL_PASSWORD = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://[^/\s:@]{0,100}:([^/\s@]{1,200})@")
CONNECTION = re.compile(r"[\w.-]{1,60}:([^\s@/:]{1,100})@(?:\w{1,8}\(|[\w-])")
SETTING = re.compile(r"(?i)(?:^|;)\s?(?:password|pwd|accountkey|sharedaccesskey)\s?=\s?([^;]{1,200})")
PATH = re.compile(
    r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[\w.@ ~+-]{1,80}[/\\]){0,30}[\w.@ ~+-]{0,80}\Z"
    r"|(?:[\w@-][\w.@-]{0,80}/){2,}[\w.@-]{1,80}\.\w{1,5}\Z"
    r"|[\w./-]{1,120}\.(?:pem|key|crt|json|txt|ya?ml|p12|jks|pfx|env|cfg|conf|ini|html?|js|py|rb|php|tar|gz|zip|jar|war|log|csv|xml|md)\Z"
)
# The first bytes of a public key: of SSH's (RFC 4253), and of SubjectPublicKeyInfo (RFC 5280) in DER; and of a certificate.
PUBLIC_KEY = re.compile(
    r"(?:ssh-\w+ |ecdsa-\S+ )?AAAA[A-Z][23]|M(?:FkwEwYHKoZIzj0|HYwEAYHKoZIzj0|CowBQYDK2V|I[GI][A-Za-z0-9+/]{1,3}MA0GCSqGSIb3DQEBAQUAA4)"
    r"|MII[CDEFGH][A-Za-z0-9+/]{2}CCA"
)
# `UUID=…`, `fingerprint=…`, `aws:s3:arn`, `package-1.0.1-1:1.0.1-1`: they say what they are.
SAID_ITSELF = re.compile(
    r"(?i)x-[a-z]{2,20}-[a-z-]{2,40}\Z|(?:uuid|partuuid|label|fingerprint|sha1|sha256|md5)=|(?:[a-z]+[a-z0-9*-]*:){2,5}[a-z*]+\Z|[a-z-]+-\d+(?:\.\d+){1,3}[-:\w.]*\Z"
)
NUMBER = re.compile(r"[-+]?[0-9][0-9_,.]*(?:e[-+]?\d+|[a-z]{1,3})?%?\Z|0x[0-9a-fA-F]{1,8}\Z")
UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?\Z")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\Z")
HOST = re.compile(
    r"(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61})\.){1,8}[a-zA-Z]{2,18}(?::\d{1,5})?\Z"
    r"|localhost(?::\d{1,5})?\Z|\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|/\d{1,2})?\Z"
)
VERSION = re.compile(r"[v^~=<>]{0,2}\d+(?:\.\d+){1,3}(?:[-+.]?[a-z]{1,6}[.\d]{0,6})?\Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?\Z|\d{1,2}[./]\d{1,2}[./]\d{2,4}\Z")


def is_placeholder(value: str) -> bool:
    """`<token>`, `xxxxxxxx`, `changeme`, `your-key-here`: nobody can log in with these."""
    text = value.strip().strip("\"'")[:LONGEST]
    low = text.lower()
    if low in NOTHING or low in METASYNTACTIC or JOINED.sub("", low) in FILLER or has_one_character(text):
        return True
    if BRACKETED.fullmatch(text) or TEMPLATED.search(text) or MASK.search(text) or SAMPLE.search(text) or EXAMPLE_HOST.search(text):
        return True
    if PLACEHOLDER_START.match(text) or not FILLER.isdisjoint(keys.words(text)) or not SAID.isdisjoint(PARTS.split(low)):
        return True
    return sequences.is_sequence(text)


def has_one_character(text: str) -> bool:
    """An empty text, `--------`, `aaaa`, and the UUID of noughts; `1111` is a weak password."""
    left = JOINED.sub("", text)
    return len(set(left)) < 2 and (not text.isdigit() or len(text) > 8)


def is_balanced(text: str) -> bool:
    """Whether every bracket that opens is closed by its like, in order, as in code and templates; a password may have any sign anywhere."""
    opened = []
    for sign in text:
        if sign in PAIRED:
            opened.append(PAIRED[sign])
        elif sign in PAIRED.values() and (not opened or opened.pop() != sign):
            return False
    return not opened


def is_reference(value: str) -> bool:
    """`${DB_PASSWORD}`, `{{ token }}`, `op://vault/item`, `os.environ["X"]`: it says where the secret is, and is none."""
    text = value.strip().strip("\"'")[:LONGEST]
    templated = (EMBEDDED.search(text) or text.endswith("}}")) and is_balanced(text)
    return bool(templated or REFERENCE.match(text) or STORED.match(text))


def is_encrypted(value: str) -> bool:
    """`ENC[AES256_GCM,…]`, `encrypted:BEw…`, `{cipher}…`: of use to nobody without the key."""
    return ENCRYPTED.match(value.strip()) is not None


def is_hash(value: str) -> bool:
    """`$2b$12$…`, `sha256:…`, `{SSHA}…`: what a password is compared with, not what one logs in with."""
    return HASHED.match(value.strip()) is not None


def is_public_key_name(key: str) -> bool:
    """`STRIPE_PUBLISHABLE_KEY`: the name says that the value is no secret."""
    return keys.is_public(key)


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in map(text.count, set(text))) if size else 0.0


def is_plain(value: str) -> bool:
    """`/srv/app`, `8080`, `https://host/`, `db.host.org`, `2026-01-02`, `v1.2.3`, `me@host.org`: it is known what it is, and no secret."""
    if URL.match(value):
        return URL_PASSWORD.match(value) is None
    if PATH.match(value):
        return not mixed.is_material(value)
    return any(shape.match(value) for shape in (NUMBER, EMAIL, HOST, VERSION, DATE, PUBLIC_KEY, SAID_ITSELF))


def is_random(value: str) -> bool:
    """`f3A9kq0ZrT7bX2mN`: 16 or more characters without blank, letters and digits mixed, as a generator makes them."""
    if len(value) < 16 or not re.fullmatch(r"[A-Za-z0-9+/=_.~-]+", value) or UUID.match(value):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    return changes >= 4 and entropy(value) >= 3.0


def password_inside(value: str) -> str | None:
    """The password of a URL, of `user:hunter2@tcp(host)/db`, of `Server=db;Pwd=hunter2;`."""
    found = URL_PASSWORD.match(value) or CONNECTION.match(value) or SETTING.search(value)
    return found[1] if found else None


def is_env_secret(key: str, value: str) -> bool:
    """`DB_PASSWORD=hunter2`, also a neutral key with a random value; for dotenv and credentials files, where a weak password counts."""
    text = value.strip().strip("\"'")[:LONGEST]
    inside = password_inside(text)
    if inside is not None:
        return not is_placeholder(inside) and not is_reference(inside)
    if is_placeholder(text) or is_reference(text) or is_encrypted(text) or is_hash(text) or is_public_key_name(key):
        return False
    kind = keys.kind(key)
    if kind == "password":
        return not URL.match(text) and not PATH.match(text)
    if kind != "none":
        return len(text) >= 6 and not is_plain(text)
    return not keys.is_identifier(key) and is_random(text) and not is_plain(text)


def is_own_value(key: str, value: str) -> bool:
    """Is this value of a developer's own .env worth looking for elsewhere? Secret, 12 characters or more in a row, no words."""
    text = value.strip()
    if not is_env_secret(key, text) or tells_nothing(text):
        return False
    return any(len(part) >= 12 and not tells_nothing(part) for part in text.split())


def tells_nothing(text: str) -> bool:
    """It is known what it is, or it is made of words: one may write it by chance."""
    return is_plain(text) or is_words(text)
