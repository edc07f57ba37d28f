"""One reading of git: the files and the lines that a situation stands for, as one stream, and the proof of what was read."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

from ..config import Config, Globs
from ..detect.text import SAMPLE, decoder, encoding_of, is_binary
from ..git import commits as history
from ..git import diff, index, ranges
from ..git.blobs import Blobs
from ..git.diff import Change, Item, Upcoming
from ..git.repository import Repository
from ..model import Fact, Fragment, Scope, StopgapError
from .compared import KnownLines, new_lines
from .parallel import available
from .reading import BINARY, Counts, Unread, pieces
from .situation import Situation
from .worktree import chunks, file_mode, file_status, located, read_file, read_link

LARGEST = 64 << 20  # bytes of a blob that are compared with others
SMALL = 4 << 20  # bytes of a file that one process may read and scan by itself
PART = f"only its first {LARGEST >> 20} MiB were looked at"
CLIENT_HINT = "run with --all-files, with file names, or with --from-ref and --to-ref"
HAND_HINT = "nothing is staged: give file names, --worktree, or --from-ref and --to-ref"
SUBMODULE = "a submodule, which its own repository checks"
FOREIGN = "a repository of its own"
MERGED = "the merge brings nothing that no parent has"
WHOLE = "W"  # the status, beside git's own letters, of a file that is looked at as it lies in the work tree


class Content:
    """What a situation stands for. Iterate once: each Change leads the Fragments with its lines that count.

    `scope()` afterwards tells what was read, `later` which commits are only guessed to be part of a push.
    """

    def __init__(
        self, repository: Repository, situation: Situation, config: Config, *, archives: bool = False, given: Iterable[Item] = ()
    ) -> None:
        """`archives`: what is packed in archives counts too. `given`: what to read, for the mode "received"."""
        self._given = given
        self.repository = repository
        self.situation = situation
        self.later: frozenset[str] = frozenset()
        self._excluded = Globs(config.exclude)
        self._all_refs = config.push_scope == "all"
        self._blobs = Blobs()
        self._paths: set[str] = set()
        self._commits = self._lines = self._bytes = 0
        self._skipped: dict[str, str] = {}
        self._incomplete: dict[str, str] = {}
        self._note = situation.note
        self._by_name = False
        self._archives = archives
        self._merging: frozenset[str] = frozenset()  # what a merge is about: the paths in which the index differs from a parent

    def __iter__(self) -> Iterator[Item | Unread]:
        with self._blobs:
            yield from self._counted(self._source())

    def unread(self) -> Iterator[Item | Unread]:
        """As by iteration, but small files of the work tree come as Unread: who takes them says in `add` what it read."""
        self._by_name = True
        return iter(self)

    def add(self, counts: Counts) -> None:
        """Takes in what was read elsewhere."""
        self._lines += counts.lines
        self._bytes += counts.bytes
        self._skipped.update(dict.fromkeys(counts.binary, BINARY))

    def scope(self) -> Scope:
        """What was read, once it was read."""
        skipped, incomplete = (
            tuple(Fact(path, reason) for path, reason in sorted(facts.items())) for facts in (self._skipped, self._incomplete)
        )
        mode = self.situation.mode
        added = mode in ("index", "range", "push", "received", "worktree")
        return Scope(mode, len(self._paths), self._lines, self._bytes, self._commits, added, skipped, incomplete, self._note)

    def leave_out(self, path: str, reason: str) -> None:
        """Notes that a file was left out by design, to be said in the scope."""
        self._skipped[path] = reason

    def read(self, change: Change, limit: int | None = None) -> bytes:
        """The whole content of a change's new side: its blob, or the file in the work tree."""
        if change.status == WHOLE:
            return read_file(self.repository.top, change.path, limit)
        return self._blobs.read(change.new, limit)

    def _source(self) -> Iterable[Item]:
        situation, repository = self.situation, self.repository
        match situation.mode:
            case "index":
                return self._index()
            case "client":
                return self._client()
            case "files":
                return self._files()
            case "worktree":
                return self._worktree()
            case "tree":
                return self._tree()
            case "range":
                return self._history(history.between(repository, situation.old, situation.new))
            case "push":
                return self._push()
            case "received":
                return self._given
        return ()

    def _index(self) -> Iterator[Item]:
        """What is staged; that nothing is must have been said by whoever decided on the situation."""
        empty = True
        for item in self._staged():
            empty = empty and not (isinstance(item, Upcoming) and item.paths)
            yield item
        if empty and not self._note and not self._merging:
            raise StopgapError(HAND_HINT)
        self._note = (MERGED if self._merging else self._note) if empty else ""

    def _client(self) -> Iterator[Item]:
        """A client that selected no file without a commit being made: right where something is staged (a deletion, an `exclude`)."""
        if not diff.staged_changes(self.repository.base()):
            raise StopgapError(f"no file, no range and nothing staged: nothing would be checked; {CLIENT_HINT}")
        return iter(())

    def _staged(self) -> Iterator[Item]:
        """The added lines in the index; while a merge is being made, those that no parent has."""
        parents = self.repository.parents()
        if len(parents) == 1:
            yield from diff.staged(parents[0], self.repository.git_dir)
            return
        per_parent = [{change.path: change for change in diff.staged_changes(parent)} for parent in parents]
        self._merging = frozenset(path for changes in per_parent for path, change in changes.items() if change.status != "U")
        yield Upcoming(tuple(per_parent[0]))
        for path, change in sorted(per_parent[0].items()):
            others = [changes.get(path) for changes in per_parent[1:]]
            if all(others):
                yield change._replace(old=(*change.old, *(name for other in others if other for name in other.old)))

    def _is_still_there(self, change: Change) -> bool:
        """Whether the index does not have the file any more (`git rm --cached`), or has it in conflict, and the work tree has it."""
        return change.status in ("D", "U") and os.path.lexists(located(self.repository.top, change.path))

    def _files(self) -> Iterator[Item]:
        """The names given: the added lines of those that are staged, the whole of the others.

        In a merge a client also names what one parent has as it is (a side that was taken whole): that adds nothing.
        """
        wanted, staged = set(self.situation.names), set()
        yield Upcoming(self.situation.names)
        for item in self._staged():
            if isinstance(item, Upcoming) or item.path not in wanted or (isinstance(item, Change) and self._is_still_there(item)):
                continue
            staged.add(item.path)
            yield item
        for path in self.situation.names:
            if path in self._merging:
                self._paths.add(path)
            elif path not in staged:
                staged.add(path)
                yield from self._whole(path)

    def _whole(self, path: str) -> Iterator[Item]:
        """A file of the work tree, or the files of a folder that git tracks or would add."""
        if path.endswith("/"):
            self._skipped[path] = FOREIGN  # git lists an untracked folder with a `.git` in it as one name
            return
        mode, size = file_status(self.repository.top, path)
        if mode != "folder":
            yield Change(WHOLE, path, "", mode, (), "", size=size)
            return
        others = index.Others(path)
        listed = index.listing(path)
        yield Upcoming((), more=listed.count(b"\0"))
        entries = index.entries_of(listed)
        if any(entry.path == path and entry.mode == index.SUBMODULE for entry in entries):
            self._skipped[path] = SUBMODULE
            return
        tracked = {entry.path for entry in entries}
        yield Upcoming(tuple(tracked), others.paths)
        # of a folder in a file's place git tells only file by file
        untracked = index.untracked(path) if path in tracked else others.untracked()
        tracked.discard(path)
        if not tracked and not untracked:
            raise StopgapError(f"{path}: a folder in which git has no file to check")
        yield Upcoming(tuple(untracked))
        for name in sorted(tracked.union(untracked)):
            mode, size = ("", 0) if name.endswith("/") else file_status(self.repository.top, name)
            if mode and mode != "folder":
                yield Change(WHOLE, name, "", mode, (), "", size=size)  # most names
            else:
                yield from self._whole(name)

    def _worktree(self) -> Iterator[Item]:
        """Everything that could be committed now: staged, changed since, or new and not ignored."""
        yield from self._staged()
        modified, untracked = index.modified(), index.untracked()
        yield Upcoming((*(entry.path for entry in modified), *untracked))
        for entry in modified:
            yield Change("M", entry.path, "", file_mode(self.repository.top, entry.path), (entry.name,), "")
        for path in untracked:
            yield from self._whole(path)
        self._note = "" if self._paths else "nothing to commit"

    def _tree(self) -> Iterator[Item]:
        """All tracked files, and what the index holds of them where the work tree does not show it."""
        others = index.Others()
        listed = index.listing()
        yield Upcoming((), more=listed.count(b"\0"))
        entries = index.entries_of(listed)
        yield Upcoming(tuple(entry.path for entry in entries), others.paths)
        for entry in entries:
            if entry.mode == index.SUBMODULE:
                self._skipped[entry.path] = SUBMODULE
                continue
            mode, size = status_there(self.repository, entry.path)
            if mode:
                yield Change(WHOLE, entry.path, "", mode, (), "", size=size)
            else:
                yield Change("M", entry.path, "", entry.mode, ("0",), entry.name)
        for entry in index.modified():
            if entry.mode != index.SUBMODULE and status_there(self.repository, entry.path)[0]:
                yield Change("M", entry.path, "", entry.mode, (WHOLE,), entry.name)
        yield from self._staged()

    def _push(self) -> Iterator[Item]:
        """The commits that are pushed, then those that the client may be pushing without saying so."""
        situation, repository = self.situation, self.repository
        yield from self._history(history.pushed(repository, situation.tips, situation.remote, situation.known))
        if situation.guess:
            others = history.elsewhere(repository, situation.tips, situation.remote)
            if not self._all_refs:
                self.later = frozenset((*others.plain, *others.merges))
            yield from self._history(others)

    def _history(self, commits: history.Commits) -> Iterator[Item]:
        """What these commits add, and what a merge among them brought in by itself."""
        self._commits += len(commits)
        if not self._commits:
            self._note = "no new commit"
        if commits.plain:
            yield from ranges.committed(commits.plain, self.repository.git_dir, available())
        if commits.merges:
            yield from diff.merged(commits.merges)

    def _counted(self, stream: Iterable[Item]) -> Iterator[Item | Unread]:
        """The stream with every text as UTF-8, counted, and without what the config excludes."""
        change, skip, compared = None, False, False
        for item in stream:
            if isinstance(item, Upcoming):
                yield item
            elif isinstance(item, Change):
                item = self._unmerged(item) if item.status == "U" else item
                change, skip = item, self._leave_out(item)
                plain = item.status == WHOLE and item.mode != index.LINK and item.size <= SMALL
                if plain and self._by_name and not self._archives and not skip:
                    self._paths.add(item.path)  # most files of a tree
                    yield item
                    yield Unread(item.path, item.size)
                    continue
                compared = len(item.old) > 1 or (
                    len(item.old) == 1 and item.status == "M" and (not item.new or item.old[0] in ("0", WHOLE))
                )
                if skip:
                    continue
                if item.status != "D":
                    self._paths.add(item.path)
                yield item
                if self._archives and self._is_archive(item):
                    compared = True  # whatever a patch holds of it
                    yield from self._count(self._unpacked(item))
                elif item.status == WHOLE and self._by_name and not item.is_link and item.size <= SMALL:
                    yield Unread(item.path, item.size)
                elif item.status == WHOLE:
                    yield from self._count(self._pieces(item))
                elif compared and item.status != "D":
                    yield from self._count(self._compared(item))
            elif skip or compared or change is None:
                continue
            elif b"\0" in item.data and not change.is_link and self._is_wide_or_binary(change):
                compared = True
                yield from self._count(self._compared(change))
            else:
                yield from self._count((unmarked(item),))

    def _unmerged(self, change: Change) -> Change:
        """Of a conflict the index holds up to three versions and no result: what could be committed lies in the work tree."""
        if not os.path.lexists(self.repository.top / change.path):
            return change._replace(status="D", old=())
        mode, size = file_status(self.repository.top, change.path)
        return Change(WHOLE, change.path, "", mode, (), "", size=size)

    def _leave_out(self, change: Change) -> bool:
        """Whether a change is left out by design; that it was is said in the scope."""
        if change.is_submodule:
            self._skipped[change.path] = SUBMODULE
        elif change.path in self._excluded:
            self._skipped[change.path] = "excluded by the configuration"
        else:
            return False
        return True

    def _count(self, fragments: Iterable[Fragment]) -> Iterator[Fragment]:
        for fragment in fragments:
            self._lines += fragment.lines()
            self._bytes += len(fragment.data)
            yield fragment

    def _pieces(self, change: Change) -> Iterator[Fragment]:
        """A file of the work tree, whole; a large one in overlapping pieces."""
        if change.is_link:
            yield Fragment(change.path, read_link(self.repository.top, change.path))
            return
        found = False
        for fragment in pieces(self.repository.top, change.path):
            found = True
            yield fragment
        if not found:
            self._skipped[change.path] = BINARY

    def _is_archive(self, change: Change) -> bool:
        """Whether there is something in it to unpack."""
        from . import archives

        is_file = change.status != "D" and not change.is_link
        return is_file and archives.kind(self._new_side(change, archives.SNIFF), change.path) != ""

    def _unpacked(self, change: Change) -> Iterator[Fragment]:
        """The texts in an archive, whole: of packed lines nobody can say which are new."""
        from . import archives

        facts = archives.Facts(self._skipped, self._incomplete)
        data = self._new_side(change, archives.LARGEST + 1)
        return archives.Archive(change.path, data, facts, change.commit, self._excluded.__contains__).fragments()

    def _new_side(self, change: Change, limit: int) -> bytes:
        """As much of a file as the limit says: its blob, or the file in the work tree."""
        return self._blobs.read(change.new, limit) if change.new else read_file(self.repository.top, change.path, limit)

    def _is_wide_or_binary(self, change: Change) -> bool:
        """Whether git's patch is of no use: it cuts lines at the byte 0x0A, which UTF-16 has in the middle of a character."""
        sample = self._blobs.read(change.new, SAMPLE)
        return bool(encoding_of(sample)[1]) or is_binary(sample)

    def _compared(self, change: Change) -> Iterator[Fragment]:
        """The lines of the new side that no old side has."""
        sample = self._new_side(change, SAMPLE)
        if decoder(sample)(sample) is None:
            self._skipped[change.path] = BINARY
            return
        known = KnownLines()
        for name in change.old:
            known.add(self._lying(change.path) if name == WHOLE else self._blob(name))
        new = self._blob(change.new, change.path) if change.new else self._lying(change.path)
        yield from new_lines(new, known, change.path, change.commit)

    def _lying(self, path: str) -> Iterable[bytes]:
        """The content of a file of the work tree, in pieces; of a link its text."""
        top = self.repository.top
        return (read_link(top, path),) if file_mode(top, path) == index.LINK else chunks(top, path)

    def _blob(self, name: str, path: str = "") -> tuple[bytes, ...]:
        """As much of a blob as is compared; where that is not all of `path`, the scope says so."""
        data = self._blobs.read(name, LARGEST + 1)
        if len(data) > LARGEST and path:
            self._incomplete[path] = PART
        return (data,)


def unmarked(fragment: Fragment) -> Fragment:
    """Without a byte order mark, which is no part of the text: a file that is read whole has none either."""
    return fragment._replace(data=fragment.data.removeprefix(BOM_UTF8)) if fragment.line == 1 else fragment


def status_there(repository: Repository, path: str) -> tuple[str, int]:
    """Mode and size of a tracked file as it lies in the work tree, which may be another than the index has; "" where no file does.

    Raises StopgapError for a pipe or a device in its place.
    """
    try:
        mode, size = file_status(repository.top, path)
    except StopgapError:
        if os.path.lexists(located(repository.top, path)):
            raise
        return "", 0
    return ("", 0) if mode == "folder" else (mode, size)
