"""A team's rules from another scanner's file, as that scanner applies them: paths, keywords, entropy and allowlists included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model import Fragment
from .rules import Rule, expression

# Bytes of the stretches in which an expression is looked for: the first on which it takes few enough steps to fail (backtracking.py)
REACH = (4096, 2048, 1024, 512)
NEAR = 1024  # bytes of a line to either side of a match that an allowlist sees


class Allow(NamedTuple):
    """One allowlist: what hides a match. Expressions are translated; `all_of` where every given criterion has to hold."""

    all_of: bool = False
    commits: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    target: str = "secret"
    regexes: tuple[str, ...] = ()
    stopwords: tuple[bytes, ...] = ()


class TeamRule(NamedTuple):
    """A rule of the team, and what ours have no field for: `path` is an expression, `reach` the bytes in which a match is looked for.

    Its keywords ("" as pattern: a rule on the name of a file alone) need only stand somewhere in the fragment.
    """

    rule: Rule
    path: str = ""
    reach: int = REACH[0]
    allowlists: tuple[Allow, ...] = ()


class Team(NamedTuple):
    """What the file says. `disabled` are ids of stopgap's own rules that it switches off, `filters` allowlists for them by id."""

    rules: tuple[TeamRule, ...] = ()
    allowlists: tuple[Allow, ...] = ()
    disabled: tuple[str, ...] = ()
    filters: Mapping[str, tuple[Allow, ...]] = {}


class Found(NamedTuple):
    """A secret: the rule, and the span of the value in the fragment's data."""

    rule: Rule
    start: int
    end: int


def find(fragment: Fragment, team: Team) -> Iterator[Found]:
    """What the team's rules find in a fragment, less what their allowlists hide."""
    path = fragment.path.encode("utf-8", "surrogateescape")
    lowered = fragment.data.lower()
    for one in team.rules:
        keywords = one.rule.keywords
        if not one.rule.pattern or not (not one.path or expression(one.path).search(path)):
            continue
        if not keywords or any(word in lowered for word in keywords):
            yield from found_by(one, fragment, (*team.allowlists, *one.allowlists))


def named(path: str, team: Team) -> Iterator[Rule]:
    """The rules on names alone that match this path: a finding of the file, without a value."""
    raw = path.encode("utf-8", "surrogateescape")
    for one in team.rules:
        if not one.rule.pattern and expression(one.path).search(raw):
            allows = [allow for allow in (*team.allowlists, *one.allowlists) if allow.paths]
            if not any(expression(each).search(raw) for allow in allows for each in allow.paths):
                yield one.rule


def found_by(one: TeamRule, fragment: Fragment, allowlists: Sequence[Allow]) -> Iterator[Found]:
    """What one rule finds, in stretches of `reach` bytes that overlap by half; a match that a stretch cuts off is left to the next."""
    from . import filters

    data, seen = fragment.data, set()
    for start in range(0, max(len(data) - one.reach // 2, 1), one.reach // 2):
        end = min(start + one.reach, len(data))
        for match in expression(one.rule.pattern).finditer(data, start, end):
            span = secret(match)
            if span in seen or span[0] == span[1] or (match.end() == end < len(data) and match.start() > start):
                continue
            seen.add(span)
            if one.rule.entropy and filters.entropy(data[slice(*span)].decode("latin-1")) <= one.rule.entropy:
                continue
            if not hidden(allowlists, fragment, match.span(), span):
                yield Found(one.rule, *span)


def secret(match: re.Match[bytes]) -> tuple[int, int]:
    """The span of the secret: the group that the rule names, else the first group that holds something, else the match."""
    if "secret" in match.re.groupindex:
        return max(match.span("secret"), (0, 0))
    groups = [match.span(number) for number in range(1, match.re.groups + 1)]
    start, end = next((span for span in groups if span[0] < span[1]), match.span())
    text = match.string[start:end]
    return end - len(text.lstrip(b"\n")), start + len(text.rstrip(b"\n"))


def hidden(allowlists: Sequence[Allow], fragment: Fragment, match: tuple[int, int], value: tuple[int, int]) -> bool:
    """Whether an allowlist hides this match, both spans of the fragment's data."""
    data = fragment.data
    first, last = max(0, match[0] - NEAR), min(len(data), match[1] + NEAR)
    line_end = data.find(b"\n", match[1], last)
    line = data[data.rfind(b"\n", first, match[0]) + 1 or first : line_end if line_end >= 0 else last]
    texts = {"secret": data[slice(*value)], "match": data[slice(*match)], "line": line}
    return any(hides(allow, fragment, texts) for allow in allowlists)


def hides(allow: Allow, fragment: Fragment, texts: Mapping[str, bytes]) -> bool:
    """Whether one allowlist holds: any of its criteria, or all that it gives."""
    path = fragment.path.encode("utf-8", "surrogateescape")
    checks = [
        fragment.commit in allow.commits if allow.commits else None,
        any(expression(each).search(path) for each in allow.paths) if allow.paths else None,
        any(expression(each).search(texts[allow.target]) for each in allow.regexes) if allow.regexes else None,
        any(word in texts["secret"].lower() for word in allow.stopwords) if allow.stopwords else None,
    ]
    given = [check for check in checks if check is not None]
    return bool(given) and (all(given) if allow.all_of else any(given))
