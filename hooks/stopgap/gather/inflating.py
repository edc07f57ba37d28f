"""Compressed data in pieces, of which no more is made than a budget allows, however much a few bytes stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MIB = 1 << 20
SLICE = 1 << 12  # bytes that a decompressor is given at once: what it leaves of them is copied
PIECE = MIB  # bytes that it gives at the most
STREAMS = 1000  # that may follow each other in one file, as `cat a.gz b.gz` makes them
MEMORY = 64 * MIB  # bytes that xz may take for its dictionary
MOST, FREE, RATIO = 512 * MIB, 8 * MIB, 200  # bytes of work; text shrinks to a fiftieth at best, zeros to a thousandth


class Unreadable(Exception):
    """Why an archive or a member of it could not be looked at to its end. The message holds nothing of it."""


class TooMuch(Unreadable):
    """It stands for more than is unpacked: the rest of the outermost archive is not looked at either."""


class Budget:
    """The bytes that may be read and written while one file is unpacked, with all that is packed in it."""

    def __init__(self, size: int) -> None:
        self.left = self._all = min(MOST, FREE + RATIO * size)

    def spend(self, size: int) -> None:
        """Raises TooMuch where it is used up."""
        self.left -= size
        if self.left < 0:
            raise TooMuch(f"unpacks to more than {self._all // MIB} MiB: what is beyond was not looked at")


def inflated(kind: str, data: memoryview, budget: Budget) -> Iterator[bytes]:
    """What the data stands for. `kind`: stored, deflate, gzip, bzip2 or xz. Raises Unreadable where it is damaged, or too much."""
    if kind == "stored":
        yield from stored(data, budget)
        return
    make, errors = decompressor(kind)
    engine, streams = make(), 1
    for at in range(0, len(data), SLICE):
        rest = bytes(data[at : at + SLICE])
        budget.spend(len(rest))
        if engine.eof:
            rest = rest.lstrip(b"\0")
        while True:
            if engine.eof:
                if kind == "deflate" or not rest:
                    break
                if (streams := streams + 1) > STREAMS:
                    raise TooMuch(f"more than {STREAMS} compressed streams in a row: the rest was not looked at")
                engine = make()
            try:
                piece, rest, is_done = step(engine, rest)
            except errors:
                raise Unreadable("damaged: not looked at to its end") from None
            budget.spend(len(piece))
            if piece:
                yield piece
            if is_done:
                break
    if not engine.eof:
        raise Unreadable("damaged: it ends too early")


def stored(data: memoryview, budget: Budget) -> Iterator[bytes]:
    """The data itself."""
    for at in range(0, len(data), PIECE):
        piece = bytes(data[at : at + PIECE])
        budget.spend(len(piece))
        yield piece


def step(engine: Any, rest: bytes) -> tuple[bytes, bytes, bool]:
    """A piece of output, the input that is left, and whether more input is needed."""
    piece = engine.decompress(rest, PIECE)
    if engine.eof:
        left = engine.unused_data.lstrip(b"\0")
        return piece, left, not left
    if hasattr(engine, "unconsumed_tail"):  # zlib hands back what it did not use, the others keep it
        return piece, engine.unconsumed_tail, not engine.unconsumed_tail and len(piece) < PIECE
    return piece, b"", engine.needs_input


def decompressor(kind: str) -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    """What makes a decompressor of this kind, and what that raises at damaged data."""
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, (OSError, ValueError, EOFError)
    if kind == "xz":
        import lzma

        return lambda: lzma.LZMADecompressor(memlimit=MEMORY), (lzma.LZMAError, EOFError)
    import zlib

    return lambda: zlib.decompressobj(31 if kind == "gzip" else -15), (zlib.error, EOFError)
