"""A file of this machine, and when what it holds was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from .. import files
from ..git import changed
from ..model import StopgapError
from . import LARGEST, Dump, content

PIPES = "/dev/fd/"  # what a shell makes of `<(command)`; another pipe may wait for ever


class File(NamedTuple):
    """A file by its path, as the user wrote it."""

    path: str

    @property
    def name(self) -> str:
        return self.path

    @property
    def local(self) -> str:
        """From the root of the repository that we are in, where the file is in it too."""
        top, whole = repository_of(os.curdir), Path(os.path.abspath(self.path))
        return whole.relative_to(top).as_posix() if top and top in whole.parents else self.path

    def read(self) -> Dump:
        """Raises StopgapError where it cannot be read, or is no file of settings."""
        data, status = self.bytes()
        dump = content.read(data, self.path)
        if status is None or dump.form == "environment":  # of a process, or of when it was asked
            return dump
        return dump._replace(changed=changed_at(self.path, data, int(status.st_mtime)))

    def bytes(self) -> tuple[bytes, os.stat_result | None]:
        """The content, and what the file system says of it. Raises StopgapError."""
        pipe = self.path.startswith(PIPES)
        try:
            with open(self.path, "rb") if pipe else files.open_regular(self.path, self.path) as file:
                data = file.read(LARGEST + 1)
                status = None if pipe else os.fstat(file.fileno())
        except OSError as error:
            raise StopgapError(f"cannot read {self.path}: {error.strerror}") from error
        if len(data) > LARGEST:
            raise StopgapError(f"cannot read {self.path}: larger than {LARGEST >> 20} MiB")
        return data, status


def changed_at(path: str, data: bytes, modified: int) -> int | None:
    """When the content was written: a checkout gives every file the time of the checkout, so git is asked for one that it holds.

    None where git cannot tell: in a shallow clone, say.
    """
    real = os.path.realpath(path)
    top = repository_of(real)
    if top is None:
        return modified
    try:
        committed = changed.last_commit(top, Path(real).relative_to(top).as_posix(), data)
    except StopgapError:
        return None
    return modified if committed is None else committed


def repository_of(path: str) -> Path | None:
    """The nearest folder above with a `.git`, which is a file in a linked work tree."""
    whole = Path(os.path.abspath(path))
    return next((folder for folder in (whole, *whole.parents) if os.path.lexists(folder / ".git")), None)
