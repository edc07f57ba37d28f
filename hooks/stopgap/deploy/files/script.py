"""A shell script: it is run from the repository's root or from where it lies, and says which if it changes to its own folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import place, tools
from ..copy import Copy
from ..run import Run
from ..shell.commands import Command, Script, Unreadable, broken_at, commands
from ..tools.git import RUNS
from ..tree import Tree

# `resync` is of data, from elsewhere to here
NAMED = re.compile(r"(?:deploy|publish|rollout|release|(?<!re)sync|cron|update|upgrade|provision|server|webhook|post-receive|hook)")
SENDERS = frozenset(("ssh", "scp", "sftp", "rsync", "lftp"))
WORD = re.compile(r"(?<![\w.-])[a-z][\w-]*(?![\w.-])")
COMMON = frozenset(("cp", "mv", "install", "mkdir", "ln", "rm", "python", "python3", "py"))  # they send nothing by themselves
SH = re.compile(r"#!\s*\S*(?:/|env\s+)(?:da|a)?sh\b")


def read(path: str, text: str, tree: Tree, *, mechanism: str = "") -> Iterator[Copy]:
    """The copies of a script. Where the place it is run from decides, both are looked at: what travels from either may travel.

    Raises Unreadable, behind the copies, where a part of it is no shell.
    """
    folder = place.joined(place.ROOT, path.rpartition("/")[0])
    shell = "sh" if SH.match(text) else "bash"
    seen = set()
    for cwd in dict.fromkeys((place.ROOT, folder)):
        run = Run(tree, path, mechanism)
        found = list(commands(Script(text, cwd=cwd, folder=folder, shell=shell)))
        run.server = is_for_server(path, found)
        for copy in tools.read(found, run):
            if copy not in seen:
                seen.add(copy)
                yield copy
    if (line := broken_at(text)) and (path.endswith(".sh") or hides(text, line)):
        raise Unreadable(f"it is no shell script from line {line} on")


def hides(text: str, line: int) -> bool:
    """Whether the part that is no shell may hold a command that sends: completions of zsh, or arithmetic, hide none."""
    return any(word in tools.TOOLS and word not in COMMON for row in text.splitlines()[line - 1 :] for word in WORD.findall(row))


def is_for_server(path: str, found: Iterable[Command]) -> bool:
    """Whether a script runs where the application does: it is named so, or it starts something again behind a pull."""
    if any(command.name in SENDERS for command in found):
        return False  # it runs where one deploys from
    return NAMED.search(path.lower()) is not None or any(
        command.name in RUNS or (command.name in ("docker", "docker-compose") and "up" in command.texts())
        for command in found
        if not command.host
    )
