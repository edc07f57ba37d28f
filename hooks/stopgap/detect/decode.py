"""Secrets in text that is encoded: base64, hexadecimal, escapes; and once more in what came out. Wired into the engine by its shapes.

What is looked at: runs of 22 characters of base64 or more and of 32 hexadecimal digits or more that end in printable ASCII, over several
lines too; base64 of UTF-16; windows around escapes. Not: compressed or encrypted data, and what a program puts together as it runs. The
work is bounded: two levels, and of a text no more decoded bytes than four times its size and 64 KiB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from . import encoded_runs, escapes, shapes, shown
from .escapes import Kind, Window
from .spans import Span, without_overlaps

DEPTH = 2
LEAST, TIMES = 1 << 16, 4  # bytes that are decoded of any text, and how often its own size
BELOW = 2  # the rank of what was decoded, against what the same rule finds in plain sight
NEARBY = 100
KEY = re.compile(
    rb"""([A-Za-z_][\w.-]{0,59})["']?\s{0,3}(?:[:=]|=>|:=|>)\s{0,3}(?:[brufBRUF]{0,2}["'`]|!!binary\s{1,4}(?:\|\s{1,40})?|[|>][+-]?\s{1,40})?\Z"""
)
# what a decoded text is, by its first line that is no comment: the keys in it are read as in a file of that kind
BEGINS = (
    (".json", re.compile(rb"\s{0,20}[{\[]\s{0,20}(?:[\"{\[\]}]|\Z)")),
    (".xml", re.compile(rb"\s{0,20}<[?!A-Za-z]")),
    (".yaml", re.compile(rb"[A-Za-z_][\w.-]{0,60}:(?:\s|\Z)")),
    (".properties", re.compile(rb"(?:export )?[A-Za-z_][\w.-]{0,60} ?=")),
)
HEAD = 2048  # bytes in which that line is looked for
# the numbers of shapes that stand for one way to escape
ESCAPES: tuple[tuple[Kind, tuple[int, ...]], ...] = (
    (escapes.BACKSLASH, (shapes.BACKSLASH, shapes.BACKSLASHES, shapes.OCTALS, shapes.UNICODE, shapes.SLASHES)),
    (escapes.PERCENT, (shapes.PERCENT, shapes.PERCENTS)),
    (escapes.ENTITY, (shapes.ENTITY,)),
    (escapes.QUOTED, (shapes.QUOTED,)),
)
RUNS = (
    (shapes.BASE64, encoded_runs.base64_runs),
    (shapes.UTF16, encoded_runs.wide_runs),
    (shapes.HEX, encoded_runs.hex_runs),
)
Ends = Mapping[int, Sequence[int]]
Look = Callable[[Sequence[tuple[bytes, str]]], Sequence[tuple[Sequence[Span], Ends]]]


class Decoded(NamedTuple):
    """What an encoded text says. `start` and `end` are where that stands; of escapes the `window` knows where each part of it does."""

    start: int
    end: int
    data: bytes
    how: str
    window: Window | None = None
    kind: Kind | None = None


class Room:
    """How many bytes may still be decoded of a text, on all levels."""

    def __init__(self, size: int) -> None:
        self.left = LEAST + TIMES * size

    def takes(self, size: int) -> bool:
        """Whether so many still may be, which then are."""
        self.left -= size
        return self.left >= 0


def texts(data: bytes, ends: Ends) -> Iterator[Decoded]:
    """What the encoded parts of a text say. `ends`: places by the number of a shape, in order (see `shapes.SHAPES`)."""
    for shape, read in RUNS:
        for run in read(data, ends.get(shape, ())):
            yield Decoded(*run)
    for kind, numbers in ESCAPES:
        places = sorted({at for number in numbers for at in ends.get(number, ())})
        for window in escapes.windows(data, places, kind):
            yield Decoded(window.here[0], window.here[-1], window.text, kind.how, window, kind)


def spans(data: bytes, ends: Ends, path: str, look: Look, depth: int = DEPTH, room: Room | None = None) -> Iterator[Span]:
    """The secrets in the encoded parts of a text, as spans of that text.

    `look` finds them in texts that were decoded, each given with the path of a file it could be, and the places at which these texts have
    something to be decoded.
    """
    room = room or Room(len(data))
    chosen = list(takewhile(lambda text: room.takes(len(text.data)), texts(data, ends)))
    keys = ["" if text.window else key_before(data, text.start) for text in chosen]
    said = [(with_key(key, text.data), path if text.window else path + ending(text.data)) for text, key in zip(chosen, keys, strict=True)]
    for text, key, (inner, kind), (found, deeper) in zip(chosen, keys, said, look(said) if said else (), strict=True):
        if inner is not text.data:  # the key and the value stand there encoded too, and were judged with all that is around them
            found = [span for span in found if not span.rule.startswith("keyed-")]
        if deeper and depth > 1:
            found = [*found, *spans(inner, deeper, kind, look, depth - 1, room)]
        yield from placed(data, text, key, found)


def placed(data: bytes, text: Decoded, key: str, found: Sequence[Span]) -> Iterator[Span]:
    """What was found in a decoded text as spans of the text that it stands in: of a run the whole of it, of escapes the part."""
    kept = [span._replace(rank=span.rank - BELOW) for span in without_overlaps(found) if not is_doubtful(span)]
    if text.window is None or text.kind is None:
        if kept:
            best = max(kept, key=lambda span: span.rank)
            more = f", and {len(kept) - 1} more" if len(kept) > 1 else ""
            yield best._replace(
                start=text.start, end=text.end, what=told(best.what, f"in {text.how}{more}"), key=shown.name(key) or best.key
            )
        return
    for span in kept:
        start, end = text.window.start(span.start), text.window.end(span.end)
        if start < end and escapes.is_near(data, start, end, text.kind):
            yield span._replace(start=start, end=end, what=told(span.what, f"in {text.how}"))


def told(what: str, how: str) -> str:
    """`GitHub token (in base64)`, and of what was decoded twice `(in base64, in escapes)`."""
    return f"{what[:-1]}, {how})" if " (in " in what and what.endswith(")") else f"{what} ({how})"


def is_doubtful(span: Span) -> bool:
    """A keyed value that is likely none: what one has to decode first must be worth it."""
    return span.confidence == "low" and span.rule.startswith("keyed-")


def key_before(data: bytes, start: int) -> str:
    """The name that an encoded text is assigned to: `tls.key: LS0t…`; "" where there is none."""
    found = KEY.search(data, max(0, start - NEARBY), start)
    return found[1].decode("ascii", "replace") if found else ""


def with_key(key: str, text: bytes) -> bytes:
    """A text of one line under its key, as what it is may hang on that."""
    value = text.strip()
    return b'%s = "%s"' % (key.encode(), value) if key and not {*b'\n"\\'} & {*value} else text


def ending(text: bytes) -> str:
    """The ending of a file that holds such a text; "" where it could be anything."""
    lines = text[:HEAD].splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith((b"#", b"---"))), b"")
    return next((name for name, begins in BEGINS if begins.match(first)), "")
