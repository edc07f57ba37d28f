"""What a keyed value is worth: no finding (`FILTERS`), an unlikely one (`CAPS`), or what the classifier says.

Each predicate is one question with one case. Filters know what a value is, caps what it is worth at most; `classifier` weighs the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ..model import Confidence
from . import classifier, features, keys, published, sequences
from .filters import UUID, is_encrypted, is_hash, is_placeholder, is_plain, is_reference
from .samples import decoded, is_sample_jwt
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
ESCAPE, FEWEST_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}"), 8
HEADER_ALONE = re.compile(r"eyJ[A-Za-z0-9_-]+\.?=?")
CODED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
DIGEST = re.compile(r"(?:[0-9a-f]{40}|[0-9A-F]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\*[0-9A-F]{40})")  # SHA-1 and -2, and MySQL's
CONSTANT = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)+")
CHOSEN = re.compile(r"([A-Za-z]{4,20})[-_@.#]?[0-9]{1,4}[!@#$*?.]{0,2}")
SHORTEST = {"password": 4, "secret": 6, "key": 8, "none": 8}
MATERIAL = 16


def is_too_short(pair: Assignment) -> bool:
    """`token: "abc"`: no machine hands out secrets of that size."""
    return len(pair.value) < SHORTEST[keys.kind(pair.key)]


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
    """`token_type = "access-token"`, `"user.password.reset"`, `OP_AND`: several words, joined as names are."""
    if pair.kind == "code" and CONSTANT.fullmatch(pair.value):
        return True
    return (
        pair.kind in ("code", "docs") and re.fullmatch(r"[A-Za-z]+(?:[-_.:/][A-Za-z]+)+", pair.value) is not None and is_words(pair.value)
    )


def has_no_secret_key(pair: Assignment) -> bool:
    """`"author"`, `max_tokens`, `STRIPE_PUBLISHABLE_KEY`: the name promises nothing."""
    return features.promise(pair.key) == "nothing" or keys.is_public(pair.key)


def is_no_material(pair: Assignment) -> bool:
    """`auth: "basic"`, `key = "name"`: a name that may mean anything has a secret only where the value is one of a generator."""
    if features.promise(pair.key) != "perhaps":
        return False
    return len(pair.value) < MATERIAL or not any(map(str.isdigit, pair.value)) or is_words(pair.value) or UUID.match(pair.value) is not None


def opens_nothing(pair: Assignment) -> bool:
    """A placeholder, a reference, an encrypted value, or one that says what it is, such as a path."""
    return any(question(pair.value) for question in (is_placeholder, is_reference, is_encrypted, is_plain))


FILTERS: tuple[Callable[[Assignment], bool], ...] = (
    has_no_secret_key,
    is_no_material,
    is_too_short,
    is_prose,
    is_expression,
    is_markup,
    opens_nothing,
    says_its_key,
    is_identifier,
)


def is_counted(pair: Assignment) -> bool:
    """`abcd1234`, `1a2b3c4d5e6f`, `aaaaaaaa`: typed along the keyboard or by one key."""
    return sequences.is_counted(pair.value)


def is_request_id(pair: Assignment) -> bool:
    """`ClientRequestToken: <uuid>`: makes a call happen once, and opens nothing."""
    parts = keys.words(pair.key)
    return UUID.match(pair.value) is not None and not {"request", "client", "next"}.isdisjoint(parts) and parts[-1] == "token"


def is_weak(pair: Assignment) -> bool:
    """`postgres`, `hunter2`, `my_token_123`: words that somebody may log in with, and that are more often a sample."""
    named = "password" in pair.value.lower() or not SAMPLE_WORDS.isdisjoint(keys.words(pair.value))
    return is_words(pair.value) or (named and sum(map(str.isdigit, pair.value)) < 6)


def is_digest(pair: Assignment) -> bool:
    """A password's hash: one does not log in with it, but it can be attacked at leisure."""
    return is_hash(pair.value) or (keys.kind(pair.key) == "password" and DIGEST.fullmatch(pair.value) is not None)


def is_published(pair: Assignment) -> bool:
    """The token of an RFC's example, the key of an emulator: everybody has it."""
    return published.published_in(pair.value.encode("utf-8", "replace")) is not None


def is_mashed(pair: Assignment) -> bool:
    """`askfjh234as9sd8`: fingers on the home row."""
    return sequences.is_mashed(pair.value)


def is_coded_text(pair: Assignment) -> bool:
    """The base64 of a text: lines that somebody signs, a name and a password. What the text holds is found when it is decoded."""
    text = decoded(pair.value.encode()) if CODED.fullmatch(pair.value) else None
    return text is not None and len(text) >= 6 and "".join(text.split()).isprintable()


def is_sample_token(pair: Assignment) -> bool:
    """The JSON Web Token of documentation, and the header of one alone."""
    if not pair.value.startswith("eyJ"):
        return False
    return HEADER_ALONE.fullmatch(pair.value) is not None or is_sample_jwt(pair.value.encode())


def is_escaped_sample(pair: Assignment) -> bool:
    """`pa%20ssword`, `%3A%40c`: what tests of escaping are made of."""
    from urllib.parse import unquote

    if not ESCAPE.search(pair.value):
        return False
    text = unquote(pair.value)
    return is_words(text) or sum(map(str.isalnum, text)) < FEWEST_ESCAPED


def is_chosen(pair: Assignment) -> bool:
    """`hunter2`, `Summer2024!`: a word with digits behind it, as people make passwords; not `password1`, `postgres123`."""
    found = CHOSEN.fullmatch(pair.value)
    if found is None or keys.kind(pair.key) != "password" or is_counted(pair):
        return False
    return found[1].lower() not in DEFAULTS and "pass" not in found[1].lower() and SAMPLE_WORDS.isdisjoint(keys.words(pair.value))


CAPS: tuple[Callable[[Assignment], bool], ...] = (
    is_digest,
    is_request_id,
    is_published,
    is_sample_token,
    is_coded_text,
    is_escaped_sample,
    is_counted,
    is_mashed,
    is_weak,
)


def is_open(pair: Assignment) -> bool:
    """Whether neither a filter nor a cap decides, so that the classifier does."""
    return not any(question(pair) for question in (*FILTERS, *CAPS))


def judge(pair: Assignment) -> Confidence | None:
    """None: no secret. `low`: a weak, made-up or unlikely one. `medium`: what one would have to rotate."""
    if any(question(pair) for question in FILTERS):
        return None
    if any(question(pair) for question in CAPS):
        return "low"
    return "medium" if classifier.score(pair) >= 0 else "low"


def explained(pair: Assignment) -> list[tuple[str, str]]:
    """What was asked about a pair, in order, and what was said: each filter and cap, then what each feature adds to the classifier's sum.

    The answers name the value's nature and never the value.
    """
    said = []
    for kind, questions in (("filter", FILTERS), ("cap", CAPS)):
        for question in questions:
            yes = question(pair)
            said.append(
                (f"{kind}: {question.__name__.replace('_', ' ')}", ("no finding" if kind == "filter" else "low at most") if yes else "no")
            )
            if yes:
                return said
    said += [(f"feature: {name}", f"{weight / 100:+.2f}") for name, weight in classifier.contributions(pair)]
    total = classifier.score(pair)
    return [*said, ("sum, less what is asked for", f"{total:+.2f}: {'medium' if total >= 0 else 'low'}")]
