"""What a keyed value is, where that makes it no finding: prose, code, a name, a placeholder. One predicate, one question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import features, keys, mixed, numbers
from .filters import UUID, is_balanced, is_encrypted, is_placeholder, is_plain, is_reference
from .words import is_words

if TYPE_CHECKING:
    from .judgement import Assignment

LISTED = re.compile(r"[a-z]+(?:_[a-z]+)*")
CONSTANT = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)+")
CODE = re.compile(r"[|*\\]|^[>-]|^[!&@%](?![A-Za-z]{0,20}\d[A-Za-z\d]{0,20}$)|^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|::|->")
TEXTS = re.compile(r"(?:^|[/._-])(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages|lproj|strings)(?=[/._-]|$)")
ARN = re.compile(rb"arn:[a-z-]{1,12}:secretsmanager:[\w:-]{0,60}:")
BLANK = re.compile(r"\s")
BRACKETS = re.compile(r"[()\[\]{}]")
MARKUP = re.compile(r"^--[a-z]|&#\d+;?|\]\[|\.\$\w+|\$\w+\[|</|/>|%[sdvq]|\\[nrtdws]|^[/^].*[/$]$|\(\)|^[.#]\w+$|&\w+=|^\W+$")
FIELD = re.compile(r"\{\w*\}|\$\{")
SHORTEST = {"password": 4, "secret": 6, "key": 10, "none": 8}
MATERIAL = 16


def is_too_short(pair: Assignment) -> bool:
    """`token: "abc"`: no machine hands out secrets of that size."""
    return len(pair.value) < SHORTEST[keys.kind(pair.key)]


def is_prose(pair: Assignment) -> bool:
    """`"password": "Enter it twice"`: a text for people."""
    if BLANK.search(pair.value) is not None:
        return not (pair.form == "bytes" and numbers.is_random_row(pair.value))
    return not pair.value.isascii() and any(sign > "\x7f" and sign.isalpha() for sign in pair.value)


def is_expression(pair: Assignment) -> bool:
    """`password=getpass()`, `token: self.token`: code, not text."""
    if pair.quoted:
        return False
    if CODE.search(pair.value) is not None:
        return not mixed.is_tangled(pair.value)
    return BRACKETS.search(pair.value) is not None and (pair.kind == "code" or is_balanced(pair.value)) and not mixed.is_tangled(pair.value)


def is_markup(pair: Assignment) -> bool:
    """`"<b>Token</b>"`, `"a, b"`, `/^\\d+$/`, `%s:%s`: a text with signs of another language in it."""
    if MARKUP.search(pair.value) is not None:
        return not mixed.is_tangled(pair.value)
    return FIELD.search(pair.value) is not None and is_balanced(pair.value)


def is_in_an_arn(pair: Assignment) -> bool:
    """`arn:aws:secretsmanager:…:secret:prod/db-4f2a1b`: where the secret is kept."""
    return b"arn:" in pair.around and ARN.search(pair.around) is not None


def is_translation(pair: Assignment) -> bool:
    """`"password": "Salasana"` among an application's texts: a word of some language."""
    return TEXTS.search(pair.path.lower()) is not None and not any(map(str.isdigit, pair.value))


def says_its_key(pair: Assignment) -> bool:
    """`password: password`, `access_token = "oauth_access_token"`: the name again."""
    said = set(keys.words(pair.value))
    named = keys.kind(pair.value) != "none" and re.fullmatch(r"[A-Za-z]+(?:[-_.: ][A-Za-z]+)*", pair.value) is not None
    return bool(said) and (named or said <= set(keys.words(pair.key)))


def is_identifier(pair: Assignment) -> bool:
    """`token_type = "access-token"`, `"user.password.reset"`, `OP_AND`: several words, joined as names are."""
    if pair.kind == "code" and (CONSTANT.fullmatch(pair.value) or (pair.form == "list" and LISTED.fullmatch(pair.value))):
        return True
    return (
        pair.kind in ("code", "docs") and re.fullmatch(r"[A-Za-z]+(?:[-_.:/][A-Za-z]+)+", pair.value) is not None and is_words(pair.value)
    )


def has_no_secret_key(pair: Assignment) -> bool:
    """`"author"`, `max_tokens`, `STRIPE_PUBLISHABLE_KEY`: the name promises nothing."""
    return features.promise(pair.key) == "nothing" or keys.is_public(pair.key)


def is_no_material(pair: Assignment) -> bool:
    """`auth: "basic"`, `key = "name"`: a name that may mean anything has a secret only where the value is one of a generator."""
    promised = features.promise(pair.key)
    if promised == "hardly":
        return not (mixed.is_material(pair.value) or mixed.is_tangled(pair.value))
    if promised != "perhaps":
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
    is_in_an_arn,
    is_translation,
    says_its_key,
    is_identifier,
)
