"""What a keyed value is worth: no finding (`FILTERS`), an unlikely one (`DOUBTS`), or one that would have to be rotated.

Each predicate is one question with one case; the two tuples are their order. A classifier would take the place of `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from ..model import Confidence
from . import keys
from .filters import UUID, entropy, is_encrypted, is_hash, is_placeholder, is_plain, is_reference
from .samples import is_sample_jwt
from .syntax import FileKind
from .words import is_words


class Assignment(NamedTuple):
    """A value as it stands under its key.

    `operator` is what stands between them, `kind` the kind of file, `form` the syntax it was read from, `around` what stands before the
    key and behind the value: at most 120 bytes each, in lower case.
    """

    key: str
    value: str
    quoted: bool
    operator: str
    kind: FileKind
    form: str = ""
    path: str = ""
    around: bytes = b""


SAMPLE_WORDS = keys.PASSWORDS | keys.SECRETS | {"test", "tests", "testing", "unsecure", "insecure", "key", "demo", "mock", "value"}
# What a product's manual, or its image, has as the password: everyone knows them.
DEFAULTS = frozenset(
    [
        "tiger",
        "guest",
        "root",
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongo",
        "mongodb",
        "redis",
        "admin",
        "administrator",
        "minio",
        "minioadmin",
        "elastic",
        "rabbitmq",
        "keycloak",
        "grafana",
        "sonar",
        "toor",
        "user",
        "username",
        "default",
        "changeme",
    ]
)
CHOSEN = re.compile(r"([A-Za-z]{4,20})[-_@.#]?[0-9]{1,4}[!@#$*?.]{0,2}")
SHORTEST = {"password": 5, "secret": 8, "key": 12}


def is_too_short(pair: Assignment) -> bool:
    """`token: "abc"`: no machine hands out secrets of that size."""
    return len(pair.value) < SHORTEST.get(keys.kind(pair.key), 99)


def is_prose(pair: Assignment) -> bool:
    """`"password": "Enter it twice"`: a text for people."""
    return any(c.isspace() for c in pair.value) or not pair.value.isascii()


def is_expression(pair: Assignment) -> bool:
    """`password=getpass()`, `token: self.token`: code, not text."""
    return not pair.quoted and re.search(r"[()\[\]{}|*\\]|^[!&>@%-]|^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|::|->", pair.value) is not None


def is_markup(pair: Assignment) -> bool:
    """`"<b>Token</b>"`, `"a, b"`, `/^\\d+$/`, `%s:%s`: a text with signs of another language in it."""
    return re.search(r"</|/>|%[sdvq]|\{\w*\}|\\[nrtdws]|^[/^].*[/$]$|\(\)|\$\{|^[.#]\w+$|&\w+=|^\W+$", pair.value) is not None


def says_its_key(pair: Assignment) -> bool:
    """`password: password`, `access_token = "oauth_access_token"`: the name again."""
    said = set(keys.words(pair.value))
    named = keys.kind(pair.value) != "none" and re.fullmatch(r"[A-Za-z]+(?:[-_.: ][A-Za-z]+)*", pair.value) is not None
    return bool(said) and (named or said <= set(keys.words(pair.key)))


def is_identifier(pair: Assignment) -> bool:
    """`token_type = "access-token"`, `"user.password.reset"`: several words, joined as names are."""
    return (
        pair.kind in ("code", "docs") and re.fullmatch(r"[A-Za-z]+(?:[-_.:/][A-Za-z]+)+", pair.value) is not None and is_words(pair.value)
    )


def has_no_secret_key(pair: Assignment) -> bool:
    """`"author"`, `max_tokens`, `STRIPE_PUBLISHABLE_KEY`: the name promises nothing."""
    return keys.kind(pair.key) == "none" or keys.is_public(pair.key)


def opens_nothing(pair: Assignment) -> bool:
    """A placeholder, a reference, an encrypted value, or one that says what it is, such as a path."""
    return any(question(pair.value) for question in (is_placeholder, is_reference, is_encrypted, is_plain))


FILTERS: tuple[Callable[[Assignment], bool], ...] = (
    has_no_secret_key,
    is_too_short,
    is_prose,
    is_expression,
    is_markup,
    opens_nothing,
    says_its_key,
    is_identifier,
)


def longest_run(text: str) -> int:
    """How many steps of the same size (-1, 0 or 1) follow each other: `abcd` has three."""
    longest = run = last = 0
    for a, b in pairwise(text):
        step = ord(b) - ord(a)
        run = run + 1 if step == last else 1
        last = step
        longest = max(longest, run if step in (-1, 0, 1) else 0)
    return longest


def is_counted(pair: Assignment) -> bool:
    """`abcd1234`, `1a2b3c4d5e6f`, `aaaaaaaa`: typed along the keyboard or by one key."""
    low = pair.value.lower()
    apart = ("".join(filter(str.isdigit, low)), "".join(filter(str.isalpha, low)))
    if longest_run(low) >= 3 or any(longest_run(part) >= 4 for part in apart):
        return True
    return low.startswith(("abc123", "123")) or "qwert" in low or "asdf" in low or len(set(low)) <= max(3, len(low) // 6)


def is_request_id(pair: Assignment) -> bool:
    """`ClientRequestToken: <uuid>`: makes a call happen once, and opens nothing."""
    parts = keys.words(pair.key)
    return UUID.match(pair.value) is not None and not {"request", "client", "next"}.isdisjoint(parts) and parts[-1] == "token"


def is_weak(pair: Assignment) -> bool:
    """`postgres`, `hunter2`, `my_token_123`: words that somebody may log in with, and that are more often a sample."""
    named = "password" in pair.value.lower() or not SAMPLE_WORDS.isdisjoint(keys.words(pair.value))
    return is_words(pair.value) or (named and sum(map(str.isdigit, pair.value)) < 6)


def is_regular(pair: Assignment) -> bool:
    """A bare value outside of config that has no digit, an API key without one: nothing a generator would make."""
    digits = sum(c.isdigit() for c in pair.value)
    if keys.kind(pair.key) == "key":
        return digits < 2 or entropy(pair.value) < 3.0
    return digits == 0 and not pair.quoted and pair.kind in ("docs", "code")


def is_digest(pair: Assignment) -> bool:
    """A password's hash: one does not log in with it, but it can be attacked at leisure."""
    return is_hash(pair.value)


def is_sample_token(pair: Assignment) -> bool:
    """The JSON Web Token of documentation."""
    return pair.value.startswith("eyJ") and is_sample_jwt(pair.value.encode())


def is_chosen(pair: Assignment) -> bool:
    """`hunter2`, `Summer2024!`: a word with digits behind it, as people make passwords; not `password1`, `postgres123`."""
    found = CHOSEN.fullmatch(pair.value)
    if found is None or keys.kind(pair.key) != "password" or is_counted(pair):
        return False
    return found[1].lower() not in DEFAULTS and "pass" not in found[1].lower() and SAMPLE_WORDS.isdisjoint(keys.words(pair.value))


DOUBTS: tuple[Callable[[Assignment], bool], ...] = (is_digest, is_counted, is_request_id, is_weak, is_regular, is_sample_token)


def judge(pair: Assignment) -> Confidence | None:
    """None: no secret. `low`: a weak, made-up or unlikely one. `medium`: what one would have to rotate."""
    if any(question(pair) for question in FILTERS):
        return None
    return "low" if any(question(pair) for question in DOUBTS) else "medium"
