"""`stopgap scan-message`: secrets in a commit message, before it is one."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from . import cli, config
from .detect.text import to_utf8
from .gather.secret_scan import SecretScan
from .git.diff import Upcoming
from .git.process import git, path_of
from .git.repository import open_repository
from .model import Fragment, Report, Scope, StopgapError

DESCRIPTION = """Looks for secrets in the commit message file that git gives its commit-msg hook; without a name, in git's own
COMMIT_EDITMSG. Comment lines count (with -m git keeps them); what stands below the scissors line does not."""
# git-commit(1), --cleanup=scissors and --verbose: everything from this line on is cut off; the comment character may be any
SCISSORS = b" ------------------------ >8 ------------------------"
MESSAGE = "COMMIT_EDITMSG"


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("scan-message", DESCRIPTION)
    parser.add_argument("names", nargs="*", metavar="FILE", help="the file with the message (default: git's COMMIT_EDITMSG)")
    args = parser.parse_args(argv)
    args.names = [os.path.abspath(name) for name in args.names]
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    looked = SecretScan(repository, settings, args.min_confidence)
    lines = size = 0
    names = args.names or [path_of(git("rev-parse", "--git-path", MESSAGE).removesuffix(b"\n"))]
    for name in names:
        fragment = Fragment(shown(name, repository.top), above_scissors(read(name)))
        looked.see(Upcoming(("",)))
        looked.see(fragment)
        lines, size = lines + fragment.lines(), size + len(fragment.data)
    return Report(tuple(looked.findings("message")), Scope("message", len(names), lines, size))


def read(name: str) -> bytes:
    """The message's text. Raises StopgapError where it cannot be read, or is none."""
    try:
        text = to_utf8(Path(name).read_bytes())
    except OSError as error:
        raise StopgapError(f"cannot read the commit message {name}: {error.strerror}") from error
    if text is None:
        raise StopgapError(f"cannot read the commit message {name}: it is no text")
    return text


def above_scissors(text: bytes) -> bytes:
    """The part of the message that git keeps, whatever the comment character in front of the scissors is."""
    kept = []
    for line in text.splitlines(keepends=True):
        if line.rstrip().endswith(SCISSORS) and len(line.rstrip()) - len(SCISSORS) <= 4:
            break
        kept.append(line)
    return b"".join(kept)


def shown(name: str, top: Path) -> str:
    """The file's path below the root where it lies there, else its name alone: no path of this machine in a report."""
    path = path_of(os.fsencode(os.path.relpath(os.path.realpath(name), os.path.realpath(top)))).replace(os.sep, "/")
    return path if not path.startswith("../") else os.path.basename(path)
