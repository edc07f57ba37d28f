"""`stopgap scan-diff`: secrets in what is being committed, pushed or given by name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .gather import secret_scan as scanning
from .gather.content import Content
from .gather.situation import decide
from .git.repository import open_repository
from .model import Report

DESCRIPTION = """Looks for secrets. Names that are staged: their added lines in the index. Names that are not: the whole file.
No names: what is staged. On a push: the commits that the remote does not have."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("scan-diff", DESCRIPTION)
    cli.add_situation(parser)
    cli.add_archives(parser)
    args = parser.parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    return scanning.scan(Content(repository, decide(repository, args), settings, archives=args.archives), settings, args.min_confidence)
