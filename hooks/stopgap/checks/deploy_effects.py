"""What one copy does to one config file, there or not: it travels, it is deleted, or nobody can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from ..deploy.copy import Copy, relative
from ..deploy.filters import Unclear, is_kept, passes
from ..detect import names, shown
from ..model import Fact, Severity

COPIES, SHIPS, DELETES, UNKNOWN = "deploy-copies-config", "deploy-ships-config", "deploy-deletes-config", "deploy-unknown"

# tracked: git has it. untracked: it lies in the work tree only. expected: a template, history or a reader says that the server has one.
# possible: a name of which no file is here, and that git would take. ignored: such a name that everybody's ignore rules keep out of git.
State = Literal["tracked", "untracked", "expected", "possible", "ignored"]


class Config(NamedTuple):
    """A config file. `secret`: it holds a value that looks like a secret, or nobody can tell. `sent`: an earlier run may have carried
    it.
    """

    path: str
    state: State
    secret: bool = True
    sent: bool = False


class Facts(NamedTuple):
    """What the repository has. `uses_env`: it shows that the application reads an env file (a template, one in history, a reader).

    `unread` are deploy files that could not be read, or only in part. `possible` are names of which no file is here: none where nothing
    shows that there will ever be one. `templates` are the models of env files.
    """

    copies: tuple[Copy, ...]
    config: tuple[Config, ...]
    uses_env: bool
    unread: tuple[Fact, ...] = ()
    possible: tuple[Config, ...] = ()
    templates: tuple[str, ...] = ()


class Told(NamedTuple):
    """What one copy does to one file."""

    rule: str
    file: Config
    severity: Severity
    why: str = ""


def judged(copy: Copy, facts: Facts) -> Iterator[Told]:
    """What a copy does to each config file that lies where it copies from."""
    for file in facts.config:
        inner = relative(copy, file.path)
        if inner is None:
            continue
        try:
            yield from of_file(copy, file, inner, facts.uses_env)
        except Unclear as reason:
            yield Told(UNKNOWN, file, "note", reason_of(copy, str(reason)))


def of_file(copy: Copy, file: Config, inner: str, uses_env: bool) -> Iterator[Told]:
    """What a copy does to one file. Raises Unclear."""
    if copy.unknown:
        if may_travel(copy, file):
            yield Told(UNKNOWN, file, "note", reason_of(copy))
        return
    if travels(copy, file, inner):
        yield sent(copy, file)
    elif is_deleted(copy, file, inner):
        yield Told(DELETES, file, "error" if uses_env and file.secret else "note")


def foreseen(copy: Copy, possible: tuple[Config, ...]) -> Iterator[Told]:
    """What a copy would do to files of these names: it deletes the target's own while there are none here, and sends them once there are.

    A step that names such a file itself is meant to send it, and a clone overwrites nothing. Where nothing can be told nothing is said:
    no file is concerned.
    """
    if copy.unknown or copy.mechanism.endswith("clone"):
        return
    for file in possible:
        inner = relative(copy, file.path)
        if inner is None or file.path == copy.source or file.path in (*copy.replaced, *copy.written):
            continue
        try:
            if is_deleted(copy, file, inner):
                yield Told(DELETES, file, "note")
            elif travels(copy, file, inner):
                yield Told(carrying(copy), file, "note")
        except Unclear:
            continue


def reason_of(copy: Copy, why: str = "") -> str:
    """Why it cannot be told what a copy does, as it may be shown: it can quote a pattern or a path, in which a secret may stand."""
    return shown.name(copy.unknown or why)


def may_travel(copy: Copy, file: Config) -> bool:
    """Whether the file is there when the step runs: an expected one is not, an untracked one only outside of a clean checkout."""
    in_git = file.state in ("tracked", "possible")
    return in_git or (file.state in ("untracked", "ignored") and not copy.follows_git) or file.path in copy.written


def travels(copy: Copy, file: Config, inner: str) -> bool:
    """Whether the file, which is `inner` seen from the source, arrives at the target. Raises Unclear."""
    return may_travel(copy, file) and passes(copy.filters, inner) and file.path not in copy.replaced


def carried(copy: Copy, files: Iterable[str]) -> list[str]:
    """Those of the tracked files that travel for certain, as they are seen from the folder that is copied."""
    found = []
    for file in files:
        inner = relative(copy, file)
        try:
            if inner is not None and not copy.unknown and travels(copy, Config(file, "tracked"), inner):
                found.append(inner)
        except Unclear:
            continue
    return found


def carrying(copy: Copy) -> str:
    """The rule for a file that travels."""
    return SHIPS if copy.kind == "artifact" else COPIES


def sent(copy: Copy, file: Config) -> Told:
    """The file travels: how bad is that?"""
    if file.path in copy.written:
        return Told(carrying(copy), file, "note", "an earlier step writes it, so it seems to be meant")
    if not file.secret:
        return Told(carrying(copy), file, "note", "it holds no value that looks like a secret")
    return Told(carrying(copy), file, "error")


def is_deleted(copy: Copy, file: Config, inner: str) -> bool:
    """Whether the deploy deletes the target's own file of that name, as the source has none. Raises Unclear."""
    if not copy.deletes or copy.kind != "server":
        return False
    if copy.deletes == "everything":
        return True
    if copy.deletes == "recorded" and not file.sent:
        return False  # it deletes only what it sent itself
    if copy.protects:
        return not is_kept(copy.protects, inner)
    return copy.deletes == "all" or passes(copy.filters, inner)


def is_env(file: Config) -> bool:
    """Whether it is one of the env files, whose names begin alike, so that one pattern can stand for all of them."""
    return names.is_dotenv(file.path) and file.path.rpartition("/")[2].startswith(".env")
