"""zip and unzip: what a bundle takes; functions and applications of clouds are made of it. zip(1), unzip(1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options
from .local import is_server, named

LISTS = {"-x": "-", "--exclude": "-", "-i": "+", "--include": "+"}
VALUED = ("-b", "-n", "-t", "-tt", "-P", "-s", "-O", "-lf", "-Z", "--temp-path", "--password", "--out", "--suffixes", "--split-size")
CLUSTER = re.compile(r"-[a-zA-Z0-9]+\Z")


class Line(NamedTuple):
    """What a command line of zip says. `patterns` are written as the filter reads them."""

    operands: list[Word]
    patterns: list[str]
    recursive: bool
    by_name: bool
    fed: bool
    unknown: str


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if command.host:
        return
    if command.name == "unzip":
        yield from unzipped(command, run)
        return
    line = parsed(command, run)
    if not line.operands:
        return
    name = line.operands[0].text
    if name != "-" and "." not in name.rpartition("/")[2]:
        name += ".zip"
    archive = place.joined(command.cwd, name)
    sources = line.operands[1:]
    if line.by_name:  # -R: what is named, looked for in all folders from here on
        line = line._replace(patterns=[*line.patterns, *(f"R{word.text}" for word in sources)], recursive=True)
        sources = [Word(".")]
    elif line.fed:
        line, sources = line._replace(unknown="it packs the names that it is fed, which nothing here shows", recursive=True), [Word(".")]
    for source in sources:
        yield from of_source(command, source, line, archive, run)


def of_source(command: Command, source: Word, line: Line, archive: str, run: Run) -> Iterator[Copy]:
    """One source: a folder goes in with what is in it only with `-r`."""
    where, own, _ = named(command, source)
    inner = place.inside(where)
    if not line.recursive:
        own = (*own, Filter("flat"))
        if not source.pattern and inner is not None and inner in run.tree.folders:
            return
    is_file = inner is not None and inner in run.tree.names
    before = source.text[: source.text.rfind("/") + 1] if source.pattern or is_file else source.text.rstrip("/") + "/"
    own = (*own, Filter("zip", tuple(line.patterns), bare(before)))
    if line.unknown:
        own = (*own, Filter("unclear", (line.unknown,)))
    # first what goes in: the archive itself lies in a folder that it is made of
    yield from run.sent(where, own, Copy("zip", run.path, command.line, target=archive.rpartition("/")[2], kind="artifact"))
    run.stage(where, archive, own)
    run.archives.add(archive)


def bare(name: str) -> str:
    """The name as zip stores it: without `./` and `/` before it."""
    while name.startswith(("./", "/")):
        name = name[2:] if name.startswith("./") else name[1:]
    return name


def parsed(command: Command, run: Run) -> Line:
    """The command line: `-x` and `-i` take all that follows up to the next option, or to an `@`; `-x@file` takes the lines of a file."""
    line = Line([], [], False, False, False, "")
    sign, value = "", False
    for word in command.arguments:
        said = word.text
        name, equals, attached = said.partition("=")
        if value:
            value = False
        elif said == "@":
            sign = ""
        elif said.startswith("-") and len(said) > 1:
            found = LISTS.get(name) or (LISTS.get(said[:2], "") if said[1] in "xi" else "") or clustered(said)
            sign, given = found, attached if equals and name in LISTS else said[2:] if said[1] in "xi" and said not in LISTS else ""
            value = said in VALUED
            line = line._replace(
                recursive=line.recursive or is_among("r", said) or said == "--recurse-paths",
                by_name=line.by_name or is_among("R", said) or said == "--recurse-patterns",
                fed=line.fed or said in ("-@", "--names-stdin"),
            )
            if given:
                line = with_pattern(line, sign, given, command, run)
        elif sign:
            line = with_pattern(line, sign, said, command, run)
        else:
            line.operands.append(word)
    return line


def is_among(letter: str, said: str) -> bool:
    """Whether a word of short options holds this one."""
    return CLUSTER.match(said) is not None and said[1] not in "xi" and letter in said


def clustered(said: str) -> str:
    """`-rx`, `-qri`: the list that the last letter opens."""
    return LISTS.get(f"-{said[-1]}", "") if CLUSTER.match(said) and said[-1] in "xi" else ""


def with_pattern(line: Line, sign: str, said: str, command: Command, run: Run) -> Line:
    """The line with one more pattern, or with those of a file that `@` stands before."""
    if said.startswith("@"):
        inner = place.inside(place.joined(command.cwd, said[1:]))
        text = run.tree.text(inner) if inner is not None else None
        if text is None:
            return line._replace(unknown=f"the file of patterns {place.told(said[1:])} is not in the repository")
        line.patterns.extend(f"{sign}{each.strip()}" for each in text.splitlines() if each.strip())
    elif not place.is_known(said):
        return line._replace(unknown=f"it leaves out {place.told(said)}, which nothing here sets")
    else:
        line.patterns.append(f"{sign}{said}")
    return line


def unzipped(command: Command, run: Run) -> Iterator[Copy]:
    """What was packed lies in another folder now; where that is a server's, it is a copy."""
    line = options.line(command.arguments, (), short="dPx")
    if not line.operands or line.has("-l", "-t", "-p", "-Z"):
        return
    archive = place.joined(command.cwd, line.operands[0].text)
    goal = place.joined(command.cwd, next(iter(line.values("-d")), "."))
    run.stage(archive, goal)
    if archive in run.archives and is_server(goal, goal):
        yield from run.sent(archive, (), Copy("unzip", run.path, command.line, target=goal))
