"""What a repository's commits say of themselves: settings, rules, and what is allowed, each read once."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from .. import config, files
from ..config import Config
from ..detect.allowed import Allowed
from ..git.blobs import Blobs
from ..git.committed import Committed
from ..model import StopgapError
from . import allowing
from .rule_set import RuleSet, rules_from

SETTINGS = (config.OWN, config.PROJECT)
ALLOWING = (allowing.NAME, allowing.BASELINE)
Entries = tuple["tuple[str, str] | None", ...]


class Policy(NamedTuple):
    """By what a push is judged."""

    settings: Config
    rules: RuleSet
    allowed: Allowed


class Policies:
    """Policies by the trees that hold them: those that say the same are one."""

    def __init__(self, blobs: Blobs, comments: bool) -> None:
        """`comments`: whether a comment beside a finding allows it."""
        self._blobs = blobs
        self._comments = comments
        self._trees: dict[str, Policy] = {}
        self._settings: dict[Entries, Config] = {}
        self._policies: dict[tuple[Config, Entries], Policy] = {}

    def of(self, tree: str, label: str) -> Policy:
        """The policy of a tree; the defaults for "". Raises StopgapError for one that is wrong, and says that it is `label`'s."""
        if tree not in self._trees:
            commit = Committed(self._blobs, tree)
            try:
                self._trees[tree] = self._policy(commit, partial(commit.read, limit=files.LARGEST))
            except StopgapError as error:
                raise StopgapError(f"{label}: {error}") from error
        return self._trees[tree]

    def _policy(self, commit: Committed, read: files.Inside) -> Policy:
        settings = self._settings_of(commit, read)
        key = (settings, tuple(map(commit.entry, (*ALLOWING, *settings.rules_extra))))
        if key not in self._policies:
            rules = rules_from(read, settings)
            self._policies[key] = Policy(settings, rules, allowing.loaded(read, settings, rules)._replace(comments=self._comments))
        return self._policies[key]

    def _settings_of(self, commit: Committed, read: files.Inside) -> Config:
        """The settings, without what only a work tree has: a developer's own values."""
        key = tuple(map(commit.entry, SETTINGS))
        if key not in self._settings:
            self._settings[key] = config.load_from(read)._replace(own_values=False)
        return self._settings[key]
