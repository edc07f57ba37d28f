"""Docker's patterns: anchored at the root of the build context, read in order, the last that matches decides, `!` takes back.

https://docs.docker.com/build/concepts/context/#dockerignore-files; where that is silent, what BuildKit does with it: a path is asked for
folder by folder, and a pattern that has matched a folder has matched what lies in it (moby/patternmatcher, MatchesUsingParentResults).
Patterns are the lines of the file as they stand. `COPY --exclude` and, turned around, a wildcard of a `COPY` source are the same dialect.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import NamedTuple

from . import Unclear, wild

LARGEST = 1 << 16  # characters of patterns with wildcards; well-kept files have some hundred
LONGEST = 1 << 10  # characters of one of them
# An escaped sign, a class as Go's filepath.Match wants it (`]` and `-` stand in it only behind a backslash), or any other sign.
TOKEN = re.compile(r"\\.|\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\]|.", re.DOTALL)


class Rule(NamedTuple):
    """A pattern: `!` before it, its clean text, and for wildcards the parts between its `**`, compiled."""

    negated: bool
    text: str
    parts: tuple[tuple[wild.Step, ...], ...] = ()
    suffix: str = ""  # of a pattern that is `**` and plain text: it takes any path that ends so, within a name too
    is_open: bool = False  # it ends with `**`

    def matches(self, path: str) -> bool:
        """Whether it matches this very path. `**/` stands for any folders, or none. Raises Unclear."""
        if not self.parts:
            return path == self.text
        if self.suffix:
            return path.endswith(self.suffix) or path == self.suffix.removeprefix("/")
        reached = {0}
        for number, part in enumerate(self.parts):
            if number:
                reached |= {at + 1 for at in range(min(reached), len(path)) if path[at] == "/"}
            reached = ends(part, path, reached)
            if not reached:
                return False
        return self.is_open or len(path) in reached


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file is part of the context. Raises Unclear for a pattern that Docker refuses."""
    above: list[bool] = []
    parts, left_out = path.split("/"), False
    rules = parsed(patterns)
    for size in range(1, len(parts) + 1):
        name, left_out, here = "/".join(parts[:size]), False, []
        for number, rule in enumerate(rules):
            # one that could change nothing is not tried, and so does not count for what lies below
            hit = bool(above and above[number]) or (rule.negated == left_out and rule.matches(name))
            here.append(hit)
            left_out = not rule.negated if hit else left_out
        above = here
    return not left_out


@lru_cache(maxsize=64)
def parsed(lines: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of a file's lines: without comments, blanks at both ends, `./`, `..`, slashes before and behind. Raises Unclear."""
    rules, size = [], 0
    for line in lines:
        text = line.strip()
        if line.startswith("#") or not text:
            continue
        # Docker trims twice, when it reads the file and when it compiles what it read: `./!a` is an exception too
        text = posixpath.normpath(cleaned(text).strip())
        if text == "!":
            raise Unclear("a line that is only `!` is no pattern: Docker refuses it")
        rule = compiled(text.startswith("!"), text.removeprefix("!"))
        size += len(text) if rule.parts else 0
        if size > LARGEST:
            raise Unclear("it has more patterns than can be looked at")
        rules.append(rule)
    return tuple(rules)


def cleaned(text: str) -> str:
    """As Go's filepath.Clean leaves what stands behind a `!`, without blanks around it and the slash before it."""
    sign, text = ("!", text[1:].strip()) if text.startswith("!") else ("", text)
    if not text:
        return sign
    text = posixpath.normpath(re.sub(r"^/+", "/", text))
    return sign + (text[1:] if len(text) > 1 and text.startswith("/") else text)


def compiled(negated: bool, text: str) -> Rule:
    """One pattern. Raises Unclear for one that Docker refuses, or that it reads in another way on another system."""
    if not any(sign in text for sign in "*?[]\\"):
        return Rule(negated, text)
    if len(text) > LONGEST:
        raise Unclear("it has a pattern of more than 1,000 characters")
    tokens = TOKEN.findall(text)
    if "[" in tokens or "\\" in tokens:
        raise Unclear(f"Docker refuses the pattern {text}")
    if any(re.search(r"\\\w", one) or (len(one) > 2 and any(sign in one for sign in "*?/")) for one in tokens):
        raise Unclear(f"Docker does not read the pattern {text} alike everywhere")
    suffix = text[2:] if text.startswith("**") and not any(sign in text[2:] for sign in "*?[]\\") else ""
    return Rule(negated, text, tuple(steps(part) for part in split(tokens)), suffix, tokens[-2:] == ["*", "*"])


def split(tokens: list[str]) -> list[str]:
    """The parts between `**` and `**/`; a star behind two is one of its own."""
    parts, at = [""], 0
    while at < len(tokens):
        if tokens[at : at + 2] == ["*", "*"]:
            at += 2 + (tokens[at + 2 : at + 3] == ["/"])
            parts.append("")
            continue
        # `!` is a plain sign in a class, which `wild` knows by the backslash
        parts[-1] += tokens[at].replace("[!", "[\\!", 1)
        at += 1
    return parts


def steps(part: str) -> tuple[wild.Step, ...]:
    """A part without `**`, compiled; a class may stand for a slash, as it does in a regular expression."""
    return tuple(one._replace(slash=True) if one.signs or one.classes else one for one in wild.compiled(part, False))


def ends(steps: tuple[wild.Step, ...], text: str, starts: set[int]) -> set[int]:
    """Where the steps can end that begin at one of these places of the text."""
    reached: set[int] = set()
    found = set()
    for at in range(min(starts), len(text) + 1):
        if at in starts:
            reached |= wild.closed({0}, steps)
        if len(steps) in reached:
            found.add(at)
        if at < len(text):
            taken = {step if steps[step].many else step + 1 for step in reached if step < len(steps) and steps[step].takes(text[at])}
            reached = wild.closed(taken, steps)
    return found
