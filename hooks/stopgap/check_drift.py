"""`stopgap check-drift`: does the same setting stand in several places, and do they agree?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks import drift
from .gather import allowing, drifting
from .git.repository import open_repository
from .model import Report, Scope

DESCRIPTION = """Reads the tracked files that hold settings (env files and their templates, compose, workflows, Kubernetes, Helm, Terraform,
Dockerfiles, platforms' own) and says which settings of one environment disagree, and what the templates lack. No value is ever shown."""


def main(argv: Sequence[str] | None = None) -> int:
    args = cli.parser("check-drift", DESCRIPTION).parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    allowed = allowing.load(repository, settings)
    looked = drifting.look(repository, settings, allowed)
    found = allowing.without_allowed(drift.check(looked.facts), allowed, settings)
    note = f"compared the settings of {looked.read} {'file' if looked.read == 1 else 'files'}"
    scope = Scope("tree", looked.names, incomplete=looked.facts.unknown, note=note)
    return Report(tuple(found), scope, allowing.warnings(allowed, ("check-drift",), (), everything=True), strict=settings.strict)
