"""`stopgap allow`: writes entries of .stopgap-allow.toml."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import date, datetime

from . import cli, config
from .checks import secrets
from .config import Config
from .detect.allow import NAME, Entry, dump, entry_for, one_line
from .fix import allow as fixer
from .gather import allowing, exposure
from .gather.content import Content
from .gather.env_scan import EnvScan
from .gather.secret_scan import SecretScan
from .gather.situation import Situation, relative
from .git.repository import Repository, open_repository
from .model import CONFIDENCES, SEVERITIES, Finding, StopgapError

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
    parser.add_argument("--expires", type=day, metavar="YYYY-MM-DD", help="the last day on which the entry counts")
    args = parser.parse_args(argv)
    if bool(args.finding) == args.all:
        parser.error("give one finding, or --all")
    return cli.guarded(lambda: allow(args))


def day(text: str) -> date:
    """A date as TOML writes it, from today on. Raises the parser's error for any other."""
    try:
        given = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date; write it like 2031-01-31") from None
    if given < allowing.today():
        raise ArgumentTypeError(f"{text} is over: the entry would allow nothing")
    return given


def allow(args: Namespace) -> int:
    if not one_line(args.reason):
        raise StopgapError("--reason says nothing: an entry without a reason cannot be judged later")
    repository = open_repository()
    settings = config.load(repository.top)
    path, _, place = located(args.finding or "")
    names = (relative(repository, path),) if place else ()
    # of a staged file the added lines first; what `stopgap check` found on another line of it is in the tree
    for situation in (*([Situation("files", names=names)] if place else []), Situation("tree")):
        found = proposals(repository, settings, situation, args)
        chosen = [entry for finding, entry in found if args.all or is_meant(finding, args.finding, names, place)]
        if chosen:
            break
    if not chosen and not args.all:
        raise StopgapError(f"no finding {args.finding}: nothing to allow (it may be allowed already)")
    return write(repository, chosen)


def proposals(repository: Repository, settings: Config, situation: Situation, args: Namespace) -> list[tuple[Finding, Entry]]:
    """Every finding that fails a hook, with the entry that would allow it."""
    content = Content(repository, situation, settings)
    scan, env = SecretScan(repository, settings, propose=(args.reason, args.expires)), EnvScan(content, settings)
    for item in content:
        env.see(item)
        scan.see(item)
    reported = CONFIDENCES[CONFIDENCES.index(settings.min_confidence) :]
    about_values = [
        (secrets.finding(match, situation.mode), entry) for match, entry in scan.proposed.items() if match.confidence in reported
    ]
    about_files = [*env.findings(), *exposure.findings(repository, settings, allowing.today())]
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
    path = repository.top / NAME
    text = allowing.read(path)
    from .detect.allow import is_expired, parse

    renewed, today = {(entry.rule, entry.path, entry.key) for entry in new}, allowing.today()
    old = [
        entry
        for entry in (parse(text, NAME) if text is not None else ())
        if not (is_expired(entry, today) and (entry.rule, entry.path, entry.key) in renewed)
    ]
    known = {entry._replace(hash="", reason="", expires=None) for entry in old if not entry.hash}
    added = [entry for entry in dict.fromkeys(new) if entry.hash or entry._replace(hash="", reason="", expires=None) not in known]
    changed = fixer.write(path, dump([*old, *added])) if added else False
    count = f"{len(added)} {'entry' if len(added) == 1 else 'entries'}"
    print(f"stopgap: added {count} to {NAME}; commit it with the change" if changed else f"stopgap: nothing to add to {NAME}")
    return cli.CLEAN
