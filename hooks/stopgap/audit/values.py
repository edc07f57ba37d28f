"""What a version of a config file holds: its values, each as a digest under a key of this run, so that none of them goes on from here."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..detect import dotenv, encrypted, filters, names
from ..detect.finders import GENERIC
from ..detect.shown import name as shown_name
from ..detect.text import to_utf8
from ..detect.verbatim import is_telling
from ..model import Confidence, Fragment, Match

KEPT = 1 << 14  # judgements of values: the versions of a file differ in a few
LARGEST = 1 << 20  # bytes of a file that is read value by value; a larger one is one value as a whole
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


class Plain(NamedTuple):
    """The same with the value itself, which stays with whoever asked for it. `match`: what detection says of it."""

    key: str
    value: str
    line: int = 1
    secret: bool = True
    match: Match | None = None


class Reader:
    """Reads versions of config files. `secret`: the key of the run. `scan`: detection."""

    def __init__(self, secret: bytes, scan: Scan) -> None:
        self._secret = secret
        self._scan = scan
        self._known: dict[Held, Held] = {}
        self._told = lru_cache(maxsize=KEPT)(self._digest)

    def read(self, path: str, data: bytes, blob: str, *, extra: bool = False) -> tuple[Held, ...] | None:
        """Its values, each once; none of an empty file. None: the content says that it is no config file, or all of it is cipher.

        `path` says what it is written in. `data` are its first bytes, one more than LARGEST at most. `extra`: it counts whatever its name.
        """
        found = plain(path, data, self._scan, extra=extra)
        if found is None:
            return None
        if len(data) > LARGEST:  # only its beginning is here
            found = [one._replace(value=f"blob {blob}") for one in found]
        made = map(self._held, reversed(found))  # of equal ones the first
        held = [self._known.setdefault(one, one) for one in made]  # many versions hold the same
        return tuple({(one.key, one.digest): one for one in held}.values())[::-1]

    def _digest(self, value: str) -> tuple[bytes, bool]:
        return hmac.digest(self._secret, value.encode("utf-8", "surrogatepass"), "sha256"), is_telling(value)

    def _held(self, one: Plain) -> Held:
        digest, telling = self._told(one.value)
        found = Held(one.key, digest, one.line, one.secret, telling)
        if one.match is None:
            return found
        if names.is_dotenv(one.match.path):  # it stands in an env file: that much is known without detection
            return found if one.match.rule in GENERIC else found._replace(what=one.match.what, rotate=one.match.rotate)
        return found._replace(confidence=one.match.confidence, what=one.match.what, rotate=one.match.rotate)


def plain(path: str, data: bytes, scan: Scan, *, extra: bool = False) -> list[Plain] | None:
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
    if names.is_dotenv(path) and dotenv.is_understood(data):
        return settings(path, data, scan)
    found = detected(path, data, scan)
    return found if found or sealed or not data.strip() else [whole]


def settings(path: str, data: bytes, scan: Scan) -> list[Plain]:
    """The settings of a dotenv file. One without a value is none, and neither is a cipher."""
    told = ((one, judged(one.key, one.value)) for one in dotenv.settings(data) if one.value.strip())
    found = [Plain(shown_name(one.key), one.value.strip(), one.line, secret) for one, secret in told if secret is not None]
    if not any(one.secret for one in found):
        return found
    by_line = {match.line: match for match in matches(path, data, scan)}
    return [one._replace(match=by_line.get(one.line)) if one.secret else one for one in found]


@lru_cache(maxsize=KEPT)
def judged(key: str, value: str) -> bool | None:
    """Whether a setting is a secret in plain text; None for a cipher, and for what a tool writes for itself."""
    if filters.is_encrypted(value) or encrypted.SOPS_OWN_KEY.match(key) or encrypted.DOTENVX_OWN_KEY.match(key):
        return None
    return encrypted.is_plain_secret(key, value)


def detected(path: str, data: bytes, scan: Scan) -> list[Plain]:
    """What detection finds in a file of another kind; the rule is the key."""
    lines = dotenv.decoded(data).split("\n")
    return [Plain(match.rule, between(lines, match), match.line, True, match) for match in matches(path, data, scan)]


def matches(path: str, data: bytes, scan: Scan) -> Iterator[Match]:
    text = to_utf8(data)
    if text is not None:
        yield from (match for match in scan(Fragment(path, text)) if match.confidence != "low")


def between(lines: list[str], match: Match) -> str:
    """The text that a match covers."""
    part = lines[match.line - 1 : match.end_line]
    if not part:
        return ""
    part[-1] = part[-1][: match.end_column - 1]
    part[0] = part[0][match.column - 1 :]
    return "\n".join(part)
