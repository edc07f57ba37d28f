"""Which files the names on the command line of `stopgap untrack` mean."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..config import Config, Globs
from ..detect import names as table
from ..git.ignore import NAME as IGNORE_FILE
from ..git.index import SUBMODULE, Entry
from ..git.repository import Repository
from ..model import StopgapError
from .ignoring import config_among
from .situation import relative
from .worktree import file_mode, located

GLOB = frozenset("*?[")


def chosen(repository: Repository, settings: Config, given: Iterable[str], known: Mapping[str, Entry]) -> list[str]:
    """The paths, each once; `known` are the files of the index and of the last commit.

    A file by its name, tracked or not; of a folder the config files; of a glob what it matches among the known ones. Raises StopgapError
    for a name that means nothing, or a file that belongs to another repository or should stay tracked.
    """
    paths: dict[str, None] = {}
    for name in given:
        if not name:
            raise StopgapError("an empty name means no file")
        path = relative(repository, name)
        paths.update(dict.fromkeys(meant(repository, settings, name, path, known)))
    return list(paths)


def meant(repository: Repository, settings: Config, name: str, path: str, known: Mapping[str, Entry]) -> list[str]:
    """The files that one name means."""
    if path in known:
        return [single(name, path, known[path])]
    check_inside(repository.top, name, path, known)
    place = located(repository.top, path)
    if os.path.isdir(place) and not os.path.islink(place):
        below = [entry for entry in known.values() if (path == "." or entry.path.startswith(path + "/")) and entry.mode != SUBMODULE]
        return sorted(config_among(below, settings))
    if os.path.lexists(place):
        file_mode(repository.top, path)
        return [single(name, path, None)]
    if not GLOB.isdisjoint(path):
        wanted = Globs((f"/{path}" if "/" in name else path,))
        matched = [one for one, entry in known.items() if one in wanted and entry.mode != SUBMODULE and not stays(one)]
        if matched:
            return sorted(matched)
        raise StopgapError(f"{name}: no tracked file matches it")
    raise StopgapError(f"{name}: git does not track it, and there is no such file")


def single(name: str, path: str, entry: Entry | None) -> str:
    """A file that was named. Raises StopgapError for one that should stay tracked, and for a submodule."""
    if entry is not None and entry.mode == SUBMODULE:
        raise StopgapError(f"{name} is a submodule: a repository of its own, not a file")
    if stays(path):
        raise StopgapError(f"{name} is meant to be tracked: it holds no config of its own")
    return path


def stays(path: str) -> bool:
    """A template, or a file of ignore rules: everybody needs it."""
    return table.is_template(path) or path == IGNORE_FILE or path.endswith(f"/{IGNORE_FILE}")


def check_inside(top: Path, name: str, path: str, known: Mapping[str, Entry]) -> None:
    """Raises StopgapError for a path behind a symbolic link, in git's own folder, or in a repository inside of this one."""
    parts = path.split("/")
    if parts[0] == ".git":
        raise StopgapError(f"{name} lies in git's own folder")
    for number in range(1, len(parts) + 1):
        folder = "/".join(parts[:number])
        place = located(top, folder)
        if number < len(parts) and os.path.islink(place):
            raise StopgapError(f"{name} lies behind the symbolic link {folder}: name the file where it really is")
        inner = folder in known and known[folder].mode == SUBMODULE
        if path != "." and (inner or os.path.lexists(place + b"/.git")):
            raise StopgapError(f"{name} is in the repository {folder}: run `stopgap untrack` there")
