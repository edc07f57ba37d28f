"""`stopgap audit-history`: what was ever in a config file of this repository, and what of it was never rotated."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from . import cli
from .audit import Audit, accounts, marks, remap, rewrite_plan
from .audit.ledger import NAME, Entry
from .checks import history
from .checks.history_summary import summary as summary_of
from .gather import allowing, auditing, rewritten, rotations
from .gather.audit_policy import policy
from .gather.policies import Policy
from .git.repository import Repository, open_history
from .model import CONFIDENCES, Finding, Report, Scope, StopgapError
from .progress import Progress
from .wording import plural

DESCRIPTION = """Reads the whole history: every config file that any commit ever had, and each value that any key in it ever had, with the
commits that had it, who could have seen it, and whether it is still in use. No value is shown in any format. Nothing is changed but by
--mark, --remap and --expressions."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("audit-history", DESCRIPTION)
    parser.add_argument("revs", nargs="*", metavar="REV", help="audit what these commits reach (default: every ref, stash and work tree)")
    parser.add_argument("--reflog", action="store_true", help="and what only reflogs still hold")
    parser.add_argument("--unreachable", action="store_true", help="and commits that nothing reaches any more")
    parser.add_argument("--since", metavar="REV", default="", help="leave out what the history of REV has already: for who starts today")
    words = "say in the ledger what became of a value: rotated, revoked, not-a-secret or accepted; several times for several"
    parser.add_argument("--mark", nargs=2, action="append", default=[], metavar=("PATH:KEY@BLOB", "STATE"), help=words)
    parser.add_argument("--reason", metavar="TEXT", help="why, for --mark")
    parser.add_argument("--remap", metavar="COMMIT-MAP", help="carry the ledger over a rewrite: git filter-repo's map of commits")
    parser.add_argument("--rewrite-plan", action="store_true", help="print how to take it out of the history; nothing of it is run")
    words = "write the values to be replaced by a rewrite to a new file that only you can read"
    parser.add_argument("--expressions", metavar="FILE", help=words)
    parser.add_argument("--no-cache", dest="cache", action="store_false", help="look again at what an earlier audit found to be clean")
    args = parser.parse_args(argv)
    if problem := wrong(args):
        parser.error(problem)
    if args.mark or args.remap or args.rewrite_plan or args.expressions:
        return cli.guarded(lambda: act(args))
    return cli.run(lambda: check(args), args)


def wrong(args: Namespace) -> str:
    """What cannot be asked together; "" where all can."""
    deeds = [f"--{name.replace('_', '-')}" for name in ("mark", "remap", "rewrite_plan", "expressions") if getattr(args, name)]
    if len(deeds) > 1:
        return f"one at a time: {' and '.join(deeds)}"
    if deeds and (args.output or args.format != "text"):
        return f"{'--output' if args.output else '--format'} is for the report, and {deeds[0]} makes none"
    if bool(args.mark) != (args.reason is not None):
        return "--mark needs --reason, which says why" if args.mark else "--reason goes with --mark"
    return ""


def check(args: Namespace) -> Report:
    repository = open_history()
    entries = rotations.load(place(repository))  # a mistake in it costs no walk
    by = policy(repository)
    found, told = audited(repository, by, args, entries)
    findings = allowing.without_allowed(history.findings(found), by.allowed, by.settings)
    reported = CONFIDENCES[CONFIDENCES.index(args.min_confidence or by.settings.min_confidence) :]
    findings = [one for one in findings if one.confidence in reported]
    summary = summary_of(found)
    if args.format in ("text", "github") and not args.verbose:
        findings, summary = for_people(findings, summary)
    whole = not (args.revs or args.since or found.incomplete)
    warnings = tuple(accounts.notes(told, rotations.gone(told.unmatched)) if whole else ())
    return Report(tuple(findings), scope(found, args, by.settings.exclude), warnings, strict=True, summary=summary)


def for_people(findings: list[Finding], summary: tuple[str, ...]) -> tuple[list[Finding], tuple[str, ...]]:
    """Without the values about which there is nothing to do; and nothing at all where nothing is left to do."""
    if all(one.severity == "note" for one in findings):
        return [], ()
    return [one for one in findings if one.rule not in (history.SETTING, history.SETTLED)], summary


