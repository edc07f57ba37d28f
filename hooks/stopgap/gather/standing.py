"""What is said of a repository as it stands, whatever is being committed: its ignore rules, its deploys, its settings."""

from __future__ import annotations

from typing import NamedTuple

from ..config import Config
from ..deploy import kinds as deploy_kinds
from ..deploy.names import Names
from ..detect.allowed import Allowed
from ..drift import kinds as drift_kinds
from ..git.blobs import Blobs
from ..git.repository import Repository
from ..model import Fact, Finding
from . import allowing, exposure, ignoring
from .ignoring import Facts


class Standing(NamedTuple):
    """The findings of check-gitignore, those of the other checks, and what these could only read in part."""

    exposed: list[Finding]
    others: list[Finding]
    incomplete: tuple[Fact, ...]


def look(repository: Repository, settings: Config, allowed: Allowed) -> Standing:
    """All checks that look at the repository and at no commit."""
    with Blobs() as blobs:
        facts = ignoring.look(repository, settings, blobs)
        others, incomplete = about_content(repository, settings, allowed, facts, blobs)
    return Standing(exposure.judged(repository, settings, allowed.today(), facts), others, incomplete)


def about_content(
    repository: Repository, settings: Config, allowed: Allowed, facts: Facts, blobs: Blobs
) -> tuple[list[Finding], tuple[Fact, ...]]:
    """What check-deploy-sync and check-drift say. Where no name is of their kinds, little is imported."""
    known = Names(facts.entries)
    deploys, named = deploy_kinds.among(known), drift_kinds.among(known, facts.named)
    if not deploys and not named:
        return [], ()
    from ..checks import deploy_sync, drift
    from . import deploying, drifting

    begun = drifting.begin(settings, facts.entries, known, named)  # git searches the code while the deploys are read
    deployed = deploying.read(repository, settings, facts.entries.values(), deploys, facts.named, blobs)
    drifted = drifting.end(repository, settings, allowed, begun, blobs)
    copied = deploy_sync.check(deployed.facts)
    unread = deploy_sync.incomplete(allowing.without_allowed(copied, allowed, settings), deployed.incomplete)
    return [*copied, *drift.check(drifted.facts)], (*unread, *drifted.facts.unknown)
