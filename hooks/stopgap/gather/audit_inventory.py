"""The inventory of config files and of the values in them, put together from what each commit changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..audit import File, Moment, Value
from ..audit.lives import Change as Changed
from ..audit.lives import Life, Thing, lives
from ..audit.state import Standing
from ..audit.values import Held
from ..config import Config, Globs
from ..detect import names
from ..git.tips import PUBLIC
from ..git.walk import Graph
from ..model import CONFIDENCES
from .audit_contents import Contents, Key
from .audit_paths import Walked
from .audit_wanted import is_named
from .parallel import available

SINCE, ASKED = "(since)", "asked "  # names of tips that are no refs: marks of this run


class Version(NamedTuple):
    """A content that a file had under a name; the group stands for the file."""

    group: str
    path: str
    blob: str


class Known(NamedTuple):
    """A value that a file had."""

    group: str
    key: str
    digest: bytes


class Inventory:
    """Config files and the values in them."""

    def __init__(self, commits: Graph, walked: Walked, contents: Contents, settings: Config) -> None:
        self._commits = commits
        self._walked = walked
        self._contents = contents
        self._extra = Globs(settings.extra_files)
        self._paths: dict[str, set[str]] = {}
        for change in walked.changes.values():
            for path in change.items:
                self._paths.setdefault(walked.groups.group(path), set()).add(path)
        self._things: dict[tuple[str, str], tuple[Thing, ...]] = {}
        self._held: dict[Known, list[Version]] = {}
        self._said: dict[Known, Held] = {}  # of a value that the versions that keep it have what was said of the one that brought it
        self._values: dict[Known, Known] = {}
        self._in = lru_cache(maxsize=64)(self._of_version)  # values are asked for one version after the other
        self._lives: dict[Thing, Life] = {}
        self._names: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def measure(self, chosen: Sequence[int]) -> None:
        """Reads every version, and measures how long each lived."""
        commits, changes = self._commits, self._walked.changes
        self._contents.expect(self._versions(changes.values()), available())
        self._lives = lives(commits.parents.firsts, commits.times, commits.masks, chosen, changes, self._things_of)

    def _versions(self, changes: Iterable[Changed]) -> Iterator[Key]:
        """All that the changes leave at their paths."""
        for change in changes:
            yield from (Key(path, blob, self.written(path) or "") for path, blob in change.items.items() if blob)

    def written(self, path: str) -> str | None:
        """As which path a file is read: "" for what its own name says, another name of it where that says nothing; None for no config."""
        if path in self._extra:
            return path
        if is_named(path):
            return ""
        paths = self._paths.get(self._walked.groups.group(path), ())
        return min((one for one in paths if is_named(one)), default=None) if path in paths else None

    def _things_of(self, path: str, blob: str) -> tuple[Thing, ...]:
        """What a version stands for: its file, itself, and its values."""
        found = self._things.get((path, blob))
        if found is None:
            found = self._things[path, blob] = tuple(self._read(path, blob))
        return found

    def _read(self, path: str, blob: str) -> Iterator[Thing]:
        held = self._contents.held(path, blob, self.written(path) or "")
        if held is None:
            return
        version = Version(self._walked.groups.group(path), path, blob)
        yield version.group
        yield version
        for one in held:
            value = Known(version.group, one.key, one.digest)
            value = self._values.setdefault(value, value)  # a file of many values may have many versions
            self._held.setdefault(value, []).append(version)
            if says_more(one, self._said.get(value)):
                self._said[value] = one
            yield value

    def files(self, here: set[str], left: int) -> Iterator[File]:
        """The files, by the first name that a config file's was; those that a commit in `left` has are left out."""
        first: dict[str, tuple[tuple[int, int], str]] = {}
        for thing, life in self._lives.items():
            if isinstance(thing, Version) and (is_named(thing.path) or thing.path in self._extra):
                first[thing.group] = min(first.get(thing.group, (life.first, thing.path)), (life.first, thing.path))
        for group, (_, path) in first.items():
            life = self._lives[group]
            if not life.mask & left:
                told = tuple(sorted(self._walked.events.get(group, ()), key=lambda event: event.moment.time))
                yield File(path, self._why(path), told, *self.refs(life.mask), group in here, life.commits)

    def values(self, standing: Standing, left: int) -> Iterator[Value]:
        """The values; those that a commit in `left` has are left out."""
        for known, versions in self._held.items():
            life = self._lives.get(known)
            if life and not life.mask & left:
                yield self._value(known, versions, life, standing)

    def _value(self, known: Known, versions: list[Version], life: Life, standing: Standing) -> Value:
        first = min((version for version in versions if version in self._lives), key=lambda one: (self._lives[one].first, one))
        held = self._said[known]
        use, used = standing.use(held, self._paths[known.group])
        return Value(
            "setting",
            first.path,
            known.key,
            first.blob,
            self._in(first.path, first.blob)[known.key, known.digest],
            self._moment(life.first),
            self._moment(life.last),
            life.commits,
            use,
            used,
            held.secret,
            held.confidence,
            held.what,
            rotate=held.rotate,
            refs=self.refs(life.mask)[0],
            public=self.refs(life.mask)[1],
            blobs=tuple(sorted({version.blob for version in versions})),
            paths=tuple(sorted({version.path for version in versions})),
        )

    def _of_version(self, path: str, blob: str) -> dict[tuple[str, bytes], int]:
        """The lines of a version's values, by key and digest."""
        return {(one.key, one.digest): one.line for one in self._contents.held(path, blob, self.written(path) or "") or ()}

    def texts(self) -> dict[bytes, str]:
        """By digest the secrets that are to be looked for in all that is in use."""
        told = self._contents.texts
        return {held.digest: told[held.digest] for held in self._said.values() if held.secret and held.digest in told}

    def _moment(self, stamp: tuple[int, int]) -> Moment:
        return Moment(self._commits.commits[stamp[1]], stamp[0])

    def refs(self, mask: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names that a mask stands for, and those of them that others could have seen."""
        if mask not in self._names:
            found = tuple(name for place, name in enumerate(self._commits.names) if mask >> place & 1 and not is_ours(name))
            self._names[mask] = found, tuple(name for name in found if name.startswith(PUBLIC))
        return self._names[mask]

    def _why(self, path: str) -> str:
        found = next(iter(names.lookup(path)), None)
        return found.reason if found else "this project's settings say so"


def says_more(one: Held, other: Held | None) -> bool:
    """Whether more is known of a value here than elsewhere: that it is a secret, how surely, and what it is."""
    return other is None or known_of(one) > known_of(other)


def known_of(held: Held) -> tuple[bool, int, str]:
    return held.secret, CONFIDENCES.index(held.confidence), held.what


def is_ours(name: str) -> bool:
    """A mark of this run, and no name of the repository's."""
    return name == SINCE or name.startswith(ASKED)
