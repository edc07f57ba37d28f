"""Bytes to text that can be searched: never by the locale, and never silently dropped."""

from __future__ import annotations

import codecs
from collections.abc import Callable

SAMPLE = 1 << 16
# every C0 control but tab, newline, form feed, carriage return and escape, as text has them
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b") + b"\x7f"
ABOVE_ASCII = bytes(range(128, 256))
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, ""),
)


def to_utf8(data: bytes) -> bytes | None:
    """The text as UTF-8 without a byte order mark; bytes of a one-byte encoding stay as they are. None: binary.

    A file that is mostly text is text, whatever else is in it: no number of NULs must hide a key.
    """
    return decoder(data)(data)


def decoder(first: bytes) -> Callable[[bytes], bytes | None]:
    """What makes UTF-8 of a file's pieces, in their order, by how the first begins; it gives None for a piece that is binary."""
    bom, encoding = encoding_of(first)
    if encoding:
        # incremental: a piece may end in the middle of a character
        wide = codecs.getincrementaldecoder(encoding)("replace")
        return lambda piece: wide.decode(piece, final=False).removeprefix("\ufeff").encode("utf-8", "replace")
    return lambda piece: plain(piece[bom:] if bom and piece is first else piece)


def encoding_of(data: bytes) -> tuple[int, str]:
    """The length of the byte order mark, and the name of a two- or four-byte encoding or ""."""
    for bom, name in BOMS:
        if data.startswith(bom):
            return len(bom), name
    sample = data[:SAMPLE]
    return 0, wide_without_bom(sample) if b"\0" in sample else ""


def wide_without_bom(sample: bytes) -> str:
    """UTF-16 or UTF-32 by where in a unit its zeros stand, where it then reads as text; else ""."""
    whole = sample[: len(sample) // 4 * 4]
    nuls = zeros(sample)
    if nuls * 8 + 8 < len(sample):
        return ""  # all of them have more
    even = zeros(sample[::2])
    odd = nuls - even
    many = nuls * 3 >= len(sample)  # a text in UTF-32 has more
    quarters = [zeros(whole[place::4]) if many else 0 for place in range(4)]
    guesses = (
        ("utf-32-le", is_mostly(quarters[3], quarters[0], len(whole) // 4) and quarters[2] * 4 >= quarters[3] * 3),
        ("utf-32-be", is_mostly(quarters[0], quarters[3], len(whole) // 4) and quarters[1] * 4 >= quarters[0] * 3),
        ("utf-16-le", odd >= max(4, len(sample) // 8) and is_rare(even, odd)),
        ("utf-16-be", even >= max(4, len(sample) // 8) and is_rare(odd, even)),
    )
    for encoding, fits in guesses:
        if fits and not is_binary(codecs.getincrementaldecoder(encoding)("replace").decode(sample).encode("utf-8", "replace")):
            return encoding
    return ""


def zeros(data: bytes) -> int:
    """How many NULs there are; where they are many, this is faster than `count`."""
    return len(data) - len(data.translate(None, b"\0"))


def is_mostly(high: int, low: int, units: int) -> bool:
    """Whether nearly every unit has a zero in its highest byte, and hardly one in its lowest."""
    return high >= 4 and high * 20 >= units * 19 and is_rare(low, high)


def is_rare(few: int, many: int) -> bool:
    """Whether zeros where text has none are no more than a stray character here and there: `Ā` is the bytes 01 00."""
    return few <= max(1, many // 16)


def plain(data: bytes) -> bytes | None:
    """Text as it is; text among many NULs (a sparse file, a crash's remains) without them, its lines stay; None: binary."""
    if not is_binary(data):
        return data
    left = data.translate(None, b"\0")
    return left if len(left) < len(data) and reads_as_text(left[:SAMPLE]) else None


def is_binary(data: bytes) -> bool:
    """Whether one byte in sixteen or more is a control character that text does not have (compressed data: one in nine)."""
    sample = data[:SAMPLE]
    return (len(sample) - len(sample.translate(None, CONTROLS))) * 16 >= len(sample) > 0


def reads_as_text(sample: bytes) -> bool:
    """Whether hardly a byte is a control character, and most are ASCII: a program with its NULs taken out is none."""
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    return controls * 100 <= len(sample) and len(sample.translate(None, ABOVE_ASCII)) * 4 >= len(sample) * 3
