"""`--remap COMMIT-MAP`: entries of the ledger after history was rewritten, when commits and blobs have other names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..model import StopgapError
from .ledger import Entry, is_name

LONGEST = 200  # bytes of a line: two object names of SHA-256 are 129
TAKEN = "the rewrite took that value away"
Names = tuple[str, str, str]  # path, key and blob: Entry.names()
HEADER = b"old"  # how git-filter-repo's first line begins


class Place(NamedTuple):
    """A file of the rewritten history."""

    path: str
    blob: str


class Remapped(NamedTuple):
    """The ledger's entries after a rewrite: those that stay as they are, those with new names, and those whose value it took away.

    `why` says by Entry.names() what is known of one that was dropped, other than that.
    """

    kept: tuple[Entry, ...]
    renamed: tuple[Entry, ...]
    dropped: tuple[Entry, ...]
    why: Mapping[Names, str] = MappingProxyType({})

    def entries(self) -> tuple[Entry, ...]:
        """What the ledger holds then."""
        return (*self.kept, *self.renamed)


def read(lines: Iterable[bytes], wanted: Collection[str], where: str) -> dict[str, str]:
    """The new names of these commits, "" for one that the rewrite left out; of a commit that it did not see nothing.

    `lines` are those of git-filter-repo's `commit-map`: the old name and the new one, noughts for none. Raises StopgapError for others.
    """
    found = {}
    for number, line in enumerate(lines, 1):
        words = line[:LONGEST].decode("ascii", "replace").split()
        if number == 1 and line.startswith(HEADER):
            continue
        if len(words) != 2 or not all(map(is_name, words)):
            raise StopgapError(f"{where}:{number}: not a commit map: a line is an old name and a new one, as git filter-repo writes them")
        if words[0] in wanted:
            found[words[0]] = words[1] if set(words[1]) != {"0"} else ""
    return found


def remapped(
    entries: Iterable[Entry],
    commits: Mapping[str, str],
    moved: Mapping[Names, Place],
    gone: Collection[str],
    why: Mapping[Names, str] = MappingProxyType({}),
) -> Remapped:
    """The entries under their new names.

    `commits`: see `read`. `moved`: the file that holds the same value after the rewrite, by Entry.names(), where there is one.
    `why`: what is known of the others. `gone`: blobs that nothing leads to any more. An entry is dropped only where the map knows its
    commit and its blob is gone: what the ledger then holds is a hash of a file that was taken away.
    """
    kept, renamed, dropped = [], [], []
    for entry in entries:
        commit = commits.get(entry.commit)
        path, blob = moved.get(entry.names(), Place(entry.path, entry.blob))
        new = entry._replace(path=path, blob=blob, commit=entry.commit if commit is None else commit)
        if new.blob == entry.blob and entry.blob in gone and commit is not None:
            dropped.append(entry)
        elif new == entry:
            kept.append(entry)
        else:
            renamed.append(new)
    return Remapped(tuple(kept), tuple(renamed), tuple(dropped), why)


def said(found: Remapped) -> list[str]:
    """What was done, a line each."""
    count = f"{len(found.renamed)} {'entry' if len(found.renamed) == 1 else 'entries'}"
    lost = [f"left out {entry.label()}, {entry.state}: {found.why.get(entry.names(), TAKEN)}" for entry in found.dropped]
    return [f"remapped {count}, {len(found.kept)} as before", *lost]
