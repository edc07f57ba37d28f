"""Paths of allow entries: globs as in .gitignore, most of them plain paths, for which no library is loaded."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SPECIAL = frozenset("*?[\\")
ESCAPED = frozenset("*?[]\\ !#")


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
    if bare.startswith(("!", "#")):
        return "a negation or a comment has no meaning here"
    if bare.count("[") > bare.count("]"):
        return "a '[' is not closed"
    if "\\" in bare:
        return "paths are separated by '/'"
    if ".." in glob.split("/"):
        return "it leaves the repository"
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
    return compiled(glob).match_file(path) is not None


def matches_plain(glob: str, path: str) -> bool:
    """`matches` for a glob without special characters."""
    name = glob.strip("/")
    if "/" not in glob.rstrip("/"):
        directories = path.split("/")[:-1]
        return name in directories or (name == path.rpartition("/")[2] and not glob.endswith("/"))
    return path.startswith(f"{name}/") or (name == path and not glob.endswith("/"))


@lru_cache(maxsize=1024)
def compiled(glob: str) -> Any:
    """The glob as git reads it. The pattern is asked itself: pathspec's faster backends take no path that is not UTF-8."""
    import pathspec

    return next(iter(pathspec.GitIgnoreSpec.from_lines([glob]).patterns))
