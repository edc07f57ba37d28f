"""What a content has that the one before it had not: the lines that are new, each with the lines around it.

What both begin and end with is left out. Of the rest a line is new unless it stands in a row of lines that the older content has too: so
what was moved by itself is new in its new place, and a stretch that was moved as a whole is not. That is what `git diff` shows as added,
and sometimes a little more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

AROUND = 3  # lines before and behind what is new, as `git diff` has them
ROW = AROUND + 1  # lines that tell a row from chance
FEW = 12  # lines that are all new, as comparing them saves nothing
SHORT = 1 << 11  # bytes that are compared line by line
LONGEST = 1 << 20  # bytes of a piece
AGAIN = 4096  # bytes of a long stretch's piece that the next one begins with, so that a secret may lie across the cut

Range = tuple[int, int]  # where something begins, and where it ends


class Piece(NamedTuple):
    """A stretch of a content. `line` is that of its first byte, from 1; `rows`: where in it each row of new lines begins and ends."""

    data: bytes
    line: int
    rows: tuple[Range, ...]

    def added(self) -> tuple[Range, ...]:
        """The first and the last line of each row of new lines."""
        found, line, at = [], self.line, 0
        for start, end in self.rows:
            line += self.data.count(b"\n", at, start)
            more = self.data.count(b"\n", start, end - 1)
            found.append((line, line + more))
            line, at = line + more, end - 1
        return tuple(found)


def pieces(old: bytes, new: bytes) -> Iterator[Piece]:
    """The stretches of `new` that hold all that `old` has not, in order."""
    start = new.rfind(b"\n", 0, same_start(old, new)) + 1
    end = same_end(old, new, start)
    if start >= end:
        return
    if end - start <= SHORT and new.count(b"\n", start, end - 1) < FEW:
        yield from cut(stretch(new, ((start, end),)))  # as most changes are
        return
    before = old[start : len(old) - len(new) + end]
    for rows in joined(new, new_rows(before, new, start, end)):
        yield from cut(stretch(new, rows))


def same_start(old: bytes, new: bytes) -> int:
    """How many bytes both begin with."""
    low, high = 0, min(len(old), len(new))
    if old[:high] == new[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def same_end(old: bytes, new: bytes, start: int) -> int:
    """Where in `new` the lines begin that both end with, behind `start`, where a line begins in both."""
    back = len(old) - len(new)  # of a place in `new`, how much farther it is in `old`
    low = max(start, start - back)
    high = len(new)  # from here on both are the same
    if new[low:] == old[low + back :]:
        high = low
    while high - low > 1:
        middle = (low + high) // 2
        if new[middle:high] == old[middle + back : high + back]:
            high = middle
        else:
            low = middle
    if begins_line(new, high, start) and begins_line(old, high + back, start):
        return high
    return new.find(b"\n", high) + 1 or len(new)


def begins_line(data: bytes, at: int, start: int) -> bool:
    return at == start or data[at - 1 : at] == b"\n"


def new_rows(before: bytes, new: bytes, start: int, end: int) -> Iterator[Range]:
    """The rows of lines of a stretch that are not in `before`, by their bytes."""
    known: set[tuple[bytes, ...]] = set()
    for first, last in apart(before, new, start, end):
        lines = split(new[first:last])
        if len(lines) <= FEW or len(before) <= ROW:
            yield first, last
            continue
        if not known:
            known.update(rows_of(split(before)))
        begins = list(accumulate((len(line) + 1 for line in lines), initial=first))
        yield from ((begins[one], min(begins[other], last)) for one, other in unknown(lines, known))


def apart(before: bytes, new: bytes, start: int, end: int) -> Iterator[Range]:
    """A stretch without some long rows that `before` has too, which are looked for in its middle: most of what is long is such a row."""
    middle = new.find(b"\n", (start + end) // 2, end)
    behind = middle
    for _ in range(ROW if middle >= 0 and end - start > SHORT else 0):
        behind = new.find(b"\n", behind + 1, end)
        if behind < 0:
            break
    at = before.find(new[middle : behind + 1]) if behind > middle else -1
    if at < 0:
        yield start, end
        return
    left = same_end(before[: at + 1], new[start : middle + 1], 0) + start
    right = new.rfind(b"\n", 0, middle + 1 + same_start(before[at + 1 :], new[middle + 1 : end])) + 1
    yield from apart(before, new, start, left) if start < left else ()
    yield from apart(before, new, right, end) if right < end else ()


def split(data: bytes) -> list[bytes]:
    """The lines, without their ends."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def rows_of(lines: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Each row of lines."""
    return zip(*(lines[at:] for at in range(ROW)), strict=False)


def unknown(lines: Sequence[bytes], known: set[tuple[bytes, ...]]) -> Iterator[Range]:
    """The lines that stand in no known row, counted from 0: the first, and the one behind the last."""
    same = bytes(map(known.__contains__, rows_of(lines)))
    at = seen = 0
    while at < len(lines):
        first = same.find(1, seen)
        if first < 0:
            yield at, len(lines)
            return
        if first > at:
            yield at, first
        seen = same.find(0, first)
        if seen < 0:
            return
        at = max(at, seen - 1 + ROW)


def joined(new: bytes, rows: Iterable[Range]) -> Iterator[list[Range]]:
    """The rows, those together that are so near that they have lines around them in common."""
    near: list[Range] = []
    for row in rows:
        if near and new.count(b"\n", near[-1][1], row[0]) > 2 * AROUND:
            yield near
            near = []
        near.append(row)
    if near:
        yield near


def stretch(new: bytes, rows: Sequence[Range]) -> Piece:
    """The piece from the first of these rows to the last, and the lines around it."""
    first, last = rows[0][0], rows[-1][1]
    for _ in range(AROUND):
        first = new.rfind(b"\n", 0, first - 1) + 1 if first else 0
    for _ in range(AROUND):
        last = new.find(b"\n", last) + 1 or len(new)
    return Piece(new[first:last], new.count(b"\n", 0, first) + 1, tuple([(start - first, end - first) for start, end in rows]))


def cut(piece: Piece) -> Iterator[Piece]:
    """The piece, or several of it where it is long, cut behind a line where there is one."""
    data, at, line = piece.data, 0, piece.line
    while len(data) - at > LONGEST:
        end = data.rfind(b"\n", at, at + LONGEST) + 1 or at + LONGEST
        yield from part(piece, at, end, line)
        line += data.count(b"\n", at, end)
        at = end
    yield from part(piece, at, len(data), line)


def part(piece: Piece, at: int, end: int, line: int) -> Iterator[Piece]:
    """The part of a piece from `at`, on this line, to `end`, where any of it is new."""
    if not at and end == len(piece.data):
        yield piece
        return
    first = max(0, at - AGAIN)
    rows = tuple((max(one, at) - first, min(other, end) - first) for one, other in piece.rows if one < end and other > at)
    if rows:
        yield Piece(piece.data[first:end], line - piece.data.count(b"\n", first, at), rows)
