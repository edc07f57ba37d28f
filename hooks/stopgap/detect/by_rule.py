"""A rule's expression on the windows around its keywords, and what each match is asked: in a scan as where somebody wants to know why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..model import Confidence
from .rules import Rule, compiled
from .spans import RANKS, Span
from .work import Work

if TYPE_CHECKING:
    import re

BEFORE, TOGETHER = 512, 512  # bytes before a keyword that may belong to its match; hits this near share a window of at most 4 KiB
APART = "(?<![A-Za-z0-9"  # how an expression begins that matches nothing inside of a word
SHORTEST_MARK, LONGEST_MARK = 4, 64  # bytes of a token's fixed part, from which on nothing else begins so

LONGEST_LEAD = 128  # bytes of a word before a keyword, and more than any expression reads there
MARK = b"a"

Answers = list[tuple[str, str]]


class Hit(NamedTuple):
    """A match of a rule's expression, and the offsets of the secret in it."""

    match: re.Match[bytes]
    start: int
    end: int


def by_rule(rule: Rule, work: Work, data: bytes, places: Sequence[int], path: str = "") -> Iterator[Span]:
    """What a rule's expression finds around its keywords, which stand at these places, in order."""
    for hit in hits(rule, work, data, places):
        confidence, _ = asked(rule, hit, path)
        if confidence is not None:
            yield Span(
                hit.start,
                hit.end,
                rule.id,
                confidence,
                rule.description,
                rank(rule, confidence),
                prefix=prefix(rule, data[hit.start : hit.end].decode("utf-8", "replace")),
                rotate=rule.rotate,
                severity=rule.severity,
            )


def hits(rule: Rule, work: Work, data: bytes, places: Sequence[int]) -> Iterator[Hit]:
    """Where the expression matches around these places; a match in two windows comes twice."""
    if rule.also:
        places = [at for at in places if data.find(rule.also, at, at + rule.reach) >= 0]
    begins, run, letters, lead = rule.way or way_of(rule.pattern, rule.keywords)
    found = beginning(rule, work, data, places, run, letters, lead) if begins else within(rule, work, data, places, run, letters)
    for match in found:
        expression = match.re
        group = "secret" if "secret" in expression.groupindex else 1 if expression.groups else 0
        first, last = match.span(group)
        if first >= 0:
            yield Hit(match, first, last)


def beginning(
    rule: Rule, work: Work, data: bytes, places: Sequence[int], run: int = 0, letters: bytes = b"", lead: bytes = b""
) -> Iterator[re.Match[bytes]]:
    """The matches of an expression that can only begin where a keyword stands, or a word of `lead` before it; each holds so many of these
    letters in a row.
    """
    if rule.pattern.startswith(APART) and not lead:
        places = [at for at in places if not data[at - 1 : at].isalnum()]
    if run:
        before = LONGEST_LEAD if lead else 0
        places = [at for at in places if MARK * run in data[max(0, at - before) : at + rule.reach].translate(marks(letters))]
    if not places:
        return  # before the expression is compiled, which takes longer than most texts
    match_at, reach, read = compiled(rule).match, rule.reach, -1
    for at in places:
        start = at - lead_before(data, at, lead) if lead else at
        if start <= read:
            continue  # a second keyword there, or one inside of a match
        work.windows += 1
        work.read += reach
        read = at
        match = match_at(data, start, at + reach)
        if match:
            read = match.end() - 1
            yield match


def within(rule: Rule, work: Work, data: bytes, places: Sequence[int], run: int = 0, letters: bytes = b"") -> Iterator[re.Match[bytes]]:
    """The matches in windows around the keywords; each match holds so many of these letters in a row."""
    wanted = MARK * run
    for start, end in windows(places, len(data), rule.reach):
        work.windows += 1
        work.read += end - start
        if not run or wanted in data[start:end].translate(marks(letters)):  # a small part of what the expression takes
            yield from compiled(rule).finditer(data, start, end)


