"""The detector: literals in one pass, a rule's expression on the windows around them, then judgement, then what is allowed.

What judges a hit is imported with the first hit: most commits have none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..model import Confidence, Fragment, Match
from . import names, shown
from .allowed import Allowed
from .keywords import KEYWORDS
from .literals import Literals
from .rules import Rule, compiled
from .spans import Span, merged, to_matches, without_overlaps

if TYPE_CHECKING:
    import re
    from datetime import date

    from .allow import Entry
    from .others import Others
    from .own_values import OwnValue

BEFORE, TOGETHER = 512, 512  # bytes before a keyword that may belong to its match; hits this near share a window of at most 4 KiB
RANKS: dict[Confidence, int] = {"high": 30, "medium": 20, "low": 10}
OWN_RANK, GENERIC_RANK = 40, -5
NEEDLE = 64  # bytes of an own value that are searched; the rest is compared where they stand
GENERIC = {
    "keyed-password": "password in plain text",
    "keyed-secret": "secret in plain text",
    "env-secret": "secret in an env or credentials file",
    "own-value": "value of your own env file",
}


class Detector:
    """Finds secrets in fragments. What it gives out holds none of them."""

    def __init__(
        self,
        rules: Sequence[Rule],
        allowed: Allowed | None = None,
        others: Others | None = None,
        off: Container[str] = (),
        engine: str = "",
    ) -> None:
        """`off`: ids of detection's own general rules that the configuration switches off; `engine`: see Literals."""
        self._rules = rules
        self._allowed = allowed
        self._others = others
        self._off = off
        self._generic = len(rules)
        self._engine = engine
        self._own: list[OwnValue] = []
        self.look_for(())

    def look_for(self, own: Sequence[OwnValue]) -> None:
        """Adds values of the developer's own to what is searched."""
        self._own += own
        words: dict[bytes, list[int]] = {}
        for number, rule in enumerate(self._rules):
            for keyword in rule.keywords:
                words.setdefault(keyword, []).append(number)
        for keyword in KEYWORDS:
            words.setdefault(keyword, []).append(self._generic)
        for number, value in enumerate(self._own, self._generic + 1):
            for needle in value.needles:
                words.setdefault(needle[:NEEDLE].lower(), []).append(number)
        self._owners = list(words.values())
        self._literals = Literals(list(words), self._engine)

    def scan(self, fragment: Fragment) -> list[Match]:
        """The secrets on the lines of a fragment that count, less those that are allowed."""
        found, counting = self._counting(fragment)
        return to_matches(fragment, counting, merged(found)) if counting else []

    def proposals(self, fragment: Fragment, reason: str, expires: date | None) -> list[tuple[Match, Entry]]:
        """Each match with the entry of the allow file that would allow it. Raises StopgapError where there is no reason."""
        from .allow import entry_for

        found, counting = self._counting(fragment)
        values = [(span.rule, span.key, fragment.data[span.start : span.end]) for span in counting]
        # one entry for a value, however often it stands there
        entries = {(rule, key, value): entry_for(rule, fragment.path, key, value, reason, expires) for rule, key, value in values}
        return [(match, entries[value]) for match, value in zip(to_matches(fragment, counting, merged(found)), values, strict=True)]

    def named(self, path: str, commit: str) -> Iterator[Match]:
        """Files that a team's rules find by their name alone, less those that an entry allows."""
        entries = self._allowed.entries if self._allowed else None
        for rule in self._others.named(path) if self._others else ():
            if entries is None or not entries.covers(rule.id, path, "", None, self._allowed.today()):  # type: ignore[union-attr]
                yield Match(rule.id, path, 1, 1, 1, 1, rule.confidence, rule.description, "", "", commit=commit)

    def allowed_by(self) -> frozenset[Entry]:
        """The entries of the allow file that were needed so far."""
        entries = self._allowed.entries if self._allowed else None
        return frozenset(entries.used) if entries else frozenset()

    def was_allowed(self, used: Iterable[Entry]) -> None:
        """Notes entries that were needed elsewhere, in another process."""
        if self._allowed and self._allowed.entries:
            self._allowed.entries.used.update(used)

    def _counting(self, fragment: Fragment) -> tuple[list[Span], list[Span]]:
        """All spans, those that are hidden too, and the ones to be reported."""
        everything = [*self._spans(fragment), *(self._others.spans(fragment) if self._others else ())]
        spans = [span for span in everything if span.rule not in self._off]
        if self._others:
            spans = [span for span in spans if not self._others.hides(fragment, span)]
        counting = without_overlaps(spans)
        if fragment.added is not None:
            counting = list(on_added_lines(fragment, counting, fragment.added))
        if self._allowed is not None and counting:
            counting = self._allowed.left(fragment, counting)
        return everything, counting

    def _spans(self, fragment: Fragment) -> Iterator[Span]:
        data = fragment.data
        places: dict[int, list[int]] = {}
        for word, at in self._literals.hits(data):
            for owner in self._owners[word]:
                places.setdefault(owner, []).append(at)
        for owner, found in places.items():
            found.sort()
            if owner < self._generic:
                yield from by_rule(self._rules[owner], data, found, fragment.path)
            elif owner == self._generic:
                yield from by_key(data, found, fragment.path)
            else:
                yield from by_value(self._own[owner - self._generic - 1], data, found, fragment.path)
        if names.is_dotenv(fragment.path) and not names.is_template(fragment.path):
            yield from in_env_file(data)


