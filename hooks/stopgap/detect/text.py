"""Bytes to text that can be searched: never by the locale, and never silently dropped."""

from __future__ import annotations

import codecs
from collections.abc import Callable

SAMPLE = 1 << 16
# every C0 control but tab, newline, form feed, carriage return and escape, as text has them
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b") + b"\x7f"
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, ""),
)


def to_utf8(data: bytes) -> bytes | None:
    """The text as UTF-8 without a byte order mark; bytes of a one-byte encoding stay as they are. None: binary.

    A file that is mostly text is text, whatever else is in it: one NUL must not hide a key.
    """
    return decoder(data)(data)


def decoder(first: bytes) -> Callable[[bytes], bytes | None]:
    """What makes UTF-8 of a file's pieces, in their order, by how the first begins; it gives None for a piece that is binary."""
    bom, encoding = encoding_of(first)
    if encoding:
        # incremental: a piece may end in the middle of a character
        wide = codecs.getincrementaldecoder(encoding)("replace")
        return lambda piece: wide.decode(piece, final=False).removeprefix("\ufeff").encode("utf-8", "replace")
    return lambda piece: None if is_binary(piece) else piece[bom:] if bom and piece is first else piece


def encoding_of(data: bytes) -> tuple[int, str]:
    """The length of the byte order mark, and the name of a two- or four-byte encoding or ""."""
    for bom, name in BOMS:
        if data.startswith(bom):
            return len(bom), name
    sample = data[:SAMPLE]
    return 0, utf16_without_bom(sample) if b"\0" in sample else ""


def utf16_without_bom(sample: bytes) -> str:
    """UTF-16 by its zeros: four at least, a quarter or more of the bytes of one parity, and none of the other."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd >= max(4, len(sample) // 8) and not even:
        return "utf-16-le"
    if even >= max(4, len(sample) // 8) and not odd:
        return "utf-16-be"
    return ""


def is_binary(data: bytes) -> bool:
    """Whether one byte in sixteen or more is a control character that text does not have (compressed data: one in nine)."""
    sample = data[:SAMPLE]
    return (len(sample) - len(sample.translate(None, CONTROLS))) * 16 >= len(sample) > 0


def added_ranges(new: bytes, olds: list[bytes]) -> tuple[tuple[int, int], ...]:
    """Ranges of the lines of `new` that stand in none of `olds`; a changed line ending changes no line."""
    known = {line.rstrip(b"\r") for old in olds for line in old.split(b"\n")}
    ranges: list[tuple[int, int]] = []
    for number, line in enumerate(new.split(b"\n"), 1):
        if line.rstrip(b"\r") in known:
            continue
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    if ranges and new.endswith(b"\n") and ranges[-1][0] > new.count(b"\n"):
        ranges.pop()  # the empty text behind the last newline is no line
    return tuple(ranges)
