"""Which content to look at: what the client, git's environment and the options say, decided in one place."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import NamedTuple

from ..git.commits import Update
from ..git.process import path_of, run
from ..git.repository import Repository, is_object_name
from ..model import StopgapError

SELECTED_NOTHING = "the client selected no file"
NOTHING_STAGED = "nothing is staged"


class Situation(NamedTuple):
    """What is to be read.

    mode: "index" (what is staged), "files" (the names given: the added lines of those staged, the whole of the others), "range", "push",
    "worktree" (everything that could be committed now), "tree" (all tracked files), "received" (what a push brings to a server; see
    receiving) or "none" (`note` says why that is right).
    For "index" `note` says why nothing staged would be right; without one it is an error.
    """

    mode: str
    names: tuple[str, ...] = ()
    old: str = ""
    new: str = ""
    tips: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    remote: str = ""
    guess: bool = False
    note: str = ""


def decide(repository: Repository, args: Namespace, environ: Mapping[str, str] = os.environ, *, whole_tree: bool = False) -> Situation:
    """The situation of this run. `whole_tree`: the command takes no names, and looks at all tracked files where no commit is being made.

    Raises StopgapError where nothing says what to look at: "could not check" is not "clean".
    """
    names = tuple(relative(repository, name) for name in getattr(args, "names", ()))
    check_one(args, names)
    if getattr(args, "worktree", False):
        return Situation("worktree")
    if getattr(args, "pre_push", None):
        return from_updates(args.pre_push[0], sys.stdin.buffer.read())
    if getattr(args, "from_ref", None) or getattr(args, "to_ref", None):
        return Situation("range", old=args.from_ref, new=args.to_ref or "HEAD") if args.from_ref else missing_from()
    if environ.get("PRE_COMMIT_REMOTE_BRANCH") or environ.get("PRE_COMMIT_REMOTE_NAME"):
        return from_client_push(environ)
    if environ.get("PRE_COMMIT_FROM_REF") and environ.get("PRE_COMMIT_TO_REF"):
        return Situation("range", old=environ["PRE_COMMIT_FROM_REF"], new=environ["PRE_COMMIT_TO_REF"])
    if names:
        return Situation("files", names=names)
    committing = "GIT_INDEX_FILE" in environ
    if whole_tree:
        return Situation("index", note=NOTHING_STAGED) if committing else Situation("tree")
    if environ.get("PRE_COMMIT") == "1":
        return Situation("none" if committing else "client", note=SELECTED_NOTHING)
    return Situation("index", note=NOTHING_STAGED if committing else "")


def check_one(args: Namespace, names: tuple[str, ...]) -> None:
    """Raises StopgapError where the command line says twice what to look at: one of the two would not be looked at."""
    range_given = getattr(args, "from_ref", None) or getattr(args, "to_ref", None)
    if getattr(args, "pre_push", None):
        names = ()  # a client may name the pushed files too: the pushed commits hold them, and more
    given = {
        "file names": names,
        "--worktree": getattr(args, "worktree", False),
        "--pre-push": getattr(args, "pre_push", None),
        "--from-ref": range_given,
    }
    said = [what for what, value in given.items() if value]
    if len(said) > 1:
        raise StopgapError(f"{' and '.join(said)} exclude each other: give one of them")


def missing_from() -> Situation:
    raise StopgapError("--to-ref needs --from-ref: the range would have no start")


def from_client_push(environ: Mapping[str, str]) -> Situation:
    """A push under pre-commit or prek, which name one ref of it; a first push leaves the two refs empty."""
    tip = environ.get("PRE_COMMIT_TO_REF") or environ.get("PRE_COMMIT_LOCAL_BRANCH") or ""
    if not tip:
        raise StopgapError("the client names no commit that is pushed: run `stopgap scan-diff --pre-push` from git's own pre-push hook")
    known = environ.get("PRE_COMMIT_FROM_REF", "")
    remote = remote_name(environ.get("PRE_COMMIT_REMOTE_NAME", ""))
    return Situation("push", tips=(tip,), known=(known,) if known else (), remote=remote, guess=True)


def from_updates(name: str, data: bytes) -> Situation:
    """A push as git tells its pre-push hook: `local-ref local-name remote-ref remote-name`, a line each (githooks(5))."""
    updates = [update for line in data.splitlines() if line.strip() and (update := parse_update(line))]
    tips = tuple(update.local for update in updates if set(update.local) != {"0"})
    known = tuple(update.remote for update in updates if set(update.remote) != {"0"})
    if not tips:
        return Situation("none", note="the push only deletes" if updates else "the push sends nothing")
    return Situation("push", tips=tips, known=known, remote=remote_name(name))


def parse_update(line: bytes) -> Update:
    """Raises StopgapError for a line that is not git's."""
    words = path_of(line).rsplit(maxsplit=3)  # a local ref may be an expression with spaces
    if len(words) != 4 or not is_object_name(words[1]) or not is_object_name(words[3]):
        raise StopgapError("standard input is not what git gives a pre-push hook: `local-ref name remote-ref name` a line")
    return Update(*words)


def remote_name(name: str) -> str:
    """The remote's name, or "" for a push by URL, where git gives as the name what was typed."""
    return name if name and run("config", "--get-all", f"remote.{name}.url", ok=(0, 1))[0] == 0 else ""


def relative(repository: Repository, name: str) -> str:
    """A name as given, as a path from the repository's root. Raises StopgapError for one outside of it."""
    raw = path_of(os.fsencode(name)).replace(os.sep, "/")
    if os.path.isabs(raw):
        folder, base = os.path.split(raw)
        raw = os.path.relpath(os.path.join(os.path.realpath(folder), base), os.path.realpath(repository.top)).replace(os.sep, "/")
        path = os.path.normpath(raw)
    else:
        path = os.path.normpath(repository.prefix + raw)
    path = path.replace(os.sep, "/")
    if path == ".." or path.startswith("../"):
        raise StopgapError(f"{name} is outside of this repository")
    return path
