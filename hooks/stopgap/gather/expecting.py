"""Config of which no file is here: what the servers have by all that the repository shows, and the names that could turn up."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from ..checks.deploy_effects import DELETES, Config, Facts, foreseen, is_deleted, judged
from ..config import Config as Settings
from ..config import Globs
from ..deploy.copy import Copy
from ..deploy.filters import Unclear
from ..deploy.kinds import is_trial
from ..deploy.tree import Tree
from ..detect import names
from ..git import ignore, process
from ..git.index import Entry
from ..git.repository import Repository
from . import probing

ENV = ".env"
MOST = 500  # names of which no file is here, so that many folders times many steps stay few questions

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


class Expected(NamedTuple):
    """Env files that the servers have as history or a reader says, names that may turn up, templates, and whether anything shows that env
    files are used.
    """

    config: tuple[Config, ...] = ()
    possible: tuple[Config, ...] = ()
    templates: tuple[str, ...] = ()
    uses_env: bool = False


def look(repository: Repository, settings: Settings, tracked: Iterable[Entry], tree: Tree, named: Iterable[str], facts: Facts) -> Expected:
    """`facts` are those of the files that are there, `named` the paths whose names the table of config files knows.

    Asks git, and reads what could name a reader, only where a step would carry or delete such a file.
    """
    envs = [path for path in named if names.is_dotenv(path) and not is_trial(path.lower())]
    left_out = Globs((*settings.allow_files, *settings.exclude))
    names_asked = (path for path in generated(settings, envs) if may_be(path, tree, left_out))
    candidates = tuple(Config(path, "possible") for path in islice(names_asked, MOST))
    told = [one for copy in facts.copies for one in foreseen(copy, candidates)]
    uses_env, said = False, set[str]()
    if any(may_delete(copy, facts) for copy in facts.copies):
        said = {*had_env(), *beside_reader(tree)}
        uses_env = bool(said) or any(file.state != "tracked" for file in facts.config)
    used = uses_env or bool(envs) or (bool(told) and bool(beside_reader(tree)))
    reached = tuple(dict.fromkeys(one.file.path for one in told)) if used else ()
    own = {file.path for file in facts.config}
    expected = tuple(Config(path, "expected") for path in sorted(said - own) if may_be(path, tree, left_out))
    possible = tuple(without_rules(repository, tracked, reached))
    return Expected(expected, possible, tuple(filter(names.is_template, envs)), uses_env)


def may_delete(copy: Copy, facts: Facts) -> bool:
    """Whether a step deletes config that the target has: some that is known, or an env file at the top of what it copies."""
    if not copy.deletes or copy.unknown:
        return False
    if any(one.rule == DELETES for one in judged(copy, facts)):
        return True
    try:
        return is_deleted(copy, Config(ENV, "expected"), ENV)
    except Unclear:
        return False


def generated(settings: Settings, envs: Iterable[str]) -> Iterator[str]:
    """The names that check-gitignore takes for errors where git would take them, in the folders in which it asks."""
    return (folder + name for folder in probing.folders_of(envs) for name in probing.error_names(settings))


def may_be(path: str, tree: Tree, left_out: Globs) -> bool:
    """Whether there is room for such a file: none is there, its folder is, and the settings do not leave it out."""
    return path not in tree.names and path.rpartition("/")[0] in tree.folders and path not in left_out


def without_rules(repository: Repository, tracked: Iterable[Entry], paths: Collection[str]) -> Iterator[Config]:
    """The names, with the verdict of the ignore rules that everybody has."""
    shared = ignore.ignore_files(repository.top, tracked, ()).shared if paths else {}
    rules = ignore.decide(shared, paths) if shared else {}
    for path in paths:
        rule = rules.get(path)
        yield Config(path, "possible" if rule is None or rule.negated else "ignored")


def beside_reader(tree: Tree) -> list[str]:
    """The env file of the application: it lies beside what names a dependency that reads one. Of several the topmost."""
    found = [path.rpartition("/")[0] for path in tree.names if path.rpartition("/")[2] in READERS and names_reader(tree, path)]
    return [f"{folder}/{ENV}".lstrip("/") for folder in sorted(found, key=lambda folder: (len(folder.split("/")), folder))[:1]]


def names_reader(tree: Tree, path: str) -> bool:
    """Whether a file with dependencies names one that reads env files."""
    text = "" if is_trial(path.lower()) else tree.text(path) or ""
    return any(word in text for word in READERS[path.rpartition("/")[2]])


def had_env() -> list[str]:
    """The env files that the last commit took away which took away any: the servers were given them by git."""
    options = (f"-O{os.devnull}", "--all", "-1", "--format=", "--name-only", "--no-renames", "-z", "--diff-filter=D")
    return process.zsplit(process.run("--no-literal-pathspecs", "log", *options, "--", f":(top,glob)**/{ENV}")[1])
