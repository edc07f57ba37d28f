"""How much a detector did, in counts: tests hold them to grow with the text and no faster, where a time would tell of the machine."""

from __future__ import annotations


class Work:
    """Counts since a detector was made."""

    __slots__ = ("decoded", "hits", "read", "scanned", "spans", "windows")

    def __init__(self) -> None:
        self.scanned = 0  # bytes in which literals and shapes were looked for, those of decoded texts too
        self.hits = 0  # places of literals and shapes; at each a finder looks at a bounded stretch of text
        self.windows = 0  # times that a rule's expression was run
        self.read = 0  # bytes over which it was run
        self.decoded = 0  # bytes of texts that were decoded
        self.spans = 0  # spans that were found, before those that overlap were left out
