"""Which of some values the repository's history knows: looked for in every content that a ref reaches, each read once.

Two ways to count. In an env file, by its name or its shape, a setting with exactly this value counts: any setting for a value that tells
enough (see detect.verbatim), else one that is called the same, or that names a secret too. In every other file a value that tells enough
counts where it stands as bytes, as it is or as URLs, JSON and base64 write it; another one is not looked for there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ..detect import dotenv, keys, names, text
from ..detect.verbatim import Verbatim, is_telling
from ..git import provenance
from ..git.objects import Blob, History, Pieces
from ..git.process import run
from ..git.repository import Repository, open_repository

LARGEST = 1 << 20  # bytes of an env file
OUTSIDE = "not inside a git repository, so it is not known whether these values were ever committed"
SHALLOW = "this clone is shallow, its history ends early: git fetch --unshallow (actions/checkout: fetch-depth: 0)"


class Standing(NamedTuple):
    """A key whose value the history has: the earliest commit that brought it, shortened, its day, and the file there.

    `commit` is "" for what no commit has, a tag of its own, say. `others`: how many more contents of the history have the value.
    """

    key: str
    path: str
    commit: str
    day: date | None
    others: int


class Exposed(NamedTuple):
    """What of the values stands in history, in the order of their keys. `incomplete`: why that may not be all.

    `weak`: keys whose value was looked for in env files only, see above, and not found. `note`: why nothing was looked through, or "".
    `contents` and `bytes`: how much was.
    """

    found: tuple[Standing, ...] = ()
    incomplete: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    contents: int = 0
    bytes: int = 0
    note: str = ""


def repository_here() -> Repository | None:
    """The repository of the current folder, whose root is then the current folder; None outside of any.

    Raises StopgapError for one that git refuses, or that is bare: that is not "there is none".
    """
    status, _ = run("rev-parse", "--git-dir", ok=(0, 128))
    return None if status and "GIT_DIR" not in os.environ and not has_sign(os.getcwd()) else open_repository()


def has_sign(folder: str) -> bool:
    """Whether there is a `.git` in this folder or above it."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def exposed(repository: Repository | None, values: Mapping[str, str]) -> Exposed:
    """Which of the values, by their keys, stand in the history; an empty one never does. Raises StopgapError where git cannot be run."""
    wanted = {key: value for key, value in values.items() if value.strip()}
    weak = tuple(key for key, value in wanted.items() if not is_telling(value))
    if repository is None:
        return Exposed(weak=weak, note=OUTSIDE)
    if not wanted:
        return Exposed()
    search = Search(wanted)
    with History() as history:
        for blob, pieces in history:
            search.look(blob, pieces)
        why = (*incomplete(repository, history), *search.unparsed)
    left = tuple(key for key in weak if key not in search.found)
    return Exposed(tuple(standings(search.found, wanted)), why, left, search.contents, search.bytes)


def incomplete(repository: Repository, history: History) -> Iterator[str]:
    """Why there may be more history than was read."""
    if repository.shallow:
        yield SHALLOW
    if history.absent:
        yield f"{counted(history.absent)} not in this clone: a partial clone, or a damaged one (git fsck tells)"
    if history.damaged:
        yield f"{counted(history.damaged)} damaged (git fsck tells which)"
    if history.broken:
        yield history.broken


def counted(number: int) -> str:
    return f"{number:,} {'object of the history is' if number == 1 else 'objects of the history are'}"


class Search:
    """Looks contents through; `found` holds by key the names of the contents that have its value, each with a path."""

    def __init__(self, values: Mapping[str, str], engine: str = "") -> None:
        telling = {key: value for key, value in values.items() if is_telling(value)}
        self._verbatim = Verbatim(telling, engine)
        self._telling, self._weak = owners(telling), owners({key: value for key, value in values.items() if key not in telling})
        self.found: dict[str, dict[str, str]] = {}
        self.unparsed: list[str] = []
        self.contents = self.bytes = 0

    def look(self, blob: Blob, pieces: Pieces) -> None:
        """Reads one content."""
        self.contents += 1
        self.bytes += blob.size
        keys_here: set[str] = set()
        decode, before = None, b""
        for piece in pieces:
            if decode is None:
                keys_here.update(self._settings(blob, piece))
                decode = text.decoder(piece) if text.encoding_of(piece)[1] else as_it_is
            data = before + (decode(piece) or b"")
            keys_here |= self._verbatim.keys_in(data)
            before = data[-self._verbatim.longest - 1 :]  # a value may lie across the cut, with what stands before it
        for key in keys_here:
            self.found.setdefault(key, {})[blob.name] = blob.path

    def _settings(self, blob: Blob, data: bytes) -> Iterator[str]:
        """The keys whose value the content has as an env file, if it is one."""
        if names.is_dotenv(blob.path):
            if blob.size > LARGEST:
                self.unparsed.append(f"{blob.path} of the history is larger than {LARGEST >> 20} MiB: it was not read as an env file")
                return
        elif blob.size > LARGEST or not names.may_be_env(blob.path) or not dotenv.has_env_shape(data):
            return
        for setting in dotenv.settings(data):
            value = setting.value.strip()
            yield from self._telling.get(value, ())
            for key in self._weak.get(value, ()):
                if setting.key.upper() == key.upper() or keys.kind(setting.key) != "none":
                    yield key


def owners(values: Mapping[str, str]) -> dict[str, list[str]]:
    """The keys by their value."""
    found: dict[str, list[str]] = {}
    for key, value in values.items():
        found.setdefault(value.strip(), []).append(key)
    return found


def as_it_is(piece: bytes) -> bytes:
    """Text of one byte a character, UTF-8, and binary data."""
    return piece


def standings(found: Mapping[str, Mapping[str, str]], order: Iterable[str]) -> Iterator[Standing]:
    """Each key with the earliest of the commits that brought its value."""
    brought = provenance.first_brought({name for blobs in found.values() for name in blobs}) if found else {}
    for key in order:
        blobs = found.get(key, {})
        known = [brought[name] for name in blobs if name in brought]
        if known:
            first = min(known, key=lambda one: one.when)
            yield Standing(key, first.path, first.commit, first.day, len(blobs) - 1)
        elif blobs:
            yield Standing(key, next(iter(blobs.values())), "", None, len(blobs) - 1)
