"""Words of a shell, for commands that people paste."""

from __future__ import annotations

import re
from shlex import quote

RUNNER = re.compile(r"##|\A::")  # what a CI runner that reads the log takes for a command


def word(text: str) -> str:
    """The text as one word of a shell, in characters that a terminal shows and does not act on. POSIX has `$'…'` since 2024, bash and
    zsh for long.
    """
    if text.isprintable() and not RUNNER.search(text):
        return quote(text)
    return "$'" + "".join(char if is_harmless(char) else octal(char) for char in text) + "'"


def is_harmless(char: str) -> bool:
    """Whether a character may stand in `$'…'` as it is."""
    return char.isprintable() and char not in "\\'#:"


def octal(char: str) -> str:
    """The bytes of a character, as `$'…'` writes them."""
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
