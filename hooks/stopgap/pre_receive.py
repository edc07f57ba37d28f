"""`stopgap pre-receive`: on a git server, what a push brings, before the server takes it in."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections.abc import Sequence

from . import cli
from .gather import receiving
from .gather.receiving import Asked
from .gather.time_limit import OutOfTimeError, TimeLimit
from .git import received
from .model import CONFIDENCES, Report, StopgapError
from .report import remote

DESCRIPTION = """For the pre-receive hook of a git server: reads `old new ref` lines from standard input, looks at the commits that the push
brings, and refuses secrets and config files. What the repository's own settings allow counts as of the ref's old tip."""
SECONDS = 60.0
LONGEST = 86_400.0
MOST_INPUT = 16 << 20  # bytes of standard input: some 150,000 refs


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("pre-receive", DESCRIPTION, reports=False)
    parser.add_argument(
        "--time-limit", type=seconds, default=SECONDS, metavar="SECONDS", help="refuse what takes longer (default: %(default).0f)"
    )
    parser.add_argument(
        "--settings-from", default="", metavar="REV", help="whose settings count for every ref (default: each ref's old tip)"
    )
    parser.add_argument("--allow-comments", action="store_true", help="let comments in what is pushed allow findings beside them")
    parser.add_argument("--min-confidence", choices=CONFIDENCES, help="report findings of at least this confidence (default: medium)")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell the pusher what was looked at")
    args = parser.parse_args(argv)
    return cli.guarded(lambda: answered(args))


def seconds(text: str) -> float:
    """A number of seconds. Raises the argument parser's error for one that bounds nothing."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to {LONGEST:.0f}")
    return found


def answered(args: Namespace) -> int:
    """Judges the push and tells the pusher. Returns the exit status; git takes the push in at 0 only."""
    try:
        report = check(args)
    except StopgapError as error:
        tell(remote.unchecked(str(error)))
        return cli.UNCHECKED
    tell(remote.render(report, args.verbose))
    return cli.status_of(report, strict=True)


def check(args: Namespace) -> Report:
    """What is wrong with the push. Raises StopgapError where that cannot be told, or takes too long."""
    asked = Asked(args.min_confidence, args.settings_from, args.allow_comments)
    try:
        with TimeLimit(args.time_limit) as limit:
            return receiving.look(received.open_receiving(), received.updates(given()), asked, limit)
    except OutOfTimeError:
        said = f"it takes longer than this server gives it ({args.time_limit:g} s); push fewer commits at once"
        raise StopgapError(f"{said} (git push REMOTE COMMIT:refs/heads/BRANCH), or ask for a longer --time-limit") from None


def given() -> bytes:
    """What git writes to the hook. Raises StopgapError at a terminal, and for more than a push has."""
    if sys.stdin is None or sys.stdin.isatty():
        raise StopgapError("this is a pre-receive hook: git gives it `old new ref` lines on standard input")
    data = sys.stdin.buffer.read(MOST_INPUT + 1)
    if len(data) > MOST_INPUT:
        raise StopgapError(f"the push names more refs than fit into {MOST_INPUT >> 20} MiB; push fewer at once")
    return data


def tell(text: str) -> None:
    """To standard error, which git shows to the pusher."""
    sys.stderr.buffer.write(text.encode("utf-8"))
    sys.stderr.buffer.flush()
