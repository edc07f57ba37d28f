"""A JSON object's members, from their text and back to it, so that what nobody touches stays as it was written."""

from __future__ import annotations

import json

from ..detect import shown
from ..model import StopgapError


class Number(str):
    """A number, as it is written: 1.0 is not 1, and one of a million digits is no work."""


def read(content: str, name: str, *, unique: bool = False) -> dict[str, object]:
    """What the text of `name` holds, numbers as `Number`. `unique`: a key that stands there twice is an error, else the last one counts.

    Raises StopgapError for what is no object.
    """

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if unique and len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = shown.name(next(key for key in found if keys.count(key) > 1))
            raise StopgapError(f"cannot read {name}: JSON in which {twice} stands twice")
        return found

    try:
        found = json.loads(content, parse_int=Number, parse_float=Number, parse_constant=Number, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        # `msg` is the parser's own sentence; the whole error keeps the document
        raise StopgapError(f"cannot read {name}: not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise StopgapError(f"cannot read {name}: JSON that is nested too deeply") from None
    if not isinstance(found, dict):
        raise StopgapError(f"cannot read {name}: JSON, but not an object")
    return found


def plain(value: object) -> str:
    """What an application would get as a variable: a text as it is, else its JSON without blanks, members in the order of their names."""
    return value if isinstance(value, str) else text(value, tidy=True)


def text(value: object, *, tidy: bool = False) -> str:
    """The JSON of what `read` gave; with `tidy` the same for all that is equal. Raises StopgapError where it is nested too deeply."""
    comma, colon = (",", ":") if tidy else (", ", ": ")
    try:
        if isinstance(value, dict):
            pairs = sorted(value.items()) if tidy else value.items()
            return "{" + comma.join(f"{json.dumps(key, ensure_ascii=tidy)}{colon}{text(inner, tidy=tidy)}" for key, inner in pairs) + "}"
        if isinstance(value, list):
            return "[" + comma.join(text(inner, tidy=tidy) for inner in value) + "]"
    except RecursionError:
        raise StopgapError("JSON that is nested too deeply") from None
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=tidy)
