"""The rotation ledger after a rewrite of the history, by the commit map of git-filter-repo."""

from __future__ import annotations

from pathlib import Path

from .. import files
from ..audit import ledger, remap
from ..audit.expressions import INSTEAD
from ..audit.ledger import NAME, SHOWN, Entry
from ..audit.remap import Place
from ..audit.values import Scan, detected
from ..detect import dotenv, filters, names, shown
from ..git.blobs import Blobs
from ..git.commits import exists
from ..git.presence import blob_at, missing, unreached
from ..git.underway import entries_of
from ..model import StopgapError
from .rotations import Draft, draft

LARGEST = 10 << 20  # bytes of a blob that is compared: what is larger is taken for replaced


def carried_over(top: Path, commit_map: str, scan: Scan) -> tuple[remap.Remapped, Draft]:
    """The ledger by the commit map of git-filter-repo, in a clone of the rewritten repository. `scan`: detection with its rules.

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
        fates = {entry.names(): fate(entry, commits[entry.commit], absent, blobs, scan) for entry in entries if entry.commit in commits}
    moved = {names: found for names, found in fates.items() if isinstance(found, Place)}
    why = {names: found for names, found in fates.items() if isinstance(found, str)}
    found = remap.remapped(entries, commits, moved, unreached({entry.blob for entry in entries}), why)
    return found, draft(before, found.entries())


def mapped(commit_map: str, wanted: set[str]) -> dict[str, str]:
    """The new names of the wanted commits. The map is read line by line: that of a large repository has 100 MB."""
    try:
        with files.open_regular(commit_map, commit_map) as file:
            return remap.read(iter(lambda: file.readline(remap.LONGEST), b""), wanted, commit_map)
    except OSError as error:
        raise StopgapError(f"cannot read {commit_map}: {error.strerror}") from error


def fate(entry: Entry, commit: str, absent: set[str], blobs: Blobs, scan: Scan) -> Place | str:
    """Where the entry's value is in the commit's new name, or why it is nowhere. `commit`: "" for one that the rewrite left out."""
    if not commit:
        return "the rewrite left out the commit that brought it"
    blob = blob_at(commit, entry.path)
    if not blob:
        return elsewhere(entry, commit, absent, blobs, scan)
    here = Place(entry.path, blob)
    if blob == entry.blob or has_value(entry, blob, absent, blobs) or has_secret(entry, here, absent, blobs, scan):
        return here
    return remap.TAKEN if names.is_dotenv(entry.path) or entry.blob not in absent else unsure(here)


def elsewhere(entry: Entry, commit: str, absent: set[str], blobs: Blobs, scan: Scan) -> Place | str:
    """Where a file is that the rewrite has moved: the same content, or the one file of that name that has the value.

    The latter only where git has the old content still: another file of that name may have another value of that key.
    """
    if not exists(commit):
        return f"this clone has no commit {commit[:SHOWN]}, its name after the rewrite"
    held = [Place(path, one.name) for path, one in sorted(entries_of(commit).items())]
    for place in held:
        if place.blob == entry.blob:
            return place
    near = [place for place in held if place.path.rpartition("/")[2] == entry.path.rpartition("/")[2]]
    having = [place for place in near if has_secret(entry, place, absent, blobs, scan)]
    if len(having) == 1:
        return having[0]
    gone = f"the rewrite left no '{entry.path}' in that commit"
    return f"{gone}; {unsure(near[0])}" if near else gone


def unsure(place: Place) -> str:
    """What to say of a file that was changed, so that nobody can tell which of its values is left."""
    return f"'{place.path}' is another content now: where the audit still finds the value there, mark it again"


def has_secret(entry: Entry, place: Place, absent: set[str], blobs: Blobs, scan: Scan) -> bool:
    """Whether a file has all that the old content had, which git must still have, by the entry's key or rule."""
    if entry.blob in absent:
        return False
    if names.is_dotenv(entry.path):
        return has_value(entry, place.blob, absent, blobs)
    before = secrets_of(entry.key, entry.path, blobs.read(entry.blob, LARGEST), scan)
    return bool(before) and before <= secrets_of(entry.key, place.path, blobs.read(place.blob, LARGEST), scan)


def secrets_of(rule: str, path: str, data: bytes, scan: Scan) -> set[str]:
    """What a rule finds in a file."""
    return {one.value for one in detected(path, data, scan) if one.key == rule} if len(data) < LARGEST else set()


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
