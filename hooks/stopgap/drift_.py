"""`stopgap drift`: do two or more places hold the same settings? The one check that may open a connection, as it was asked for."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from . import cli, globs, sides
from .model import Fact, Report, Scope, StopgapError
from .sides import Form, Side, compare
from .sides.compare import Hashed

DESCRIPTION = """Compares places that hold settings with the first of them: which keys are missing, extra, or differ, and which place is
newer. A place is a file, ssh://USER@HOST[:PORT]/PATH, aws-sm://REGION/NAME, or - for what another command prints: dotenv, JSON, or
the output of `env`. No value is shown in any format, and nothing is changed."""
FORMS: dict[str, Form] = {"dotenv": "dotenv", "env": "environment", "json": "json"}
SHOWN = 5  # numbers of lines in one sentence
STDIN = "-"


def main(argv: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    parser = cli.parser("drift", DESCRIPTION)
    parser.add_argument("sides", nargs="+", metavar="PLACE", help="two or more; the first is what the others are compared with")
    parser.add_argument("--only", action="append", default=[], metavar="KEY", help="only the keys that this glob matches; may be repeated")
    parser.add_argument("--ignore", action="append", default=[], metavar="KEY", help="not the keys that this glob matches; may be repeated")
    parser.add_argument("--keys-only", action="store_true", help="which keys there are, not whether their values are the same")
    parser.add_argument("--stdin", choices=FORMS, help="how standard input is written (default: told by its content)")
    args = parser.parse_args(words)
    # the parser takes a file's name for a file, but a file that is named `-` must not stand in for standard input
    args.sides = [STDIN if name == f"./{STDIN}" and STDIN in words else name for name in args.sides]
    if len(args.sides) < 2:
        parser.error("drift compares two places or more")
    if args.sides.count(STDIN) > 1:
        parser.error("standard input can be one of the places only")
    return cli.run(lambda: drift(args), args)


def drift(args: Namespace) -> Report:
    for glob in (*args.only, *args.ignore):
        if wrong := globs.problem(glob):
            raise StopgapError(f"the glob {glob!r} matches no key: {wrong}")
    opened: list[Side] = [sides.side(word, FORMS[args.stdin] if args.stdin else None) for word in args.sides]
    secret = os.urandom(32)
    first, *others = [compare.hashed(side, secret, lambda key: is_wanted(key, args)) for side in opened]
    found = [finding for other in others for finding in compare.findings(first, other, keys_only=args.keys_only, whole=bool(args.only))]
    shared = {key for other in others for key in first.digests.keys() & other.digests.keys()}
    if not found and not shared:
        raise StopgapError("nothing was compared: the places share no key that is asked for")
    incomplete = tuple(Fact(side.local, lines(side)) for side in (first, *others) if side.unread)
    scope = Scope("drift", len(opened), incomplete=incomplete, note=summed_up((first, *others), shared, args))
    return Report(tuple(found), scope)


def lines(side: Hashed) -> str:
    """Which lines of a place are no settings."""
    numbers = ", ".join(map(str, side.unread[:SHOWN])) + (f" and {len(side.unread) - SHOWN} more" if len(side.unread) > SHOWN else "")
    return f"{'line' if len(side.unread) == 1 else 'lines'} {numbers} of {side.name}: not KEY=value, and not compared"


def is_wanted(key: str, args: Namespace) -> bool:
    """Whether --only and --ignore leave this key in."""
    named = not args.only or any(globs.matches(glob, key) for glob in args.only)
    return named and not any(globs.matches(glob, key) for glob in args.ignore)


def summed_up(compared: Sequence[Hashed], shared: set[str], args: Namespace) -> str:
    """How much was compared, and what of it is to be taken with care."""
    said = f"compared {len(shared)} {'key' if len(shared) == 1 else 'keys'} of {', '.join(side.name for side in compared)}"
    referring = {key for side in compared for key in side.refers} & shared
    if referring:
        said += f"; {len(referring)} of them refer to other settings and are taken as they are written"
    of_processes = [side for side in compared if side.form == "environment"]
    alone = set().union(*(side.digests for side in of_processes)) - shared
    if alone and not args.only and len(of_processes) < len(compared):
        said += f"; {len(alone)} of an environment left out, as no other place has them"
    return said
