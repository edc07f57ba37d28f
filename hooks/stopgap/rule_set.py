"""The rules of a repository: those that come with stopgap, its own, and those of its .gitleaks.toml."""

from __future__ import annotations

from pathlib import Path

from . import config
from .config import Config
from .detect import rules
from .detect.rules import Rule
from .model import StopgapError


def rule_set(top: Path, settings: Config) -> tuple[Rule, ...]:
    """The rules that are on. Raises StopgapError for an unknown id in `rules.disable`, or a file of rules that is wrong."""
    shipped = rules.load()
    own = [rule for name in settings.rules_extra for rule in rules_of(top, name, shipped)]
    known = {rule.id for rule in (*shipped, *own)}
    for name in settings.rules_disable:
        if name not in known:
            config.known(dict.fromkeys(known, ""), name, f"{settings.source}: [rules] disable")
    replaced = {rule.id for rule in own}
    return tuple(rule for rule in (*(rule for rule in shipped if rule.id not in replaced), *own) if rule.id not in settings.rules_disable)


def rules_of(top: Path, name: str, shipped: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules of one file: `[[rule]]` blocks of ours, or a team's .gitleaks.toml with `[[rules]]`."""
    path = top / name
    if not path.is_file():
        raise StopgapError(f"cannot read {name}: the configuration names it as a file of rules, and it is not there")
    table = config.read_toml(path, name)
    if "rule" in table or not table:
        return rules.parse(table, name)
    raise StopgapError(f"{name}: no [[rule]] in it")
