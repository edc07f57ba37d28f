"""Ruby's statements: `name value, value`, with or without brackets, at the beginning of a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..yamls import Map
from .given import Call
from .values import Program


def statements(program: Program) -> Iterator[Call]:
    """Every statement that begins with a name; assignments above it are known."""
    begins = True
    for number, token in enumerate(program.tokens):
        starts = begins
        begins = (token.kind == "sign" and token.text in ("\n", ";", "{", "|", "(")) or token.text in ("do", "then", "else", "->")
        if token.kind != "name" or not starts:
            continue
        program.assign(number)
        program.at = number + 1
        behind = program.peek()
        if behind.kind != "sign" or behind.text in "([{%":
            yield Call(token.text, arguments(program), token.line)


def arguments(program: Program) -> list[Any]:
    """The values behind a name, up to the end of the line unless a comma goes over it."""
    if program.peek().text == "(":
        program.take()
        return program.items(")", 0)
    given: list[Any] = []
    named = Map()
    while True:
        before = program.at
        program.item(given, named, 0)
        if program.at == before:
            program.take()
        if program.peek().text != "," or program.peek().kind != "sign":
            return [*given, named] if named else given
        program.take()
        program.blank()
