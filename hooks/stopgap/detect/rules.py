"""The rules: token formats as data, in rules.toml, and a team's own in the same form.

A rule's expression is compiled when a keyword of it is first seen: compiling all of them takes longer than most runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, overload

from ..model import CONFIDENCES, SEVERITIES, Confidence, Severity, StopgapError
from .tables import built, table

SHORTEST_KEYWORD = 3


WINDOW = 4096  # bytes around a keyword, at the most
FARTHEST = 3072  # bytes of them behind it
REACH = 512  # bytes from a keyword to the end of most matches


class Rule(NamedTuple):
    """One token format.

    A match needs one of the `keywords` (lower case, whatever the case in the text) and the `pattern` (Python's `re`, on bytes) around it,
    at most `reach` bytes behind; the secret is the group named "secret", else the first group, else all of it. `entropy` is the least it
    must have, in bits a character. `docs` is where the format is documented, `rotate` where one revokes such a token.

    Only the rules that come with stopgap have `also`, a text that has to follow the keyword within `reach`, for a keyword that is
    everywhere, and `judge`, which names what of `credentials` may lower the confidence; `way` is what the build
    learnt with `beginnings`.
    """

    id: str
    provider: str
    description: str
    docs: str
    keywords: tuple[bytes, ...]
    pattern: str
    reach: int = REACH
    entropy: float = 0.0
    severity: Severity = "error"
    confidence: Confidence = "high"
    rotate: str = ""
    matches: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    judge: str = ""
    also: bytes = b""
    way: tuple[bool, int, bytes, bytes] | None = None


OWN_FIELDS = tuple(field for field in Rule._fields if field not in ("judge", "also", "way"))  # of a team's rule


def load() -> tuple[Rule, ...]:
    """The rules that come with stopgap."""
    return tuple(map(shipped, range(len(rows()))))


@cache
def rows() -> list[tuple[Mapping[str, Any], tuple[bool, int, bytes, bytes] | None]]:
    """The rows of the table, each with what the build found out of it."""
    found = table("rules")["rule"]
    return list(zip(found, built("ways").get("rule") or [None] * len(found), strict=True))


@cache
def shipped(number: int) -> Rule:
    """One of them."""
    return made(*rows()[number])


class Shipped(Sequence[Rule]):
    """The same, read when one is first asked for: the table is large, and most commits hold no keyword of it."""

    def __init__(self) -> None:
        keywords = built("keywords") or {"rules": len(load()), "owners": owners(load())}
        self._size: int = keywords["rules"]
        self.owners: Mapping[bytes, Sequence[int]] = keywords["owners"]

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return load()[index] if isinstance(index, slice) else shipped(range(self._size)[index])


def owners(rules: Sequence[Rule]) -> Mapping[bytes, Sequence[int]]:
    """Which of the rules, by their number, want to know where a keyword stands."""
    if isinstance(rules, Shipped):
        return rules.owners
    found: dict[bytes, list[int]] = {}
    for number, rule in enumerate(rules):
        for word in rule.keywords:
            found.setdefault(word, []).append(number)
    return found


def made(row: Mapping[str, Any], way: tuple[bool, int, bytes, bytes] | None = None) -> Rule:
    """A row of checked TOML as a Rule."""
    return Rule(
        row["id"],
        row.get("provider", ""),
        row["description"],
        row.get("docs", ""),
        tuple([word.lower().encode() for word in row["keywords"]]),
        row["pattern"],
        row.get("reach", REACH),
        row.get("entropy", 0.0),
        row.get("severity", "error"),
        row.get("confidence", "high"),
        row.get("rotate", ""),
        tuple(row.get("matches", ())),
        tuple(row.get("clean", ())),
        row.get("judge", ""),
        row.get("also", "").encode(),
        way,
    )


def parse(table: Mapping[str, Any], where: str) -> tuple[Rule, ...]:
    """A team's own rules, from a table with `[[rule]]` blocks. Raises StopgapError that names the file, the rule and what is wrong."""
    rows = table.get("rule")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or set(table) != {"rule"}:
        raise StopgapError(f"{where}: rules are blocks that begin with [[rule]], and nothing else")
    found: dict[str, Rule] = {}
    for number, row in enumerate(rows, 1):
        rule = checked(row, f"{where}: rule {row.get('id') or number}")
        if rule.id in found:
            raise StopgapError(f"{where}: two rules have the id {rule.id!r}")
        found[rule.id] = rule
    return tuple(found.values())


def checked(row: Mapping[str, Any], where: str) -> Rule:
    """One row as a Rule. Raises StopgapError for what is missing, unknown or of the wrong kind."""
    for key in row:
        if key not in OWN_FIELDS:
            raise StopgapError(f"{where}: unknown key {key!r}; known: {', '.join(OWN_FIELDS)}")
    for key in ("id", "pattern", "description"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise StopgapError(f"{where}: {key} is a text, and required")
    for key in ("keywords", "matches", "clean"):
        if not is_texts(row.get(key, [])):
            raise StopgapError(f"{where}: {key} is a list of texts")
    if not row.get("keywords") or any(len(word) < SHORTEST_KEYWORD for word in row["keywords"]):
        raise StopgapError(
            f"{where}: keywords are required, each of {SHORTEST_KEYWORD} characters or more: one must stand near every match"
        )
    for key, choices in (("severity", SEVERITIES), ("confidence", CONFIDENCES)):
        if row.get(key, choices[-1]) not in choices:
            raise StopgapError(f"{where}: {key} is one of {', '.join(choices)}")
    if not isinstance(row.get("reach", REACH), int) or not 0 < row.get("reach", REACH) <= FARTHEST:
        raise StopgapError(f"{where}: reach is a number of bytes, {FARTHEST} at the most")
    if not isinstance(row.get("entropy", 0.0), (int, float)):
        raise StopgapError(f"{where}: entropy is a number, in bits a character")
    rule = made({"confidence": "medium", **row})
    compiled_or_refused(rule, where)
    return rule


def is_texts(value: object) -> bool:
    """Whether it is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def compiled_or_refused(rule: Rule, where: str) -> None:
    """Raises StopgapError where the expression does not compile, or could take for ever on a hostile text."""
    from .re2 import check_linear

    try:
        compiled(rule)
    except re.error as error:
        raise StopgapError(f"{where}: bad expression: {error.msg} at position {error.pos}") from None
    except (RecursionError, OverflowError):
        raise StopgapError(f"{where}: bad expression: nested too deeply, or a repeat of too many") from None
    check_linear(rule.pattern, where, rule.reach + WINDOW - FARTHEST)


@cache
def expression(pattern: str) -> re.Pattern[bytes]:
    """A compiled expression, kept."""
    return re.compile(pattern.encode("utf-8"))


def compiled(rule: Rule) -> re.Pattern[bytes]:
    """The rule's expression. Raises re.error where it is none."""
    return expression(rule.pattern)
