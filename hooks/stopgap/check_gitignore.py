"""`stopgap check-gitignore`: does .gitignore cover config, and did anything get tracked before it did?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime, timezone

from . import cli, config, exposure, ignoring
from .config import Config
from .fix import gitignore as fixer
from .git.ignore import NAME
from .git.repository import Repository, open_repository
from .model import Report, Scope

DESCRIPTION = """Asks git which config files the ignore rules that everybody has would let in, in the root and wherever an env file is,
and which files are tracked that should not be, since when."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("check-gitignore", DESCRIPTION)
    parser.add_argument("--fix", action="store_true", help="add the missing lines to the root's .gitignore; nothing is untracked")
    args = parser.parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    done = fix(repository, settings) if args.fix else ()
    facts = ignoring.look(repository, settings)
    found = exposure.judged(repository, settings, datetime.now(timezone.utc).date(), facts)
    folders = len(ignoring.folders(facts))
    note = f"asked git about generated names in {folders} {'folder' if folders == 1 else 'folders'}"
    return Report(tuple(found), Scope("tree", len(facts.entries) + len(facts.others), note=note), done=done)


def fix(repository: Repository, settings: Config) -> tuple[str, ...]:
    """Adds what the root's `.gitignore` lacks, judged by the work tree, as that is what it changes. Returns what it did, a line each."""
    facts = ignoring.look(repository, settings)
    before = facts.files.here.get(NAME, b"")
    ignored, _, first = ignoring.lines_to_add(repository, facts, settings, before)
    with_rules = fixer.insert(before, ignored, first)
    _, spared, _ = ignoring.lines_to_add(repository, facts, settings, with_rules)
    after = fixer.insert(with_rules, spared)
    if after == before:
        return ()
    fixer.write(repository.top, after)
    return (f"added to {NAME}: {', '.join([*ignored, *spared])}",)
