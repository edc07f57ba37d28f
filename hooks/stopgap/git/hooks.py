"""Which hooks git would run in this repository, and what their files say. None of them is executed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, NamedTuple

from ..model import StopgapError
from .process import git, path_of

READ = 1 << 16  # bytes of a hook's file: what clients generate is below 4 KiB
HUSKY_STUB = '/h"'  # husky 9 fills `.husky/_` with files that source `h`, which runs the file of the same name one folder up


class HookFile(NamedTuple):
    """A hook's file. "off": git ignores it, as it is not executable. `text` is what it runs, "" where that is not readable as text."""

    name: str
    path: str
    state: Literal["missing", "off", "ready"]
    text: str = ""


class Hooks(NamedTuple):
    """`setting` is `core.hooksPath` ("" where it is not set), `folder` where git looks. `unused`: hooks lying where git does not look."""

    setting: str
    folder: str
    files: tuple[HookFile, ...]
    unused: tuple[str, ...] = ()


def find(names: tuple[str, ...]) -> Hooks:
    """The hooks of these names. All worktrees of a repository share them. Raises StopgapError for a file that cannot be read."""
    setting = line(git("config", "--get", "core.hooksPath", ok=(0, 1)))
    folder = Path(line(git("rev-parse", "--git-path", "hooks")))
    default = Path(line(git("rev-parse", "--git-common-dir")), "hooks")
    elsewhere = default.resolve() != folder.resolve()
    unused = tuple(name for name in names if elsewhere and (default / name).is_file())
    return Hooks(setting, folder.as_posix(), tuple(hook_file(folder, name) for name in names), unused)


def line(out: bytes) -> str:
    """One value that git printed; a path may hold a newline, so only the last one goes."""
    return path_of(out.removesuffix(b"\n"))


def hook_file(folder: Path, name: str) -> HookFile:
    """What git would find for one hook, or what husky's stub would run."""
    path = folder / name
    if not path.is_file():
        return HookFile(name, path.as_posix(), "missing")
    text = read(path)
    if not os.access(path, os.X_OK):
        return HookFile(name, path.as_posix(), "off", text)
    if folder.name == "_" and HUSKY_STUB in text:
        path = folder.parent / name
        if not path.is_file():
            return HookFile(name, path.as_posix(), "missing")
        text = read(path)  # husky runs it with sh: it need not be executable
    return HookFile(name, path.as_posix(), "ready", text)


def read(path: Path) -> str:
    """The beginning of a file as text; a program that is no script gives text without meaning. Raises StopgapError."""
    try:
        with path.open("rb") as file:
            return file.read(READ).decode("utf-8", "replace")
    except OSError as error:
        raise StopgapError(f"cannot read the hook {path.as_posix()}: {error.strerror}") from error
