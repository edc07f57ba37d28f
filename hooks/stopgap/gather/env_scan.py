"""Env files among what a Content holds: which files to read, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ..checks import env_files
from ..checks.env_files import File
from ..config import Config, Globs
from ..detect import names
from ..git import index
from ..git.diff import Change, Item
from ..model import CONFIDENCES, Confidence, Finding, Fragment
from .content import WHOLE, Content
from .reading import Unread, pieces

ALLOWED = "allowed by the configuration"
STATUS = {"A": "added", "R": "renamed", "C": "copied", WHOLE: "tracked"}


class EnvScan:
    """Looks at the items of a Content one by one, and keeps the findings."""

    def __init__(self, content: Content, settings: Config, minimum: Confidence | None = None) -> None:
        self._content = content
        self._policy = settings.env_policy
        self._allowed = Globs(settings.allow_files)
        self._extra = Globs(settings.extra_files)
        self._reported = CONFIDENCES[CONFIDENCES.index(minimum or settings.min_confidence) :]
        self._unborn = not content.repository.head
        self._shape: Change | None = None  # a file whose content comes with the next fragment
        self._asked: dict[str, Change] = {}  # the same for files that are read elsewhere
        self._found: dict[tuple[str | int, ...], Finding] = {}

    def see(self, item: Item | Unread) -> Item | Unread:
        """Takes one item in, and gives it on: a file that is yet to be read with the question whether it looks like an env file."""
        if isinstance(item, Change):
            self._shape = None
            if item.status != "D":
                self._see_change(item)
        elif isinstance(item, Fragment) and self._shape:
            whole = item.added is None or self._shape.status == "A"
            if item.line == 1 and item.path == self._shape.path and whole:  # and no member of an archive
                self._judge(self._shape, item.data)
            self._shape = None
        elif isinstance(item, Unread) and self._shape:
            self._asked[item.path] = self._shape
            self._shape = None
            return item._replace(shape=True)
        return item

    def see_shaped(self, paths: Iterable[str]) -> None:
        """Takes in which of the files that were read elsewhere look like an env file."""
        for path in paths:
            for fragment in islice(pieces(self._content.repository.top, path), 1):
                self._judge(self._asked[path], fragment.data)

    def __len__(self) -> int:
        """How many findings there are, of any confidence."""
        return len(self._found)

    def findings(self) -> list[Finding]:
        """The findings of what was seen; those of commits that the push may not send are notes."""
        later = self._content.later
        found = [finding for finding in self._found.values() if finding.confidence in self._reported]
        return [finding._replace(severity="note") if finding.commit in later else finding for finding in found]

    def _see_change(self, change: Change) -> None:
        if change.old == (WHOLE,):
            return  # what the index has of a file that was looked at as it lies in the work tree
        if change.path in self._allowed:
            if names.lookup(change.path) or change.path in self._extra:
                self._content.leave_out(change.path, ALLOWED)
            return
        if names.lookup(change.path) or change.path in self._extra:
            self._judge(change, None if change.is_link else self._content.read(change, names.READ))
        elif not change.is_link and names.may_be_env(change.path):
            if change.status in ("A", WHOLE):
                self._shape = change
            else:
                self._judge(change, self._content.read(change, names.READ))

    def _judge(self, change: Change, data: bytes | None) -> None:
        status = STATUS.get(change.status, "modified")
        file = File(change.path, data, status, status == "modified", change.commit, extra=change.path in self._extra)
        found = env_files.check([file], self._policy, unborn=self._unborn)
        if found and change.status == WHOLE:
            tracked = bool(index.entries(change.path))
            file = file._replace(tracked=tracked, status="tracked" if tracked else "untracked")
            found = env_files.check([file], self._policy, unborn=self._unborn)
        # of a tree's file that is staged too, what is said of the staged one: how to take it out again
        self._found.update({(one.rule, one.path, one.line, one.column, one.commit): one for one in found})
