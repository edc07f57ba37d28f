"""rsync's filter rules: read in order, the first that matches decides, and a folder that is left out takes along all that is below it.

rsync(1), FILTER RULES and PATTERN MATCHING RULES. A rule is written as in a merge file: a letter or a word, its modifiers, and the pattern
(`- .env`, `+ /dist/***`, `P .env`, `!`); the reader turns `--exclude=.env` into `- .env`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from . import Unclear, wild

RULE = re.compile(
    r"(?P<kind>exclude|include|hide|show|protect|risk|clear|merge|dir-merge|[-+HSPR!.:])"
    r"(?P<modifiers>,?[/!Csrpxenw+-]*)(?:[ _](?P<pattern>.*))?\Z",
    re.DOTALL,
)
LETTERS = {
    "exclude": "-",
    "include": "+",
    "hide": "H",
    "show": "S",
    "protect": "P",
    "risk": "R",
    "clear": "!",
    "merge": ".",
    "dir-merge": ":",
}
# rsync(1), --cvs-exclude
CVS = [
    "RCS",
    "SCCS",
    "CVS",
    "CVS.adm",
    "RCSLOG",
    "cvslog.*",
    "tags",
    "TAGS",
    ".make.state",
    ".nse_depinfo",
    "*~",
    "#*",
    ".#*",
    ",*",
    "_$*",
    "*$",
    "*.old",
    "*.bak",
    "*.BAK",
    "*.orig",
    "*.rej",
    ".del-*",
    "*.a",
    "*.olb",
    "*.o",
    "*.obj",
    "*.so",
    "*.exe",
    "*.Z",
    "*.elc",
    "*.ln",
    "core",
    ".svn/",
    ".git/",
    ".hg/",
    ".bzr/",
]


class Rule(NamedTuple):
    """One rule. `kind` is `-`, `+`, `H`, `S`, `P` or `R`; `negated`: it is for what does not match."""

    kind: str
    pattern: str
    negated: bool = False


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the sender takes the file: neither it nor a folder above it is excluded or hidden."""
    return not is_out(patterns, path, "-H", "+S")


def is_out(patterns: tuple[str, ...], path: str, out: str, kept: str) -> bool:
    """Whether the first rule of these kinds that matches the file, or a folder above it, is one of `out`."""
    rules = parsed(patterns)
    parts = path.split("/")
    for size in range(1, len(parts) + 1):
        name, is_folder = "/".join(parts[:size]), size < len(parts)
        first = next((rule.kind for rule in rules if rule.kind in out + kept and applies(rule, name, is_folder)), "")
        if first and first in out:
            return True
    return False


@lru_cache(maxsize=256)
def parsed(patterns: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules, those above a `!` left out. Raises Unclear for a merge file: the reader has to put in what that holds."""
    rules: list[Rule] = []
    for text in patterns:
        found = RULE.match(text)
        if found is None:
            raise Unclear("it has a filter rule that rsync does not know")
        kind = LETTERS.get(found["kind"], found["kind"])
        modifiers = found["modifiers"]
        if kind == "!":
            rules.clear()
        elif kind in ".:":
            raise Unclear("it merges a filter file")
        elif "C" in modifiers:
            rules += [Rule("-", pattern) for pattern in CVS]
        else:
            if kind in "-+" and ("s" in modifiers) != ("r" in modifiers):
                kind = {"-s": "H", "-r": "P", "+s": "S", "+r": "R"}[kind + ("s" if "s" in modifiers else "r")]
            rules.append(Rule(kind, found["pattern"] or "", "!" in modifiers))
    return tuple(rules)


def applies(rule: Rule, name: str, is_folder: bool) -> bool:
    """Whether a rule is about this name, which is seen from the root of the transfer."""
    return matches(rule.pattern, name, is_folder) != rule.negated


def matches(pattern: str, name: str, is_folder: bool) -> bool:
    """PATTERN MATCHING RULES of rsync(1). `dir/***` stands for the folder and all that is in it."""
    if pattern.endswith("/"):
        if not is_folder:
            return False
        pattern = pattern[:-1]
    if pattern.endswith("/***"):
        return (is_folder and matches(pattern[:-4], name, is_folder)) or matches(pattern[:-1], name, is_folder)
    escapes = any(sign in pattern for sign in "*?[")
    anchored = pattern.startswith("/")
    pattern = pattern.removeprefix("/")
    if not anchored and "/" not in pattern and "**" not in pattern:
        return wild.matches(wild.compiled(pattern, False, escapes), name.rpartition("/")[2])
    steps = wild.compiled(pattern, False, escapes)
    if anchored:
        return wild.matches(steps, name)
    if pattern.startswith("**"):
        return wild.matches(steps, "/" + name)  # so that `**/.env` is any, in the root too
    parts = name.split("/")
    return any(wild.matches(steps, "/".join(parts[first:])) for first in range(len(parts)))
