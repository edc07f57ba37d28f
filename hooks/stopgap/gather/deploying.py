"""What check-deploy-sync looks at: the deploy files of the tree, the copies that they make, and the config that could travel."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..checks.deploy_sync import Config as ConfigFile
from ..checks.deploy_sync import Facts
from ..config import Config, Globs
from ..deploy import files
from ..deploy.copy import Copy
from ..deploy.tree import LARGEST, Tree
from ..detect import names
from ..git import index, process
from ..git.blobs import Blobs
from ..git.index import Entry
from ..git.repository import Repository
from ..model import Fact, StopgapError
from . import worktree
from .ignoring import LINK, SUBMODULE, judge_by

# A dependency that reads env files, by the file that names it.
READERS = {
    "package.json": ("dotenv", "env-cmd", "dotenvx"),
    "requirements.txt": ("dotenv", "environs", "django-environ", "pydantic-settings", "decouple"),
    "pyproject.toml": ("dotenv", "environs", "django-environ", "pydantic-settings", "decouple"),
    "composer.json": ("phpdotenv", "symfony/dotenv", "laravel/framework"),
    "Gemfile": ("dotenv",),
    "go.mod": ("godotenv",),
    "Cargo.toml": ("dotenv", "dotenvy"),
    "mix.exs": ("dotenv",),
}


class Deploying(NamedTuple):
    """The facts, how many deploy files were read, and which of them only in part."""

    facts: Facts
    read: int
    incomplete: tuple[Fact, ...]


def look(repository: Repository, settings: Config, listed: Iterable[Entry] | None = None, named: Iterable[str] | None = None) -> Deploying:
    """Goes by the names of the index, and opens only what may be a deploy file, a config file, or what names a reader of env files.

    `listed` is the index, and `named` the paths in it whose names the table of config files knows, where the caller has them already.
    """
    excluded = Globs(settings.exclude)
    tracked = index.entries() if listed is None else listed
    entries = {entry.path: entry for entry in tracked if entry.mode not in (SUBMODULE, LINK) and entry.path not in excluded}
    deploys = [path for path in entries if files.modules(path)]
    if not deploys:
        return Deploying(Facts((), (), False), 0, ())
    others = [path for path in beside(repository.top, entries) if path not in excluded]
    with Blobs() as blobs:
        tree = Tree((*entries, *others), reader(repository, entries, blobs))
        known = named if named is not None else [path for path in entries if is_named(path, settings)]
        config = tuple(config_files(tree, entries, dict.fromkeys((*known, *others)), settings))
        copies, incomplete = [], []
        for path in deploys:
            made, why = files.read(path, tree)
            copies += made
            incomplete += [Fact(path, why)] if why else []
        facts = Facts(tuple(copies), config, uses_env(tree, config, copies), tuple(incomplete))
    return Deploying(facts, len(deploys), tuple(incomplete))


def beside(top: Path, entries: Iterable[str]) -> list[str]:
    """Files beside the tracked ones that git does not have, ignored ones too, whose names the table of config files knows."""
    tracked = frozenset(entries)
    folders = {""}
    for path in tracked:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return [path for folder in sorted(folders) for path in worktree.files_in(top, folder) if path not in tracked and names.lookup(path)]


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


def uses_env(tree: Tree, config: Collection[ConfigFile], copies: Iterable[Copy]) -> bool:
    """Whether the repository shows that its application reads an env file; asked only where a step deletes."""
    if not config or not any(copy.deletes for copy in copies):
        return False
    if any(file.state != "tracked" for file in config):
        return True
    for name, words in READERS.items():
        for path in tree.names:
            if path.rpartition("/")[2] == name and any(word in (tree.text(path) or "") for word in words):
                return True
    return had_env()


def had_env() -> bool:
    """Whether git had an env file once: the servers were given one by it."""
    found = process.run(
        "--no-literal-pathspecs", "log", f"-O{os.devnull}", "--all", "-1", "--format=%H", "--diff-filter=D", "--", ":(top,glob)**/.env"
    )
    return bool(found[1].strip())
