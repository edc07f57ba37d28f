"""Where values of history still stand in HEAD and in the index: in any file, as the very text, by itself. They stay in memory meanwhile."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from ..audit.expressions import LONG_LINE
from ..detect.literals import find, hyperscan_scan
from ..detect.text import SAMPLE, to_utf8
from ..detect.verbatim import NEEDLE, STEP, place_of, places
from ..git.ahead import Ahead
from ..git.blobs import Blobs, pieces
from ..git.index import LINK as LINK_MODE
from ..model import StopgapError
from .audit_now import Now
from .compared import OVERLAP
from .compared import texts as decoded
from .parallel import available
from .spread import spread, stretches

MANY, MOST = 1000, 4000  # contents that are searched in one process, and that one process is given at once
WHOLE = 8 << 20  # bytes of a content that is in memory as a whole
BATCH = 1 << 20  # bytes that are searched at once
FEW, MANY_WORDS = 2, 200  # texts that are found one by one as fast as hyperscan has started, and as by another way without it
BETWEEN = b"\0"  # contents, which no text holds
UNREAD = (
    "{} of the files of HEAD and the index cannot be read, so it is not known whether old values are in use there: git fsck tells of damage"
)

Place = tuple[bytes, str]  # a value's digest, and where it stands
Words = Callable[[bytes], Iterable[tuple[int, int]]]  # the number of a word, and where it stands, whatever its case


class Sought(NamedTuple):
    """A value's lines, all of which must be there, and of the longest the bytes that are searched first."""

    digest: bytes
    lines: tuple[bytes, ...]
    word: bytes


def everywhere(texts: Mapping[bytes, str], now: Now) -> tuple[list[Place], int]:
    """By the digest of each text the places that hold it: `HEAD:app.py`; and how many contents could not be read."""
    sought = [one for digest, text in texts.items() if (one := sought_of(digest, text))]
    having: dict[str, list[str]] = {}
    for where, entry in now.tracked() if sought else ():
        if entry.mode != LINK_MODE and set(entry.name) != {"0"}:
            having.setdefault(entry.name, []).append(f"{where}:{entry.path}")
    found, unread = searched(sought, list(having)) if sought else ([], 0)
    return [(digest, place) for digest, blob in found for place in having[blob]], unread


def sought_of(digest: bytes, text: str) -> Sought | None:
    """What to look for; None where no line of several says enough, and for what is no text."""
    data = text.strip().encode("utf-8", "surrogateescape")
    lines = [line.strip() for line in data.replace(b"\r", b"\n").split(b"\n")]
    if len(lines) > 1:
        lines = [line for line in lines if len(line) >= LONG_LINE and not line.startswith(b"-----")]
    if not lines or not lines[0] or BETWEEN in data:
        return None
    return Sought(digest, tuple(lines), max(reversed(lines), key=len)[:NEEDLE].lower())


def searched(sought: Sequence[Sought], blobs: Sequence[str]) -> tuple[list[Place], int]:
    """Which of the values stand in which of the contents, on all cores where these are many; and how many could not be read."""
    by_word: dict[bytes, list[Sought]] = {}
    for one in sought:
        by_word.setdefault(one.word, []).append(one)
    words, groups = words_of(list(by_word)), list(by_word.values())
    cores = available() if len(blobs) > MANY else 1
    parts = stretches(blobs, cores, MANY, MOST)
    answers = list(spread(lambda place: look(words, groups, parts[place]), len(parts), cores))
    return list(dict.fromkeys(one for found, _ in answers for one in found)), sum(unread for _, unread in answers)


def words_of(words: Sequence[bytes]) -> Words:
    """What finds words in lower case."""
    scan = hyperscan_scan(words) if len(words) > FEW else None
    return scan or partial(find if len(words) > MANY_WORDS else one_by_one, words)


def one_by_one(words: Sequence[bytes], data: bytes) -> Iterator[tuple[int, int]]:
    """Where each of some words stands."""
    low = data.lower()
    return ((number, at) for number, word in enumerate(words) for at in places(word, low))


def look(words: Words, groups: Sequence[Sequence[Sought]], blobs: Sequence[str]) -> tuple[list[Place], int]:
    """The same in one process, with what finds the words of the groups."""
    found: list[Place] = []
    batch: list[tuple[str, bytes]] = []
    size = unread = 0
    with Blobs() as singly, Ahead(singly, blobs, WHOLE + 1) as ahead:
        for blob in blobs:
            try:
                for text in texts_of(ahead.read(blob), blob):
                    batch.append((blob, text))
                    size += len(text)
                    if size >= BATCH:
                        found += in_batch(words, groups, batch)
                        batch, size = [], 0
            except StopgapError:
                unread += 1
    found += in_batch(words, groups, batch)
    return found, unread


def texts_of(data: bytes, blob: str) -> Iterator[bytes]:
    """All of a content, of which `data` is the beginning, as text where it is written in another way; a binary one as it is."""
    if len(data) <= WHOLE:
        yield (to_utf8(data) if BETWEEN in data else data) or data
        return
    carried = b""
    for piece in pieces(blob) if to_utf8(data[:SAMPLE]) is None else decoded(pieces(blob)):
        yield carried + piece
        carried = (carried + piece)[-OVERLAP:]


def in_batch(words: Words, groups: Sequence[Sequence[Sought]], batch: Sequence[tuple[str, bytes]]) -> Iterator[Place]:
    """Which values stand in which of some contents."""
    begins = list(accumulate((len(text) + len(BETWEEN) for _, text in batch), initial=0))
    joined = BETWEEN.join([text for _, text in batch])
    there: set[tuple[int, int]] = set()
    for start in range(0, len(joined), STEP):  # a hostile text may hold a word a million times
        hits = words(joined[start : start + STEP + NEEDLE])
        there.update((bisect_right(begins, start + at) - 1, number) for number, at in hits)
    for place, number in sorted(there):
        blob, text = batch[place]
        yield from ((one.digest, blob) for one in groups[number] if all(place_of(text, line) >= 0 for line in one.lines))
