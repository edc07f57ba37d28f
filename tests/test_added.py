"""What a content has that the one before it had not: known pairs, and random ones that a slow reading judges."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from stopgap.audit import added
from stopgap.audit.added import AROUND, ROW, Piece, pieces


def text(*lines: object) -> bytes:
    return b"".join(f"{line}\n".encode() for line in lines)


def numbered(count: int, start: int = 1) -> list[object]:
    return list(range(start, start + count))


LONG = numbered(400)
PAIRS = {
    "nothing before": (b"", b"a\nb\n", [((1, 2),)]),
    "nothing at all": (b"", b"", []),
    "no end of line": (b"", b"a", [((1, 1),)]),
    "the same": (text(*LONG), text(*LONG), []),
    "all of it taken away": (text(*LONG), b"", []),
    "a line taken away": (text(1, 2, 3), text(1, 3), []),
    "the first line": (text(1, 2, 3), text("x", 2, 3), [((1, 1),)]),
    "the last line": (text(1, 2, 3), text(1, 2, "x"), [((3, 3),)]),
    "an end of line that came": (b"a\nb", b"a\nb\nc\n", [((2, 3),)]),
    "a line like the one before": (text(1, 2, 2, 3), text(1, 2, 2, 2, 3), [((4, 4),)]),
    "two far apart": (text(*LONG), text(*LONG[:9], "x", *LONG[10:389], "y", "z", *LONG[390:]), [((10, 10),), ((390, 391),)]),
    "two beside each other": (text(*LONG), text(*LONG[:9], "x", *LONG[10:12], "y", *LONG[13:]), [((10, 13),)]),
    "three with lines in common around them": (
        text(*LONG),
        text(*LONG[:9], "x", *LONG[10:15], "y", *LONG[16:21], "z", *LONG[22:]),
        [((10, 10), (16, 16), (22, 22))],
    ),
    "a stretch that moved": (text(*LONG), text(*LONG[200:], *LONG[:200]), []),
    "a line that moved": (text(*LONG), text(*LONG[:9], 300, *LONG[9:299], *LONG[300:]), [((10, 10),)]),
    "another text": (text(*LONG), text(*numbered(20, 1000)), [((1, 20),)]),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_new(name: str) -> None:
    old, new, expected = PAIRS[name]
    assert [piece.added() for piece in pieces(old, new)] == expected


def test_a_piece_has_the_lines_around_it() -> None:
    old, new = text(*LONG), text(*LONG[:9], "x", *LONG[10:389], "y", *LONG[390:])
    assert list(pieces(old, new)) == [
        Piece(text(7, 8, 9, "x", 11, 12, 13), 7, ((6, 8),)),
        Piece(text(387, 388, 389, "y", 391, 392, 393), 387, ((12, 14),)),
    ]


def lines_of(data: bytes) -> list[bytes]:
    return data.split(b"\n")[: -1 if data.endswith(b"\n") or not data else None]


def expected(old: list[bytes], new: list[bytes]) -> Iterator[bool]:
    """Of each line, slowly, whether it has to be among the new ones: it stands in no row that the older content has too."""
    start = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    end = next((at for at, (one, other) in enumerate(zip(old[::-1], new[::-1], strict=False)) if one != other), min(len(old), len(new)))
    rows = {tuple(old[at : at + ROW]) for at in range(len(old) - ROW + 1)}
    for at in range(len(new)):
        near = range(max(0, at - ROW + 1), min(at, len(new) - ROW) + 1)
        yield start <= at < len(new) - end and not any(tuple(new[one : one + ROW]) in rows for one in near)


def a_pair(dice: random.Random) -> tuple[bytes, bytes]:
    """Two texts of few words or of many, the second made from the first."""
    words = dice.choice((3, 20, 2000))
    old = [str(dice.randrange(words)).encode() * dice.randint(1, 30) for _ in range(dice.choice((4, 40, 300)))]
    new = list(old)
    for _ in range(dice.randrange(4)):
        at, size = dice.randrange(len(new) + 1), dice.randrange(6)
        new[at : at + size] = dice.choice(([], [b"new %d" % dice.randrange(9)] * dice.randrange(5), new[size : size + dice.randrange(20)]))
    return b"\n".join(old) + dice.choice((b"", b"\n")), b"\n".join(new) + dice.choice((b"", b"\n"))


@pytest.mark.parametrize("is_cut", [False, True])
def test_nothing_new_is_left_out(is_cut: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """And each piece is what stands there, whether it is cut or not."""
    longest = 256 if is_cut else added.LONGEST
    monkeypatch.setattr(added, "LONGEST", longest)
    dice = random.Random(longest)
    found = had = 0
    for _ in range(400):
        old, new = a_pair(dice)
        here = lines_of(new)
        told: set[int] = set()
        for piece in pieces(old, new):
            assert piece.data in new
            assert len(piece.data) <= longest + added.AGAIN
            told.update(line for first, last in piece.added() for line in range(first, last + 1))
            if not is_cut:
                around = lines_of(piece.data)
                assert here[piece.line - 1 :][: len(around)] == around
                assert piece.added()[0][0] - piece.line <= AROUND
        wanted = {line for line, needed in enumerate(expected(lines_of(old), here), 1) if needed}
        assert wanted <= told, (old, new)
        found, had = found + len(told), had + len(here)
    assert found * 3 < had  # what did not change is not told


def test_a_line_without_an_end_is_cut() -> None:
    new = b"x" * (2 * added.LONGEST + 10)
    found = list(pieces(b"", new))
    assert [piece.added() for piece in found] == [((1, 1),)] * 3
    assert found[0].data + b"".join(piece.data[added.AGAIN :] for piece in found[1:]) == new


def test_a_large_content_is_compared_in_time() -> None:
    """Some milliseconds each; line by line in pairs it would be hours."""
    dice = random.Random(7)
    old = b"".join(b"%d\n" % dice.randrange(1 << 40) for _ in range(100_000))
    lines = old.split(b"\n")
    for number in range(50):
        lines[number * 2000 + 7] = b"new"
    assert [piece.added() for piece in pieces(old, b"\n".join(lines))] == [
        ((number * 2000 + 8, number * 2000 + 8),) for number in range(50)
    ]
    assert [piece.added() for piece in pieces(b"a\n" * 100_000, b"b\n" * 100_000)] == [((1, 100_000),)]
