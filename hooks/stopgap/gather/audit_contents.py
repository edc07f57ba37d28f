"""The versions of config files, each read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ..audit.settings import Found
from ..audit.values import LARGEST, Held, Reader, Scan, Version
from ..detect import names
from ..git.ahead import Ahead
from ..git.blobs import Blobs
from ..git.diff import Change
from ..model import Fragment, Match, StopgapError
from .audit_reading import Hit
from .spread import spread, stretches

if TYPE_CHECKING:
    from ..detect.engine import Detector
    from .rule_set import RuleSet

LINK = "link"  # in place of a blob: where a link leads to is no value
MANY, MOST = 400, 4000  # versions that are read in one process, and that one process is given at once
LARGE = f"larger than {LARGEST >> 20} MiB: taken as one value, which is all of it"


class Key(NamedTuple):
    """A version of a file, and the path that says what it is written in where its own does not."""

    path: str
    blob: str
    written_as: str = ""


class Answer(NamedTuple):
    """What became of a version: what it holds, None for no config file, and whether it could not be read, or was too large."""

    version: Version | None
    unread: bool = False
    large: bool = False


class Contents:
    """Answers what a version of a file holds. `hits`: what was found in the versions by whoever compared them.

    `unread` and `large` have the paths of those that are not here, and of those that are not read value by value; `told` the hits that
    are values of a config file, and `texts` by digest the values that are to be looked for elsewhere.
    """

    def __init__(self, reader: Reader, blobs: Blobs, hits: Iterable[Hit] = ()) -> None:
        self._reader = reader
        self._blobs = blobs
        self._hits: dict[tuple[str, str], list[Hit]] = {}
        for hit in hits:
            self._hits.setdefault((hit.path, hit.blob), []).append(hit)
        self._known: dict[Key, tuple[Held, ...] | None] = {}
        self.unread: dict[str, int] = {}
        self.large: set[str] = set()
        self.told: set[Hit] = set()
        self.texts: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len({key.blob for key in self._known if key.blob != LINK})

    def held(self, path: str, blob: str, written_as: str = "") -> tuple[Held, ...] | None:
        """The values; none of what cannot be read. None: that version is no config file.

        `written_as`: a path that says what it is written in.
        """
        key = Key(path, blob, written_as)
        if key not in self._known:
            self._note(key, self._read(key, self._blobs.read))
        return self._known[key]

    def of_data(self, path: str, data: bytes) -> tuple[Held, ...]:
        """The values of what lies in the work tree."""
        found = self._reader.read(path, data, "", found=())
        return found.held if found else ()

    def expect(self, keys: Iterable[Key], cores: int) -> None:
        """Reads versions that will be asked for: on all cores where there are many, those of a path together, as git stores them."""
        wanted = sorted(dict.fromkeys(key for key in keys if key not in self._known), key=itemgetter(0))
        parts = stretches(wanted, cores if len(wanted) > MANY else 1, MANY, MOST)

        def answers(place: int) -> list[Answer]:
            names = [key.blob for key in parts[place] if key.blob != LINK]
            with Blobs() as blobs, Ahead(blobs, names, LARGEST + 1) as ahead:
                return [self._read(key, lambda name, _: ahead.read(name)) for key in parts[place]]

        for part, found in zip(parts, spread(answers, len(parts), cores), strict=True):
            for key, answer in zip(part, found, strict=True):
                self._note(key, answer)

    def _note(self, key: Key, answer: Answer) -> None:
        """Keeps what a version holds."""
        if answer.unread:
            self.unread[key.path] = self.unread.get(key.path, 0) + 1
        if answer.large:
            self.large.add(key.path)
        version = self._reader.own(answer.version) if answer.version else None
        if version:
            self.told.update(self._hits[key.path, key.blob][number] for number in version.told)
            self.texts.update(version.texts)
        self._known[key] = version.held if version else None

    def _read(self, key: Key, read: Callable[[str, int], bytes]) -> Answer:
        path, blob, written_as = key
        if blob == LINK:
            return Answer(Version(()) if names.classify(path) or written_as else None)
        try:
            data = read(blob, LARGEST + 1)
        except StopgapError:
            return Answer(Version(()), unread=True)
        found = [found_of(hit) for hit in self._hits.get((path, blob), ())]
        version = self._reader.read(written_as or path, data, blob, extra=bool(written_as), found=found)
        return Answer(version, large=len(data) > LARGEST)


def found_of(hit: Hit) -> Found:
    return Found(hit.line, hit.value.decode("utf-8", "surrogateescape"), hit.rule, hit.confidence, hit.what, hit.rotate)


def item(change: Change) -> str | None:
    """What a change leaves at its path: a blob, a link, or nothing to read."""
    if change.status == "D" or change.is_submodule:
        return None
    return LINK if change.is_link else change.new


def detection(rules: RuleSet) -> Scan:
    """Detection with these rules, begun when it is first asked. What the allow file says is not asked: the ledger speaks here."""
    made: list[Detector] = []

    def scan(fragment: Fragment) -> Iterable[Match]:
        if not made:
            from ..detect.allowed import Allowed
            from ..detect.engine import Detector
            from .allowing import today

            made.append(Detector(rules.rules, Allowed(None, None, today), rules.others, rules.off))
        return made[0].scan(fragment)

    return scan
