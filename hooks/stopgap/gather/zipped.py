"""Zip files by their central directory (APPNOTE.TXT, PKWARE).

The directory is walked, not loaded: one of a million entries takes no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from .inflating import Unreadable

ENTRY, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"
END64, LOCATOR64 = b"PK\6\6", b"PK\6\7"
END_SIZE, LONGEST_COMMENT, LOCATOR_SIZE = 22, 1 << 16, 20
HEAD = Struct("<4s4xHH8xLLHHH8xL")  # flags, method, packed and whole size, lengths of name, extra field and comment, offset
FAR = 0xFFFFFFFF  # a size or an offset that stands in the extra field
METHODS = {0: "stored", 8: "deflate", 12: "bzip2"}
ENCRYPTED = 1


class Packed(NamedTuple):
    """A member: its name, how it is compressed, and the compressed bytes. `problem` says why it cannot be unpacked."""

    name: bytes
    kind: str
    data: memoryview
    problem: str = ""


def members(data: bytes) -> Iterator[Packed]:
    """The files in a zip file. Raises Unreadable where the directory is damaged."""
    at, end, base = directory(data)
    view = memoryview(data)
    while at < end:
        if at + HEAD.size > end:
            raise Unreadable("damaged: its directory ends too early")
        sign, flags, method, packed, whole, name_size, extra_size, comment_size, offset = HEAD.unpack_from(data, at)
        if sign != ENTRY:
            raise Unreadable("damaged: its directory cannot be read")
        name_end = at + HEAD.size + name_size
        name = data[at + HEAD.size : name_end]
        packed, offset = extended(data[name_end : name_end + extra_size], packed, whole, offset)
        at = name_end + extra_size + comment_size
        if not name.endswith(b"/"):
            yield located(view, name, flags, method, packed, base + offset)


def located(view: memoryview, name: bytes, flags: int, method: int, size: int, at: int) -> Packed:
    """A member whose local header begins at this offset."""
    nothing = view[:0]
    if flags & ENCRYPTED:
        return Packed(name, "", nothing, "encrypted: not looked at")
    if method not in METHODS:
        return Packed(name, "", nothing, f"packed with method {method}: not looked at")
    if at < 0 or bytes(view[at : at + 4]) != LOCAL or at + 30 > len(view):
        return Packed(name, "", nothing, "damaged: it is not where the directory says")
    start = at + 30 + int.from_bytes(view[at + 26 : at + 28], "little") + int.from_bytes(view[at + 28 : at + 30], "little")
    if start + size > len(view):
        return Packed(name, "", nothing, "damaged: it ends too early")
    return Packed(name, METHODS[method], view[start : start + size])


def directory(data: bytes) -> tuple[int, int, int]:
    """Where the directory begins and ends, and what is to be added to the offsets in it: a program may stand before a zip file."""
    end = data.rfind(END, max(0, len(data) - END_SIZE - LONGEST_COMMENT))
    if end < 0 or end + END_SIZE > len(data):
        raise Unreadable("damaged: it has no directory")
    size, offset = int.from_bytes(data[end + 12 : end + 16], "little"), int.from_bytes(data[end + 16 : end + 20], "little")
    if data[max(0, end - LOCATOR_SIZE) : end].startswith(LOCATOR64):
        end = data.rfind(END64, max(0, end - LOCATOR_SIZE - LONGEST_COMMENT), end)
        size, offset = int.from_bytes(data[end + 40 : end + 48], "little"), int.from_bytes(data[end + 48 : end + 56], "little")
    start = end - size
    if start < 0 or offset > start:
        raise Unreadable("damaged: its directory is not where it says")
    return start, end, start - offset


def extended(extra: bytes, packed: int, whole: int, offset: int) -> tuple[int, int]:
    """Packed size and offset, from the Zip64 extra field where they are too large for their own."""
    at = 0
    while FAR in (packed, offset) and at + 4 <= len(extra):
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        if extra[at : at + 2] == b"\1\0":
            fields = [int.from_bytes(extra[place : place + 8], "little") for place in range(at + 4, at + 4 + size - 7, 8)]
            if whole == FAR:
                fields = fields[1:]
            if packed == FAR and fields:
                packed, fields = fields[0], fields[1:]
            return packed, fields[0] if offset == FAR and fields else offset
        at += 4 + size
    return packed, offset
