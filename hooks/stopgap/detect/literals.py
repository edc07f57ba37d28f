"""Where literals stand in a text, and where runs of some shape end: one linear pass with hyperscan, or `bytes.find` and `re` where there is
little text or no hyperscan.

Both answer alike, and a test holds them to it, but for shapes that hyperscan looks for in a looser form. With 2,000 words and a dozen
shapes hyperscan takes some 80 ms to import and compile, and then 250 MB and more a second; without it nothing is to be started, and it
goes at 2 to 3 MB a second.

A shape is an expression that both read alike: something repeated, and the one byte that ends it, which cannot go on with it, as in
`[0-9a-f]{32,}[^0-9a-f]`. Then each run has one end for hyperscan, which reports every end there is, and for `re`, which goes from match
to match (and begins again with the byte that ended the last). Behind the text both see a NUL, so a run at the text's end has an end too.
Case counts where the shape does not begin with `(?i)`. Not to be used: lookaround, back references, anchors, `.`, lazy repeats, groups
other than `(?:…)`, a repeat of what can be nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threading import Thread

ENOUGH = 1 << 17  # bytes of text from which on hyperscan's start pays
GRAM = 3
EACH = 1 << 11  # bytes that take as long as a call does by itself
BEHIND = b"\0"  # what both see behind the text
NONE: Mapping[bytes, bytes] = {}

# the number of a literal, or of a shape counted on from them; where a literal begins, or a run has ended. In no order
Hits = list[tuple[int, int]]


class Literals:
    """Literals, matched whatever the case of ASCII letters, and shapes. `engine` is for tests: "find", "hyperscan" or "" to choose.

    `loose`: for some of the shapes one that hyperscan may look for in their place. It ends wherever the shape does, and elsewhere too.
    """

    def __init__(self, words: Sequence[bytes], shapes: Sequence[bytes] = (), engine: str = "", loose: Mapping[bytes, bytes] = NONE) -> None:
        self._words = [word.lower() for word in words]
        self._shapes = shapes
        self._loose = [loose.get(shape, shape) for shape in shapes]
        self._engine = engine
        self._seen = 0
        self._scan: Callable[[bytes], Hits] | None = None
        self._preparing: Thread | None = None

    def prepare(self) -> None:
        """Begins to compile, in a thread, where it is certain that there will be much to read: meanwhile the files can be listed."""
        from threading import Thread

        if self._scan is None and self._preparing is None and self._engine != "find":
            self._preparing = Thread(target=self._compile)
            self._preparing.start()

    def wait(self) -> None:
        """Waits for what `prepare` began: to be called before a fork too, which takes no thread along."""
        if self._preparing is not None:
            self._preparing.join()
            self._preparing = None

    def _compile(self) -> None:
        self._scan = hyperscan_scan(self._words, self._loose) or self._find

    def hits(self, data: bytes) -> Hits:
        """All places of all literals, overlapping ones too, and the ends of all runs."""
        self.wait()
        self._seen += len(data) + EACH
        if self._scan is None and (self._engine == "hyperscan" or (self._seen > ENOUGH and self._engine != "find")):
            self._compile()
        return (self._scan or self._find)(data)

    def _find(self, data: bytes) -> Hits:
        return [*find(self._words, data), *find_shapes(self._shapes, len(self._words), data)]


def find(words: Sequence[bytes], data: bytes) -> Hits:
    """Where these words, in lower case, stand."""
    low = data.lower()
    # most words are nowhere: one look at all that three bytes in a row can be tells that faster than a search for each
    grams = {low[at : at + GRAM] for at in range(len(low) - GRAM + 1)}
    found: Hits = []
    for number, word in enumerate(words):
        if len(word) >= GRAM and (word[:GRAM] not in grams or word[-GRAM:] not in grams):
            continue
        at = low.find(word)
        while at >= 0:
            found.append((number, at))
            at = low.find(word, at + 1)
    return found


def find_shapes(shapes: Sequence[bytes], first: int, data: bytes) -> Hits:
    """Where runs of these shapes, numbered from `first`, have ended."""
    if not shapes:
        return []
    import re  # which keeps what it compiled

    text = data + BEHIND
    found: Hits = []
    for number, shape in enumerate(shapes, first):
        search = re.compile(shape).search
        match = search(text)
        while match:
            at = match.end() - 1
            found.append((number, at))
            match = search(text, at)
    return found


def hyperscan_scan(words: Sequence[bytes], shapes: Sequence[bytes] = ()) -> Callable[[bytes], Hits] | None:
    """A scan of all words and shapes at once; None where hyperscan is not installed (no wheel for this machine)."""
    try:
        import hyperscan
    except ImportError:
        return None
    # words as expressions: its literals end at a NUL, and do not go into one database with shapes
    expressions = [*(b"".join(b"\\x%02x" % byte for byte in word) for word in words), *shapes]
    flags = [hyperscan.HS_FLAG_CASELESS] * len(words) + [0] * len(shapes)
    database = hyperscan.Database()
    database.compile(expressions=expressions, ids=range(len(expressions)), elements=len(expressions), flags=flags)
    sizes = [*map(len, words), *([1] * len(shapes))]
    behind = BEHIND if shapes else b""
    ends_so = any(behind in word for word in words) if shapes else False

    def scan(data: bytes) -> Hits:
        found: Hits = []

        def on_match(number: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            found.append((number, end - sizes[number]))

        database.scan(data + behind, match_event_handler=on_match)
        return [hit for hit in found if hit[1] + sizes[hit[0]] <= len(data) or hit[0] >= len(words)] if ends_so else found

    return scan
