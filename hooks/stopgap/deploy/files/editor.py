"""Editors that upload: what they are told to leave out. A file travels when it is saved, or with the whole folder when one says "sync".

`.vscode/sftp.json`: https://github.com/Natizyskunk/vscode-sftp/wiki/Configuration; `sftp-config.json`: the SFTP package of Sublime Text;
`.vscode/ftp-sync.json`, `.vscode/ftp-kr.json`, `.remote-sync.json` and `.ftpconfig` with its `.ftpignore`: the extensions' own pages.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from .. import place
from ..code.values import Program
from ..copy import Copy, Filter
from ..shell.commands import Unreadable
from ..tree import Tree
from ..yamls import Map

SERVERS = ("host", "remotePath", "remote_path", "hostname", "protocol", "remote")


class Kind(NamedTuple):
    """An editor's file: which key leaves out, in which dialect, and what is left out where the key is missing."""

    mechanism: str
    key: str
    dialect: str
    default: tuple[str, ...] = ()


KINDS = {
    "sftp.json": Kind("vscode sftp", "ignore", "gitignore"),
    "sftp-config.json": Kind("sublime sftp", "ignore_regexes", "sublime"),
    "sftp-config-alt.json": Kind("sublime sftp", "ignore_regexes", "sublime"),
    "ftp-sync.json": Kind("ftp-sync", "ignore", "sublime"),
    "ftp-kr.json": Kind("ftp-kr", "ignore", "gitignore", ("/.git", "/.vscode")),
    ".remote-sync.json": Kind("remote-sync", "ignore", "gitignore"),
    ".ftpconfig": Kind("remote-ftp", "", "gitignore"),
}


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """A copy for each server that the file names: of the work tree, so that what git does not have travels too. Raises Unreadable."""
    folder, name = posixpath.split(path)
    kind = KINDS[name.lower()]
    folder = posixpath.dirname(folder) if posixpath.basename(folder) == ".vscode" else folder
    program = Program(text, "js")
    found = program.value(0)
    brackets = [token.text for token in program.tokens if token.kind == "sign"]
    if not isinstance(found, (Map, list)) or sum(map(brackets.count, "{[")) != sum(map(brackets.count, "}]")):
        raise Unreadable("it is no JSON")
    for config in found if isinstance(found, list) else [found]:
        if isinstance(config, Map):
            yield from of_config(config, kind, path, folder, tree)


def of_config(config: Map, kind: Kind, path: str, folder: str, tree: Tree) -> Iterator[Copy]:
    """One configuration, with what its profiles say instead; one without a server sends nothing."""
    profiles = [Map({**config, **one}) for one in config.map("profiles").values() if isinstance(one, Map)]
    for each in profiles or [config]:
        if not any(each.text(key) for key in SERVERS) and not isinstance(each.get("remote"), (Map, list)):
            continue
        source = posixpath.normpath(posixpath.join(folder, each.text("context") or "."))
        patterns, unknown = left_out(each, kind, folder, tree)
        yield Copy(
            kind.mechanism,
            path,
            line_of(each, kind, config),
            "" if source in (".", "/") else source.lstrip("/"),
            each.text("host", "hostname"),
            filters=(Filter(kind.dialect, patterns),) if patterns else (),
            unknown=unknown,
        )


def left_out(config: Map, kind: Kind, folder: str, tree: Tree) -> tuple[tuple[str, ...], str]:
    """The patterns of the list, or of the file that stands for it; and why they cannot be known."""
    if kind.mechanism == "remote-ftp":
        return tuple((tree.text(posixpath.join(folder, ".ftpignore")) or "").splitlines()), ""
    given = config.get(kind.key)
    patterns = tuple(str(one) for one in given if isinstance(one, str)) if isinstance(given, list) else kind.default
    name = config.text("ignoreFile")
    if not name:
        return patterns, ""
    text = tree.text(posixpath.normpath(posixpath.join(folder, name)))
    if text is None:
        return patterns, f"the file of patterns {place.told(name)} is not in the repository"
    return (*patterns, *text.splitlines()), ""


def line_of(config: Map, kind: Kind, outer: Map) -> int:
    """Where the list of exclusions stands, else the server's name."""
    for key in (kind.key, "remotePath", "remote_path", "host", "hostname"):
        value = config.get(key)
        first = value[0] if isinstance(value, list) and value else value
        line = getattr(first, "line", 0)
        if line:
            return int(line)
    return outer.line
