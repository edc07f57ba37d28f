"""Where literals stand in a text: one linear pass with hyperscan, or `bytes.find` where there is little text or no hyperscan.

Both answer alike, and a test holds them to it. hyperscan takes some 25 ms to import and compile, and then 200 MB and more a second;
`bytes.find` takes nothing to start, and about 6 MB a second with 500 literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

ENOUGH = 1 << 17  # bytes of text from which on hyperscan's start pays

# (literal's number, offset of its first byte), in no order
Hits = list[tuple[int, int]]


class Literals:
    """A set of literals, matched whatever the case of ASCII letters. `engine` is for tests: "find", "hyperscan" or "" to choose."""

    def __init__(self, words: Sequence[bytes], engine: str = "") -> None:
        self._words = [word.lower() for word in words]
        self._engine = engine
        self._seen = 0
        self._scan: Callable[[bytes], Hits] | None = None

    def hits(self, data: bytes) -> Hits:
        """All places of all literals, overlapping ones too."""
        self._seen += len(data)
        if self._scan is None and (self._engine == "hyperscan" or (self._seen > ENOUGH and self._engine != "find")):
            self._scan = hyperscan_scan(self._words) or self._find
        return (self._scan or self._find)(data)

    def _find(self, data: bytes) -> Hits:
        return find(enumerate(self._words), data)


def find(words: Iterable[tuple[int, bytes]], data: bytes) -> Hits:
    """Where these words, numbered and in lower case, stand."""
    low = data.lower()
    found: Hits = []
    for number, word in words:
        at = low.find(word)
        while at >= 0:
            found.append((number, at))
            at = low.find(word, at + 1)
    return found


def hyperscan_scan(words: Sequence[bytes]) -> Callable[[bytes], Hits] | None:
    """A scan of all words at once; None where hyperscan is not installed (no wheel for this machine)."""
    try:
        import hyperscan
    except ImportError:
        return None
    # its binding ends a literal at a NUL: those that have one are found without it
    numbers = [number for number, word in enumerate(words) if b"\0" not in word]
    left = [(number, word) for number, word in enumerate(words) if b"\0" in word]
    database = hyperscan.Database()
    flags = [hyperscan.HS_FLAG_CASELESS] * len(numbers)
    database.compile(expressions=[words[number] for number in numbers], ids=numbers, elements=len(numbers), flags=flags, literal=True)
    sizes = [len(word) for word in words]

    def scan(data: bytes) -> Hits:
        found: Hits = find(left, data) if left else []

        def on_match(number: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            found.append((number, end - sizes[number]))

        database.scan(data, match_event_handler=on_match)
        return found

    return scan
