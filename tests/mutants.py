"""Rules broken on purpose: a tighter one misses what it should find, a looser one finds what it should leave alone.

Expressions are changed as text, piece by piece: a class, an escape, a literal, the brackets of a group, a quantifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stopgap.detect.rules import Rule

PIECE = re.compile(
    r"(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|[a-z-]*:|<?[=!]|[a-z]+\)))?)|(?P<close>\))"
    r"|(?P<times>\{\d+(?:,\d*)?\}\??|[*+?]\??)|(?P<bar>\|)|(?P<escape>\\.)|(?P<anchor>[\^$.])|(?P<literal>.)",
    re.DOTALL,
)
LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
LEAST_LENGTH = 6  # of a repeated class: shorter ones part a token, and do not make it
SHORTEST_PREFIX = 3
ANYTHING, NOTHING = r"[\x21-\x7e]", r"[\x01]"


class Mutant(NamedTuple):
    """A rule with one thing broken. `looser`: it finds more than it should, and a `clean` example has to notice; else a `matches`."""

    kind: str
    looser: bool
    rule: Rule


class Piece(NamedTuple):
    """A piece of an expression: its text, its kind, and whether it stands within a lookaround."""

    text: str
    kind: str
    look: bool


def pieces(pattern: str) -> list[Piece]:
    """The pieces of an expression, in order; joined they are the expression."""
    found: list[Piece] = []
    groups: list[bool] = []
    for match in PIECE.finditer(pattern):
        kind, text = str(match.lastgroup), match[0]
        if kind == "open" and not text.endswith(")"):
            groups.append(text in LOOKS or any(groups))
        found.append(Piece(text, kind, any(groups) or text == r"\b"))
        if kind == "close":
            groups.pop()
    return found


def mutants(rule: Rule) -> Iterator[Mutant]:
    """The rule, broken in each way that applies to it."""
    yield Mutant("keyword", False, rule._replace(keywords=(b"\0",)))
    yield Mutant("entropy", False, rule._replace(entropy=8.0))
    parts = pieces(rule.pattern)
    for kind, looser, made in (*lengths(parts), *prefixes(parts), *classes(parts), *boundaries(parts)):
        pattern = "".join(made)
        if pattern != rule.pattern and is_valid(pattern):
            yield Mutant(kind, looser, rule._replace(pattern=pattern))


def is_valid(pattern: str) -> bool:
    """Whether what is left is an expression: one cannot repeat what is gone."""
    try:
        re.compile(pattern.encode())
    except re.error:
        return False
    return True


Change = tuple[str, bool, list[str]]


def replaced(parts: list[Piece], at: int, text: str, size: int = 1) -> list[str]:
    return [*(part.text for part in parts[:at]), text, *(part.text for part in parts[at + size :])]


def lengths(parts: list[Piece]) -> Iterator[Change]:
    """Each exact length one more and one less."""
    for at, part in enumerate(parts):
        exact = re.fullmatch(r"\{(\d+)\}", part.text)
        if exact and not part.look and int(exact[1]) >= LEAST_LENGTH:
            yield "length", False, replaced(parts, at, f"{{{int(exact[1]) + 1}}}")
            yield "length", True, replaced(parts, at, f"{{{int(exact[1]) - 1}}}")


def prefixes(parts: list[Piece]) -> Iterator[Change]:
    """Each literal of three or more characters another one, and gone."""
    run = 0
    for at, part in enumerate([*parts, Piece("", "end", False)]):
        if part.kind == "literal" and not part.look:
            run += 1
            continue
        if run >= SHORTEST_PREFIX and part.kind != "times":
            yield "prefix", False, replaced(parts, at - run, r"\x01")
            yield "prefix", True, replaced(parts, at - run, "", run)
        run = 0


def classes(parts: list[Piece]) -> Iterator[Change]:
    """Each class that is repeated another one, and any character."""
    for at, part in enumerate(parts[:-1]):
        most = max(map(int, re.findall(r"\d+", parts[at + 1].text)), default=0)
        if part.kind == "class" and not part.look and most >= LEAST_LENGTH:
            yield "class", False, replaced(parts, at, NOTHING)
            yield "class", True, replaced(parts, at, ANYTHING)


def boundaries(parts: list[Piece]) -> Iterator[Change]:
    """Without what must not stand before the token, and without what must not stand behind the match."""
    texts = [part.text for part in parts]
    for at, part in enumerate(parts):
        if part.text == r"\b":
            yield "boundary", True, replaced(parts, at, "")
        elif part.text in ("(?<!", "(?!"):
            end = next(end for end in range(at, len(parts)) if balanced(texts[at : end + 1]))
            if part.text == "(?<!" or end >= len(parts) - 2:
                yield "boundary", True, replaced(parts, at, "", end + 1 - at)


def balanced(texts: list[str]) -> bool:
    """Whether as many groups are closed as opened."""
    opened = sum(text.startswith("(") and not text.endswith(")") for text in texts)
    return opened == texts.count(")")
