r"""Paths in the rotation ledger: as reports print them, and back. TOML cannot hold a byte that is not UTF-8, so it is `\xNN` there."""

from __future__ import annotations

import re

BYTE = re.compile(r"[\\\ud800-\udfff]")
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\\nrt])|)")
SHORT = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}


def escaped(path: str) -> str:
    r"""The path with `\\` for a backslash and `\xNN` for a byte that is not UTF-8: it encodes to UTF-8, and can be read back."""
    return BYTE.sub(lambda found: "\\\\" if found[0] == "\\" else code(ord(found[0])), path)


def code(number: int) -> str:
    """How `surrogateescape` keeps the bytes 80 to ff; half a pair by its number."""
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


def unescaped(text: str) -> str | None:
    """The path that `escaped`, or a report, writes so. None for a backslash that neither of them writes."""
    wrong = False

    def plain(found: re.Match[str]) -> str:
        nonlocal wrong
        byte, short, long, letter = found.groups()
        number = int(byte or short or long or "0", 16)
        wrong |= (not any(found.groups())) or number > 0x10FFFF
        if byte:
            return chr(number if number < 0x80 else 0xDC00 + number)
        return SHORT[letter] if letter else chr(min(number, 0x10FFFF))

    path = ESCAPE.sub(plain, text)
    return None if wrong else path
