"""Comments of an env file: which of them could give a value away. Where in doubt one does."""

from __future__ import annotations

import re

from ..detect import dotenv, filters, keys

WORD = re.compile(r"[^\s\"'`,;()<>\[\]{}]+")
NAMED = re.compile(r"[=:]")
LEAST_VALUE = 4  # characters: what is shorter stands in a comment by chance
LEAST_WORD = 12  # characters of a word in a comment that can be a secret; alone, or beside the word "password", half of it


def secret_values(data: bytes) -> frozenset[str]:
    """The values that no line may repeat."""
    return frozenset(
        part
        for one in dotenv.settings(data)
        if len(one.value) >= LEAST_VALUE and not filters.is_placeholder(one.value)
        if filters.is_env_secret(one.key, one.value) or keys.kind(one.key) != "none"
        for part in (one.value, filters.password_inside(one.value) or one.value)
    )


def is_suspicious(comment: str, values: frozenset[str]) -> bool:
    """Whether a comment repeats a value of the file, or has a word in it that could be a password."""
    if any(value in comment for value in values):
        return True
    words = WORD.findall(comment)
    alone = len(words) == 1 or any(keys.kind(word.strip(".:=")) != "none" for word in words)
    least = LEAST_WORD // 2 if alone else LEAST_WORD
    return any(is_secret_word(part, least) for word in words for part in parts(word))


def parts(word: str) -> tuple[str, ...]:
    """A word of a comment, and for `key=value` both sides; an address without a password is one thing, and harmless."""
    return () if filters.is_plain(word) else (word, *NAMED.split(word))


def is_secret_word(text: str, least: int) -> bool:
    """`hunter2horse9`: letters and digits together, and nothing that is known to be harmless."""
    text = text.strip(".!?:=#")
    mixed = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
    inside = filters.password_inside(text)
    if inside is not None:
        return not filters.is_placeholder(inside)
    return mixed and len(text) >= least and filters.is_env_secret("SECRET", text)
