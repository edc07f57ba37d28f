"""What a repository allows, read once for a run, and what of it is stale."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timezone
from pathlib import Path

from .config import Config
from .detect import allow, baseline
from .detect.allowed import Allowed
from .detect.rules import Rule
from .git.repository import Repository
from .model import Finding, StopgapError
from .rule_set import rule_set

BASELINE = ".secrets.baseline"


def load(repository: Repository, settings: Config, rules: Sequence[Rule] = ()) -> Allowed:
    """Reads `.stopgap-allow.toml` and `.secrets.baseline`; `rules` are the repository's where the caller has them already.

    Raises StopgapError for a file that is broken or names an unknown rule.
    """
    text = read(repository.top / allow.NAME)
    entries: tuple[allow.Entry, ...] = ()
    if text is not None:
        from . import catalogue

        known = catalogue.entries(rules or rule_set(repository.top, settings), settings)
        entries = allow.parse(text, allow.NAME, {entry.id for entry in known})
    data = read(repository.top / BASELINE)
    old = baseline.parse(data, BASELINE) if data is not None else None
    return Allowed(allow.Allowlist(entries), old, today())


def today() -> date:
    """The day by which entries expire: in UTC, so that it is the same for everybody."""
    return datetime.now(timezone.utc).date()


def read(path: Path) -> bytes | None:
    """A file's bytes; None where there is none. Raises StopgapError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StopgapError(f"cannot read {path.name}: {error.strerror}") from error


def without_allowed(findings: Iterable[Finding], allowed: Allowed) -> list[Finding]:
    """The findings, which are about no value, that no entry covers."""
    return [one for one in findings if not allowed.entries.covers(one.rule, one.path, one.key, None, allowed.today)]


def warnings(allowed: Allowed, checks: Collection[str], whole: Collection[str] = (), everything: bool = False) -> tuple[str, ...]:
    """A line for each entry that expired or that nothing needs any more, of those that are for findings of `checks`.

    `whole`: the paths that were looked at whole; `everything`: they are all that the repository has.
    """
    if not allowed.entries.entries:
        return ()
    from . import catalogue

    others = {rule for check, rules in catalogue.CHECKS.items() if check not in checks for rule in rules}
    if "scan-diff" not in checks:
        ours = {rule for check in checks for rule in catalogue.CHECKS[check]}
        others = {entry.rule for entry in allowed.entries.entries} - ours
    kept = allow.Allowlist([entry for entry in allowed.entries.entries if entry.rule not in others])
    kept.used = allowed.entries.used
    return (*kept.expired(allowed.today), *kept.stale(whole, allowed.today, everything))
