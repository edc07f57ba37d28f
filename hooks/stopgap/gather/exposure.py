"""Which tracked files should not be tracked, and since when; with it, all that check-gitignore has to say about a repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ..checks import gitignore, tracked
from ..checks.tracked import Tracked
from ..config import Config, Globs
from ..git import dates
from ..git.ignore import Rule
from ..git.repository import Repository
from ..model import Finding, StopgapError
from .ignoring import Facts
from .probing import answered, decided_on, questions

SHALLOW = "this clone is shallow, its history ends early"


def judged(repository: Repository, settings: Config, today: date, facts: Facts) -> list[Finding]:
    """All that check-gitignore has to say of these facts. `today` is the day up to which "exposed for" counts."""
    asked = list(questions(facts, settings))
    decided = decided_on(facts, asked, facts.entries)
    probes = answered(repository, settings, facts, asked, decided)
    said = {probe.path for probe in probes if probe.kind == "template"}
    files = [file for file in tracked_files(facts, settings, decided) if file.path not in said]
    return [*gitignore.check(probes), *tracked.check(dated(repository, facts, files), today)]


def tracked_files(facts: Facts, settings: Config, decided: Mapping[str, Rule]) -> Iterator[Tracked]:
    """The tracked files that are config, or ignored, without their dates."""
    allowed = Globs(settings.allow_files)
    for path in facts.entries:
        rule, reason = decided.get(path), facts.config.get(path, "")
        ignored = rule is not None and not rule.negated and path not in allowed
        if reason or ignored:
            yield Tracked(path, reason, *(rule if rule and ignored else ()))


def dated(repository: Repository, facts: Facts, files: list[Tracked]) -> list[Tracked]:
    """The files with their dates, or why they have none: that a date is missing must not hide the finding."""
    if not files or not repository.head:
        return files
    if repository.shallow:
        return [file._replace(undated=SHALLOW) for file in files]
    try:
        added = dates.first_added([file.path for file in files])
        rules = rules_since(facts, files)
    except StopgapError as error:  # a partial clone, say, that does not have the older trees
        return [file._replace(undated=str(error)) for file in files]
    return [with_dates(file, added.get(file.path), rules.get((file.source, file.line))) for file in files]


def with_dates(file: Tracked, added: dates.Since | None, ignored: dates.Since | None) -> Tracked:
    if added:
        file = file._replace(first=added.day, commit=added.commit)
    return file._replace(ignored=ignored.day, ignored_by=ignored.commit) if ignored else file


def rules_since(facts: Facts, files: Iterable[Tracked]) -> dict[tuple[str, int], dates.Since]:
    """The commits that brought the rules which ignore these files; a rule that is not committed yet is left out."""
    places = {(file.source, file.line) for file in files if file.source}
    found = {}
    for source in dates.committed({source for source, _ in places}):
        lines = facts.files.shared[source].split(b"\n")
        since = dates.lines_since(source)
        for place in places:
            if place[0] == source and (commit := since.get(lines[place[1] - 1].strip())):
                found[place] = commit
    return found
