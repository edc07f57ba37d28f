"""Signs that a quote made plain: inside of words they are kept apart from those with a meaning, until the word is done.

A quoted `*` is no pattern and a quoted `{` opens no brace. While a word is put together, a quoted sign stands as one of a private
range of Unicode; `plain` makes it what it was.
"""

from __future__ import annotations

SPECIAL = "*?[]{},~ \t\n!"
OFFSET = 0xE000
QUOTED = {ord(sign): OFFSET + ord(sign) for sign in SPECIAL}
PLAIN = {code: sign for sign, code in QUOTED.items()}


def quoted(text: str) -> str:
    """The text with its special signs made plain, as between quotes."""
    return text.translate(QUOTED)


def plain(text: str) -> str:
    """The text as a program gets it."""
    return text.translate(PLAIN)


def has_pattern(text: str) -> bool:
    """Whether the shell looks for files with it: an unquoted `*`, `?` or `[`."""
    return any(sign in text for sign in "*?[")