def lead_before(data: bytes, at: int, lead: bytes) -> int:
    """How many of these letters stand right before a place; more than LONGEST_LEAD are no word."""
    near = data[max(0, at - LONGEST_LEAD) : at]
    return len(near) - len(near.rstrip(lead))


@cache
def marks(letters: bytes) -> bytes:
    """A table for `translate` that makes of a run of these letters a row of MARK: then it is found as fast as any text."""
    return bytes(MARK[0] if byte in letters else 0 for byte in range(256))


@cache
def way_of(pattern: str, keywords: tuple[bytes, ...]) -> tuple[bool, int, bytes, bytes]:
    """How to look for the matches of a rule of which the build did not say it; see `beginnings`, which is imported with the first hit."""
    from . import beginnings

    return beginnings.way(pattern, keywords)


def windows(places: Sequence[int], size: int, reach: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most 4 KiB that hold all places, which are in order."""
    if not places:
        return
    first = last = places[0]
    for at in places[1:]:
        if at - first > TOGETHER:
            yield max(0, first - BEFORE), min(size, last + reach)
            first = at
        last = at
    yield max(0, first - BEFORE), min(size, last + reach)


def asked(rule: Rule, hit: Hit, path: str) -> tuple[Confidence | None, Answers]:
    """What a match is worth, None for nothing, and each question on the way with its answer. No answer holds the secret."""
    from . import filters, published

    secret = hit.match.string[hit.start : hit.end]
    value = secret.decode("utf-8", "replace")
    placeholder = filters.is_placeholder(value)
    answers = [("is it a placeholder?", "yes" if placeholder else "no")]
    if placeholder:
        return None, answers
    if rule.entropy:
        bits = filters.entropy(value)
        answers.append((f"has it {rule.entropy} bits a character or more?", f"{'yes' if bits >= rule.entropy else 'no'}, {bits:.2f}"))
        if bits < rule.entropy:
            return None, answers
    source = published.published_in(secret)
    if source:
        return "low", [*answers, ("is it published as a sample?", f"yes: {source}")]
    if not rule.judge:
        return rule.confidence, answers
    from . import credentials

    confidence = credentials.confidence(rule, hit.match, secret, path)
    answers.append((f"what is it worth by what it holds ({rule.judge})?", confidence or "nothing"))
    return confidence, answers


def rank(rule: Rule, confidence: Confidence) -> int:
    """That of the confidence, and a little more where it was lowered: a token's own rule tells more than one for any value in its place."""
    return RANKS[confidence] + (RANKS[rule.confidence] - RANKS[confidence]) // 5


def prefix(rule: Rule, value: str) -> str:
    """The part of a token that its format fixes, and that may be shown."""
    low = value.lower()
    fixed = max((len(word) for word in rule.keywords if low.startswith(word.decode())), default=0)
    return value[:fixed] if fixed * 2 <= len(value) else ""


@cache
def fixed_prefixes(rule: Rule) -> tuple[bytes, ...]:
    """The keywords of a rule with which its tokens begin, as its examples show: `ghp_`, and not `secret_`, which is a name's word too."""
    from . import keys
    from .examples import expand
    from .words import dictionary

    marks = [word for word in rule.keywords if is_mark(word)]
    marks = [word for word in marks if not dictionary().issuperset(part for part in keys.words(word.decode("utf-8", "replace")))]
    if not marks:
        return ()
    work = Work()
    starts = set()
    for example in rule.matches:
        data = expand(example).encode()
        low = data.lower()
        places = [at for at in range(len(low)) if low.startswith(rule.keywords, at)]
        starts |= {low[hit.start :][:LONGEST_MARK] for hit in hits(rule, work, data, places)}
    return tuple(word for word in marks if any(start.startswith(word) for start in starts))


def is_mark(word: bytes) -> bool:
    """Whether a keyword looks like the fixed part of a token: `ghp_`, `glpat-`."""
    return word.endswith((b"_", b"-")) and SHORTEST_MARK <= len(word) <= LONGEST_MARK
