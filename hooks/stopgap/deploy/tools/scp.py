"""scp, and sftp's `put`: they take whole folders, and no option leaves anything out. scp(1), sftp(1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options
from .local import named

REMOTE = re.compile(r"(?:scp://|(?![./~])[^/\s]*:)")
PUT = re.compile(r"-?@?(?:put|mput|reput)\s+(?P<options>(?:-\w+\s+)*)(?P<source>\"[^\"]*\"|\S+)(?:\s+(?P<target>\S+))?")
FOLDER = re.compile(r"-?@?lcd\s+(?P<folder>\S+)")
# PuTTY's options have long names behind one dash: https://the.earth.li/~sgtatham/putty/latest/htmldoc/Chapter5.html
PUTTY = ("-pw", "-pwfile", "-P", "-i", "-l", "-load", "-hostkey", "-proxycmd", "-sshlog", "-sshrawlog", "-logoverwrite", "-b", "-bc")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if command.host:
        return
    if command.name in ("sftp", "psftp"):
        yield from batch(command, run)
        return
    putty = command.name == "pscp"
    line = options.line(command.arguments, PUTTY if putty else (), short="cDFiJloPSX", single=putty)
    if len(line.operands) < 2 or not REMOTE.match(line.operands[-1].text):
        return
    target = line.operands[-1].text
    for source in line.operands[:-1]:
        if not REMOTE.match(source.text):
            yield from sent(command, source, target, line.has("-r"), run)


def sent(command: Command, source: Word, target: str, folders: bool, run: Run) -> Iterator[Copy]:
    """What one source takes along; a folder without `-r` is refused."""
    where, own, _ = named(command, source)
    own = own if folders or not source.pattern else (*own, Filter("flat"))
    inner = place.inside(where)
    if not folders and not source.pattern and inner is not None and inner in run.tree.folders:
        return
    yield from run.sent(where, own, Copy(command.name, run.path, command.line, target=target))


def batch(command: Command, run: Run) -> Iterator[Copy]:
    """The `put` lines that sftp is fed, from a here-document or a file; `lcd` changes where they are seen from."""
    putty = command.name == "psftp"
    given = options.line(command.arguments, PUTTY if putty else (), short="bcDFiJloPRSX", single=putty)
    names = [name for name in given.values("-b") if name != "-"]
    inner = place.inside(place.joined(command.cwd, names[0])) if names else None
    text = (run.tree.text(inner) or "") if inner is not None else command.stdin
    for line in text.splitlines():
        moved = FOLDER.match(line.strip())
        if moved:
            command = command._replace(cwd=place.joined(command.cwd, moved["folder"]))
        found = PUT.match(line.strip())
        if found:
            source = found["source"].strip("\"'")
            said = Word(source, any(sign in source for sign in "*?"))
            yield from sent(command, said, found["target"] or "", "r" in found["options"] or source.rstrip("/") == ".", run)
