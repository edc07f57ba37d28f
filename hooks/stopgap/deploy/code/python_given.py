"""What the calls of a Python script give of which paths and commands are made, once what they are given is known."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import Any

MOST = 500  # values of a list that is put together
LONGEST = 8000  # characters of a text
FIELD = re.compile(r"\{([\w.\[\]]*)(?:![rs])?(?::[^{}]*)?\}")
PATH_JOINS = ("os.path.join", "path.join", "posixpath.join")
# They give what they are given, or what they are called on: `split` as a list of words.
SAME = frozenset(
    ("abspath", "realpath", "normpath", "expanduser", "str", "quote", "Path", "PurePath", "split", "strip", "resolve", "as_posix", "dedent")
)


def of_path(name: str, held: list[Any]) -> str | None:
    """`os.path.join`, `os.path.dirname`; None for another call, or where an argument is no text."""
    texts = [one for one in held if isinstance(one, str)]
    if name in (*PATH_JOINS, "join") and held and len(texts) == len(held):
        return posixpath.join(*texts[:MOST])[:LONGEST]
    return posixpath.dirname(texts[0]) if name.rpartition(".")[2] == "dirname" and texts else None


def strung(joint: Any, held: list[Any], name: str) -> str:
    """`" ".join(words)`."""
    if not isinstance(joint, str) or not held or not isinstance(held[0], list):
        return unknown(name)
    return joint.join(one if isinstance(one, str) else "${...}" for one in held[0])[:LONGEST]


def fields(form: str, held: list[Any], named: dict[str, Any]) -> str:
    """`"{} {name}".format(a, name=b)`."""
    values = iter(held)

    def put(found: re.Match[str]) -> str:
        key = found[1]
        value = next(values, None) if not key else held[int(key)] if key.isdigit() and int(key) < len(held) else named.get(key)
        return value if isinstance(value, str) else "${" + (re.sub(r"\W+", "_", key).strip("_") or "...") + "}"

    return FIELD.sub(put, form)[:LONGEST]


def dotted(node: ast.AST) -> str:
    """`env.host` of a name with its attributes; a call or an index in it stands as its own name."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts)).lstrip(".")


def unknown(name: str) -> str:
    """What the file does not say."""
    return "${" + (re.sub(r"\W+", "_", name).strip("_") or "...") + "}"


def added(left: Any, right: Any) -> Any:
    """Two texts or two lists, one behind the other."""
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right][: 2 * MOST]
    if isinstance(left, list) or isinstance(right, list):
        return [*(left if isinstance(left, list) else [left]), *(right if isinstance(right, list) else [right])][: 2 * MOST]
    return ((left if isinstance(left, str) else "${...}") + (right if isinstance(right, str) else "${...}"))[:LONGEST]
