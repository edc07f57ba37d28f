"""The rotation ledger after a rewrite of the history, by the commit map of git-filter-repo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import files
from ..audit import ledger, remap
from ..audit.expressions import INSTEAD
from ..audit.ledger import NAME, Entry
from ..detect import dotenv, filters, names, shown
from ..git.blobs import Blobs
from ..git.presence import blob_at, missing, unreached
from ..model import StopgapError
from .rotations import Draft, draft

LARGEST = 10 << 20  # bytes of a blob that is compared: what is larger is taken for replaced


def carried_over(top: Path, commit_map: str) -> tuple[remap.Remapped, Draft]:
    """The ledger by the commit map of git-filter-repo, in a clone of the rewritten repository.

    Raises StopgapError for a map that cannot be read, or that knows none of the ledger's commits.
    """
    before = files.read_inside(top, NAME)
    if before is None:
        raise StopgapError(f"there is no {NAME} to remap")
    entries = ledger.parse(before)
    commits = mapped(commit_map, {entry.commit for entry in entries if entry.commit})
    if not commits:
        raise StopgapError(f"{commit_map} knows no commit of {NAME}: it may be the map of another rewrite")
    absent = missing({entry.blob for entry in entries})
    with Blobs() as blobs:
        moved = dict(new_blobs(entries, commits, absent, blobs))
    found = remap.remapped(entries, commits, moved, unreached({entry.blob for entry in entries}))
    return found, draft(before, found.entries())


def mapped(commit_map: str, wanted: set[str]) -> dict[str, str]:
    """The new names of the wanted commits. The map is read line by line: that of a large repository has 100 MB."""
    try:
        with files.open_regular(commit_map, commit_map) as file:
            return remap.read(iter(lambda: file.readline(remap.LONGEST), b""), wanted, commit_map)
    except OSError as error:
        raise StopgapError(f"cannot read {commit_map}: {error.strerror}") from error


def new_blobs(
    entries: Iterable[Entry], commits: dict[str, str], absent: set[str], blobs: Blobs
) -> Iterator[tuple[tuple[str, str, str], str]]:
    """By Entry.names() the blob that has the entry's value after the rewrite, where another one has it."""
    for entry in entries:
        commit = commits.get(entry.commit, "")
        blob = blob_at(commit, entry.path) if commit else ""
        if blob and blob != entry.blob and has_value(entry, blob, absent, blobs):
            yield entry.names(), blob


def has_value(entry: Entry, blob: str, absent: set[str], blobs: Blobs) -> bool:
    """Whether the new blob has the entry's value, and not something in its place. The old one is compared where git still has it."""
    new = blobs.read(blob, LARGEST)
    if not names.is_dotenv(entry.path):
        return INSTEAD not in new and len(new) < LARGEST
    now = values_of(entry.key, new)
    if entry.blob not in absent:
        return bool(now & values_of(entry.key, blobs.read(entry.blob, LARGEST)))
    return bool(now) and not any(map(filters.is_placeholder, now))


def values_of(key: str, data: bytes) -> set[str]:
    """The values that a key has in an env file."""
    return {setting.value for setting in dotenv.settings(data) if shown.name(setting.key) == key}
