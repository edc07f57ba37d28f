"""The templates that take the place of untracked env files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..checks import env_template
from ..checks.untrack import Draft
from ..config import Config
from ..detect import names, text
from ..detect.engine import Detector
from ..git import underway
from ..git.index import LINK
from ..git.repository import Repository
from ..model import Fragment
from . import worktree
from .rule_set import rule_set

if TYPE_CHECKING:
    from .untracking import Chosen, Known

LARGEST = 10 << 20  # bytes of a template that is completed
SUFFIX = ".example"


class Templates(NamedTuple):
    """The drafts of those that lack a key, the paths of all, and notes on those that are left alone."""

    drafts: tuple[Draft, ...] = ()
    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def templates(repository: Repository, settings: Config, files: Iterable[Chosen], known: Known) -> Templates:
    """The templates of those of the files that are env files."""
    env = [one for one in files if one.target.dotenv]
    if not env:
        return Templates()
    found = rule_set(repository.top, settings)
    detector = Detector(found.rules, None, found.others, found.off)
    made: list[Draft] = []
    paths: list[str] = []
    notes: list[str] = []
    for one in env:
        data = one.lying if one.lying is not None else one.kept
        lines = env_template.lines(data or b"", leaking(detector, one.target.path))
        path = template_of(repository, one.target.path, known)
        why = untouchable(repository, path, known)
        if why:
            notes.append(f"{path} is left alone: {why}")
        elif lines and data is not None:
            paths.append(path)
            draft = draft_of(repository, path, data, lines, known)
            made += [draft] if draft else []
    return Templates(tuple(made), tuple(paths), tuple(notes))


def leaking(detector: Detector, path: str) -> Callable[[Sequence[str]], set[int]]:
    """The rules as a question about lines; they stand in an env file of that name, where a weak password counts. No comment allows one."""

    def leaks(lines: Sequence[str]) -> set[int]:
        data = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
        matches = detector.scan(Fragment(path, data))
        return {number - 1 for match in matches for number in range(match.line, match.end_line + 1)}

    return leaks


def template_of(repository: Repository, path: str, known: Known) -> str:
    """The template that the file has, one that is tracked first; else the usual name for one."""
    folder = path.rpartition("/")[0]
    usual = path + SUFFIX
    beside = {one for one in known.tracked if one.rpartition("/")[0] == folder} | set(worktree.files_in(repository.top, folder))
    found = [one for one in beside if one == usual or names.of_template(one) == path]
    return min(found, key=lambda one: (one not in known.tracked, one != usual, one), default=usual)


def untouchable(repository: Repository, path: str, known: Known) -> str:
    """Why a template cannot be written, "" where it can."""
    place = worktree.located(repository.top, path)
    folder = os.path.dirname(place)
    if not os.path.isdir(folder) or (path in known.tracked and not os.path.lexists(place)):
        return "it is not in the work tree (a sparse checkout, or deleted)"
    if os.path.realpath(folder) != os.path.normpath(
        os.path.join(os.path.realpath(os.fsencode(repository.top)), *os.fsencode(path).split(b"/")[:-1])
    ):
        return "its folder is a symbolic link"
    if not os.path.lexists(place):
        return ""
    if worktree.file_mode(repository.top, path) in (LINK, "folder"):
        return "it is a symbolic link, or a folder"
    data = worktree.read_file(repository.top, path, LARGEST + 1)
    if len(data) > LARGEST or (data and text.to_utf8(data) is None) or text.encoding_of(data)[1]:
        return "it is too large, or no UTF-8 text"
    return ""


def draft_of(repository: Repository, path: str, source: bytes, lines: Sequence[env_template.Line], known: Known) -> Draft | None:
    """The new template, or the completed one; None where it has all keys."""
    new = not os.path.lexists(worktree.located(repository.top, path))
    if new:
        data, keys = env_template.made(lines, env_template.newline_of(source)), tuple(line.key for line in lines if line.key)
    else:
        data, keys = env_template.completed(worktree.read_file(repository.top, path), lines)
    return Draft(path, data, keys, new, apart(path, new, known)) if keys else None


def apart(path: str, new: bool, known: Known) -> str:
    """Why a file that is written is not staged with it, "" where it is: nobody's own changes are staged for them."""
    if path not in known.tracked:
        reason = "" if new else "git did not track it before"
    elif known.is_changed(path):
        reason = "it has changes that are not staged"
    else:
        reason = "git was told to overlook its changes" if underway.overlooked(path) else ""
    return reason or ("a filter driver, a program, would run" if underway.is_filtered(path) else "")
