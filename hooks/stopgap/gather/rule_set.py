"""The rules of a repository: those that come with stopgap, its own, those of its .gitleaks.toml, and detect-secrets' where it asks."""

from __future__ import annotations

import errno
import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from .. import config, files
from ..config import Config
from ..detect import rules
from ..detect.engine import GENERIC
from ..detect.rules import Rule
from ..model import StopgapError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..detect.others import Others
    from ..detect.team import Team


class RuleSet(NamedTuple):
    """The rules in our form that are on, what else is asked, and the ids that are off though they are in no table."""

    rules: Sequence[Rule]
    others: Others | None = None
    off: frozenset[str] = frozenset()

    def all(self) -> tuple[Rule, ...]:
        """Every rule of a table, the teams' too."""
        return (*self.rules, *(self.others.rules() if self.others else ()))


def rule_set(top: Path, settings: Config) -> RuleSet:
    """The rules that are on. Raises StopgapError for an unknown id in `rules.disable`, or a file of rules that is wrong."""
    return rules_from(partial(files.read_inside, top), settings)


def rules_from(read: files.Inside, settings: Config) -> RuleSet:
    """The same, where `read` gives the repository's files."""
    if not (settings.rules_extra or settings.rules_disable or settings.second_opinion):
        return RuleSet(rules.Shipped())
    shipped = rules.load()
    known = {*(rule.id for rule in shipped), *GENERIC}
    own: list[Rule] = []
    teams: list[Team] = []
    for name in settings.rules_extra:
        found, team = rules_in(inside(read, name), name, known)
        own += found
        teams += [team] if team else []
    off = {name for team in teams for name in team.disabled}
    others = asked(tuple(teams), settings)
    everything = RuleSet((*shipped, *own), others)
    off |= disabled(everything, settings)
    replaced = {rule.id for rule in own}
    active = tuple(rule for rule in (*(rule for rule in shipped if rule.id not in replaced), *own) if rule.id not in off)
    return RuleSet(active, others, frozenset(off))


def disabled(everything: RuleSet, settings: Config) -> set[str]:
    """The ids that `rules.disable` names, of any check. Raises StopgapError for one that no rule has."""
    if not settings.rules_disable:
        return set()
    from .catalogue import entries

    names = dict.fromkeys((entry.id for entry in entries(everything.all(), settings)), "")
    for name in settings.rules_disable:
        config.known(names, name, f"{settings.source}: [rules] disable", "rule")
    return set(settings.rules_disable)


def rules_of(path: str, name: str, known: set[str]) -> tuple[tuple[Rule, ...], Team | None]:
    """The rules of one file, wherever it lies. Raises StopgapError where it cannot be read or holds no rules."""
    return rules_in(files.read(path, name), name, known)


def inside(read: files.Inside, name: str) -> bytes:
    """A file that `rules.extra` names. Raises StopgapError for one that is not in the repository: the rules would be another machine's."""
    if os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
        raise StopgapError(f"[rules] extra: {name} is outside of the repository")
    data = read(name)
    if data is None:
        raise StopgapError(f"cannot read {name}: {os.strerror(errno.ENOENT)}")
    return data


def rules_in(data: bytes, name: str, known: set[str]) -> tuple[tuple[Rule, ...], Team | None]:
    """The rules of a file's text: `[[rule]]` blocks of ours, or a team's .gitleaks.toml with `[[rules]]`."""
    table = files.toml(data, name)
    if "rule" in table:
        return rules.parse(table, name), None
    if not {key.lower() for key in table} & {"rules", "extend", "allowlist", "allowlists"}:
        raise StopgapError(f"{name}: no rules in it, neither [[rule]] nor gitleaks' [[rules]]")
    from ..detect import gitleaks

    return (), gitleaks.parse(data, name, known)


def asked(teams: tuple[Team, ...], settings: Config) -> Others | None:
    """What is asked beside our rules, None where it is nothing."""
    if not teams and not settings.second_opinion:
        return None
    from ..detect import others

    where = f"{settings.source}: [scan-diff] detect-secrets"
    return others.Others(teams, others.detectors(settings.second_opinion, where) if settings.second_opinion else ())
