"""Helm values: variables of the environment anywhere in them, and the values themselves by their way through the mappings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..deploy.yamls import Map, Text, Unreadable, documents
from .pairs import literal, once, pairs
from .setting import Raw

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,99}\Z")
# Mappings that only hold others together.
HOLDERS = frozenset(
    ("env", "envs", "environment", "extraenv", "extraenvs", "envvars", "config", "secrets", "secret", "data", "global", "values")
)


def read(path: str, text: str) -> Iterator[Raw]:
    """`env: {DB_HOST: db}`, `env: [{name: DB_HOST, value: db}]`, and `postgresql.auth.password`. Raises Unreadable."""
    if "{{" in text and re.search(r"^\s*\{\{|:\s*\{\{", text, re.MULTILINE):
        raise Unreadable("it is a template: what it holds is known when it has been filled in")
    seen: set[int] = set()
    for document in documents(text):
        yield from within(document, (), seen)


def within(held: Any, way: tuple[str, ...], seen: set[int]) -> Iterator[Raw]:
    """The settings in one mapping, and in those within; of one that aliases share those of the first way to it."""
    if not isinstance(held, Map) or id(held) in seen:
        return
    seen.add(id(held))
    once(held)
    for key, value in held.items():
        here = way if key.lower() in HOLDERS else (*way, key)
        if isinstance(value, Map):
            yield from within(value, here, seen)
        elif type(value) is list and id(value) not in seen:
            seen.add(id(value))
            for name, text, line in pairs([one for one in value if isinstance(one, Map)]):
                if VARIABLE.match(name):
                    yield Raw(name, text, line)
        elif isinstance(value, Text):
            name = key if VARIABLE.match(key) else "_".join(here) or key
            yield Raw(name, literal(value), value.line)
