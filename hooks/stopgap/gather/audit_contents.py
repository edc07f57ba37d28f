"""The versions of config files, each read once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..audit.values import LARGEST, Held, Reader, Scan
from ..detect import names
from ..git.blobs import Blobs
from ..git.diff import Change
from ..model import Fragment, Match, StopgapError

if TYPE_CHECKING:
    from ..detect.engine import Detector
    from .rule_set import RuleSet

LINK = "link"  # in place of a blob: where a link leads to is no value
LARGE = f"larger than {LARGEST >> 20} MiB: taken as one value, which is all of it"


class Contents:
    """Answers what a version of a file holds.

    `unread` and `large` have the paths of those that are not here, and of those that are not read value by value.
    """

    def __init__(self, reader: Reader, blobs: Blobs) -> None:
        self._reader = reader
        self._blobs = blobs
        self._known: dict[tuple[str, str, bool], tuple[Held, ...] | None] = {}
        self.unread: dict[str, int] = {}
        self.large: set[str] = set()

    def __len__(self) -> int:
        return len({blob for _, blob, _ in self._known if blob != LINK})

    def held(self, path: str, blob: str, written_as: str = "") -> tuple[Held, ...] | None:
        """The values; none of what cannot be read. None: that version is no config file.

        `written_as`: a path that says what it is written in.
        """
        key = (written_as or path, blob, bool(written_as))
        if key not in self._known:
            self._known[key] = self._read(path, blob, written_as)
        return self._known[key]

    def of_data(self, path: str, data: bytes, *, extra: bool = False) -> tuple[Held, ...]:
        """The values of what lies in the work tree; none of a large file."""
        return (self._reader.read(path, data, "", extra=extra) or ()) if len(data) <= LARGEST else ()

    def _read(self, path: str, blob: str, written_as: str) -> tuple[Held, ...] | None:
        if blob == LINK:
            return () if names.classify(path) or written_as else None
        try:
            data = self._blobs.read(blob, LARGEST + 1)
        except StopgapError:
            self.unread[path] = self.unread.get(path, 0) + 1
            return ()
        if len(data) > LARGEST:
            self.large.add(path)
        return self._reader.read(written_as or path, data, blob, extra=bool(written_as))


def item(change: Change) -> str | None:
    """What a change leaves at its path: a blob, a link, or nothing to read."""
    if change.status == "D" or change.is_submodule:
        return None
    return LINK if change.is_link else change.new


def detection(rules: RuleSet) -> Scan:
    """Detection with these rules, begun when it is first asked. What the allow file says is not asked: the ledger speaks here."""
    made: list[Detector] = []

    def scan(fragment: Fragment) -> Iterable[Match]:
        if not made:
            from ..detect.allowed import Allowed
            from ..detect.engine import Detector
            from .allowing import today

            made.append(Detector(rules.rules, Allowed(None, None, today), rules.others, rules.off))
        return made[0].scan(fragment)

    return scan
