"""`stopgap check-gitignore`: does .gitignore cover config, and did anything get tracked before it did?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks import gitignore as checks
from .config import Config
from .fix import gitignore as fixer
from .gather import allowing, exposure, ignoring, probing
from .git.ignore import NAME, IgnoreFiles
from .git.process import bytes_of
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
    allowed = allowing.load(repository, settings)
    found = allowing.without_allowed(exposure.judged(repository, settings, allowed.today(), facts), allowed, settings)
    folders = len(probing.folders(facts))
    note = f"asked git about generated names in {folders} {'folder' if folders == 1 else 'folders'}"
    scope = Scope("tree", len(facts.entries) + len(facts.others), note=note)
    return Report(tuple(found), scope, allowing.warnings(allowed, ("check-gitignore",), facts.entries.keys(), everything=True), done)


def fix(repository: Repository, settings: Config) -> tuple[str, ...]:
    """Adds what the root's `.gitignore` lacks, judged by the work tree, as that is what it changes. Returns what it did, a line each."""
    facts = ignoring.look(repository, settings)
    before = facts.files.here.get(NAME, b"")
    ignored, _, first = lines_to_add(repository, facts, settings, before)
    with_rules = fixer.insert(before, ignored, first)
    _, spared, _ = lines_to_add(repository, facts, settings, with_rules)
    after = fixer.insert(with_rules, spared)
    if after == before:
        return ()
    fixer.write(repository.top, after)
    return (f"added to {NAME}: {', '.join(line for line in (*ignored, *spared) if bytes_of(line) not in before.splitlines())}",)


def lines_to_add(repository: Repository, facts: ignoring.Facts, settings: Config, content: bytes) -> tuple[list[str], list[str], int]:
    """What the root's ignore file lacks if it reads `content`: lines that ignore, lines that let templates in, and the number of its first
    `!` line that a line below it would undo, 0 where there is none.
    """
    files = {**facts.files.here, NAME: content}
    supposed = facts._replace(files=IgnoreFiles(files, files, frozenset()))
    asked = list(probing.questions(supposed, settings))
    decided = probing.decided_on(supposed, asked)
    probes = probing.answered(repository, settings, supposed, asked, decided)
    lacking = [one for one in probes if checks.severity(one) == "error" and one.state in ("missing", "personal")]
    spared = [one for one in probes if one.kind == "template" and one.source == NAME]
    first = min((rule.line for rule in decided.values() if rule.negated and rule.source == NAME), default=0)
    return checks.lines_for(lacking), checks.lines_sparing(spared), first
