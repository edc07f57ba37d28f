"""Which paths of a history are a config file's by their names."""

from __future__ import annotations

from ..config import Config, Globs
from ..detect import names


class Wanted:
    """Whether a path is a config file's by its name, or was one before or after a rename. A template is none.

    `left_out`: the paths that the settings allow or exclude.
    """

    def __init__(self, settings: Config) -> None:
        self._excluded, self._allowed = Globs(settings.exclude), Globs(settings.allow_files)
        self.extra = Globs(settings.extra_files)
        self.left_out: set[str] = set()

    def __call__(self, path: str) -> bool:
        if not (is_named(path) or path in self.extra):
            return False
        if path in self._excluded or path in self._allowed:
            self.left_out.add(path)
            return False
        return True

    def may_join(self, path: str) -> bool:
        """Whether a path that is none by its name may be one by a rename."""
        return not names.lookup(path) and path not in self._excluded and path not in self._allowed


def is_named(path: str) -> bool:
    """By the table of names, and no template."""
    return bool(names.lookup(path)) and not names.is_template(path)
