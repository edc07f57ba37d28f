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
# git-commit(1), --cleanup=scissors and --verbose: everything from this line on, behind the comment character, is cut off
SCISSORS = b" ------------------------ >8 ------------------------\n"
AUTO = b"#;@!$%^&|:"  # what git chooses from where core.commentChar is "auto" (builtin/commit.c)
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
    """The part of the message that git keeps: all of it, unless there was an editor and a line of git's own that says where to cut."""
    # githooks(5): GIT_EDITOR=: tells the hook that no editor was started; git then cuts nothing by itself
    if SCISSORS not in text or os.environ.get("GIT_EDITOR") == ":":
        return text
    places = ((b"\n" + text).find(b"\n" + comment + SCISSORS) for comment in comment_strings())
    return text[: min((at for at in places if at >= 0), default=len(text))]


def comment_strings() -> list[bytes]:
    """What may begin a comment in this repository's messages."""
    out = git("config", "-z", "--get-regexp", r"^core\.comment(char|string)$", ok=(0, 1))
    values = [record.partition(b"\n")[2] for record in out.split(b"\0") if record] or [b"#"]
    return [comment for value in values for comment in ([bytes([sign]) for sign in AUTO] if value == b"auto" else [value])]


def shown(name: str, top: Path) -> str:
    """The file's path below the root where it lies there, else its name alone: no path of this machine in a report."""
    path = path_of(os.fsencode(os.path.relpath(os.path.realpath(name), os.path.realpath(top)))).replace(os.sep, "/")
    return path if not path.startswith("../") else os.path.basename(path)
