"""What check-deploy-sync looks at: the deploy files of the tree, the copies that they make, and the config that could travel."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..checks.deploy_sync import Config as ConfigFile
from ..checks.deploy_sync import Facts
from ..config import Config, Globs
from ..deploy import files, kinds
from ..deploy.names import Names
from ..deploy.tree import LARGEST, Tree
from ..detect import names
from ..git import index
from ..git.blobs import Blobs
from ..git.index import LINK, SUBMODULE, Entry
from ..git.repository import Repository
from ..model import Fact, StopgapError
from . import expecting, worktree
from .ignoring import judge_by

LONGEST = 4096  # bytes of a path


class Deploying(NamedTuple):
    """The facts, how many deploy files were read, and which of them only in part."""

    facts: Facts
    read: int
    incomplete: tuple[Fact, ...]


def look(repository: Repository, settings: Config) -> Deploying:
    """Goes by the names of the index, and opens only what may be a deploy file, a config file, or what names a reader of env files."""
    tracked = index.entries()
    known = [entry.path for entry in tracked if is_named(entry.path, settings)]
    with Blobs() as blobs:
        return read(repository, settings, tracked, kinds.among(Names(entry.path for entry in tracked)), known, blobs)


def read(
    repository: Repository, settings: Config, tracked: Collection[Entry], deploys: Iterable[str], known: Iterable[str], blobs: Blobs
) -> Deploying:
    """What the deploy files among the tracked ones give. `known`: the paths whose names the table of config files knows."""
    excluded = Globs(settings.exclude)
    entries = {entry.path: entry for entry in tracked if entry.mode not in (SUBMODULE, LINK) and entry.path not in excluded}
    deploys = [path for path in deploys if path in entries]
    if not deploys:
        return Deploying(Facts((), (), False), 0, ())
    others = [path for path in beside(repository.top, entries) if path not in excluded]
    entries.update(through_links(tracked, entries, blobs))
    tree = Tree((*entries, *others), reader(repository, entries, blobs))
    named = tuple(dict.fromkeys((*known, *others)))
    config = tuple(config_files(tree, entries, named, settings))
    copies, incomplete = [], []
    for path in deploys:
        made, why = files.read(path, tree)
        copies += made
        incomplete += [Fact(path, why)] if why else []
    facts = Facts(tuple(copies), config, uses_env=False, unread=tuple(incomplete))
    if copies:
        seen = expecting.look(repository, settings, tracked, tree, named, facts)
        facts = Facts(facts.copies, (*config, *seen.config), seen.uses_env, facts.unread, seen.possible, seen.templates)
    return Deploying(facts, len(deploys), tuple(incomplete))


def through_links(tracked: Iterable[Entry], entries: Mapping[str, Entry], blobs: Blobs) -> dict[str, Entry]:
    """Lists of exclusions that are symbolic links, `.dockerignore` say, as the tracked files that they lead to.

    The tools open them, so that they follow a link; git does not (gitignore(5)). One that leads elsewhere is as good as none.
    """
    found = {}
    for entry in tracked:
        if entry.mode == LINK and entry.path.endswith("ignore") and not entry.path.endswith(".gitignore"):
            target = blobs.read(entry.name, LONGEST).decode("utf-8", "surrogateescape")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), target))
            if at in entries:
                found[entry.path] = entries[at]
    return found


def beside(top: Path, entries: Iterable[str]) -> list[str]:
    """Files beside the tracked ones that git does not have, ignored ones too, whose names the table of config files knows."""
    tracked = frozenset(entries)
    folders = {""}
    for path in tracked:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return [path for folder in sorted(folders) for path in worktree.files_in(top, folder, tracked) if names.lookup(path)]


def reader(repository: Repository, entries: dict[str, Entry], blobs: Blobs) -> Callable[[str], bytes | None]:
    """The content of a file: of a tracked one what the index holds, of any other what lies in the work tree."""

    def read(path: str) -> bytes | None:
        if path in entries:
            return blobs.read(entries[path].name, LARGEST + 1)
        try:
            return worktree.read_file(repository.top, path, LARGEST + 1)
        except StopgapError:
            return None

    return read


def is_named(path: str, settings: Config) -> bool:
    """Whether a file may be config by its name."""
    return bool(names.lookup(path)) or path in Globs(settings.extra_files)


def config_files(tree: Tree, entries: dict[str, Entry], named: Iterable[str], settings: Config) -> Iterator[ConfigFile]:
    """Of the files of such names the config files that are tracked, those beside them, and those that a template says the server has."""
    allowed, judge = Globs(settings.allow_files), judge_by(settings)
    seen = set()
    for path in named:
        if path in allowed or path not in tree.names:
            continue
        data = tree.read(path)
        if judge(path, data):
            seen.add(path)
            yield ConfigFile(path, "tracked" if path in entries else "untracked", holds_secret(path, data))
    for path in named:
        expected = names.of_template(path)
        if expected and expected not in seen and expected not in allowed:
            seen.add(expected)
            yield ConfigFile(expected, "expected")


def holds_secret(path: str, data: bytes | None) -> bool:
    """Whether a config file holds a value that looks like a secret; one that cannot be read as settings counts as if it did."""
    from ..detect import dotenv, filters, text

    if data is None or not names.is_dotenv(path):
        return True
    settings = dotenv.settings(text.to_utf8(data) or b"")
    return any(filters.is_env_secret(one.key, one.value) for one in settings)
