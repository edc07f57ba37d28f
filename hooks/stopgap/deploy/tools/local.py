"""cp, mv, install, mkdir, ln and rm: what they put elsewhere on the machine where the step runs; and whether that is the server. cp(1).

A copy to a folder outside of the checkout (`/var/www/app`, `$DEPLOYPATH`) is a deploy: the step runs where the application does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..run import SERVERS, Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options

# What variables are called that hold a server's folder.
TARGET = re.compile(r"\$\{(?:DEPLOYPATH|DEPLOYMENT_TARGET|DEPLOY_PATH|DEPLOY_DIR|TARGET_DIR|WEB_ROOT|WWW_DIR)\}")
VALUED = ("--target-directory", "--suffix", "--mode", "--owner", "--group", "--strip-program")
SHORT = {"install": "tSmog", "mkdir": "m"}


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command; those that stay on the machine are noted in the run."""
    line = options.line(command.arguments, VALUED, short=SHORT.get(command.name, "tS"))
    if command.host:
        return
    if command.name == "rm":
        removed(command, line, run)
    elif command.name == "mkdir" or (command.name == "install" and line.has("-d", "--directory")):
        run.folders |= {place.joined(command.cwd, word.text) for word in line.operands}
    elif command.name == "ln":
        linked(command, line, run)
    else:
        yield from copied(command, line, run)


def removed(command: Command, line: options.Line, run: Run) -> None:
    """What is gone, with all that lies in it."""
    for word in line.operands:
        if not word.pattern:
            run.forget(place.joined(command.cwd, word.text))


def linked(command: Command, line: options.Line, run: Run) -> None:
    """`ln -sf /srv/shared/.env .env`: what the repository has there is no longer what travels."""
    if len(line.operands) == 2 and line.has("-f", "--force"):
        source, goal = (place.joined(command.cwd, word.text) for word in line.operands)
        run.write(place.joined(goal, source.rpartition("/")[2]) if run.is_folder(goal) else goal)


def copied(command: Command, line: options.Line, run: Run) -> Iterator[Copy]:
    """Each source; the last operand is the target unless `-t` names it."""
    given = [*line.values("-t", "--target-directory")]
    target = given[0] if given else line.operands[-1].text if len(line.operands) > 1 else ""
    sources = line.operands if given else line.operands[:-1]
    if not target:
        return
    folders = line.has("-r", "-R", "-a", "--recursive", "--archive") or command.name == "mv"
    into = len(sources) > 1 or target.endswith("/") or bool(given)
    for source in sources:
        yield from of_source(command, source, target, folders, run, into=into, never=line.has("-T", "--no-target-directory"))


def of_source(command: Command, source: Word, target: str, folders: bool, run: Run, *, into: bool, never: bool) -> Iterator[Copy]:
    """One source: `dir/.` and `dir/*` are what is in the folder, `dir` is the folder itself, one level down where the target is there."""
    where, own, name = named(command, source)
    inner = place.inside(where)
    if not folders and source.pattern:
        own = (*own, Filter("flat"))
    elif not folders and (run.is_folder(where) or inner == ""):
        return  # cp leaves out a folder
    goal = place.joined(command.cwd, target)
    if name and not never and (into or run.is_folder(goal)):
        goal = place.joined(goal, name)
    run.stage(where, goal, own)
    if is_server(target, goal):
        yield from run.sent(where, own, Copy("cp", run.path, command.line, target=target))
    if command.name == "mv" and not source.pattern:
        run.forget(where)


def named(command: Command, source: Word) -> tuple[str, tuple[Filter, ...], str]:
    """The place that is copied, what the shell leaves out of it, and the name that it has at the target, "" for a folder's content."""
    said = source.text
    if source.pattern:
        folder, slash, pattern = said.rpartition("/")
        return place.joined(command.cwd, folder + slash or "."), (Filter("shell", (pattern,)),), ""
    where = place.joined(command.cwd, said)
    return where, (), "" if said in (".", "./", "./.") or said.endswith("/.") else where.rpartition("/")[2]


def is_server(target: str, goal: str) -> bool:
    """Whether the target is where an application runs, and not a folder in which a step gathers files."""
    return place.inside(goal) is None and (SERVERS.match(goal) is not None or TARGET.search(target) is not None)
