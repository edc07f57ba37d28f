"""The detector: literals in one pass, rules and finders on the places around them, decoded texts once more, then what is allowed.

What judges a hit is imported with the first hit: most commits have none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ..model import Fragment, Match
from . import names, provider_shapes, whole_files
from .allowed import Allowed
from .by_rule import by_rule
from .finders import GENERIC, Finder, Keyed, by_value, in_env_file
from .keywords import KEYWORDS
from .literals import BEHIND, Literals
from .rules import Rule, owners
from .shapes import SHAPES
from .spans import Span, merged, to_matches, without_overlaps
from .work import Work

if TYPE_CHECKING:
    from datetime import date

    from .allow import Entry
    from .others import Others
    from .own_values import OwnValue

__all__ = ["GENERIC", "Detector", "Text"]

NEEDLE = 64  # bytes of an own value that are searched; the rest is compared where they stand
Places = dict[int, list[int]]  # offsets, in order, by the number of a finder or of a shape
NOTHING: tuple[Places, Places] = ({}, {})  # stands in the place of most texts


class Text(NamedTuple):
    """A text to look through, and the path that says what kind of file it is."""

    data: bytes
    path: str


class Source(NamedTuple):
    """A finder, and what it wants to know the places of: words in lower case, and shapes."""

    find: Finder
    words: Sequence[bytes]
    shapes: Sequence[bytes] = ()


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
        self._allowed = allowed
        self._others = others
        self._off = off
        self._engine = engine
        self.work = Work()
        self._own: list[OwnValue] = []
        self._rules = rules
        self._keyed = Keyed(rules)
        self._sources = [Source(self._keyed, KEYWORDS), Source(self._keyed.by_provider, (), provider_shapes.SHAPES)]
        self.look_for(())

    def look_for(self, own: Sequence[OwnValue]) -> None:
        """Adds values of the developer's own to what is searched."""
        self._sources += [Source(partial(by_value, value), [needle[:NEEDLE].lower() for needle in value.needles]) for value in own]
        wanted = dict(owners(self._rules))
        sources = list(enumerate(self._sources, len(self._rules)))  # numbered on from the rules
        for number, source in sources:
            for word in source.words:
                wanted[word] = (*wanted.get(word, ()), number)
        shapes = [(shape, number) for number, source in sources for shape in source.shapes]
        self._sizes = list(map(len, wanted))
        self._line_starts = {word[1:]: among for word, among in wanted.items() if word.startswith(b"\n")}
        self._beginnings = tuple(self._line_starts)
        self._owners = [*wanted.values(), *((number,) for _, number in shapes)]
        self._literals = Literals(list(wanted), [*(shape for shape, _ in shapes), *SHAPES], self._engine, provider_shapes.LOOSE)

    def prepare(self) -> None:
        """Says that much is to come: what that needs is made ready, the literals in the background."""
        self._literals.prepare()
        self._keyed.prepare()

    def wait(self) -> None:
        """Waits until nothing goes on in the background: for a fork."""
        self._literals.wait()

    def scan(self, fragment: Fragment) -> list[Match]:
        """The secrets on the lines of a fragment that count, less those that are allowed."""
        return self.scan_all((fragment,))

    def scan_all(self, fragments: Sequence[Fragment]) -> list[Match]:
        """The same for several fragments, whose literals are found in one pass."""
        matches: list[Match] = []
        for fragment, spans in zip(fragments, self._found([Text(one.data, one.path) for one in fragments]), strict=True):
            found, counting = self._counting(fragment, spans)
            matches += to_matches(fragment, counting, merged(found)) if counting else ()
        return matches

    def values(self, texts: Sequence[Text], fragment_of: Callable[[int], Fragment]) -> Iterator[tuple[int, Match, bytes]]:
        """As scan_all, each match with the number of its text and the value itself, which is to tell values apart and is not kept.

        `fragment_of` is asked only for texts in which there may be something.
        """
        for number, spans in enumerate(self._found(texts)):
            if not spans and not self._others:
                continue
            fragment = fragment_of(number)
            found, counting = self._counting(fragment, spans)
            if counting:
                made = to_matches(fragment, counting, merged(found))
                yield from ((number, match, fragment.data[span.start : span.end]) for match, span in zip(made, counting, strict=True))

    def proposals(self, fragment: Fragment, reason: str, expires: date | None) -> list[tuple[Match, Entry]]:
        """Each match with the entry of the allow file that would allow it. Raises StopgapError where there is no reason."""
        from .allow import entry_for

        found, counting = self._counting(fragment, self._found([Text(fragment.data, fragment.path)])[0])
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

    def _counting(self, fragment: Fragment, found: list[Span]) -> tuple[list[Span], list[Span]]:
        """All spans of a fragment, those that are hidden too, and the ones to be reported."""
        if self._others:
            found = [*found, *self._others.spans(fragment)]
        if not found:
            return found, found
        spans = [span for span in found if span.rule not in self._off]
        if self._others:
            spans = [span for span in spans if not self._others.hides(fragment, span)]
        counting = without_overlaps(spans)
        if fragment.added is not None:
            counting = list(on_added_lines(fragment, counting, fragment.added))
        if self._allowed is not None and counting:
            counting = self._allowed.left(fragment, counting)
        return found, counting

    def _found(self, texts: Sequence[Text]) -> list[list[Span]]:
        """What is found in each of the texts, and in what is encoded in them."""
        found: list[list[Span]] = []
        paths = "\n".join([text.path for text in texts]).lower()
        may_be_dotenv = any(word in paths for word in names.DOTENV_WORDS)  # of thousands of files hardly one is
        for text, (places, ends) in zip(texts, self._places(texts), strict=True):
            spans = self._at(text, places) if places else []
            if ends:
                from . import decode

                spans += decode.spans(text.data, ends, text.path, self._look)
            if may_be_dotenv and names.is_dotenv(text.path) and not names.is_template(text.path):
                spans += in_env_file(text.data)
            if len(text.data) <= whole_files.LARGEST and whole_files.may_be(text.path):
                spans += whole_files.spans(text.data, text.path)
            self.work.spans += len(spans)
            found.append(spans)
        return found

    def _look(self, decoded: Sequence[tuple[bytes, str]]) -> list[tuple[list[Span], Places]]:
        """What is found in texts that were decoded, each with the path of a file it could be, and where something is encoded in them."""
        texts = [Text(*text) for text in decoded]
        self.work.decoded += sum(len(text.data) for text in texts)
        return [(self._at(text, places), ends) for text, (places, ends) in zip(texts, self._places(texts), strict=True)]

    def _at(self, text: Text, places: Places) -> list[Span]:
        """What the finders find at the places of their literals."""
        return [span for number, at in places.items() for span in self._finder(number)(text.data, at, text.path)]

    def _finder(self, number: int) -> Finder:
        """What looks at the places of a rule, or of a source behind them."""
        if number < len(self._rules):
            return partial(by_rule, self._rules[number], self.work)
        return self._sources[number - len(self._rules)].find

    def _places(self, texts: Sequence[Text]) -> list[tuple[Places, Places]]:
        """Where in each of the texts literals stand, by the finder that wants to know, and where what is encoded ends, by its shape.

        The texts are read as one, with a NUL between them.
        """
        joined = BEHIND.join([text.data for text in texts])
        hits = sorted(self._literals.hits(joined), key=itemgetter(1))
        self.work.scanned += len(joined)
        self.work.hits += len(hits)
        found = [NOTHING] * len(texts)
        starts = list(accumulate((len(text.data) + len(BEHIND) for text in texts), initial=0))
        index, words, owned = -1, len(self._sizes), len(self._owners)
        start = end = 0
        for number, at in hits:
            if at >= end:
                index = bisect_right(starts, at) - 1
                start, end = starts[index], starts[index + 1]
                places, ends = found[index] = ({}, {})
            if number >= owned:
                ends.setdefault(number - owned, []).append(at - start)
            elif number >= words or at + self._sizes[number] < end:  # else it holds the NUL between two texts
                for owner in self._owners[number]:
                    if owner in places:
                        places[owner].append(at - start)
                    else:
                        places[owner] = [at - start]
        for index, text in enumerate(texts):
            head = text.data[:NEEDLE].lower()
            if head.startswith(self._beginnings):
                found[index] = self._with_start(head, *found[index])
        return found

    def _with_start(self, head: bytes, places: Places, ends: Places) -> tuple[Places, Places]:
        """These places, and those of the words that must begin a line and begin the text."""
        more = dict(places)
        for word, among in self._line_starts.items():
            for owner in among if head.startswith(word) else ():
                more[owner] = [0, *more.get(owner, ())]
        return more, ends


def on_added_lines(fragment: Fragment, spans: Sequence[Span], added: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The spans, which are in order, that touch a line of these ranges."""
    lasts = [last for _, last in added]
    line, at = fragment.line, 0
    for span in spans:
        line, at = line + fragment.data.count(b"\n", at, span.start), span.start
        nearest = bisect_left(lasts, line)  # the first range that does not end above the span
        if nearest < len(added) and added[nearest][0] <= line + fragment.data.count(b"\n", span.start, span.end):
            yield span