def windows(places: Sequence[int], size: int, reach: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most 4 KiB that hold all places, which are in order."""
    first = last = places[0]
    for at in places[1:]:
        if at - first > TOGETHER:
            yield max(0, first - BEFORE), min(size, last + reach)
            first = at
        last = at
    yield max(0, first - BEFORE), min(size, last + reach)


def by_rule(rule: Rule, data: bytes, places: Sequence[int], path: str = "") -> Iterator[Span]:
    """What a rule's expression finds around its keywords."""
    from . import filters

    expression = compiled(rule)
    group = "secret" if "secret" in expression.groupindex else 1 if expression.groups else 0
    if rule.also:
        places = [at for at in places if data.find(rule.also, at, at + rule.reach) >= 0]
    for start, end in windows(places, len(data), rule.reach) if places else ():
        for match in expression.finditer(data, start, end):
            first, last = match.span(group)
            value = data[first:last].decode("utf-8", "replace")
            if first < 0 or filters.is_placeholder(value) or (rule.entropy and filters.entropy(value) < rule.entropy):
                continue
            confidence = judged(rule, match, data[first:last], path) if rule.judge else rule.confidence
            if confidence is None:
                continue
            yield Span(
                first,
                last,
                rule.id,
                confidence,
                rule.description,
                RANKS[confidence],
                prefix=prefix(rule, value),
                rotate=rule.rotate,
                severity=rule.severity,
            )


def judged(rule: Rule, match: re.Match[bytes], secret: bytes, path: str) -> Confidence | None:
    """What a match is worth by what it holds. None: it is no secret."""
    from . import credentials

    return credentials.confidence(rule, match, secret, path)


def prefix(rule: Rule, value: str) -> str:
    """The part of a token that its format fixes, and that may be shown."""
    low = value.lower()
    fixed = max((len(word) for word in rule.keywords if low.startswith(word.decode())), default=0)
    return value[:fixed] if fixed * 2 <= len(value) else ""


def by_key(data: bytes, places: Sequence[int], path: str) -> Iterator[Span]:
    """Values under a key whose name says that they are secret."""
    from . import assignments

    lift = names.is_credentials_file(path)
    for found in assignments.find_at(data, places, path):
        confidence: Confidence = "medium" if lift and found.confidence == "low" else found.confidence
        yield Span(
            found.start, found.end, found.rule, confidence, GENERIC[found.rule], RANKS[confidence] + GENERIC_RANK, shown.name(found.key)
        )


def by_value(own: OwnValue, data: bytes, places: Sequence[int], path: str) -> Iterator[Span]:
    """Places where a value of the developer's own env file stands."""
    if path == own.path:
        return
    what = f"the value of {shown.name(own.key)} in {own.path}"
    for at in places:
        for needle in own.needles:
            if data.startswith(needle, at):
                yield Span(at, at + len(needle), "own-value", "high", what, OWN_RANK, shown.name(own.key))


def in_env_file(data: bytes) -> Iterator[Span]:
    """Secrets of an env file: here a weak password counts too."""
    from . import dotenv, filters

    content = dotenv.decoded(data)
    at, seen = len(data) - size(content), 0  # behind a byte order mark, which `decoded` leaves out
    for setting in dotenv.settings(data):
        if filters.is_env_secret(setting.key, setting.value):
            start = at + size(content[seen : setting.start])
            at, seen = start + size(content[setting.start : setting.end]), setting.end
            rank = RANKS["medium"] + GENERIC_RANK - 1
            yield Span(start, at, "env-secret", "medium", GENERIC["env-secret"], rank, shown.name(setting.key))


def size(text: str) -> int:
    """How many bytes of a fragment's data a text is."""
    return len(text.encode("utf-8", "surrogateescape"))


def on_added_lines(fragment: Fragment, spans: Sequence[Span], added: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The spans, which are in order, that touch a line of these ranges."""
    lasts = [last for _, last in added]
    line, at = fragment.line, 0
    for span in spans:
        line, at = line + fragment.data.count(b"\n", at, span.start), span.start
        nearest = bisect_left(lasts, line)  # the first range that does not end above the span
        if nearest < len(added) and added[nearest][0] <= line + fragment.data.count(b"\n", span.start, span.end):
            yield span
