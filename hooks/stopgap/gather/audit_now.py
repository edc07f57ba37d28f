"""What is in use now: the files of HEAD, of the index, and the env files of the work tree that git does not track."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..audit.state import HERE, Place
from ..audit.values import LARGEST
from ..detect import names
from ..git import ignore, index, underway
from ..git.blobs import Blobs
from ..git.index import LINK as LINK_MODE
from ..git.index import SUBMODULE, Entry
from ..git.repository import Repository
from ..git.trees import Trees
from ..model import Fact, StopgapError
from .audit_contents import LINK, Contents
from .worktree import chunks, file_mode, located

Written = Callable[[str], "str | None"]  # for a path that counts what it is written as, "" for what its name says; None for any other
NEAR = 3  # names of a path that say what it is, as in `.envs/.production/.django`
LARGE = f"larger than {LARGEST >> 20} MiB: whether old values are in use there was not looked at"
NO_INDEX = "the index cannot be read, so what is staged is not known: git read-tree HEAD makes a new one, then add again what was staged"


class Now(NamedTuple):
    """The files of HEAD and of the index, of a conflict all sides, the untracked env files, and why there may be more."""

    committed: tuple[Entry, ...]
    staged: tuple[Entry, ...] = ()
    lying: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def tracked(self) -> Iterator[tuple[str, Entry]]:
        """Each file of HEAD and of the index that is a file, with which of them has it."""
        for where, entries in (("HEAD", self.committed), ("index", self.staged)):
            yield from ((where, entry) for entry in entries if entry.mode != SUBMODULE)


def here(repository: Repository) -> Now:
    """All of it. What cannot be listed takes nothing else with it."""
    committed, problems = of_head(repository.head)
    if repository.bare:
        return Now(tuple(committed), problems=tuple(problems))
    staged: list[Entry] | None = None
    lying: list[str] = []
    try:
        staged = index.entries_of(index.listing(), index.SIDES)
    except StopgapError as error:
        problems.append(f"{NO_INDEX} ({error})")
    try:
        lying = ignore.untracked(ignoring=False) if staged is not None else ignore.files_in(repository.top)
    except StopgapError as error:
        problems.append(f"not all of the work tree can be read: {error}")
    return Now(tuple(committed), tuple(staged or ()), tuple(filter(is_env_file, lying)), tuple(problems))


def of_head(head: str) -> tuple[list[Entry], list[str]]:
    """The files of HEAD, as far as they can be listed."""
    try:
        return list(underway.entries_of(head).values()), []
    except StopgapError as error:
        with Blobs() as blobs:
            found = Trees(blobs, lambda path: True).of_commit(head)
        files = found.files.items() if found else ()
        return [Entry(mode, name, path) for path, (mode, name) in files], [f"not all of HEAD can be read: {error}"]


def is_env_file(path: str) -> bool:
    """Whether it is one by its name, and no template. Most of a hundred thousand names have no such word near their end."""
    near = "/".join(path.rsplit("/", NEAR)[-NEAR:]).lower()
    return any(word in near for word in names.DOTENV_WORDS) and names.is_dotenv(path) and not names.is_template(path)


def places(now: Now, repository: Repository, contents: Contents, written: Written) -> tuple[list[Place], list[str], list[Fact]]:
    """The config files among them, what of them cannot be read, and what is left out by design."""
    found = list(tracked(now, contents, written))
    problems, skipped = [], []
    for path in now.lying:
        try:
            data = lying(repository, path)
        except StopgapError as error:
            problems.append(f"not all of the work tree can be read: {error}")
            continue
        if data is not None and len(data) > LARGEST:
            skipped.append(Fact(path, LARGE))
        elif data is not None:
            found.append(Place(HERE, path, contents.of_data(path, data)))
    return found, problems, skipped


def tracked(now: Now, contents: Contents, written: Written) -> Iterator[Place]:
    """The config files of HEAD and of the index; env templates too, as a value of history may stand in one."""
    for where, entry in now.tracked():
        template = names.is_dotenv(entry.path) and names.is_template(entry.path)
        path = entry.path if template else written(entry.path)
        if path is None:
            continue
        held = contents.held(entry.path, LINK if entry.mode == LINK_MODE else entry.name, path)
        if held is not None:
            yield Place(where, entry.path, held, template)


def lying(repository: Repository, path: str) -> bytes | None:
    """An untracked env file, of which LARGEST bytes and one more are read; None for none. Raises StopgapError where it cannot be read.

    Of a link what it leads to, in the work tree or elsewhere, as servers have one `.env` for all releases: where that is a file.
    """
    place = os.fsdecode(located(repository.top, path))
    if not os.path.lexists(place):
        return None  # gone since it was listed
    if os.path.islink(place) and (not os.path.isfile(place) or names.is_template(os.path.realpath(place))):
        return None
    if not os.path.islink(place) and file_mode(repository.top, path) == "folder":
        return None
    return b"".join(chunks(repository.top, path, LARGEST + 1))
