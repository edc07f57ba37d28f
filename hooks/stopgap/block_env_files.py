"""`stopgap block-env-files`: env and credential files on their way into a commit or a push."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .gather import allowing
from .gather.content import Content
from .gather.env_scan import EnvScan
from .gather.situation import decide
from .git.repository import open_repository
from .model import Report

DESCRIPTION = """Stops files of configuration and credentials by their names, and env files under another name by their content.
Deleting such a file, or renaming it away, is the fix and passes."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("block-env-files", DESCRIPTION)
    cli.add_situation(parser)
    args = parser.parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    content = Content(repository, decide(repository, args), settings)
    allowed = allowing.load(repository, settings)
    looked = EnvScan(content, settings, args.min_confidence)
    for item in content:
        looked.see(item)
    findings = allowing.without_allowed(looked.findings(), allowed, settings)
    return Report(tuple(findings), content.scope(), allowing.warnings(allowed, ("block-env-files",)), strict=settings.strict)
