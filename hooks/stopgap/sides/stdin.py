"""What another command prints, on standard input: `docker exec app env | stopgap drift .env -`."""

from __future__ import annotations

import sys
from typing import NamedTuple

from ..model import StopgapError
from . import LARGEST, Dump, Form, content


class Stdin(NamedTuple):
    """Standard input. `form`: how it is written, None to tell by its content."""

    form: Form | None = None

    @property
    def name(self) -> str:
        return "standard input"

    @property
    def local(self) -> str:
        return ""

    def read(self) -> Dump:
        """Raises StopgapError for one that is empty: then the command before the pipe has failed, and nothing was compared."""
        try:
            data = sys.stdin.buffer.read(LARGEST + 1)
        except OSError as error:
            raise StopgapError(f"cannot read {self.name}: {error.strerror}") from error
        if len(data) > LARGEST:
            raise StopgapError(f"cannot read {self.name}: larger than {LARGEST >> 20} MiB")
        if not data.strip():
            raise StopgapError(f"cannot read {self.name}: it is empty (did the command before the pipe fail?)")
        return content.read(data, self.name, self.form)
