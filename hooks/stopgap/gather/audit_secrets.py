"""The lives of secrets that were found anywhere: which versions of a file hold one, whether or not they brought it, and so which commits.

A version holds a secret where the very text that was found stands in it, and is not part of a longer word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import NamedTuple

from ..audit import Moment, Value
from ..audit.lives import Change as Changed
from ..audit.lives import Life, Thing, lives
from ..audit.state import Standing
from ..audit.values import LONGEST, Held, digest
from ..detect.text import to_utf8
from ..detect.verbatim import is_telling, place_of
from ..git.ahead import Ahead
from ..git.blobs import Blobs, pieces
from ..git.steps import Step, Steps
from ..git.walk import Graph
from ..model import StopgapError
from .audit_contents import LINK, item
from .audit_now import Now
from .audit_reading import LARGEST, Hit
from .audit_touched import Touched
from .compared import OVERLAP
from .compared import texts as decoded
from .parallel import available
from .spread import spread, stretches

SHORT = 4000  # commits of which what they change is known before workers have started
MANY, MOST = 400, 4000  # versions of files that are searched in one process, and that one process is given at once

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
    """All that were found, and where they stand. `told`: those of which another inventory tells."""

    def __init__(self, hits: Iterable[Hit], told: Container[Hit]) -> None:
        self._numbers: dict[bytes, int] = {}
        self.first: dict[Secret, Hit] = {}
        self._at: dict[str, dict[Secret, bytes]] = {}
        self.lines: dict[Version, int] = {}
        self._looked: dict[tuple[str, str], tuple[Thing, ...]] = {}
        for hit in hits:
            if hit not in told:
                secret = Secret(hit.rule, self._numbers.setdefault(hit.value, len(self._numbers)))
                self.first.setdefault(secret, hit)
                self._at.setdefault(hit.path, {})[secret] = hit.value
                version = Version(secret, hit.path, hit.blob)
                self.lines[version] = min(hit.line, self.lines.get(version, hit.line))

    def places(self) -> Collection[str]:
        """The paths at which any was ever found."""
        return self._at.keys()

    def has(self, path: str) -> bool:
        """Whether a secret was ever found at a path."""
        return path in self._at

    def read(self, versions: Iterable[tuple[str, str]], cores: int) -> None:
        """Reads versions of files, by path and blob, that things will be asked of: on all cores where there are many."""
        asked = sorted(dict.fromkeys(one for one in versions if one not in self._looked), key=itemgetter(0))  # as git stores them
        parts = stretches(asked, cores if len(asked) > MANY else 1, MANY, MOST)

        def held(place: int) -> list[list[tuple[Secret, int]]]:
            with Blobs() as blobs, Ahead(blobs, [blob for _, blob in parts[place] if blob != LINK], LARGEST + 1) as ahead:
                return [self._held(ahead, path, blob) for path, blob in parts[place]]

        for part, found in zip(parts, spread(held, len(parts), cores), strict=True):
            for (path, blob), there in zip(part, found, strict=True):
                self._note(path, blob, there)

    def _note(self, path: str, blob: str, there: Sequence[tuple[Secret, int]]) -> None:
        for secret, line in there:
            self.lines.setdefault(Version(secret, path, blob), line)
        self._looked[path, blob] = (*(Version(secret, path, blob) for secret, _ in there), *(secret for secret, _ in there))

    def things(self, path: str, blob: str) -> tuple[Thing, ...]:
        """The secrets that a version of a file holds, and the version of each."""
        if (path, blob) not in self._looked:
            self.read([(path, blob)], 1)
        return self._looked[path, blob]

    def _held(self, ahead: Ahead, path: str, blob: str) -> list[tuple[Secret, int]]:
        """The secrets of a version, and their lines."""
        sought = self._at[path]
        there = {secret: self.lines[version] for secret in sought if (version := Version(secret, path, blob)) in self.lines}
        with suppress(StopgapError):  # that it cannot be read was said by whoever searched it
            for line, text in parts_of(b"" if blob == LINK else ahead.read(blob), blob):
                for secret in sought.keys() - there.keys():
                    if (at := place_of(text, sought[secret])) >= 0:
                        there[secret] = line + text.count(b"\n", 0, at)
        return [(secret, there[secret]) for secret in sought if secret in there]

    def paths(self, secret: Secret) -> tuple[str, ...]:
        """All paths that had it."""
        return tuple(sorted(path for path, held in self._at.items() if secret in held))


def parts_of(data: bytes, blob: str) -> Iterator[tuple[int, bytes]]:
    """The text of a version in parts, which overlap, each with the line where it begins: all of it, of which `data` is the beginning."""
    if len(data) <= LARGEST:
        yield 1, to_utf8(data) or b""
        return
    line, carried = 1, b""
    for text in decoded(pieces(blob)):
        yield line - carried.count(b"\n"), carried + text
        line, carried = line + text.count(b"\n"), (carried + text)[-OVERLAP:]


def values(
    secrets: Secrets,
    used: Mapping[Secret, Sequence[str]],
    graph: Graph,
    chosen: Sequence[int],
    touched: Touched,
    standing: Standing,
    key: bytes,
    left: int,
    names: Names,
) -> Iterator[Value]:
    """Each secret as a value. `used`: see in_use; `touched`: what the commits change; `key`: that of the run, as for `standing`. One that a
    commit in `left` has is left out.
    """
    if not secrets.first:
        return
    changes = changed(graph, touched.commits(secrets.places()), secrets)
    cores = available()
    secrets.read(((path, blob) for change in changes.values() for path, blob in change.items.items() if blob), cores)
    lived = lives(graph.parents.firsts, graph.times, graph.masks, chosen, changes, secrets.things)
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


def changed(graph: Graph, chosen: Sequence[int], secrets: Secrets) -> dict[int, Changed]:
    """What each of these commits does to the files that ever had a secret."""
    cores = available() if len(chosen) > SHORT else 1
    parts = stretches(chosen, cores, -(-len(chosen) // cores), len(chosen))  # one for each

    def steps_of(place: int) -> list[Step]:
        with Steps(graph, parts[place], secrets.has, secrets.places()) as steps:
            return list(steps)

    found = (step for part in spread(steps_of, len(parts), cores) for step in part)
    return {step.number: Changed({one.path: item(one) for one in step.changes}, step.fresh) for step in found}


def of_value(hit: Hit, key: bytes) -> Held:
    """The value as another inventory would have it."""
    text = text_of(hit)
    return Held(hit.rule, digest(key, text), hit.line, True, is_telling(text), hit.confidence, hit.what, hit.rotate)


def text_of(hit: Hit) -> str:
    """What was found, as text."""
    return hit.value.decode("utf-8", "surrogateescape")


def texts(secrets: Secrets, used: Container[Secret], key: bytes) -> dict[bytes, str]:
    """By digest the secrets to be looked for in all that is in use: those that tell enough, less the `used`. `key`: that of the run."""
    found = (text_of(hit) for secret, hit in secrets.first.items() if secret not in used and len(hit.value) <= LONGEST)
    return {digest(key, text): text for text in found if is_telling(text)}


def in_use(now: Now, secrets: Secrets) -> dict[Secret, list[str]]:
    """Where HEAD and the index have a secret: `HEAD:app.py`."""
    used: dict[Secret, list[str]] = {}
    there = [(where, entry.path, entry.name) for where, entry in now.tracked() if secrets.has(entry.path)]
    secrets.read(((path, blob) for _, path, blob in there), available())
    for where, path, blob in there:
        for thing in secrets.things(path, blob):
            if isinstance(thing, Secret):
                used.setdefault(thing, []).append(f"{where}:{path}")
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
