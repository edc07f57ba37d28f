"""`stopgap import`: other tools' lists of what is allowed, turned into entries of .stopgap-allow.toml."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence

from . import cli, config, files
from .detect.allow import NAME
from .detect.theirs import Outcome
from .fix import allow as fixer
from .gather import allowing, catalogue, importing
from .gather.rule_set import rule_set
from .git.repository import open_repository
from .model import StopgapError

DESCRIPTION = """Turns a .gitleaksignore, a .secrets.baseline or the allowlists of a .gitleaks.toml into entries of .stopgap-allow.toml.
Theirs name lines, ours a salted hash of the value: what they are about is looked up in the tree as it is, and in the commits that they
name. Each entry of theirs is listed with what became of it. It is safe to run twice."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("import", DESCRIPTION, reports=False)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a .gitleaksignore, .secrets.baseline or .gitleaks.toml")
    parser.add_argument("--reason", help="why the values may stay (default: the file and the entry that they come from)")
    parser.add_argument("--expires", type=allowing.day, metavar="YYYY-MM-DD", help="the last day on which the entries count")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    args = parser.parse_args(argv)
    return cli.guarded(lambda: imported(args))


def imported(args: Namespace) -> int:
    from .detect import theirs
    from .detect.allow import one_line

    if args.reason is not None and not one_line(args.reason):
        raise StopgapError("--reason says nothing: an entry without a reason cannot be judged later")
    given = {os.path.abspath(name): name for name in args.files}
    data = {name: files.read(path, name) for path, name in given.items()}
    repository = open_repository()
    settings = config.load(repository.top)
    rules = rule_set(repository.top, settings)
    known = {entry.id for entry in catalogue.entries(rules.all(), settings)}
    found = [theirs.read(text, name, known) for name, text in data.items()]
    claims = [claim for one in found for claim in one.claims]
    told, entries = importing.outcomes(repository, settings, rules, claims, args.reason or "", args.expires)
    told += [outcome for one in found for outcome in one.outcomes]
    text, added = allowing.with_entries(repository.top, entries)
    if added and not args.dry_run:
        fixer.write(repository.top / NAME, text)
    show(told, added, dry=args.dry_run)
    return cli.UNCHECKED if any(outcome.kind == "unchecked" for outcome in told) else cli.CLEAN


def show(told: Iterable[Outcome], added: int, dry: bool) -> None:
    """Prints what became of each entry of theirs, and what was written."""
    from .report.escape import visible

    lines = [f"{outcome.where}: {outcome.kind}: {outcome.text}" for outcome in told]
    entries = f"{added} {'entry' if added == 1 else 'entries'}"
    if not added:
        last = f"stopgap: nothing to add to {NAME}"
    elif dry:
        last = f"stopgap: would add {entries} to {NAME}; nothing was written"
    else:
        last = f"stopgap: added {entries} to {NAME}; commit it with the change"
    sys.stdout.buffer.write("".join(f"{visible(line)}\n" for line in (*lines, last)).encode("utf-8"))
    sys.stdout.buffer.flush()
