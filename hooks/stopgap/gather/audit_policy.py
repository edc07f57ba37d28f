"""The settings, rules and allowed findings by which a repository is audited: those of its work tree, of a bare one those of HEAD."""

from __future__ import annotations

from .. import config
from ..git.blobs import Blobs
from ..git.process import run
from ..git.repository import Repository
from . import allowing
from .policies import Policies, Policy
from .rule_set import rule_set


def policy(repository: Repository) -> Policy:
    """Raises StopgapError for one that is wrong, or that cannot be read."""
    if repository.bare:
        tree = run("rev-parse", "--verify", "-q", "HEAD^{tree}", ok=(0, 1, 128))[1].decode("ascii", "replace").strip()
        with Blobs() as blobs:
            return Policies(blobs, comments=True).of(tree, "HEAD")
    settings = config.load(repository.top)
    rules = rule_set(repository.top, settings)
    return Policy(settings, rules, allowing.load(repository, settings, rules))
