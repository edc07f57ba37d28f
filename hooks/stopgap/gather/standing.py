"""What is said of a repository as it stands, whatever is being committed: its ignore rules, its deploys, its settings."""

from __future__ import annotations

from typing import NamedTuple

from ..checks import deploy_sync, drift
from ..config import Config
from ..detect.allowed import Allowed
from ..git.repository import Repository
from ..model import Fact, Finding
from . import allowing, deploying, drifting, exposure, ignoring


class Standing(NamedTuple):
    """The findings of check-gitignore, those of the other checks, and what these could only read in part."""

    exposed: list[Finding]
    others: list[Finding]
    incomplete: tuple[Fact, ...]


def look(repository: Repository, settings: Config, allowed: Allowed) -> Standing:
    """All checks that look at the repository and at no commit."""
    facts = ignoring.look(repository, settings)
    deploys = deploying.look(repository, settings, facts.entries.values(), facts.named)
    copied = deploy_sync.check(deploys.facts)
    drifted = drifting.look(repository, settings, allowed, facts.entries.values())
    return Standing(
        exposure.judged(repository, settings, allowed.today(), facts),
        [*copied, *drift.check(drifted.facts)],
        (*deploy_sync.incomplete(allowing.without_allowed(copied, allowed, settings), deploys.incomplete), *drifted.facts.unknown),
    )
