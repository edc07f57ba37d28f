"""Detection put together from a repository's configuration, for every command that scans."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..checks import secrets
from ..config import Config
from ..detect import names
from ..detect.engine import Detector
from ..git import index
from ..git.diff import Change, Item, Upcoming
from ..git.repository import Repository
from ..model import CONFIDENCES, Confidence, Finding, Fragment, Match, Report, StopgapError
from . import allowing
from .content import WHOLE, Content
from .parallel import Done, Workers
from .reading import Counts, Unread
from .rule_set import RuleSet, rule_set
from .worktree import chunks, located

if TYPE_CHECKING:
    from datetime import date

    from ..detect.allow import Entry
    from ..detect.allowed import Allowed

LARGEST_ENV = 1 << 20  # bytes of an env file that are searched for a developer's own values


class SecretScan:
    """Looks at the items of a Content one by one, and keeps the matches."""

    def __init__(
        self,
        repository: Repository,
        settings: Config,
        minimum: Confidence | None = None,
        propose: tuple[str, date | None] | None = None,
        loaded: tuple[RuleSet, Allowed] | None = None,
    ) -> None:
        """`propose`: a reason and a last day; then `proposed` holds an allow file's entry for each match. `loaded`: what the repository
        allows and its rules, where they are not those of the work tree.
        """
        found = loaded[0] if loaded else rule_set(repository.top, settings)
        self.allowed = loaded[1] if loaded else allowing.load(repository, settings, found)
        self._top = repository.top
        self._detector = Detector(found.rules, self.allowed, found.others, found.off)
        self._workers = Workers(self._detector, repository.top)
        self._others = found.others
        self._folders: set[str] | None = set() if settings.own_values else None
        self._reported = CONFIDENCES[CONFIDENCES.index(minimum or settings.min_confidence) :]
        self._whole: set[str] = set()
        self.matches: list[Match] = []
        self.counts: list[Counts] = []  # of what was read here
        self.proposed: dict[Match, Entry] = {}
        self._propose = propose

    def __enter__(self) -> SecretScan:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.stop()

    def see(self, item: Item | Unread) -> None:
        """Takes one item in."""
        if isinstance(item, Upcoming):
            self._workers.expect(len(item.paths) + item.more)
            self._own_values_near(item)
        elif isinstance(item, Change):
            if item.status == WHOLE:
                self._whole.add(item.path)
            if self._others and item.status != "D":
                self._see_name(item)
        elif self._propose and isinstance(item, Fragment):
            self.proposed.update(self._detector.proposals(item, *self._propose))
        else:
            self._keep(self._workers.take(item))

    def _see_name(self, change: Change) -> None:
        """Takes in what a team's rules say of a file's name alone."""
        found = list(self._detector.named(change.path, change.commit))
        if self._propose:
            from ..detect.allow import entry_for

            self.proposed.update((match, entry_for(match.rule, change.path, "", None, *self._propose)) for match in found)
        else:
            self.matches += found

    def _keep(self, found: Iterable[Done]) -> None:
        for done in found:
            self.matches += [match for match in done.matches if match.confidence in self._reported]
            self.counts.append(done.counts)

    def findings(self, mode: str, later: frozenset[str] = frozenset()) -> list[Finding]:
        """The findings of what was seen; those of commits in `later` are notes."""
        self._keep(self._workers.finish())
        # a staged file of the tree is seen whole first: of a key that changed in part the diff shows less
        once: dict[tuple[object, ...], Match] = {}
        for match in self.matches:
            once.setdefault((match.rule, match.path, match.line, match.column, match.commit), match)
        return [secrets.finding(match, mode, guessed=match.commit in later) for match in once.values()]

    def warnings(self, everything: bool = False, all_checks: bool = False) -> tuple[str, ...]:
        """What the allow file says in vain; `everything`: all files of the repository were looked at."""
        checks = ("scan-diff", "block-env-files", "check-gitignore") if all_checks else ("scan-diff",)
        return allowing.warnings(self.allowed, checks, self._whole, everything)

    def _own_values_near(self, upcoming: Upcoming) -> None:
        """Adds the secrets of the env files in the folders of these paths, and above them, that git does not track."""
        if self._folders is None:
            return
        new = upwards(path.rpartition("/")[0] for path in upcoming.paths) - self._folders
        self._folders |= new
        if upcoming.beside:
            near = (path for path in upcoming.beside() if path.rpartition("/")[0] in new)
        else:
            near = (path for folder in new for path in listed(self._top, folder))
        files = sorted(path for path in near if is_env_file(self._top, path))
        if not files:
            return
        from ..detect.own_values import own_values

        real = [path for path in dict.fromkeys(linked(self._top, path) for path in files) if path and not index.entries(path)]
        own = [value for path in real for value in own_values(path, b"".join(chunks(self._top, path, LARGEST_ENV)))]
        if own:
            self._keep(self._workers.finish())
            self._detector.wait()
            self._detector.look_for(own)


def scan(content: Content, settings: Config, minimum: Confidence | None) -> Report:
    """Looks for secrets in all of a content."""
    with SecretScan(content.repository, settings, minimum) as looked:
        for item in content.unread():
            looked.see(item)
        found = looked.findings(content.situation.mode, content.later)
        for counts in looked.counts:
            content.add(counts)
        return Report(tuple(found), content.scope(), looked.warnings(), strict=settings.strict)


def upwards(folders: Iterable[str]) -> set[str]:
    """The folders and all above them, up to the root, which is ""."""
    found = {""}
    for folder in folders:
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def listed(top: Path, folder: str) -> Iterator[str]:
    """What lies in a folder and could be an env file."""
    try:
        found = os.listdir(os.fsdecode(located(top, folder)))
    except (FileNotFoundError, NotADirectoryError):
        return  # a folder that only the index or a commit has
    except OSError as error:
        raise StopgapError(f"cannot read {folder or 'the root folder'}: {error.strerror}") from error
    said = "\n".join((folder, *found)).lower()
    if not any(word in said for word in names.DOTENV_WORDS):
        return  # a commit may touch thousands of folders
    for name in found:
        yield f"{folder}/{name}" if folder else name


def is_env_file(top: Path, path: str) -> bool:
    """Whether it is an env file, and no template, which holds no secrets of one's own."""
    return names.is_dotenv(path) and not names.is_template(path) and (top / path).is_file()


def linked(top: Path, path: str) -> str:
    """The file to read for an env file's name: for a link its target, where git could have that; "" for a target to leave alone.

    A link outside is read under its own name. One to a template, or to more than is ever read, holds no secrets of one's own.
    """
    place = os.fsdecode(located(top, path))
    if not os.path.islink(place):
        return path
    root, target = os.path.realpath(top), os.path.realpath(place)
    try:
        if not os.access(target, os.R_OK) or os.stat(target).st_size > LARGEST_ENV:
            return ""
    except FileNotFoundError:
        return ""  # gone since it was listed
    inside = target.startswith(root + os.sep)
    found = target[len(root) + 1 :].replace(os.sep, "/") if inside else path
    return "" if names.is_template(found) else found
