"""`stopgap untrack`: stops tracking config files without taking them away from anybody."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks import untrack_plan as plan
from .checks.untrack import Facts, refused
from .fix import gitignore, template
from .fix import untrack as fixer
from .gather import untracking
from .git.repository import Repository, open_repository
from .report.escape import visible

DESCRIPTION = """Plans how to stop tracking config files, and with --apply does this clone's part: a template with the keys, the
ignore lines, `git rm --cached`. The file on disk stays, and nothing is committed. The commit deletes the file in every clone and on
every server that pulls it: the plan has the commands that save it there, and what must be rotated."""
EXITS = """exit status: 0 planned, or done; 1 refused, as a deploy step would delete the server's file; 2 could not be done;
3 a crash (a bug of stopgap); 130 interrupted"""

PLANNED = "a plan, nothing is changed; --apply does this clone's part"


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("untrack", DESCRIPTION, reports=False)
    parser.epilog = EXITS
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file; a directory means the config files in it; a quoted glob works too"
    )
    parser.add_argument("--apply", action="store_true", help="do what the plan says for this clone")
    parser.add_argument("--force", action="store_true", help="go on although a deploy step would delete the server's file")
    args = parser.parse_args(argv)
    return cli.guarded(lambda: untrack(args))


def untrack(args: Namespace) -> int:
    repository = open_repository()
    facts = untracking.look(repository, config.load(repository.top), args.paths, gitignore.insert)
    if not facts.targets:
        print("stopgap: no tracked config file there: nothing to untrack")
        return cli.CLEAN
    stop = refused(facts) and not args.force
    applied = args.apply and not stop
    if applied:
        apply(repository, facts)
    print(f"stopgap untrack: {'done in this clone, nothing is committed' if applied else PLANNED}")
    show(facts, applied=applied)
    if stop:
        for found in facts.deploy.blocking:
            cli.say(f"stopgap: {found.path}:{found.line}: {found.message}")
        cli.say("stopgap: refused, nothing was changed: mend the deploy first, or go on with --force")
    return cli.FOUND if stop else cli.CLEAN


def apply(repository: Repository, facts: Facts) -> None:
    """Writes the files, stages them, and untracks last: what is interrupted is gone on with by the same command."""
    for draft in facts.templates:
        template.write(repository.top, draft.path, draft.data)
    if facts.ignore:
        gitignore.write(repository.top, facts.ignore.data)
    fixer.stage([draft.path for draft in facts.drafts() if not draft.apart])
    fixer.remove(facts.removed())


def show(facts: Facts, *, applied: bool) -> None:
    """Prints the plan. Commands are quoted for a shell and go out as they are: an escape in them would be another file's name."""
    sys.stdout.flush()
    for line, is_command in plan.lines(plan.plan(facts, applied=applied)):
        sys.stdout.buffer.write((line if is_command else visible(line)).encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()
