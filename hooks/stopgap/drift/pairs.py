"""Environments as YAML writes them: a mapping, a list of `KEY=value`, a list of names with values."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..deploy.yamls import Map, Text, Unreadable

# CloudFormation's: the value is made when the stack is; docs.aws.amazon.com/AWSCloudFormation, Intrinsic function reference. `!vault` is
# Ansible's: encrypted. `!reset` is compose's: it takes a value away.
REFERENCES = frozenset(
    "!Ref !Sub !GetAtt !If !ImportValue !Join !FindInMap !Select !Split !Base64 !Cidr !GetAZs !Transform !Condition !vault !reset "
    "!reference !secret".split()
)
Pair = tuple[str, str | None, int]  # a key, its literal (None: it has none here), and the line


def pairs(held: Any) -> Iterator[Pair]:
    """The settings of an environment, in whichever form. Raises Unreadable for a key given twice, and for a tag of an unknown meaning.

    Something is given for each entry, if only an empty key: who counts what comes has counted the work, however often an alias repeats it.
    """
    if isinstance(held, Map):
        once(held)
        for key, value in held.items():
            yield key, literal(value), value.line if isinstance(value, Text) else held.line
    elif type(held) is list:
        for one in held:
            if isinstance(one, Text):
                key, sign, value = one.partition("=")
                yield key.strip(), value if sign and not one.tag else None, one.line
            elif isinstance(one, Map):
                once(one)
                value = one.get("value")
                yield str(one.text("name", "key")), literal(value), value.line if isinstance(value, Text) else one.line
            else:
                yield "", None, 1


def literal(value: Any) -> str | None:
    """A scalar's text; None for what is none, or stands for something else. Raises Unreadable for a tag of an unknown meaning."""
    if not isinstance(value, Text) or value.tag in REFERENCES:
        return None
    if value.tag:
        raise Unreadable(f"nobody can tell what the tag on line {value.line} makes of its value")
    return str(value)


def once(held: Map) -> None:
    """Raises Unreadable where a key is given twice: programs differ on which counts."""
    if held.twice:
        raise Unreadable(f"a key is given a second time on line {held.twice}")


def mappings(held: Any) -> Iterator[Map]:
    """Every mapping in a value, at any depth, each once however many aliases lead to it: there could be more ways than anybody can go."""
    todo, seen = [held], {id(held)}
    while todo:
        one = todo.pop()
        if isinstance(one, Map):
            yield one
        for inner in reversed(list(one.values() if isinstance(one, Map) else one)):
            if (isinstance(inner, Map) or type(inner) is list) and id(inner) not in seen:
                seen.add(id(inner))
                todo.append(inner)
