"""What the calls of a program are given, and what those few give that paths and lists are made with."""

from __future__ import annotations

import posixpath
import re
from typing import Any, NamedTuple

from .. import place
from ..yamls import Map, Text

LONGEST = 4000  # characters of a text that is put together
MOST = 500  # values of a list that is
PARTS = 40  # of a path, or lists that are merged


class Call(NamedTuple):
    """A call: `shipit.copyToRemote`, what it is given, its line and its token. `.dest` is a call of what another one gave."""

    name: str
    arguments: list[Any]
    line: int
    number: int = 0

    def text(self, number: int) -> str:
        """An argument that is a text, "" where there is none."""
        value = self.arguments[number] if number < len(self.arguments) else None
        return value if isinstance(value, str) else ""

    def map(self) -> Map:
        """The last argument that is a map, an empty one where none is."""
        return next((value for value in reversed(self.arguments) if isinstance(value, Map)), Map())


def text(said: str, line: int) -> Text:
    """A text of the program."""
    made = Text(said)
    made.line = made.first = line
    return made


def unknown(name: str, line: int) -> Text:
    """What the file does not say."""
    return text("${" + (re.sub(r"\W+", "_", name).strip("_") or "...") + "}", line)


def called(name: str, value: Any, given: list[Any], line: int) -> Any:
    """What a call gives, of the few that paths and lists are made with."""
    last = name.rpartition(".")[2]
    if (
        name in ("path.join", "path.resolve", "join", "resolve", "File.join", "File.expand_path")
        and given
        and all(isinstance(one, str) for one in given)
    ):
        return text(path_of([str(one) for one in given], name), line)
    if name in ("process.cwd", "getcwd"):
        return text(place.ROOT, line)
    if name in ("array", "list", "Array"):
        return given[0] if len(given) == 1 and isinstance(given[0], Map) else given
    if name == "array_merge":
        return [one for each in given[:PARTS] for one in (each if isinstance(each, list) else [each])][:MOST]
    if name in ("fetch", "get", "env"):
        return given[1] if len(given) > 1 else unknown(str(given[0]) if given else name, line)
    if last in ("push", "concat", "append", "merge") and isinstance(value, list):
        return [*value, *(one for each in given[:MOST] for one in (each[:MOST] if isinstance(each, list) else [each]))][: 2 * MOST]
    if last in ("toString", "trim", "to_s", "strip", "freeze", "chomp", "uniq", "flatten", "compact") and value is not None:
        return value
    if last == "join" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return text((str(given[0])[:LONGEST] if given else "").join(one[:LONGEST] for one in value[:MOST])[:LONGEST], line)
    if last in ("sprintf", "format") and given and isinstance(given[0], str):
        return text(formatted(str(given[0]), given[1:]), line)
    return unknown(name, line)


def joined(first: Any, second: Any) -> Any:
    """Two texts, or two lists, one behind the other."""
    if isinstance(first, str) and isinstance(second, str):
        return text((first + second)[: max(LONGEST, len(first))], getattr(first, "line", getattr(second, "line", 1)))
    if isinstance(first, list):
        return [*first, *(second if isinstance(second, list) else [second])][: 2 * MOST]
    return unknown("...", getattr(second, "line", 1))


def path_of(parts: list[str], name: str) -> str:
    """`path.join('a', 'b')`; what is resolved begins at the folder where the command runs. A slash at its end is lost, as in Node."""
    made = posixpath.normpath(posixpath.join(*parts[:PARTS]) if "resolve" in name or "expand" in name else "/".join(parts[:PARTS]))
    return re.sub(r"^//", "/", made)[:LONGEST]


def formatted(form: str, given: list[Any]) -> str:
    """`sprintf('rsync %s', $options)`."""
    values = iter(given)
    return re.sub(r"%[sd]", lambda found: str(value) if isinstance(value := next(values, None), str) else "${...}", form[:LONGEST])[
        :LONGEST
    ]
