"""Detection on what commits of a history bring, in one process: every added line, whole what only a merge brought, a content once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from ..config import Config, Globs
from ..detect.engine import Detector
from ..detect.text import SAMPLE, decoder, encoding_of, is_binary, to_utf8
from ..git import patches
from ..git.blobs import Blobs
from ..git.diff import Change
from ..git.patches import Begun
from ..git.steps import Steps
from ..git.walk import Graph
from ..model import Confidence, Fragment, StopgapError

LARGEST = 64 << 20  # bytes of a content that is read whole
BATCH = 1 << 20  # bytes that are scanned at once
KNOWN = 200_000  # contents that are remembered as looked at: memory stays flat


class Hit(NamedTuple):
    """A secret that was found, with its value, which stays in memory. `line` counts from 1, in the blob."""

    rule: str
    path: str
    blob: str
    line: int
    value: bytes
    confidence: Confidence
    what: str
    rotate: str


class Looked(NamedTuple):
    """What some commits brought. `again`: numbers of those with a secret, or that could not be read.

    `unread`: how many contents could not be, by path, "" for a commit's tree. `large`: paths of those that were not read to their end.
    """

    hits: list[Hit]
    again: frozenset[int]
    unread: dict[str, int]
    large: frozenset[str]
    commits: int


class Commits:
    """Looks at commits, by their numbers in a graph; a context manager, whose git processes are its own."""

    def __init__(self, graph: Graph, settings: Config, detector: Detector, git_dir: Path) -> None:
        self._graph = graph
        self._git_dir = git_dir
        self._detector = detector
        self._excluded = Globs(settings.exclude)
        self._blobs = Blobs()
        self._known: set[int] = set()
        self._found: set[int] = set()
        self._forget()

    def __enter__(self) -> Commits:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._blobs.__exit__(None, None, None)

    def look(self, numbers: Sequence[int]) -> Looked:
        """Looks at some of them."""
        graph = self._graph
        plain = [number for number in numbers if len(graph.parents[number]) < 2 and number not in graph.trees]
        merges = [number for number in numbers if len(graph.parents[number]) > 1]
        self._through(plain, patches.added)
        self._through(merges, patches.merged)
        for number in numbers:
            if number in graph.trees:
                self._by_itself(number)
        self._flush()
        looked = Looked(self._hits, frozenset(self._again), self._unread, frozenset(self._large), len(numbers))
        self._forget()
        return looked

    def _forget(self) -> None:
        self._hits: list[Hit] = []
        self._again: set[int] = set()
        self._unread: dict[str, int] = {}
        self._large: set[str] = set()
        self._batch: list[tuple[Fragment, Change, int]] = []
        self._size = 0

    def _through(self, numbers: Sequence[int], read: Callable[[Sequence[str], Path], Iterator[patches.Item]]) -> None:
        number_of = {self._graph.commits[number]: number for number in numbers}
        change, skip, number = None, False, -1
        for item in read(list(number_of), self._git_dir):
            if isinstance(item, Fragment):
                if change and not skip:
                    skip = self._take(item, change, number)
            elif isinstance(item, Change):
                change, skip = item, self._is_done(item)
                if not skip and len(item.old) > 1:
                    self._take_whole(item, number)
            elif isinstance(item, Begun):
                number = number_of[item.commit]
            else:
                self._by_itself(number_of[item.commit])

    def _is_done(self, change: Change) -> bool:
        """Whether nothing of a change is to be looked at."""
        return change.status == "D" or change.is_submodule or change.path in self._excluded or key_of(change) in self._known

    def _take(self, fragment: Fragment, change: Change, number: int) -> bool:
        """Takes added lines in. True where they are not the text, and no more of them are wanted."""
        if b"\0" in fragment.data and not change.is_link:
            sample = self._read(change, SAMPLE, number)
            if encoding_of(sample)[1] or is_binary(sample):
                self._take_whole(change, number)
                return True
        self._add(fragment, change, number)
        return False

    def _take_whole(self, change: Change, number: int) -> None:
        sample = self._read(change, SAMPLE, number)
        if decoder(sample)(sample) is None:
            return
        data = self._read(change, LARGEST + 1, number) if len(sample) == SAMPLE else sample
        if len(data) > LARGEST:
            self._large.add(change.path)
            self._again.add(number)
            data = data[:LARGEST]
        text = to_utf8(data)
        if text is not None:
            self._add(Fragment(change.path, text), change, number)

    def _read(self, change: Change, limit: int, number: int) -> bytes:
        try:
            return self._blobs.read(change.new, limit)
        except StopgapError:
            self._unread[change.path] = self._unread.get(change.path, 0) + 1
            self._again.add(number)
            return b""

    def _add(self, fragment: Fragment, change: Change, number: int) -> None:
        self._batch.append((fragment, change, number))
        self._size += len(fragment.data)
        if self._size >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Scans what was taken in. Only what is clean is passed over when it comes again: else its commit has to be looked at too."""
        batch, self._batch, self._size = self._batch, [], 0
        for place, match, value in self._detector.values([fragment for fragment, _, _ in batch]):
            if match.confidence == "low":
                continue
            _, change, number = batch[place]
            self._found.add(key_of(change))
            self._again.add(number)
            self._hits.append(Hit(match.rule, change.path, change.new, match.line, value, match.confidence, match.what, match.rotate))
        if len(self._known) > KNOWN:
            self._known.clear()
        self._known.update(key_of(change) for _, change, _ in batch)
        self._known -= self._found

    def _by_itself(self, number: int) -> None:
        """A commit that git could not compare, or that is a tree: each content of it that can be read, whole."""
        self._again.add(number)
        with Steps(self._graph, [number], lambda path: True) as steps:
            for step in steps:
                for change in step.changes:
                    if not self._is_done(change):
                        self._take_whole(change, number)
            for folder in steps.unread:
                self._unread[folder] = self._unread.get(folder, 0) + 1


def key_of(change: Change) -> int:
    """What is looked at once: the lines that a content adds to another one at a path."""
    return hash((change.path, change.new, change.old))
