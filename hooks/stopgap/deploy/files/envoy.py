"""Laravel Envoy: the tasks of `Envoy.blade.php` are shell that runs on servers. https://laravel.com/docs/envoy"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..code.values import Program
from ..copy import Copy
from ..steps import SERVER, Steps
from ..tree import Tree

DIRECTIVE = re.compile(
    r"^[ \t]*@(?:if|else|elseif|endif|foreach|endforeach|for|endfor|unless|endunless|isset|endisset|include|php|endphp)\b.*$",
    re.MULTILINE,
)
SETUPS = (("@setup", "@endsetup"), ("@php", "@endphp"), ("<?php", "?>"))
MOST = 500  # tasks, comments
ECHO = re.compile(r"\{\{\s*(.{0,200}?)\s*\}\}|\{!!\s*(.{0,200}?)\s*!!\}")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all tasks, in their order. Each begins in the home folder of the server's user."""
    for at, comment in blocks(text, "{{--", "--}}"):
        text = text[:at] + re.sub(r"[^\n]", " ", comment) + text[at + len(comment) :]
    known = settings(text)
    steps = Steps(tree, path)
    for at, task in blocks(text, "@task", "@endtask"):
        head, _, body = task.partition("\n")
        line = text.count("\n", 0, at + len(head)) + 2
        steps.shell(filled(DIRECTIVE.sub("", body), known), line, cwd=place.HOME, host=SERVER, shell="bash")
    yield from steps.found()


def blocks(text: str, opening: str, closing: str) -> list[tuple[int, str]]:
    """The stretches between two words, with the place at which each begins; the rest of the text where one does not close is none."""
    found: list[tuple[int, str]] = []
    at = 0
    while len(found) < MOST:
        first = text.find(opening, at)
        last = text.find(closing, first + len(opening)) if first >= 0 else -1
        if last < 0:
            break
        first += len(opening)
        found.append((first, text[first:last]))
        at = last + len(closing)
    return found


def settings(text: str) -> dict[str, str]:
    """The variables that `@setup` sets to a text."""
    known: dict[str, str] = {}
    for opening, closing in SETUPS:
        for _, source in blocks(text, opening, closing):
            program = Program(source, "php", inside=True)
            list(program.calls())
            known |= {name: str(value) for name, value in program.known.items() if isinstance(value, str)}
    return known


def filled(text: str, known: dict[str, str]) -> str:
    """The shell with what is put into it: a variable's text, or its name as the shell writes one."""

    def held(found: re.Match[str]) -> str:
        said = found[1] or found[2] or ""
        return known.get(said, "${" + (re.sub(r"\W+", "_", said).strip("_") or "...") + "}")

    return ECHO.sub(held, text)
