"""YAML as plain data that knows its lines. Tags are not obeyed, aliases are shared and not copied, a document of another kind is
Unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

LARGEST = 1 << 20
DEEPEST = 60
MOST = 200_000  # entries that `<<` brings into mappings, and steps of a walk: a few aliases of aliases could make billions
MERGED = -1  # where `made` counts the first of these; no node has such a number

Texts = list[str]  # a mapping has a `list` of its own


class Unreadable(Exception):
    """The text is no YAML, or too large or too deep to be a deploy file."""


class Text(str):
    """A scalar. `line` is where it stands, from 1; `first` the line of its first line of text, which in a block is the one below.

    `tag` is one that is not YAML's own: `!Ref`.
    """

    line: int
    first: int
    tag: str = ""


class Map(dict[str, Any]):
    """A mapping; of a key given twice the last counts, and `twice` is the line of the first such one. `line` is where it begins."""

    line: int = 1
    twice: int = 0

    def text(self, *names: str) -> str:
        """The first of these keys that has a scalar, "" where none has."""
        return next((value for name in names if isinstance(value := self.get(name), Text)), "")

    def map(self, *names: str) -> Map:
        """The first of these keys that has a mapping, an empty one where none has."""
        return next((value for name in names if isinstance(value := self.get(name), Map)), Map())

    def list(self, *names: str) -> list[Any]:
        """The first of these keys that has a list, an empty one where none has."""
        return next((value for name in names if type(value := self.get(name)) is list), [])

    def texts(self, *names: str) -> Texts:
        """The scalars under the first of these keys: of a list, or the one that is there."""
        for name in names:
            value = self.get(name)
            if isinstance(value, Text):
                return [value]
            if isinstance(value, list):
                return [one for one in value if isinstance(one, Text)]
        return []


@lru_cache(maxsize=4)  # one file is asked about by several readers, in a row
def documents(text: str) -> list[Any]:
    """The documents of a text: Map, list, Text or None each; nobody changes them. Raises Unreadable."""
    import yaml

    if len(text) > LARGEST:
        raise Unreadable("it has more than a MiB")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        nodes = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(f"it is no YAML from line {mark.line + 1} on" if mark else "it is no YAML") from error
    made: dict[int, Any] = {}
    return [built(node, made, 0) for node in nodes]


def doubled(text: str) -> int:
    """The line of the first key that a mapping has a second time, 0 where there is none. Raises Unreadable."""
    seen: dict[int, Any] = {}
    todo = list(documents(text))
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen[id(one)] = one
            todo += one.values() if isinstance(one, Map) else one if isinstance(one, list) else ()
    return min((one.twice for one in seen.values() if isinstance(one, Map) and one.twice), default=0)


def document(text: str) -> Map:
    """The first document that is a mapping, an empty one where none is. Raises Unreadable."""
    return next((one for one in documents(text) if isinstance(one, Map)), Map())


def built(node: Any, made: dict[int, Any], depth: int) -> Any:
    """A node's data. An alias gives the same object again; one that holds itself ends there."""
    if depth > DEEPEST:
        raise Unreadable("it is nested too deeply")
    if id(node) in made:
        return made[id(node)]
    if node.id == "scalar":
        value = Text(node.value)
        value.line = node.start_mark.line + 1
        value.first = value.line + (node.style in ("|", ">"))
        value.tag = node.tag if node.tag[:1] == "!" else ""
        made[id(node)] = value
        return value
    if node.id == "sequence":
        items: list[Any] = []
        made[id(node)] = items
        items += [built(one, made, depth + 1) for one in node.value]
        return items
    found = Map()
    found.line = node.start_mark.line + 1
    made[id(node)] = found
    own: set[str] = set()  # a key that `<<` brought may be given again
    for key, value in node.value:
        name, held = built(key, made, depth + 1), built(value, made, depth + 1)
        if name == "<<":
            for each in held if isinstance(held, list) else [held]:
                made[MERGED] = made.get(MERGED, 0) + (len(each) if isinstance(each, Map) else 1)
                if made[MERGED] > MOST:
                    raise Unreadable("its aliases repeat too much")
                found.update({k: v for k, v in each.items() if k not in found} if isinstance(each, Map) else {})
        elif isinstance(name, Text):
            found.twice = found.twice or (name.line if str(name) in own else 0)
            own.add(str(name))
            found[str(name)] = held
    return found


def walk(value: Any, depth: int = 0, seen: frozenset[int] = frozenset(), steps: list[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth, in order; each shared part once for a way to it. Raises Unreadable for too many ways."""
    steps = [0] if steps is None else steps
    steps[0] += 1
    if steps[0] > MOST:
        raise Unreadable("its aliases repeat too much")
    if depth > DEEPEST or id(value) in seen:
        return
    inner = seen | {id(value)}
    if isinstance(value, Map):
        for key, one in value.items():
            yield key, one
            yield from walk(one, depth + 1, inner, steps)
    elif isinstance(value, list):
        for one in value:
            yield from walk(one, depth + 1, inner, steps)
