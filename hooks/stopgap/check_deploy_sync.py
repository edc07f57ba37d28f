"""`stopgap check-deploy-sync`: does the deploy leave the server's config alone?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks import deploy_sync
from .gather import allowing, deploying
from .git.repository import open_repository
from .model import Report, Scope

DESCRIPTION = """Reads the repository's deploy steps and says which would carry a config file to the server or into an artifact, overwrite
the server's own, or delete it. Nothing is run."""


def main(argv: Sequence[str] | None = None) -> int:
    args = cli.parser("check-deploy-sync", DESCRIPTION).parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    looked = deploying.look(repository, settings)
    allowed = allowing.load(repository, settings)
    found = allowing.without_allowed(deploy_sync.check(looked.facts), allowed, settings)
    note = f"read {looked.read} deploy {'file' if looked.read == 1 else 'files'}"
    scope = Scope("tree", looked.read, incomplete=deploy_sync.incomplete(found, looked.incomplete), note=note)
    return Report(tuple(found), scope, allowing.warnings(allowed, ("check-deploy-sync",), (), everything=True), strict=settings.strict)
