"""The one fact that every reader gives: a deploy step copies from here to there, without these files."""

from __future__ import annotations

from typing import Literal, NamedTuple

# server: over what is there. artifact: into an image, a bundle, a package. checkout: git itself, on the server.
Kind = Literal["server", "artifact", "checkout"]
# What happens to files of the target that the source does not have. extraneous: they are deleted unless a filter names them. all: also
# those
# that a filter names, unless one protects them. everything: the target is emptied first. recorded: those that an earlier run had sent.
Deletes = Literal["", "extraneous", "all", "everything", "recorded"]


class Filter(NamedTuple):
    """What a mechanism leaves out: patterns in order, and the dialect they are written in (a module of `filters`).

    `below` is the folder of the source that the patterns are matched from where that is not the copy's own; `before` stands before each
    path
    that they are matched with.
    """

    dialect: str
    patterns: tuple[str, ...] = ()
    before: str = ""


class Copy(NamedTuple):
    """`source` is a file or a folder of the repository, "" for its root, `**/dist` for any folder of that name; `path` and `line` are the
    deploy file's.

    A file travels if it lies in `source` and each of `filters` lets it pass, its path seen from `source`. `follows_git`: only tracked files
    travel. `unknown`: why it cannot be told what travels, "" where it can. `replaced`: files that the step itself writes at the target,
    or links over, behind the copy. `written`: files that the step writes into the source from CI's own secrets before it.
    """

    mechanism: str
    path: str
    line: int
    source: str = ""
    target: str = ""
    kind: Kind = "server"
    filters: tuple[Filter, ...] = ()
    deletes: Deletes = ""
    protects: tuple[Filter, ...] = ()
    follows_git: bool = False
    unknown: str = ""
    replaced: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


def relative(copy: Copy, file: str) -> str | None:
    """The file's path seen from the copy's source. None: it does not lie there. The file itself is named by its last part."""
    if not copy.source:
        return file
    if copy.source.startswith("**/"):
        if f"/{file}".endswith(copy.source[2:]):
            return file.rpartition("/")[2]
        _, found, inner = f"/{file}".partition(f"{copy.source[2:]}/")
        return inner if found else None
    if file == copy.source:
        return file.rpartition("/")[2]
    return file[len(copy.source) + 1 :] if file.startswith(copy.source + "/") else None
