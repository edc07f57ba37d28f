"""Makefiles: the recipes are shell, each line in a shell of its own unless a backslash joins it to the next. GNU make's manual,
"Recipe Execution".

The shell is /bin/sh unless SHELL says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import scripts
from ..copy import Copy
from ..run import Run
from ..tree import Tree

SETTING = re.compile(r"(?:export\s+|override\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*(?P<sign>[:?+]{0,3}=)\s*(?P<value>.*)\Z")
REFERENCE = re.compile(r"\$(?:\((?P<round>[\w.-]+)\)|\{(?P<curly>[\w.-]+)\}|(?P<doubled>\$))")
RULE = re.compile(r"[^\s:=#][^:=#]*::?(?!=)")
PREFIX = re.compile(r"\A[\s@+-]+")
LONGEST, DEEPEST = 4096, 8


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all recipes: one run for the whole file, as a target may make what another one sends."""
    run = Run(tree, path)
    settings, recipes = lines(text)
    shell = "bash" if "bash" in settings.get("SHELL", "") else "sh"
    known = {name: [filled(value, settings)] for name, value in settings.items()}
    for number, recipe in recipes:
        yield from scripts.read([(number, filled(recipe, settings))], run, variables=known, shell=shell)


def lines(text: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """The variables, and the recipes with their first lines; lines that a backslash joins are one."""
    settings: dict[str, str] = {}
    recipes: list[tuple[int, str]] = []
    number, rows, under_rule = 0, text.splitlines(), False
    while number < len(rows):
        first, said = number + 1, rows[number]
        while said.endswith("\\") and number + 1 < len(rows):
            number += 1
            said += "\n" + rows[number]
        number += 1
        if said.startswith("\t") or (said[:4].isspace() and said.strip() and under_rule):
            recipes.append((first, PREFIX.sub("", said, count=1)))
            continue
        under_rule = RULE.match(said) is not None if said.strip() else under_rule
        found = SETTING.match(said.replace("\\\n", " ").strip())
        if found and not (found["sign"] == "?=" and found["name"] in settings):
            value = found["value"].partition(" #")[0].strip()
            settings[found["name"]] = f"{settings.get(found['name'], '')} {value}".strip() if found["sign"] == "+=" else value
    return settings, recipes


def filled(text: str, settings: dict[str, str], depth: int = 0) -> str:
    """make's variables replaced: `$(NAME)`, `$$` for a dollar. What nothing here sets is the shell's `${NAME}`."""

    def said(found: re.Match[str]) -> str:
        if found["doubled"]:
            return "$"
        name = found["round"] or found["curly"]
        if name == "CURDIR" or name == "PWD":
            return "."
        return (
            filled(settings[name], settings, depth + 1) if name in settings and depth < DEEPEST else "${" + re.sub(r"\W", "_", name) + "}"
        )

    return REFERENCE.sub(said, text)[:LONGEST]