def audited(repository: Repository, by: Policy, args: Namespace, entries: Sequence[Entry]) -> tuple[Audit, accounts.Accounted]:
    """The audit with what the ledger says, and which of the ledger's entries say nothing."""
    asked = auditing.Asked(tuple(args.revs), args.reflog, args.unreachable, args.since, args.cache)
    with Progress(shown=args.format in ("text", "github")) as progress:
        found = auditing.audit(repository, by, asked, progress.tell)
    told = accounts.account(found.values, entries)
    return found._replace(values=told.values), told


def place(repository: Repository) -> Path | None:
    """Where the ledger lies; None: in a commit alone."""
    return None if repository.bare else repository.top


def scope(found: Audit, args: Namespace, excluded: Sequence[str]) -> Scope:
    """What was read. `excluded`: the patterns of files that the settings leave out."""
    note = f"{plural(found.blobs, 'version')} of config files, {plural(found.refs, 'name')} of commits"
    if args.since:
        note += f"; without what the history of {args.since} has"
    if excluded:
        note += f"; without what the settings exclude: {', '.join(excluded)}"
    if not found.commits and not found.incomplete:
        note = "there is no commit yet"
    return Scope("history", len(found.files), commits=found.commits, skipped=found.skipped, incomplete=found.incomplete, note=note)


def act(args: Namespace) -> int:
    """What is asked for in place of a report. Returns the exit status."""
    repository = open_history()
    if args.remap:
        return write_remapped(repository, tree(repository, "--remap"), args.remap)
    wanted = [marks.parse(text, state) for text, state in args.mark]
    top = tree(repository, "--mark") if wanted else place(repository)
    entries = rotations.load(place(repository))
    by = policy(repository)
    found, _ = audited(repository, by, args, entries)
    for fact in found.incomplete:
        cli.say(f"stopgap: incomplete: {': '.join(filter(None, fact))}")
    if wanted and top:
        write_marks(top, wanted, found, args.reason)
    elif args.expressions:
        write_expressions(repository, by, found, Path(args.expressions))
    else:
        print_plan(repository, found, options(args))
    return cli.UNCHECKED if found.incomplete else cli.CLEAN


def tree(repository: Repository, option: str) -> Path:
    """The work tree. Raises StopgapError in a bare repository."""
    if repository.bare:
        raise StopgapError(f"{option} writes {NAME} to a work tree, and a bare repository has none: do it in a clone")
    return repository.top


def options(args: Namespace) -> list[str]:
    """The words that make the same audit again."""
    flags = [f"--{name}" for name in ("reflog", "unreachable") if getattr(args, name)]
    return [*flags, *(["--since", args.since] if args.since else []), *args.revs]


def write_marks(top: Path, wanted: Sequence[marks.Mark], found: Audit, reason: str) -> None:
    """Adds entries to the ledger, and says which."""
    from .fix import ledger

    marked, draft = rotations.marked(top, wanted, found.values, reason)
    ledger.write(top / NAME, draft.before, draft.text, draft.holds)
    for one in marked:
        for line in marks.said(one):
            cli.say(f"stopgap: {line}")


def write_remapped(repository: Repository, top: Path, commit_map: str) -> int:
    """Carries the ledger over a rewrite, and says what became of its entries."""
    from .fix import ledger

    found, draft = rewritten.carried_over(top, commit_map, auditing.detection(policy(repository).rules))
    ledger.write(top / NAME, draft.before, draft.text, draft.holds)
    for line in remap.said(found):
        cli.say(f"stopgap: {line}")
    return cli.CLEAN


def write_expressions(repository: Repository, by: Policy, found: Audit, path: Path) -> None:
    """Writes the one file that holds values, and says how many."""
    from .fix import private
    from .gather import expressions

    got = expressions.gathered(found.values, auditing.detection(by.rules))
    private.write(path, got.data, place(repository))
    left = f"; {got.said()}" if got.left else ""
    cli.say(f"stopgap: wrote {plural(got.included, 'value')} to {path}{left}")


def print_plan(repository: Repository, found: Audit, words: Sequence[str]) -> None:
    """The recipe, on standard output."""
    from .git.underway import entries_of

    text = "".join(f"{line}\n" for line in rewrite_plan.plan(found, frozenset(entries_of(repository.head)), words))
    cli.put(text.encode("utf-8", "surrogateescape"))
