"""Terraform: the defaults of variables, and what `.tfvars` files give them.

developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..deploy.yamls import LARGEST, Unreadable
from .setting import Raw

# Of the syntax as much as tells where a value stands: comments, here-documents, quoted texts, brackets, and assignments.
TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* | //[^\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
    | <<-?(?P<here>[A-Za-z_]\w{0,99})[^\n]*\n
    | (?P<text> "(?:[^"\\\n]|\\.)*" )
    | (?P<open> [{\[(] ) | (?P<close> [}\])] )
    | (?P<name> [A-Za-z_][\w-]* )
    | (?P<number> -?[0-9][0-9.]* )
    | (?P<sign> =(?![=>]) )
    | (?P<line> \n )
    | (?P<unclosed> " | /\* )
    """,
    re.VERBOSE,
)
ESCAPE = re.compile(r'\\(["\\nrt])')
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

Token = tuple[str, str, int]  # its kind, its text, its line


def read(path: str, text: str) -> Iterator[Raw]:
    """Of a `.tf` file each variable's literal default, of a `.tfvars` file its top-level literals. Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable("it has more than a MiB")
    found = list(tokens(text))
    if ".tfvars" in path.lower():
        yield from assigned(found)
    else:
        yield from defaults(found)


def tokens(text: str) -> Iterator[Token]:
    """The tokens that matter, each with its line. Raises Unreadable for a quote or a comment that does not end."""
    at, line, counted = 0, 1, 0
    while (found := TOKEN.search(text, at)) is not None:
        line += text.count("\n", counted, found.start())
        counted = found.start()
        at = found.end()
        kind = found.lastgroup or ""
        if kind == "unclosed":
            raise Unreadable(f"what begins on line {line} does not end")
        if kind == "here":
            end = re.compile(rf"^[ \t]*{found['here']}[ \t]*$", re.MULTILINE).search(text, at)
            if end is None:
                raise Unreadable(f"what begins on line {line} does not end")
            yield "other", "", line
            at = end.end()
        elif kind != "comment":
            yield kind, found[kind], line


def value_at(found: list[Token], at: int) -> str | None:
    """The literal that stands there by itself; None for an expression."""
    if at >= len(found) or found[at][0] not in ("text", "number"):
        return None
    if at + 1 < len(found) and found[at + 1][0] not in ("line", "close"):
        return None
    kind, text, _ = found[at]
    if kind == "number":
        return text
    inner = text[1:-1]
    if "${" in inner or "%{" in inner:
        return None
    return ESCAPE.sub(lambda one: ESCAPES.get(one[1], one[1]), inner)


def assigned(found: list[Token]) -> Iterator[Raw]:
    """`name = "value"` outside of every bracket."""
    depth = 0
    for at, (kind, text, line) in enumerate(found):
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and kind == "name" and found[at + 1 : at + 2] and found[at + 1][0] == "sign":
            yield Raw(text, value_at(found, at + 2), line)


def defaults(found: list[Token]) -> Iterator[Raw]:
    """`variable "name" { default = "value" }`."""
    at = 0
    while at + 2 < len(found):
        if found[at][1] != "variable" or found[at + 1][0] != "text" or found[at + 2][1] != "{":
            at += 1
            continue
        name, depth, at = found[at + 1][1][1:-1], 1, at + 3
        while at < len(found) and depth:
            kind, text, line = found[at]
            depth += (kind == "open") - (kind == "close")
            if depth == 1 and kind == "name" and text == "default" and found[at + 1 : at + 2] and found[at + 1][0] == "sign":
                yield Raw(name, value_at(found, at + 2), line, layer=True)
            at += 1
