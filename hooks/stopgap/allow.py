"""`stopgap allow`: writes entries of .stopgap-allow.toml."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks import secrets
from .config import Config
from .detect.allow import NAME, Entry, entry_for, one_line
from .fix import allow as fixer
from .gather import allowing, standing
from .gather.content import Content
from .gather.env_scan import EnvScan
from .gather.secret_scan import SecretScan
from .gather.situation import Situation, relative
from .git.repository import Repository, open_repository
from .model import CONFIDENCES, INSIDE, SEVERITIES, Finding, StopgapError

# how things stand on this machine or in this index, which an entry that everybody gets must not allow
PASSING = ("ignore-personal", "ignore-unstaged", "ignore-untracked")
DESCRIPTION = """Allows a finding, with a reason, in .stopgap-allow.toml: the entry holds a salted hash of the value, never the value.
Give the finding as the report prints it (PATH:LINE, or PATH:LINE:COLUMN), or its fingerprint from the JSON report of `stopgap check`.
--all allows every finding of the whole tree: the first day of an old repository."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("allow", DESCRIPTION, reports=False)
    parser.add_argument("finding", nargs="?", metavar="PATH:LINE[:COLUMN] | FINGERPRINT", help="the finding to allow")
    parser.add_argument("--all", action="store_true", help="allow every finding of the whole tree")
    parser.add_argument("--reason", required=True, help="why this is no secret, or why it may stay for now")
    parser.add_argument("--expires", type=allowing.day, metavar="YYYY-MM-DD", help="the last day on which the entry counts")
    cli.add_archives(parser)
    args = parser.parse_args(argv)
    if bool(args.finding) == args.all:
        parser.error("give one finding, or --all")
    return cli.guarded(lambda: allow(args))


def allow(args: Namespace) -> int:
    if not one_line(args.reason):
        raise StopgapError("--reason says nothing: an entry without a reason cannot be judged later")
    repository = open_repository()
    settings = config.load(repository.top)
    path, _, place = located(args.finding or "")
    names = (relative(repository, path),) if place else ()
    files = tuple(name.partition(INSIDE)[0] for name in names)
    args.archives = args.archives or files != names
    # of a staged file the added lines first; what `stopgap check` found on another line of it is in the tree
    for situation in (*([Situation("files", names=files)] if place else []), Situation("tree")):
        found = proposals(repository, settings, situation, args)
        chosen = [entry for finding, entry in found if args.all or is_meant(finding, args.finding, names, place)]
        if chosen:
            break
    if not chosen and not args.all:
        raise StopgapError(f"no finding {args.finding}: nothing to allow (it may be allowed already)")
    return write(repository, chosen)


def proposals(repository: Repository, settings: Config, situation: Situation, args: Namespace) -> list[tuple[Finding, Entry]]:
    """Every finding that fails a hook, with the entry that would allow it."""
    content = Content(repository, situation, settings, archives=args.archives)
    scan, env = SecretScan(repository, settings, propose=(args.reason, args.expires)), EnvScan(content, settings)
    for item in content:
        env.see(item)
        scan.see(item)
    reported = CONFIDENCES[CONFIDENCES.index(settings.min_confidence) :]
    about_values = [
        (secrets.finding(match, situation.mode), entry) for match, entry in scan.proposed.items() if match.confidence in reported
    ]
    stands = standing.look(repository, settings, scan.allowed)
    about_files = [*env.findings(), *stands.exposed, *stands.others]
    kept = allowing.without_allowed(about_files, scan.allowed, settings)
    kept = [one for one in kept if one.rule not in PASSING]
    entries = [(one, entry_for(one.rule, one.path, one.key, None, args.reason, args.expires)) for one in kept]
    return [pair for pair in (*about_values, *entries) if pair[0].severity in SEVERITIES[1:]]


def located(text: str) -> tuple[str, str, tuple[int, ...]]:
    """`src/a.py:12:7` as path, text and (12, 7); no place for a fingerprint."""
    parts = text.split(":")
    numbers: list[int] = []
    while len(parts) > 1 and parts[-1].isdigit() and len(numbers) < 2:
        numbers.insert(0, int(parts.pop()))
    return ":".join(parts), text, tuple(numbers)


def is_meant(finding: Finding, text: str, names: tuple[str, ...], place: tuple[int, ...]) -> bool:
    """Whether the words on the command line mean this finding."""
    if not place:
        return finding.fingerprint == text != ""
    return finding.path in names and (finding.line, finding.column)[: len(place)] == place


def write(repository: Repository, new: list[Entry]) -> int:
    """Adds the entries to the file, and says what it did."""
    text, added = allowing.with_entries(repository.top, new)
    changed = fixer.write(repository.top / NAME, text) if added else False
    count = f"{added} {'entry' if added == 1 else 'entries'}"
    print(f"stopgap: added {count} to {NAME}; commit it with the change" if changed else f"stopgap: nothing to add to {NAME}")
    return cli.CLEAN
