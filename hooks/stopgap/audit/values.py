"""What a version of a config file holds: its values, each as a digest under a key of this run, so that none of them goes on from here."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..detect import dotenv, encrypted, names
from ..detect.finders import GENERIC
from ..detect.text import to_utf8
from ..detect.verbatim import is_telling
from ..model import Confidence, Fragment, Match
from .settings import KEPT, Found, settings
from .settings import Plain as Plain

LARGEST = 1 << 20  # bytes of a file that is read value by value; a larger one is one value as a whole
LONGEST = 1 << 16  # characters of a value that is looked for elsewhere
Scan = Callable[[Fragment], Iterable[Match]]


class Held(NamedTuple):
    """One value of a file: its key as it may be shown, its digest, and the line where it stands, counted from 1.

    `telling`: it is enough of a value to be the same one wherever it stands (see detect.verbatim). `what`: what detection says that it is.
    """

    key: str
    digest: bytes
    line: int = 1
    secret: bool = True
    telling: bool = True
    confidence: Confidence = "high"
    what: str = ""
    rotate: str = ""


class Version(NamedTuple):
    """A version of a config file. `told`: which of what was found in it is a value of it, and `texts` by digest the values that are to be
    looked for elsewhere: they stay in memory.
    """

    held: tuple[Held, ...]
    told: tuple[int, ...] = ()
    texts: tuple[tuple[bytes, str], ...] = ()


class Reader:
    """Reads versions of config files. `secret`: the key of the run. `scan`: detection."""

    def __init__(self, secret: bytes, scan: Scan) -> None:
        self._secret = secret
        self._scan = scan
        self._known: dict[Held, Held] = {}
        self._nothing: set[tuple[str, bytes]] = set()
        self._digested = lru_cache(maxsize=KEPT)(self._digest)

    def read(self, path: str, data: bytes, blob: str, *, extra: bool = False, found: Sequence[Found] | None = None) -> Version | None:
        """Its values, each once; none of an empty file. None: the content says that it is no config file, or all of it is cipher.

        `path` says what it is written in. `data` are its first bytes, one more than LARGEST at most. `extra`: it counts whatever its name.
        `found`: what was found by whoever compared this version with the one before, so that an env file need not be searched again.
        """
        there = plain(path, data, self._scan, extra=extra, found=found)
        if there is None:
            return None
        if found is not None and any(map(self._is_unsure, there)):
            there = self._again(path, data, there, extra=extra)
        if len(data) > LARGEST:  # only its beginning is here
            there = [one._replace(value=f"blob {blob}") for one in there]
        made = list(map(self._held, there))
        once = {(one.key, one.digest): one for one in reversed(made)}  # of equal ones the first
        told = {number for one in there for number in one.told}
        if found and not told:
            lines = {one.line for one in there if one.secret}
            told = set() if is_settings(path, data) else {number for number, one in enumerate(found) if one.line in lines}
        sought = {one.digest: text.value for one, text in zip(made, there, strict=True) if one.secret and one.telling}
        texts = tuple((digest, text) for digest, text in sought.items() if len(text) <= LONGEST and len(data) <= LARGEST)
        return Version(tuple(once.values())[::-1], tuple(sorted(told)), texts)

    def own(self, version: Version) -> Version:
        """A version that another process has read: what many hold is kept once."""
        return version._replace(held=tuple(self._known.setdefault(one, one) for one in version.held))

    def _is_unsure(self, one: Plain) -> bool:
        """Of a key that changed in part the difference from the version before shows less than all of it."""
        return one.several and not one.secret and (one.key, self._digested(one.value)[0]) not in self._nothing

    def _again(self, path: str, data: bytes, before: list[Plain], *, extra: bool) -> list[Plain]:
        """The same, with what detection says of values on several lines when it sees the whole file."""
        whole = plain(path, data, self._scan, extra=extra) or []
        made = [now._replace(told=one.told) if one.several else one for one, now in zip(before, whole, strict=True)]
        self._nothing.update((one.key, self._digested(one.value)[0]) for one in made if one.several and not one.secret)
        return made

    def _digest(self, value: str) -> tuple[bytes, bool]:
        return digest(self._secret, value), is_telling(value)

    def _held(self, one: Plain) -> Held:
        made, telling = self._digested(one.value)
        held = Held(one.key, made, one.line, one.secret, telling)
        if one.found is not None:
            said = one.found._replace(what="", rotate="") if one.sure and one.found.rule in GENERIC else one.found
            held = held._replace(confidence="high" if one.sure else said.confidence, what=said.what, rotate=said.rotate)
        return self._known.setdefault(held, held)  # many versions hold the same


def digest(secret: bytes, value: str) -> bytes:
    """What stands for a value in this run. `secret`: the key of the run."""
    return hmac.digest(secret, value.encode("utf-8", "surrogatepass"), "sha256")


def is_settings(path: str, data: bytes) -> bool:
    """Whether a file is read setting by setting."""
    return len(data) <= LARGEST and names.is_dotenv(path) and dotenv.is_understood(data)


def plain(path: str, data: bytes, scan: Scan, *, extra: bool = False, found: Sequence[Found] | None = None) -> list[Plain] | None:
    """The values of one version of a file, as `Reader.read` has them. A file of more than LARGEST bytes is one value."""
    name = names.classify(path, data)
    if name is None and not extra:
        return None
    sealed = encrypted.plain_secrets(path, data)
    if sealed is not None and sealed.tool not in encrypted.BY_VALUE:
        return None
    whole = Plain(f"{name.kind if name else 'env'}-file", data.decode("utf-8", "surrogateescape"))
    if len(data) > LARGEST:
        return [whole]
    if is_settings(path, data):
        return settings(data, list(detection(path, data, scan)) if found is None else found)
    made = detected(path, data, scan)
    return made if made or sealed or not data.strip() else [whole]


def detected(path: str, data: bytes, scan: Scan) -> list[Plain]:
    """What detection finds in a file of another kind; the rule is the key."""
    return [Plain(one.rule, one.value, one.line, True, one, sure=False) for one in detection(path, data, scan)]


def detection(path: str, data: bytes, scan: Scan) -> Iterator[Found]:
    """What detection finds in a file."""
    text = to_utf8(data)
    lines = dotenv.decoded(data).split("\n")
    for match in scan(Fragment(path, text)) if text is not None else ():
        if match.confidence != "low":
            yield Found(match.line, between(lines, match), match.rule, match.confidence, match.what, match.rotate)


def between(lines: list[str], match: Match) -> str:
    """The text that a match covers."""
    part = lines[match.line - 1 : match.end_line]
    if not part:
        return ""
    part[-1] = part[-1][: match.end_column - 1]
    part[0] = part[0][match.column - 1 :]
    return "\n".join(part)
