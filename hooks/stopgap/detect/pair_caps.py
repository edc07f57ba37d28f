"""What a keyed value is worth at most: a hash, a sample, a text in base64, words; and which weak ones count. One question each."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import keys, mixed, names, numbers, published, sequences
from .filters import UUID, is_hash, is_random
from .samples import decoded, is_sample_jwt
from .syntax import holds_samples, holds_settings
from .words import is_compound, is_disguised, is_words, letters_are_words

if TYPE_CHECKING:
    from .judgement import Assignment

SAMPLE_WORDS = keys.PASSWORDS | keys.SECRETS | {"test", "tests", "testing", "unsecure", "insecure", "key", "demo", "mock", "value"}
# What a product's manual, or its image, has as the password: everyone knows them.
DEFAULTS = frozenset(
    "tiger guest root postgres postgresql mysql mariadb mongo mongodb redis admin administrator minio minioadmin elastic rabbitmq keycloak "
    "grafana sonar toor user username default changeme".split()
)
ESCAPE, UNICODE = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}"), re.compile(r"\\u([0-9A-Fa-f]{4})")
FEWEST_ESCAPED = 8
LONGEST_NAME, USER = 24, re.compile(rb"(?:user|login|name|account|owner|id)\w{0,8}[\"']?[\s:=,(\"'>]{1,6}\Z")
HEADER_ALONE = re.compile(r"(eyJ[A-Za-z0-9_-]+)\.?=?")
LONG = re.compile(r"[A-Za-z0-9_-]{16,}")
CODED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
DIGEST = re.compile(r"(?:[0-9a-f]{40}|[0-9A-F]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\*[0-9A-F]{40})")  # SHA-1 and -2, and MySQL's
LONG_CODED = 12  # characters of base64: six bytes read as Latin-1 by chance
WIRELESS, SIZE_OF_PSK = frozenset(("wpa", "psk", "wifi")), 64  # IEEE 802.11: a key may stand for the passphrase, in 64 digits
MADE_UP = frozenset("non nonmatching unmatched fake dummy mock bogus nonexistent encrypted wrapped hashed".split())
GIVING = frozenset(("=", ":=", "=>"))  # no colon: `password: getpass` is said of a parameter, too
COMPARING = frozenset((":", "==", "===", "!=", "!=="))  # no comma: the next argument is as often another name
COINED = re.compile(r"[A-Z][a-z]{7,20}[!@#$%&*?]{1,2}")
CHOSEN = re.compile(r"([A-Za-z]{4,20})[-_@.#]?[0-9]{1,4}[!@#$*?.]{0,2}")


def is_counted(pair: Assignment) -> bool:
    """`abcd1234`, `1a2b3c4d5e6f`, `aaaaaaaa`: typed along the keyboard or by one key."""
    return sequences.is_counted(pair.value)


def is_made_up(pair: Assignment) -> bool:
    """`fake_token`, `nonMatchingKey`, `encryptedKey`: the name says that the value, as it stands there, opens nothing."""
    return not MADE_UP.isdisjoint(keys.words(pair.key))


def is_request_id(pair: Assignment) -> bool:
    """`ClientRequestToken: <uuid>`: makes a call happen once, and opens nothing; in Amazon's interfaces whatever it looks like."""
    parts = keys.words(pair.key)
    if pair.key.endswith(("ClientToken", "RequestToken", "IdempotencyToken")):
        return True
    return UUID.match(pair.value) is not None and not {"request", "client", "next"}.isdisjoint(parts) and parts[-1] == "token"


def is_weak(pair: Assignment) -> bool:
    """`postgres`, `hunter2`, `my_token_123`: words that somebody may log in with, and that are more often a sample."""
    if is_words(pair.value):
        return True
    named = "password" in pair.value.lower() or not SAMPLE_WORDS.isdisjoint(keys.words(pair.value))
    return named and sum(map(str.isdigit, pair.value)) < 6 and LONG.search(pair.value) is None


def is_digest(pair: Assignment) -> bool:
    """A password's hash: one does not log in with it, but it can be attacked at leisure."""
    if is_hash(pair.value):
        return True
    wireless = not WIRELESS.isdisjoint(keys.words(pair.key)) and len(pair.value) == SIZE_OF_PSK
    return keys.kind(pair.key) == "password" and DIGEST.fullmatch(pair.value) is not None and not wireless


