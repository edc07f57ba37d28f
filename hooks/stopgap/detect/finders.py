"""What is found beside the rules: keyed values, a developer's own values, the settings of an env file.

A finder is given a text, the places at which its literals stand, in order, and the file's path; it gives spans. What it judges with is
imported with the first place: most commits have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from . import shown
from .by_rule import fixed_prefixes, is_mark
from .rules import owners
from .spans import RANKS, Span

if TYPE_CHECKING:
    from .own_values import OwnValue
    from .rules import Rule

Finder = Callable[[bytes, Sequence[int], str], Iterable[Span]]

OWN_RANK, GENERIC_RANK = 40, -5
GENERIC = {
    "keyed-password": "password in plain text",
    "keyed-secret": "secret in plain text",
    "env-secret": "secret in an env or credentials file",
    "secret-file": "file that holds a secret and nothing else",
    "own-value": "value of your own env file",
    "provider-token": "token of a provider, known by the name near it",
}


class Keyed:
    """The finders of values that a name says are secret: a key's, and a provider's."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """`rules`: those that are asked beside it, and know tokens by how they begin."""
        self._rules = rules

    def prepare(self) -> None:
        """Imports what judges a hit, with its tables: before a fork, so that it is done once."""
        from . import classifier, credentials, decode, name_table, provider_keys, provider_names, published, words  # noqa: F401

        for table in (words.pairs, classifier.weights, name_table.load, provider_names.spellings, published.samples):
            table()
        for text in (b'password = "two words"', b"token: x"):
            self.is_misshapen(text)
            list(self(text, [0], ""))

    @cached_property
    def _marked(self) -> Mapping[bytes, Sequence[int]]:
        """What tokens may begin with, and the numbers of the rules that say so."""
        return {word: numbers for word, numbers in owners(self._rules).items() if is_mark(word)}

    @cached_property
    def _marks(self) -> tuple[bytes, ...]:
        return tuple(self._marked)

    def __call__(self, data: bytes, places: Sequence[int], path: str) -> Iterator[Span]:
        from . import assignments

        for found in assignments.find_at(data, places, path):
            confidence = found.confidence
            if confidence != "low" and self.is_misshapen(data[found.start : found.end]):
                confidence = "low"
            rank = RANKS[confidence] + GENERIC_RANK
            yield Span(found.start, found.end, found.rule, confidence, GENERIC[found.rule], rank, shown.name(found.key))

    def by_provider(self, data: bytes, ends: Sequence[int], path: str) -> Iterator[Span]:
        """Tokens without a format of their own, near the name of their provider."""
        from . import provider_keys

        for found in provider_keys.find_at(data, ends, path):
            if not self.is_misshapen(data[found.start : found.end]):
                rank = RANKS[found.confidence] + GENERIC_RANK + 1
                key = shown.name(found.key)
                yield Span(found.start, found.end, found.rule, found.confidence, found.what, rank, key=key, rotate=found.rotate)

    def is_misshapen(self, value: bytes) -> bool:
        """`ghp_` and thirty letters more: it begins as a rule's token does. A whole one is the rule's: what is left is made up, or cut."""
        low = value[:100].lower()
        if not low.startswith(self._marks):
            return False
        marks = (mark for mark in self._marks if low.startswith(mark))
        return any(mark in fixed_prefixes(rule) for mark in marks for rule in map(self._rules.__getitem__, self._marked[mark]))


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
