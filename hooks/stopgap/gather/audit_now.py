"""What is in use now: the config files of HEAD, of the index, and the env files of the work tree that git does not track."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..audit.state import HERE, Place
from ..audit.values import LARGEST
from ..detect import names
from ..git import ignore, index, underway
from ..git.blobs import Blobs
from ..git.index import Entry
from ..git.repository import Repository
from ..git.trees import Trees
from ..model import StopgapError
from .audit_contents import LINK, Contents
from .ignoring import LINK as LINK_MODE
from .ignoring import SUBMODULE
from .worktree import file_mode, read_file

Written = Callable[[str], "str | None"]  # for a path that counts what it is written as, "" for what its name says; None for any other


def places(repository: Repository, contents: Contents, written: Written) -> tuple[list[Place], list[str]]:
    """All of them, and why there may be more."""
    committed, problems = of_head(repository.head)
    found = list(tracked("HEAD", committed, contents, written))
    if not repository.bare:
        try:
            found += tracked("index", index.entries(), contents, written)
            found += lying(repository, contents)
        except StopgapError as error:
            problems.append(f"not all of the index and the work tree can be read: {error}")
    return found, problems


def of_head(head: str) -> tuple[list[Entry], list[str]]:
    """The files of HEAD, as far as they can be listed."""
    try:
        return list(underway.entries_of(head).values()), []
    except StopgapError as error:
        with Blobs() as blobs:
            found = Trees(blobs, lambda path: True).of_commit(head)
        files = found.files.items() if found else ()
        return [Entry(mode, name, path) for path, (mode, name) in files], [f"not all of HEAD can be read: {error}"]


def tracked(where: str, entries: Iterable[Entry], contents: Contents, written: Written) -> Iterator[Place]:
    """The config files of HEAD or of the index; env templates too, as a value of history may stand in one."""
    for entry in entries:
        template = names.is_dotenv(entry.path) and names.is_template(entry.path)
        path = entry.path if template else written(entry.path)
        if path is None or entry.mode == SUBMODULE:
            continue
        held = contents.held(entry.path, LINK if entry.mode == LINK_MODE else entry.name, path)
        if held is not None:
            yield Place(where, entry.path, held, template)


def lying(repository: Repository, contents: Contents) -> Iterator[Place]:
    """The untracked env files, ignored or not, outside of ignored folders."""
    for path in ignore.untracked():
        if not names.is_dotenv(path) or names.is_template(path):
            continue
        if file_mode(repository.top, path) not in (LINK_MODE, "folder"):
            yield Place(HERE, path, contents.of_data(path, read_file(repository.top, path, LARGEST + 1)))
