"""What another tool allowed, asked of the values that stopgap finds: the values stay here, and an entry of the allow file comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..model import Confidence, Fragment
from .allow import Entry, entry_for
from .allowed import Allowed, around
from .spans import Span
from .team import Allow, hides

if TYPE_CHECKING:
    from datetime import date

# what detect-secrets may have taken for the value where stopgap takes more of a line, or less
TOKEN = re.compile(rb"""[^\s"'`]{1,2000}|(?<=")[^"\r\n]{1,2000}(?=")|(?<=')[^'\r\n]{1,2000}(?=')""")
PART = re.compile(rb"[^\s\"'`,;<>()=:@/]{4,2000}")
LINES = 1000  # that a finding may cover


class Claim(NamedTuple):
    """One entry of theirs. It is about the findings for which everything holds that is given.

    `where` names it in messages, and `what` what it is about, where that is no more than its place; `said` is its reason. A `sha1` is a
    value's, as a baseline has it; `advice` is for what no entry can say.
    """

    where: str
    what: str
    said: str
    path: str = ""
    line: int = 0
    commit: str = ""
    sha1: str = ""
    allow: Allow | None = None
    rules: tuple[str, ...] = ()
    advice: str = ""


class Met(NamedTuple):
    """A finding that a claim is about, with the entry that would allow it; None where something of ours allows it already."""

    rule: str
    path: str
    line: int
    confidence: Confidence
    entry: Entry | None


class Claims(Allowed):
    """Stands in a Detector in the place of what allows findings, is shown each of them, and lets none pass."""

    met: dict[Claim, list[Met]]
    _reason: str
    _expires: date | None
    _entries: dict[tuple[str, str, str, bytes], Entry]  # one for a value, however often it stands there
    _by_place: dict[tuple[str, str, int | str], list[Claim]]  # by path, commit, and line or SHA-1; "" for all of a path, or all paths

    @classmethod
    def over(cls, allowed: Allowed, claims: Iterable[Claim], reason: str, expires: date | None) -> Claims:
        """`allowed`: what counts already, but for a baseline. `reason`: "" for one that says where a claim is from."""
        made = cls(allowed.entries, None, allowed.today)
        made._reason, made._expires, made._entries, made._by_place = reason, expires, {}, {}
        made.met = {claim: [] for claim in claims}
        for claim in made.met:
            made._by_place.setdefault((claim.path, claim.commit, claim.sha1 or claim.line or ""), []).append(claim)
        return made

    def left(self, fragment: Fragment, spans: Sequence[Span]) -> list[Span]:
        """None: the findings are for the claims."""
        free = {span[:3] for span in super().left(fragment, spans)}
        line, at = fragment.line, 0
        for span in spans:
            line, at = line + fragment.data.count(b"\n", at, span.start), span.start
            last = line + min(LINES, fragment.data.count(b"\n", span.start, span.end))
            places = ("", *range(line, last + 1), *dict.fromkeys(hashed(fragment.data, span)))
            asked = [claim for place in places for claim in self._by_place.get((fragment.path, fragment.commit, place), ())]
            for claim in (*asked, *self._by_place.get(("", fragment.commit, ""), ())):
                rules, allow = claim.rules, claim.allow
                if (not rules or span.rule in rules) and (allow is None or hides(allow, fragment, texts(fragment.data, span))):
                    self._meet(claim, fragment, span, line, span[:3] in free)
        return []

    def _meet(self, claim: Claim, fragment: Fragment, span: Span, line: int, free: bool) -> None:
        value = fragment.data[span.start : span.end]
        name = (span.rule, fragment.path, span.key, value)
        if free and name not in self._entries:
            reason = self._reason or claim.said
            self._entries[name] = entry_for(span.rule, fragment.path, span.key, value, reason, self._expires)
        self.met[claim].append(Met(span.rule, fragment.path, line, span.confidence, self._entries[name] if free else None))


def hashed(data: bytes, span: Span) -> Iterator[str]:
    """The SHA-1 of the value, and of what else on its line covers most of it or is most of it."""
    import hashlib

    value = data[span.start : span.end]
    yield hashlib.sha1(value, usedforsecurity=False).hexdigest()
    first, last = around(data, span)
    for expression in (TOKEN, PART):
        for found in expression.finditer(data, first, last):
            overlap = min(found.end(), span.end) - max(found.start(), span.start)
            if 2 * overlap >= len(value):
                yield hashlib.sha1(found[0], usedforsecurity=False).hexdigest()


def texts(data: bytes, span: Span) -> dict[str, bytes]:
    """What an allowlist's expressions are looked for in. For "match", as our rules know none: from the key to the value's end."""
    first, last = around(data, span)
    key = data.rfind(span.key.encode("utf-8", "surrogateescape"), first, span.start) if span.key else -1
    start = key if key >= 0 else span.start
    return {"secret": data[span.start : span.end], "match": data[start : span.end], "line": data[first:last]}
