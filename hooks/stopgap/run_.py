"""`stopgap run`: starts a command with what a store holds in its environment, in place of itself."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NoReturn

from . import cli, globs
from .detect import shown
from .model import StopgapError
from .store import environment, store

DESCRIPTION = """Reads a store's secrets and starts COMMAND with them in its environment. The command takes this process's place (exec):
its process id, terminal, signals and exit status are its own, and nothing is written to disk. Where the store cannot be read, or does not
hold what is required, the command is not started."""
EXITS = """exit status: the command's own; 2 it was not started, as the store does not give what is asked for; 126 the command cannot
be run; 127 there is no such command; 3 a crash (a bug of stopgap); 130 interrupted before the start"""
USAGE = "stopgap run --from ADDRESS [--only GLOB] [--prefix P] [--require KEY] [--keep GLOB] -- COMMAND ..."

NO_COMMAND, NOT_RUN = 127, 126  # as env(1) and the shells have them (POSIX, env, EXIT STATUS)
SHOWN = 10  # names in one line
# Python ignores these, and what is ignored stays so across exec (signal(7)): `stopgap run ... -- yes | head` would not end
IGNORED = ("SIGPIPE", "SIGXFSZ")


def main(argv: Sequence[str] | None = None) -> int:
    args, command = parse(list(sys.argv[1:] if argv is None else argv))
    return cli.guarded(lambda: run(args, command))


def parse(words: list[str]) -> tuple[Namespace, list[str]]:
    """Our options, and the command with its arguments. Ends the program where they are wrong, as argparse does."""
    parser = cli.parser("run", DESCRIPTION, reports=False)
    parser.usage, parser.epilog = USAGE, EXITS
    parser.add_argument("--from", dest="address", required=True, metavar="ADDRESS", help="the store: aws-sm://REGION/NAME")
    parser.add_argument("--only", action="append", default=[], metavar="GLOB", help="only the store's keys that match; may be repeated")
    parser.add_argument("--prefix", default="", metavar="P", help="put P before each name: DB_PASSWORD becomes P_DB_PASSWORD with P_")
    parser.add_argument("--require", action="append", default=[], metavar="KEY", help="do not start without this key; may be repeated")
    parser.add_argument(
        "--keep", action="append", default=[], metavar="GLOB", help="variables that stay as they are where they are set already"
    )
    options, command = divided(words)
    # not Parser.parse_args: no file's name is an option here, so a file that is named like one cannot keep the command from starting
    args, rest = parser.parse_known_args(options)
    if rest or not command:
        parser.error("no command: write it behind `--`" if not command else f"unrecognized arguments: {' '.join(rest)}")
    return args, command


def divided(words: list[str]) -> tuple[list[str], list[str]]:
    """Our own words and the command's, which the first `--` parts."""
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def run(args: Namespace, command: Sequence[str]) -> int:
    """Becomes the command. Returns only where that cannot be run; raises StopgapError where it must not be."""
    try:
        check(args)
        given = environment.own()
        wanted = settings(args, given)
    except StopgapError as error:
        raise StopgapError(f"{error}; the command was not started") from None
    if replaced := environment.differing(given, wanted):
        note(f"the store's values take the place of what was set here: {listed(replaced)}")
    try:
        replace(command, environment.merged(given, wanted))
    except OSError as error:
        cli.say(f"stopgap: cannot run {command[0]}: {reason(command[0], error)}")
        return NO_COMMAND if isinstance(error, FileNotFoundError | NotADirectoryError) else NOT_RUN


def reason(command: str, error: OSError) -> str:
    """Why it cannot be run. For a script without its interpreter the system says that the script is not there."""
    if isinstance(error, FileNotFoundError) and "/" in command and os.path.exists(command):
        return "the interpreter that its first line (#!) names is not there"
    return error.strerror or type(error).__name__


def check(args: Namespace) -> None:
    """Raises StopgapError for what cannot be meant, before the store is asked."""
    if not hasattr(os, "environb"):
        raise StopgapError("stopgap run becomes the command, which no process of this system can")
    if "=" in args.prefix or not environment.is_text(args.prefix):
        raise StopgapError("--prefix must be text without an equals sign: it begins a variable's name")
    for glob in (*args.only, *args.keep):
        if wrong := globs.problem(glob):
            raise StopgapError(f"the glob {glob!r} matches nothing: {wrong}")


def settings(args: Namespace, given: Mapping[bytes, bytes]) -> dict[str, str]:
    """The variables that the store sets. Raises StopgapError where it cannot be read, or they are not what is asked for."""
    current = store(args.address).current()
    if current is None or not current.id:
        raise StopgapError(f"cannot start from {args.address}: {'it has no value yet' if current else 'there is no such secret'}")
    wanted = environment.variables(chosen(current.members, args), args.address, args.prefix)
    kept = {name for name in map(os.fsdecode, given) if matching(args.keep, name)}
    found = {name: value for name, value in wanted.items() if name not in kept}
    set_already = {name for name in kept if given[os.fsencode(name)]}
    require(args, current.members, {name for name, value in found.items() if value} | set_already)
    return found


def chosen(members: Mapping[str, object], args: Namespace) -> dict[str, object]:
    """The members that --only leaves. A glob that matches none is a typing error, and the command would start with half of its keys."""
    if not members:
        raise StopgapError(f"cannot start from {args.address}: it holds no key")
    for glob in args.only:
        if not any(globs.matches(glob, key) for key in members):
            raise StopgapError(f"cannot start from {args.address}: --only {shown.name(glob)} matches none of its keys")
    return {key: value for key, value in members.items() if not args.only or matching(args.only, key)}


def require(args: Namespace, members: Mapping[str, object], there: Set[str]) -> None:
    """Raises StopgapError where a variable is missing that the command cannot do without; an empty one is missing."""
    reasons = [f"{shown.name(key)} {absent(key, members, args)}" for key in args.require if args.prefix + key not in there]
    if reasons:
        raise StopgapError(f"cannot start from {args.address}: {', '.join(reasons)}")


def absent(key: str, members: Mapping[str, object], args: Namespace) -> str:
    """Why a required key is not there."""
    if key not in members:
        return "is required, and not there"
    return "is required, and empty there" if not args.only or matching(args.only, key) else "is required, and --only leaves it out"


def matching(patterns: Iterable[str], name: str) -> bool:
    """Whether one of the globs matches."""
    return any(globs.matches(glob, name) for glob in patterns)


def listed(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(shown.name, names[:SHOWN])) + more


def note(line: str) -> None:
    """A line on standard error, where there is one: a service may have closed it, and starts all the same."""
    with contextlib.suppress(OSError, AttributeError):
        cli.say(f"stopgap: {line}")


def replace(command: Sequence[str], variables: Mapping[bytes, bytes]) -> NoReturn:
    """Becomes the command, with the signals as Python found them. Raises OSError; whoever pressed Ctrl-C until now is heard first."""
    for name in IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvpe(command[0], list(command), variables)
