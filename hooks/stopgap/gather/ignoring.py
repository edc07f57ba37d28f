"""What one repository tracks, what lies beside it, and the ignore files that decide on both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..checks import env_files
from ..config import Config, Globs
from ..detect import names
from ..git import ignore, index
from ..git.blobs import Blobs
from ..git.ignore import IgnoreFiles
from ..git.index import LINK, SUBMODULE, Entry
from ..git.repository import Repository

TERRAFORM = (".tf", ".tf.json", ".tofu")

# A path and its content, None for a link; the reason why it counts as config, "" where it does not.
Judge = Callable[[str, bytes | None], str]


class Facts(NamedTuple):
    """The tracked files by path, what lies beside them in the work tree, and the ignore files of both.

    `named` are the paths of either kind whose names the table knows, templates and those that only their content could convict included.
    `config` are the tracked files that are config, with the reason.
    """

    entries: dict[str, Entry]
    config: dict[str, str]
    others: frozenset[str]
    files: IgnoreFiles
    named: tuple[str, ...]
    terraform: bool


def judge_by(settings: Config) -> Judge:
    """The verdict of block-env-files: a name that the content acquits, an encrypted file, and what `env-policy` lets pass are no config."""
    extra = Globs((*settings.extra_files, *settings.gitignore_extra))

    def judge(path: str, data: bytes | None) -> str:
        found = env_files.check([env_files.File(path, data, extra=path in extra)], settings.env_policy)
        name = names.classify(path, data)
        return name.reason if found and name else found[0].message if found else ""

    return judge


def look(repository: Repository, settings: Config, blobs: Blobs | None = None) -> Facts:
    """Reads the index and walks the work tree. `blobs`: where the caller goes on to read from."""
    excluded, extra = Globs(settings.exclude), Globs((*settings.extra_files, *settings.gitignore_extra))
    entries = [entry for entry in index.entries() if entry.mode != SUBMODULE]
    others = ignore.untracked()
    files = ignore.ignore_files(repository.top, entries, others)
    if files.shared != files.here:  # the walk kept out of folders that only the work tree's rules ignore
        others = ignore.untracked(ignoring=False)
        files = ignore.ignore_files(repository.top, entries, others)
    paths = [path for path in dict.fromkeys((*(entry.path for entry in entries), *others)) if path not in excluded]
    kept, named = frozenset(paths), tuple(path for path in paths if names.lookup(path) or path in extra)
    by_path = {entry.path: entry for entry in entries if entry.path in kept}
    config = config_among([by_path[path] for path in named if path in by_path], settings, blobs)
    return Facts(by_path, config, kept.intersection(others), files, named, any(path.endswith(TERRAFORM) for path in paths))


def config_among(entries: Iterable[Entry], settings: Config, blobs: Blobs | None = None) -> dict[str, str]:
    """Those of the tracked files, by what the index holds of them, that are config and not allowed; with the reason."""
    if blobs is None:
        with Blobs() as own:
            return config_among(entries, settings, own)
    judge, allowed = judge_by(settings), Globs(settings.allow_files)
    reasons = {
        entry.path: judge(entry.path, None if entry.mode == LINK else blobs.read(entry.name, names.READ))
        for entry in entries
        if entry.path not in allowed
    }
    return {path: reason for path, reason in reasons.items() if reason}
