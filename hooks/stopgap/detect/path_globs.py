"""The globs that say the same as another tool's expression for paths, where there are such: what to write by hand after an import."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from .. import globs
from .automaton import constants, parser

ANY, START, END = "any", "start", "end"  # beside one character each
MOST = 16  # globs


def globs_of(expression: str) -> tuple[str, ...]:
    """The globs of an expression of `re`, which is looked for in a path from the root; none where globs cannot say it.

    `.*` stands for any folders here, which a glob says only behind a slash: `src.*key` has none.
    """
    found = [glob_of(tuple(tokens)) for tokens in spelled(parser.parse(expression.encode()))]
    return tuple(dict.fromkeys(found)) if found and all(found) and len(found) <= MOST else ()


def spelled(items: Iterable[Any]) -> list[list[str]]:
    """Each text that the expression stands for, in tokens; an empty list where it is more than letters, `.*`, `^`, `$` and `|`."""
    texts: list[list[str]] = [[]]
    for operator, argument in items:
        if operator is constants.SUBPATTERN and not argument[1] | argument[2]:
            more = spelled(argument[3])
        elif operator is constants.BRANCH:
            more = [text for branch in argument[1] for text in (spelled(branch) or [["?"]])]
        elif operator is constants.LITERAL:
            more = [[chr(argument)]]
        elif operator is constants.IN and all(each[0] is constants.LITERAL for each in argument):
            more = [[chr(code)] for _, code in argument]
        elif operator in (constants.MAX_REPEAT, constants.MIN_REPEAT) and argument[2][0][0] is constants.ANY and argument[1] > MOST:
            more = [[ANY]]
        elif operator in (constants.MAX_REPEAT, constants.MIN_REPEAT) and tuple(argument[:2]) == (0, 1):
            more = [[], *spelled(argument[2])]
        elif operator is constants.AT and argument in (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING):
            more = [[START]]
        elif operator is constants.AT and argument in (constants.AT_END, constants.AT_END_STRING):
            more = [[END]]
        else:
            return []
        if not more or len(texts) * len(more) > MOST:
            return []
        texts = [[*before, *behind] for before, behind in product(texts, more)]
    return texts


def glob_of(tokens: tuple[str, ...]) -> str:
    """The glob of one text; "" where there is none."""
    starts, ends = tokens[:1] == (START,), tokens[-1:] == (END,)
    inner = list(tokens[starts : len(tokens) - ends])
    while inner[:1] == [ANY]:
        inner, starts = inner[1:], False
    while inner[-1:] == [ANY]:
        inner, ends = inner[:-1], False
    if not inner or not set(inner).isdisjoint((START, END, "?")):
        return ""
    text, previous = "", "/" if starts else ""
    for token in inner:
        if token == ANY and previous != "/":
            return ""
        text += "**/*" if token == ANY else f"\\{token}" if token in globs.SPECIAL else token
        previous = token
    if not starts and text[0] == "/":
        text = text[1:]  # `/vendor/` and `(^|/)vendor/`: a folder of this name, anywhere
        starts_name = True
    else:
        starts_name = starts
    return placed(text, starts, starts_name, ends)


def placed(text: str, starts: bool, starts_name: bool, ends: bool) -> str:
    """The glob for a text that stands at the path's start or at a name's start, and at the path's end, or does not."""
    head = "/" if starts else "" if starts_name else "*"
    if not starts and "/" in text.rstrip("/"):
        head = "**/" + head
    tail = "" if ends or text.endswith("/") else "*"
    return "" if ends and text.endswith("/") else head + text + tail
