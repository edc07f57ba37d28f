"""The rotation ledger of a repository: read, and marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .. import files
from ..audit import ledger
from ..audit.ledger import NAME, Entry
from ..git.presence import missing
from ..git.process import run

if TYPE_CHECKING:
    from ..audit import Value
    from ..audit.marks import Mark, Marked


def load(top: Path | None) -> tuple[Entry, ...]:
    """The entries of the ledger in the work tree at `top`; None: of the bare repository's HEAD. Raises StopgapError where it is broken."""
    text = files.read_inside(top, NAME) if top else committed()
    return () if text is None else ledger.parse(text)


def committed() -> bytes | None:
    """The ledger that HEAD has; None where it has none."""
    status, out = run("cat-file", "blob", f"HEAD:{NAME}", ok=(0, 128))
    return out if status == 0 else None


class Draft(NamedTuple):
    """What is to be written, as fix.ledger.write takes it."""

    before: bytes | None
    text: str

    def holds(self, data: bytes) -> bool:
        """Whether what was written reads as it was meant."""
        return ledger.dump(ledger.parse(data)) == self.text


def marked(top: Path, marks: Sequence[Mark], values: Sequence[Value], reason: str) -> tuple[tuple[Marked, ...], Draft]:
    """The entries for these marks, and the ledger with them in the place of those about the same values. Raises as marks.resolve does."""
    from ..audit import marks as marking
    from .allowing import today

    found = marking.resolve(marks, values, reason, today())
    before = files.read_inside(top, NAME)
    old = () if before is None else ledger.parse(before)
    superseded = marking.superseded(found, values)
    return found, draft(before, (*(entry for entry in old if entry.names() not in superseded), *(one.entry for one in found)))


def draft(before: bytes | None, entries: Sequence[Entry]) -> Draft:
    """What the file is to hold. Raises StopgapError where two of the entries contradict each other: such a file could not be read again."""
    ledger.check_agreement(entries, NAME)
    return Draft(before, ledger.dump(entries))


def gone(entries: Iterable[Entry]) -> set[str]:
    """The blobs of these entries that git has no more."""
    return missing({entry.blob for entry in entries})
