"""Commands that stand in another file: lines of YAML, of a Makefile, of JSON. Put together so that each keeps its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import place, tools
from .copy import Copy
from .run import Run
from .shell.commands import Script, commands
from .yamls import Text


def joined(parts: Iterable[tuple[int, str]]) -> tuple[str, int]:
    """One script of parts that each begin on a line, and its first line: what stands between them is blank. Lines are in order."""
    source, first, line = "", 0, 0
    for at, text in parts:
        if not first:
            first = line = at
        if at > line:
            source += "\n" * (at - line)
            line = at
        source += text.rstrip("\n") + "\n"
        line += text.rstrip("\n").count("\n") + 1
    return source, max(first, 1)


def read(
    parts: Iterable[tuple[int, str]], run: Run, cwd: str = place.ROOT, variables: dict[str, list[str]] | None = None, shell: str = "bash"
) -> Iterator[Copy]:
    """The copies of the commands that such parts hold, run one behind the other in one shell."""
    source, first = joined(parts)
    if source.strip():
        yield from tools.read(commands(Script(source, first, cwd, cwd, shell, variables or {})), run)


def of_texts(texts: Iterable[object]) -> list[tuple[int, str]]:
    """The scalars among YAML values, each with the line on which its text begins."""
    return [(text.first, str(text)) for text in texts if isinstance(text, Text)]
