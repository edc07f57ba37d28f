r"""Globs of the settings and of allow entries, as .gitignore has them; most are plain paths. The time is never more than the product of
the lengths of glob and path: a repository brings its own configuration, so a glob may be as hostile as the text that is scanned.

From gitignore(5): a glob without a slash, but at its end, matches in every folder; one with a slash from the root. `*` and `?` stop at a
slash, `**` as a whole part stands for any folders, a slash at the end asks for a folder. What is below a folder that matches, matches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

SPECIAL = frozenset("*?[\\")
ESCAPED = frozenset("*?[]\\ !#")
LONGEST = 8200  # characters: the longest path that Linux has, each of its characters escaped
NEVER = "(?!)"
POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": r"\x20-~",
    "punct": r"!-\/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<star>\*+)|(?P<slash>/)|(?P<one>\?)|(?P<open>\[)|(?P<plain>.)", re.DOTALL)
MEMBER = re.compile(r"\[:(?P<posix>[a-z]{1,9}):\]|(?P<low>\\.|.)(?:-(?P<high>\\.|[^\]]))?", re.DOTALL)


class Run(NamedTuple):
    """What stands between two stars of one part: an expression of a fixed number of characters."""

    expression: re.Pattern[str]
    size: int


Part = tuple[Run, ...]  # one name of a path: the runs between its stars


class Glob(NamedTuple):
    """A glob in the groups of parts that stand between its `**`: the first begins at the root, each other anywhere behind it.

    `below` is how many names the path must have behind them: something below a folder.
    """

    groups: tuple[tuple[Part, ...], ...]
    below: int


def literal(path: str) -> str:
    """The glob that matches this path alone. A path in the root begins with `/`: without one it would match in every directory.

    What TOML cannot hold, a byte that is not UTF-8, and what nobody could read, a control character, becomes `?`.
    """
    signs = ["?" if unwritable(sign) else f"\\{sign}" if sign in SPECIAL or sign == "]" else sign for sign in path]
    if signs[-1:] == [" "]:
        signs[-1] = "\\ "  # git drops spaces at the end of a pattern
    glob = "".join(signs)
    return glob if "/" in path.rstrip("/") and glob[0] not in "!#" else f"/{glob}"


def unwritable(sign: str) -> bool:
    """A control character, or a lone surrogate that stands for a byte."""
    return sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff"


def problem(glob: str) -> str:
    """ "" or why the glob could not mean what it says."""
    bare = unescaped(glob)
    if not glob.strip(" /"):
        return "it is empty"
    if len(glob) > LONGEST:
        return f"it has more than {LONGEST} characters, which no path has"
    if bare.startswith(("!", "#")):
        return "a negation or a comment has no meaning here"
    if "\\" in bare:
        return "paths are separated by '/'"
    if ".." in glob.split("/"):
        return "it leaves the repository"
    if "[" in bare and not is_closed(glob):
        return "a '[' is not closed, or there is nothing in it"
    return ""


def unescaped(glob: str) -> str:
    """The glob without its escaped characters: what is left has its special meaning. A backslash that escapes nothing stays."""
    kept, index = "", 0
    while index < len(glob):
        if glob[index] == "\\" and glob[index + 1 : index + 2] in ESCAPED and index + 1 < len(glob):
            index += 2
            continue
        kept += glob[index]
        index += 1
    return kept


def matches(glob: str, path: str) -> bool:
    """Whether .gitignore would match `path` by `glob`: the file itself, or a directory above it."""
    if SPECIAL.isdisjoint(glob) and glob == glob.strip():
        return matches_plain(glob, path)
    return matches_parts(compiled(glob), path.split("/"))


def matches_plain(glob: str, path: str) -> bool:
    """`matches` for a glob without special characters."""
    name = glob.strip("/")
    if "/" not in glob.rstrip("/"):
        directories = path.split("/")[:-1]
        return name in directories or (name == path.rpartition("/")[2] and not glob.endswith("/"))
    return path.startswith(f"{name}/") or (name == path and not glob.endswith("/"))


def matches_parts(glob: Glob, names: Sequence[str]) -> bool:
    """Whether the glob matches the path or a folder above it. Each group goes to the first place where it fits: none would do better."""
    at, last = 0, len(names) - glob.below
    for number, group in enumerate(glob.groups):
        places = range(at, last - len(group) + 1) if number else range(min(1, last - len(group) + 1))
        place = next((start for start in places if all(map(is_named, group, names[start:]))), None)
        if place is None:
            return False
        at = place + len(group)
    return at <= last


def is_named(part: Part, name: str) -> bool:
    """Whether a name is what one part of a glob says: its runs one behind another, the first and the last at the name's ends."""
    first, last = part[0], part[-1]
    if len(part) == 1:
        return first.expression.fullmatch(name) is not None
    at, end = first.size, len(name) - last.size
    if at > end or not first.expression.match(name) or not last.expression.match(name, end):
        return False
    for run in part[1:-1]:
        found = run.expression.search(name, at, end)
        if found is None:
            return False
        at = found.end()
    return True


