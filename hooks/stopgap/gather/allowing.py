"""What a repository allows, read once for a run, and what of it is stale."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .. import files
from ..config import Config
from ..detect.allowed import Allowed
from ..git.repository import Repository
from ..model import Finding
from .rule_set import RuleSet, rules_from

if TYPE_CHECKING:
    from datetime import date

    from ..detect.allow import Entry

NAME = ".stopgap-allow.toml"
TRACKED = ("tracked-config", "tracked-although-ignored")
BASELINE = ".secrets.baseline"


def load(repository: Repository, settings: Config, found: RuleSet | None = None) -> Allowed:
    """Reads `.stopgap-allow.toml` and `.secrets.baseline`; `found` are the repository's rules where the caller has them already.

    Raises StopgapError for a file that is broken or names an unknown rule.
    """
    return loaded(partial(files.read_inside, repository.top), settings, found)


def loaded(read: files.Inside, settings: Config, found: RuleSet | None = None) -> Allowed:
    """The same, where `read` gives the repository's files."""
    text, old = read(NAME), read(BASELINE)
    entries = hashes = None
    if text is not None:
        from ..detect import allow
        from . import catalogue

        known = catalogue.entries((found or rules_from(read, settings)).all(), settings)
        entries = allow.Allowlist(allow.parse(text, NAME, {entry.id for entry in known}))
    if old is not None:
        from ..detect import baseline

        hashes = baseline.parse(old, BASELINE)
    return Allowed(entries, hashes, today)


def today() -> date:
    """The day by which entries expire: in UTC, so that it is the same for everybody."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).date()


def day(text: str) -> date:
    """A date as TOML writes it, from today on. Raises the argument parser's error for any other."""
    from argparse import ArgumentTypeError
    from datetime import datetime

    try:
        given = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date; write it like 2031-01-31") from None
    if given < today():
        raise ArgumentTypeError(f"{text} is over: the entry would allow nothing")
    return given


def with_entries(top: Path, new: Iterable[Entry]) -> tuple[str, int]:
    """The text of the allow file with these entries added, and how many it did not have. An expired one that is renewed is left out."""
    from ..detect.allow import dump, is_expired, parse

    text, new = read(top / NAME), list(new)
    renewed, now = {(entry.rule, entry.path, entry.key) for entry in new}, today()
    old = [
        entry
        for entry in (parse(text, NAME) if text is not None else ())
        if not (is_expired(entry, now) and (entry.rule, entry.path, entry.key) in renewed)
    ]
    known = {covers(entry) for entry in old if not entry.hash}
    added = {covers(entry): entry for entry in reversed(new) if entry.hash or covers(entry) not in known}
    return dump([*old, *added.values()]), len(added)


def covers(entry: Entry) -> tuple[str, str, str | None, str]:
    """What an entry is about: two that say the same differ in their reasons alone."""
    return entry.rule, entry.path, entry.key, entry.hash


def read(path: Path) -> bytes | None:
    """A file in a repository's root; None where there is none. Raises StopgapError where it cannot be read."""
    return files.read_inside(path.parent, path.name)


def without_allowed(findings: Iterable[Finding], allowed: Allowed, settings: Config) -> list[Finding]:
    """The findings, which are about no value, whose rule is on and that no entry covers."""
    return [one for one in findings if one.rule not in settings.rules_disable and not is_allowed(one, allowed)]


def is_allowed(finding: Finding, allowed: Allowed) -> bool:
    """Whether an entry covers a finding without a value. A tracked file stays allowed when an ignore line comes to cover it."""
    rules = TRACKED if finding.rule in TRACKED else (finding.rule,)
    entries, today = allowed.entries, allowed.today()
    return entries is not None and any(entries.covers(rule, finding.path, finding.key, None, today) for rule in rules)


def warnings(allowed: Allowed, checks: Collection[str], whole: Collection[str] = (), everything: bool = False) -> tuple[str, ...]:
    """A line for each entry that expired or that nothing needs any more, of those that are for findings of `checks`.

    `whole`: the paths that were looked at whole; `everything`: they are all that the repository has.
    """
    if allowed.entries is None:
        return ()
    from ..detect import allow
    from . import catalogue

    others = {rule for check, rules in catalogue.CHECKS.items() if check not in checks for rule in rules}
    if "scan-diff" not in checks:
        ours = {rule for check in checks for rule in catalogue.CHECKS[check]}
        others = {entry.rule for entry in allowed.entries.entries} - ours
    kept = allow.Allowlist([entry for entry in allowed.entries.entries if entry.rule not in others])
    kept.used = allowed.entries.used
    return (*kept.expired(allowed.today()), *kept.stale(whole, allowed.today(), everything))
