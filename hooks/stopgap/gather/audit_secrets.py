"""The lives of secrets that were found anywhere: which versions of a file hold one, whether or not they brought it, and so which commits.

A version holds a secret where the very text that was found stands in it, and is not part of a longer word.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..audit import Moment, Value
from ..audit.lives import Change as Changed
from ..audit.lives import Life, Thing, lives
from ..audit.state import Standing
from ..audit.values import Held
from ..detect.text import to_utf8
from ..detect.verbatim import WORD, is_telling
from ..git import index
from ..git.blobs import Blobs
from ..git.repository import Repository
from ..git.steps import Steps
from ..git.walk import Graph
from ..model import StopgapError
from .audit_contents import item
from .audit_now import of_head
from .audit_reading import LARGEST, Hit

Place = tuple[str, str, int]  # path, blob, and line from 1
Names = Callable[[int], tuple[tuple[str, ...], tuple[str, ...]]]  # for a mask of the graph the names of refs, and those that are public


class Secret(NamedTuple):
    """A secret: the rule, and the number of its value."""

    rule: str
    number: int


class Version(NamedTuple):
    """A content that had a secret at a path."""

    secret: Secret
    path: str
    blob: str


class Secrets:
    """All that were found, and where they stand. `told`: places of which another inventory tells."""

    def __init__(self, hits: Iterable[Hit], told: Container[Place]) -> None:
        self._numbers: dict[bytes, int] = {}
        self.first: dict[Secret, Hit] = {}
        self._at: dict[str, dict[Secret, bytes]] = {}
        self.lines: dict[Version, int] = {}
        self._looked: dict[tuple[str, str], tuple[Thing, ...]] = {}
        for hit in hits:
            if (hit.path, hit.blob, hit.line) not in told:
                secret = Secret(hit.rule, self._numbers.setdefault(hit.value, len(self._numbers)))
                self.first.setdefault(secret, hit)
                self._at.setdefault(hit.path, {})[secret] = hit.value
                version = Version(secret, hit.path, hit.blob)
                self.lines[version] = min(hit.line, self.lines.get(version, hit.line))
        self._found = frozenset(self.lines)

    def places(self) -> Collection[str]:
        """The paths at which any was ever found."""
        return self._at.keys()

    def has(self, path: str) -> bool:
        """Whether a secret was ever found at a path."""
        return path in self._at

    def things(self, blobs: Blobs, path: str, blob: str) -> tuple[Thing, ...]:
        """The secrets that a version of a file holds, and the version of each."""
        if (path, blob) not in self._looked:
            found = [Version(secret, path, blob) for secret in self._held(blobs, path, blob)]
            self._looked[path, blob] = (*found, *(version.secret for version in found))
        return self._looked[path, blob]

    def _held(self, blobs: Blobs, path: str, blob: str) -> Iterator[Secret]:
        try:
            data = b"" if blob == "link" else blobs.read(blob, LARGEST)
        except StopgapError:  # that it cannot be read was said by whoever searched it
            data = b""
        text = to_utf8(data) or b""
        for secret, value in self._at[path].items():
            version = Version(secret, path, blob)
            if version in self._found:
                yield secret
            elif (at := place_of(text, value)) >= 0:
                self.lines[version] = text.count(b"\n", 0, at) + 1
                yield secret

    def paths(self, secret: Secret) -> tuple[str, ...]:
        """All paths that had it."""
        return tuple(sorted(path for path, held in self._at.items() if secret in held))


def place_of(text: bytes, value: bytes) -> int:
    """Where a value stands in a text by itself, or -1."""
    at = text.find(value) if value else -1
    while at >= 0:
        end = at + len(value)
        before = at > 0 and text[at - 1] in WORD and value[0] in WORD
        if not before and not (end < len(text) and text[end] in WORD and value[-1] in WORD):
            return at
        at = text.find(value, at + 1)
    return -1


def values(
    hits: Sequence[Hit],
    repository: Repository,
    graph: Graph,
    chosen: Sequence[int],
    standing: Standing,
    key: bytes,
    told: Container[Place],
    left: int,
    names: Names,
) -> Iterator[Value]:
    """Each secret as a value. `key`: of the run, under which `standing` knows values. One that a commit in `left` has is left out."""
    secrets = Secrets(hits, told)
    if not secrets.first:
        return
    with Blobs() as blobs:

        def things(path: str, blob: str) -> tuple[Thing, ...]:
            return secrets.things(blobs, path, blob)

        with Steps(graph, chosen, secrets.has, secrets.places()) as steps:
            changes = {step.number: Changed({one.path: item(one) for one in step.changes}, step.fresh) for step in steps}
        lived = lives(graph.parents, graph.times, graph.masks, chosen, changes, things)
        used = in_use(repository, secrets, things)
    versions: dict[Secret, list[Version]] = {}
    for thing in lived:
        if isinstance(thing, Version):
            versions.setdefault(thing.secret, []).append(thing)
    for secret, hit in secrets.first.items():
        life = lived.get(secret)
        if life and not life.mask & left:
            held = of_value(hit, key)
            elsewhere = standing.use(held, secrets.paths(secret))[1]
            places = tuple(dict.fromkeys((*used.get(secret, ()), *elsewhere)))
            there = sorted(versions[secret], key=lambda one: (lived[one].first, one))
            yield value_of(hit, held, there, life, secrets, graph, places, names(life.mask))


def of_value(hit: Hit, key: bytes) -> Held:
    """The value as another inventory would have it."""
    text = hit.value.decode("utf-8", "surrogateescape")
    digest = hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
    return Held(hit.rule, digest, hit.line, True, is_telling(text), hit.confidence, hit.what, hit.rotate)


def in_use(repository: Repository, secrets: Secrets, things: Callable[[str, str], tuple[Thing, ...]]) -> dict[Secret, list[str]]:
    """Where HEAD and the index have a secret: `HEAD:app.py`."""
    used: dict[Secret, list[str]] = {}
    places = [("HEAD", of_head(repository.head)[0]), *([] if repository.bare else [("index", index.entries())])]
    for where, entries in places:
        for entry in entries:
            if secrets.has(entry.path):
                for thing in things(entry.path, entry.name):
                    if isinstance(thing, Secret):
                        used.setdefault(thing, []).append(f"{where}:{entry.path}")
    return used


def value_of(
    hit: Hit,
    held: Held,
    versions: Sequence[Version],
    life: Life,
    secrets: Secrets,
    graph: Graph,
    used: tuple[str, ...],
    refs: tuple[tuple[str, ...], tuple[str, ...]],
) -> Value:
    """One secret with its life; `versions` are in the order in which they came."""
    first = versions[0]
    begun, ended = (Moment(graph.commits[number], time) for time, number in (life.first, life.last))
    return Value(
        "secret",
        first.path,
        hit.rule,
        first.blob,
        secrets.lines[first],
        begun,
        ended,
        life.commits,
        "in-use" if used else "gone",
        used,
        True,
        held.confidence,
        held.what,
        rotate=held.rotate,
        refs=refs[0],
        public=refs[1],
        blobs=tuple(sorted({version.blob for version in versions})),
        paths=tuple(dict.fromkeys(version.path for version in versions)),
    )