@lru_cache(maxsize=1024)
def compiled(glob: str) -> Glob:
    """The glob in its groups of parts."""
    parts = parts_of(without_spaces(glob))
    folder = len(parts) > 1 and parts[-1] == [""]
    parts = parts[:-1] if folder else parts
    if len(parts) == 1:
        parts = [["**"], one_star(parts[0])]
    elif parts[0] == [""]:
        parts = parts[1:]
    inside = 0
    while parts and parts[-1] == ["**"]:
        parts, inside = parts[:-1], 1
    groups: list[list[Part]] = [[]]
    for part in parts:
        if part == ["**"]:
            groups.append([])
        else:
            groups[-1].append(runs(part))
    return Glob(tuple(map(tuple, groups)), int(folder) + inside)


def one_star(part: list[str]) -> list[str]:
    """A part that is `**` and all of a glob is `*`."""
    return ["*"] if part == ["**"] else part


def without_spaces(glob: str) -> str:
    """git drops the spaces at a pattern's end that no backslash keeps."""
    bare = glob.rstrip(" ")
    kept = (len(bare) - len(bare.rstrip("\\"))) % 2 and len(bare) < len(glob)
    return bare + " " if kept else bare


def parts_of(glob: str) -> list[list[str]]:
    """The parts between the slashes, each as expressions of one character, "*" and "**"; a part without any is [""]."""
    parts: list[list[str]] = [[]]
    at = 0
    while found := TOKEN.match(glob, at):
        at = found.end()
        match found.lastgroup:
            case "slash":
                parts.append([])
            case "star":
                parts[-1].append(found[0][:2])
            case "one":
                parts[-1].append(".")
            case "open":
                sign, at = in_brackets(glob, at)
                parts[-1].append(sign)
            case _:
                parts[-1].append(re.escape(found["escaped"] or found["plain"]))
    return [part or [""] for part in parts]


def in_brackets(glob: str, at: int) -> tuple[str, int]:
    """The class that begins behind a `[`, as an expression, and where it ends; one without an end matches nothing."""
    negated = glob[at : at + 1] in ("!", "^") and at < len(glob)
    at += negated
    members, first = "", True
    while first or not glob.startswith("]", at):
        found = MEMBER.match(glob, at)
        if found is None:
            return NEVER, len(glob)
        members += member(found)
        at, first = found.end(), False
    return (f"[{'^' * negated}{members}]" if members else "." if negated else NEVER), at + 1


def member(found: re.Match[str]) -> str:
    """One member of a class: a class of POSIX, a character, or a range; "" for one that no character is in."""
    if found["posix"]:
        return POSIX.get(found["posix"], "")
    low = found["low"][-1]
    high = (found["high"] or low)[-1]
    return f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""


def is_closed(glob: str) -> bool:
    """Whether each class has an end, and a character in it."""
    return all(sign != NEVER for part in parts_of(glob) for sign in part)


def runs(part: list[str]) -> Part:
    """A part as its runs between the stars."""
    found: list[list[str]] = [[]]
    for sign in part:
        if sign in ("*", "**"):
            found.append([])
        elif sign:
            found[-1].append(sign)
    return tuple(Run(re.compile("".join(signs), re.DOTALL), len(signs)) for signs in found)