def is_the_user(pair: Assignment) -> bool:
    """`user: monitor, password: monitor`: the user's own name. One that is no word is a password given twice."""
    if is_mixed_up(pair.value):
        return False
    low = pair.value.lower().encode()
    at = pair.around.find(low) if len(low) <= LONGEST_NAME else -1
    return at >= 0 and USER.search(pair.around[max(0, at - 24) : at]) is not None


def is_mixed_up(value: str) -> bool:
    """`dzPr121Gg`: small letters, capitals and digits, and no word: nobody is called so."""
    return mixed.has_three_kinds(value) and not is_words(value)


def is_published(pair: Assignment) -> bool:
    """The token of an RFC's example, the key of an emulator: everybody has it."""
    return published.published_in(pair.value.encode("utf-8", "replace")) is not None


def is_mashed(pair: Assignment) -> bool:
    """`askfjh234as9sd8`: fingers on the home row."""
    return sequences.is_mashed(pair.value)


def is_coded_text(pair: Assignment) -> bool:
    """The base64 of a text: lines that somebody signs, a name and a password. What the text holds is found when it is decoded."""
    if not CODED.fullmatch(pair.value):
        return False
    data = pair.value.encode()
    text = decoded(data) or (decoded(data, "latin-1") if len(data) >= LONG_CODED else "") or ""
    plain = sum(" " <= sign <= "~" or sign in "\t\r\n" for sign in text)
    # of random bytes 37 % are printable ASCII, another 37 % of Latin-1, and hardly any twelve are UTF-8
    told = decoded(data) is not None or plain >= 0.7 * len(text)
    if len(text) < 6 or not told or not "".join(text.split()).isprintable():
        return False
    return not any(map(is_random, LONG.findall(text)))


def is_sample_token(pair: Assignment) -> bool:
    """The JSON Web Token of documentation, and the header of one alone."""
    if not pair.value.startswith("eyJ"):
        return False
    alone = HEADER_ALONE.fullmatch(pair.value)
    return (alone is not None and '"alg"' in (decoded(alone[1].encode()) or "")) or is_sample_jwt(pair.value.encode())


def is_escaped_sample(pair: Assignment) -> bool:
    """`pa%20ssword`, `%3A%40c`: what tests of escaping are made of."""
    from urllib.parse import unquote

    if not ESCAPE.search(pair.value):
        return False
    text = UNICODE.sub(lambda found: chr(int(found[1], 16)), unquote(pair.value))
    return is_words(text) or sum(map(str.isalnum, text)) < FEWEST_ESCAPED


def is_row_of_bytes(pair: Assignment) -> bool:
    """`Secret: []byte{201, 17, 96, …}`: a key as a program holds it; among samples it is a test's."""
    return pair.form == "bytes" and numbers.is_random_row(pair.value) and not holds_samples(pair.path)


def is_chosen(pair: Assignment) -> bool:
    """`hunter2`, `Summer2024!`: a word with digits behind it, as people make passwords; not `password1`, `postgres123`."""
    found = CHOSEN.fullmatch(pair.value)
    if found is None or keys.kind(pair.key) != "password" or is_counted(pair):
        return False
    return found[1].lower() not in DEFAULTS and "pass" not in found[1].lower() and SAMPLE_WORDS.isdisjoint(keys.words(pair.value))


def is_coined(value: str) -> bool:
    """`Prestidigi$`: a word of no dictionary with a capital, and a sign behind it."""
    return COINED.fullmatch(value) is not None and not letters_are_words(value, guess=False)


def is_a_persons(pair: Assignment) -> bool:
    """A row of bytes; in a file of credentials, or a password as people make them, in settings or where no samples are kept."""
    if is_row_of_bytes(pair):
        return True
    if names.is_credentials_file(pair.path) or (is_chosen(pair) and holds_settings(pair.path)):
        return True
    if keys.kind(pair.key) != "password" or holds_samples(pair.path):
        return False
    told = pair.operator in GIVING or (pair.quoted and pair.operator in COMPARING)
    return is_disguised(pair.value) or (told and (is_compound(pair.value) or is_coined(pair.value)))


CAPS: tuple[Callable[[Assignment], bool], ...] = (
    is_digest,
    is_request_id,
    is_made_up,
    is_the_user,
    is_published,
    is_sample_token,
    is_coded_text,
    is_escaped_sample,
    is_counted,
    is_mashed,
)
