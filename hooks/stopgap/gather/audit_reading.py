"""What commits of a history bring, in one process: the steps of config files, and what detection says of every content that is new.

A content is compared with the one before it at its path, and only its new lines count, so that one is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from ..audit.added import Piece, pieces
from ..config import Config, Globs
from ..detect.engine import Detector, Text
from ..detect.text import BOMS, to_utf8
from ..git import blobs
from ..git.ahead import Ahead
from ..git.blobs import Blobs
from ..git.diff import Change
from ..git.index import SUBMODULE
from ..git.steps import Step, Steps
from ..git.walk import Graph
from ..model import Confidence, Fragment, StopgapError
from .audit_touched import Touched
from .audit_wanted import Wanted
from .compared import KnownLines, new_lines

LARGEST = 8 << 20  # bytes of a content that is in memory at once
BATCH = 1 << 20  # bytes that are scanned at once
MANY = 1 << 14  # changes whose contents are asked for together
OFTEN = 64  # changes after each of which it is said how far the work has come
MARK = 16  # bytes
KNOWN = 200_000  # contents that are remembered as looked at: memory stays flat
MARKS = 50_000  # marks of clean changes that are kept at the most
BEGINNINGS = tuple(mark for mark, _ in BOMS)

Brought = tuple[int, Change]  # a change, and the number of the commit that brings it


class Hit(NamedTuple):
    """A secret that was found by a commit, with its value, which stays in memory. `line` counts from 1, in the blob."""

    number: int
    rule: str
    path: str
    blob: str
    line: int
    value: bytes
    confidence: Confidence
    what: str
    rotate: str


class Taken(NamedTuple):
    """A text that a change brings, which is looked through. `new`: the same with its lines."""

    text: Text
    new: Piece | Fragment
    number: int
    change: Change


class Looked(NamedTuple):
    """What some commits brought. `again`: numbers of those that are to be looked at by the next audit too: with a secret, a change of
    a config file or of a submodule, or something that could not be read.

    `steps` are those of config files. `left_out`, `submodules`: such paths; `unread` those with contents that could not be read, `folders`
    what could not of trees, with a commit. `clean`: marks of changes in which nothing was found, with their commits, of which some are to
    be looked at again all the same.
    """

    hits: list[Hit]
    steps: list[Step]
    again: set[int]
    left_out: set[str]
    submodules: set[str]
    unread: set[str]
    folders: dict[str, str]
    touched: Touched
    clean: set[tuple[int, bytes]]


def nothing() -> Looked:
    """Before anything was looked at."""
    return Looked([], [], set(), set(), set(), set(), {}, Touched(), set())


class Commits:
    """Looks at commits, by their numbers in a graph, and at what they bring."""

    def __init__(self, graph: Graph, settings: Config, detector: Detector, clean: Container[bytes] = frozenset()) -> None:
        """`clean`: marks of changes in which an earlier audit found nothing."""
        self._graph = graph
        self._clean = clean
        self._settings = settings
        self._detector = detector
        self._excluded = Globs(settings.exclude)
        self._known: set[int] = set()
        self._found: set[int] = set()
        self._forget()

    def look(self, numbers: Sequence[int], tell: Callable[[int], None]) -> Looked:
        """Looks at some of them. `tell` is told each time how many more are done."""
        told, brought = 0, self.brought(numbers)
        while some := list(islice(brought, MANY)):
            commits = len({number for number, _ in some})
            self._scan(some, commits, tell, whole=True)
            told += commits
        tell(len(numbers) - told)
        return self.looked()

    def scan(self, changes: Sequence[Brought], tell: Callable[[int], None]) -> Looked:
        """Looks at some of what commits bring. `tell` is told each time how many more changes are done."""
        self._scan(list(changes), len(changes), tell, whole=False)
        return self.looked()

    def brought(self, numbers: Sequence[int]) -> Iterator[Brought]:
        """What of their changes is to be looked at, each with the commit's number."""
        for number, changes in self._brought(numbers):
            for change in changes:
                if not self._is_done(change):
                    yield number, change

    def looked(self) -> Looked:
        """What came of it since this was last asked, of what was brought too."""
        looked = self._looked
        self._forget()
        return looked

    def _forget(self) -> None:
        self._looked = nothing()
        self._batch: list[Taken] = []
        self._size = 0

    def _brought(self, numbers: Sequence[int]) -> Iterator[tuple[int, Sequence[Change]]]:
        """The changes of each commit, those of a merge only where no parent has the content."""
        for step in self._steps(numbers):
            if step.own is None:
                self._looked.again.add(step.number)
            yield step.number, step.changes if step.own is None else step.own

    def _steps(self, numbers: Sequence[int]) -> Iterator[Step]:
        """What each commit changes. What all of them do to config files is noted."""
        wanted = Wanted(self._settings)
        with Steps(self._graph, numbers, anything) as steps:
            for step in steps:
                changes = tuple([change for change in step.changes if wanted(change.path)])
                if changes or step.number in steps.alone:
                    own = None if step.own is None else tuple(change for change in step.own if wanted(change.path))
                    self._looked.steps.append(step._replace(changes=changes, own=own))
                if changes or (wanted.left_out and any(change.path in wanted.left_out for change in step.changes)):
                    self._looked.again.add(step.number)
                for change in step.changes:
                    self._looked.touched.add(step.number, change.path)
                yield step
        self._looked.touched.always.update(steps.alone)
        self._looked.again.update(steps.alone, steps.noted)
        self._looked.submodules.update(steps.submodules)
        self._looked.left_out.update(wanted.left_out)
        for folder, commit in steps.unread.items():
            self._looked.folders.setdefault(folder, commit)

    def _is_done(self, change: Change) -> bool:
        """Whether nothing of a change is to be looked at."""
        if change.status == "D" or change.mode == SUBMODULE or change.path in self._excluded or key_of(change) in self._known:
            return True
        return bool(self._clean) and mark_of(change) in self._clean

    def _scan(self, changes: list[Brought], count: int, tell: Callable[[int], None], *, whole: bool) -> None:
        """Looks at the contents of some changes, those of a path one after the other: git stores each as its difference from another.

        `tell` is told of `count` in all. `whole`: all that the commits bring, so that it is known of each if it is to be looked at again.
        """
        changes.sort(key=path_of)
        names, done = [name for _, change in changes for name in (change.new, *before_it(change))], 0
        with Blobs() as others, Ahead(others, names, LARGEST + 1) as ahead:
            for place, (number, change) in enumerate(changes, 1):
                if key_of(change) not in self._known:
                    self._take(number, change, ahead)
                if place % OFTEN == 0 or place == len(changes):
                    tell(count * place // len(changes) - done)
                    done = count * place // len(changes)
        self._flush()
        again, clean = self._looked.again, self._looked.clean
        for number, change in changes if again or not whole else ():
            if (number in again or not whole) and len(clean) < MARKS and key_of(change) not in self._found:
                clean.add((number, mark_of(change)))

    def _take(self, number: int, change: Change, ahead: Ahead) -> None:
        """Takes in what a content has that the one before it had not."""
        try:
            data = ahead.read(change.new)
        except StopgapError:
            self._lost(number, change)
            return
        if len(data) > LARGEST:
            self._take_long(number, change)
            return
        new = text_of(data)
        if new is None:
            return
        old = b""
        for name in before_it(change):
            with suppress(StopgapError):  # then all is new
                old = text_of(ahead.read(name)) or b""
        for piece in pieces(old, new):
            self._put(Taken(Text(piece.data, change.path), piece, number, change))

    def _take_long(self, number: int, change: Change) -> None:
        """The same of a content that is read in parts, as it is compared too: of the one before it only hashes of lines are kept."""
        known = KnownLines()
        for name in before_it(change):
            with suppress(StopgapError):  # then all of the rest is new
                known.add(blobs.pieces(name))
        try:
            for fragment in new_lines(blobs.pieces(change.new), known, change.path, ""):
                self._put(Taken(Text(fragment.data, fragment.path), fragment, number, change))
        except StopgapError:
            self._lost(number, change)

    def _lost(self, number: int, change: Change) -> None:
        """Notes a content that cannot be read."""
        self._looked.unread.add(change.path)
        self._looked.again.add(number)
        self._found.add(key_of(change))

    def _put(self, taken: Taken) -> None:
        self._batch.append(taken)
        self._size += len(taken.text.data)
        if self._size >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Scans what was taken in. Only what is clean is passed over when it comes again: else its commit has to be looked at too."""
        batch, self._batch, self._size = self._batch, [], 0
        for place, match, value in self._detector.values([taken.text for taken in batch], lambda place: fragment_of(batch[place])):
            if match.confidence == "low":
                continue
            _, _, number, change = batch[place]
            self._found.add(key_of(change))
            self._looked.again.add(number)
            self._looked.hits.append(
                Hit(number, match.rule, change.path, change.new, match.line, value, match.confidence, match.what, match.rotate)
            )
        if len(self._known) > KNOWN:
            self._known.clear()
        self._known.update(key_of(taken.change) for taken in batch)
        self._known -= self._found


def fragment_of(taken: Taken) -> Fragment:
    """What was taken in, as detection wants it."""
    new = taken.new
    return Fragment(taken.change.path, new.data, new.line, new.added()) if isinstance(new, Piece) else new


def key_of(change: Change) -> int:
    """What is looked at once: the lines that a content adds to another one at a path."""
    return hash((change.path, change.new, change.old))


def mark_of(change: Change) -> bytes:
    """The same in sixteen bytes, for later runs: of names that git has given, and of nothing that a content holds."""
    text = "\0".join((change.path, change.new, *change.old))
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=MARK).digest()


def path_of(one: Brought) -> str:
    return one[1].path


def before_it(change: Change) -> tuple[str, ...]:
    """The content that a change is compared with: none for a file that is new, or was something else, and where only a merge brought it."""
    return change.old if change.status == "M" and len(change.old) == 1 else ()


def text_of(data: bytes) -> bytes | None:
    """The text of a content as UTF-8; None: binary."""
    return data if b"\0" not in data and not data.startswith(BEGINNINGS) else to_utf8(data)


def anything(_path: str) -> bool:
    return True
