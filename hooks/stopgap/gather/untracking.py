"""What `stopgap untrack` plans with: the files, what in them is secret, the template and ignore lines they need, the deploy."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from ..checks import untrack as plan
from ..checks.untrack import Facts, Target
from ..config import Config
from ..detect import dotenv, encrypted, names
from ..git import index, underway
from ..git.blobs import Blobs
from ..git.ignore import NAME as IGNORE_FILE
from ..git.index import LINK, SUBMODULE, Entry
from ..git.repository import Repository
from ..model import StopgapError
from . import untrack_deploy, untrack_ignore, untrack_template, worktree
from .untrack_names import chosen

LARGEST = 1 << 20  # bytes of an env file that are read


class Known(NamedTuple):
    """The index and the last commit by path; `modified`: what lies in the work tree and may differ from the index."""

    tracked: dict[str, Entry]
    committed: dict[str, Entry]
    modified: dict[str, Entry]

    def is_changed(self, path: str) -> bool:
        """Whether a tracked file's work tree differs from the index."""
        return path in self.modified and index.differs(self.modified[path], self.tracked[path])


class Chosen(NamedTuple):
    """A file to untrack, and its content: as git has it, and as it lies here; None where there is none to read."""

    target: Target
    kept: bytes | None
    lying: bytes | None


def look(repository: Repository, settings: Config, given: Iterable[str], insert: untrack_ignore.Insert) -> Facts:
    """Everything the plan needs; nothing is changed. `insert` makes the ignore file's content.

    Raises StopgapError where a file must not or cannot be untracked.
    """
    underway.check_quiet(repository.git_dir)
    tracked = {entry.path: entry for entry in index.entries()}
    committed = underway.entries_of(repository.head)
    known = Known(tracked, committed, {entry.path: entry for entry in index.modified()})
    paths = chosen(repository, settings, given, {**committed, **tracked})
    staged = underway.staged(repository.base())
    check_staged(paths, known, staged)
    with Blobs() as blobs:
        files = [read(repository, path, known, blobs) for path in paths]
    targets = tuple(one.target for one in files)
    templates = untrack_template.templates(repository, settings, files, known)
    ignore, more = untrack_ignore.draft(repository, paths, templates.paths, known, insert)
    deploy = untrack_deploy.steps(repository, settings, paths)
    facts = Facts(targets, templates.drafts, ignore, deploy, notes=(*templates.notes, *more))
    ours = {*paths, *templates.paths, IGNORE_FILE}  # also those that an earlier run has staged
    return facts._replace(branches=others(targets), staged=len(staged - ours))


def check_staged(paths: Iterable[str], known: Known, staged: frozenset[str]) -> None:
    """Raises StopgapError for a staged version that is in no commit and not on disk: `git rm --cached` refuses to lose it too."""
    for path in paths:
        if path in staged and path in known.tracked and known.is_changed(path):
            raise StopgapError(
                f"what is staged of {path} is neither in the last commit nor on disk: git add it, or git restore --staged it, first"
            )


def read(repository: Repository, path: str, known: Known, blobs: Blobs) -> Chosen:
    """One file, with the keys of its secrets."""
    entries = [side[path] for side in (known.tracked, known.committed) if path in side and side[path].mode != SUBMODULE]
    kept = [blobs.read(entry.name, LARGEST + 1) for entry in entries if entry.mode != LINK and entry.name.strip("0")]
    there = state(repository, path)
    lying = worktree.read_file(repository.top, path, LARGEST + 1) if there == "file" else None
    link = there == "link" or any(entry.mode == LINK for entry in entries)
    texts = kept or ([lying] if lying is not None else [])
    is_env = not link and any(has_keys(path, data) for data in (*kept, lying) if data is not None)
    secrets, others = keys(texts) if is_env else ((), 0)
    known_to_history = path in known.committed or in_history(repository, path)
    target = Target(
        path, path in known.tracked, path in known.committed, known_to_history, "link" if link else there, secrets, others, is_env
    )
    return Chosen(target, kept[0] if kept else None, lying)


def state(repository: Repository, path: str) -> plan.Lying:
    """What lies in the work tree. Raises StopgapError for what is no file."""
    place = worktree.located(repository.top, path)
    if os.path.isdir(place) and not os.path.islink(place):
        raise StopgapError(f"{path} is a directory in the work tree, but git knows a file of that name: mend that first")
    if not os.path.lexists(place):
        return ""
    return "link" if worktree.file_mode(repository.top, path) == LINK else "file"


def has_keys(path: str, data: bytes) -> bool:
    """Whether the content is settings by its name or its shape, of a size that is read whole."""
    return len(data) <= LARGEST and (
        (names.is_dotenv(path) and next(dotenv.settings(data), None) is not None) or dotenv.has_env_shape(data)
    )


def keys(texts: Iterable[bytes]) -> tuple[tuple[str, ...], int]:
    """The keys whose value looks like a secret in any version, and how many other settings with a value there are."""
    secrets: dict[str, None] = {}
    others: set[str] = set()
    for data in texts:
        secrets.update((plain.key, None) for plain in encrypted.plain_settings(data))
        others.update(one.key for one in dotenv.settings(data) if one.value)
    return tuple(secrets), len(others - secrets.keys())


def in_history(repository: Repository, path: str) -> bool:
    """Whether an older commit has it; in a shallow clone nobody can tell, so it counts."""
    return repository.shallow or underway.is_in_history(path)


def others(targets: Iterable[Target]) -> tuple[str, ...]:
    """The other branches that still track one of the files."""
    paths = [target.path for target in targets if target.known]
    return underway.branches_with(paths, underway.current_branch()) if paths else ()
