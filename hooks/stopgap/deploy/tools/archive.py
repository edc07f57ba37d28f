"""tar: what it takes, and where the archive goes. GNU tar's manual; tar(1).

An archive that is piped to another machine, or unpacked where the application runs, is a copy to the server; any other is put aside in the
run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options
from .local import is_server, named
from .options import Line, Option

VALUED = frozenset(
    [
        "--file",
        "--directory",
        "--exclude",
        "--exclude-from",
        "--files-from",
        "--transform",
        "--use-compress-program",
        "--owner",
        "--group",
        "--mode",
        "--strip-components",
        "--exclude-tag",
        "--exclude-tag-all",
        "--exclude-tag-under",
        "--format",
        "--one-top-level",
        "--xform",
        "--mtime",
        "--warning",
        "--checkpoint-action",
        "--label",
        "--newer",
        "--add-file",
        "--rsh-command",
        "--blocking-factor",
        "--starting-file",
        "--suffix",
        "--level",
        "--listed-incremental",
        "--record-size",
        "--newer-mtime",
        "--sort",
        "--pax-option",
        "--volno-file",
        "--tape-length",
        "--hole-detection",
        "--exclude-ignore",
        "--exclude-ignore-recursive",
    ]
)
SHORT = "fCXTbVgKNHILF"
BUNDLED = re.compile(r"-?[A-Za-z]+\Z")
# How the patterns behind it are read; the manual's "Controlling Pattern-Matching".
WAYS = {
    "--anchored": ("A", True), "--no-anchored": ("A", False), "--no-wildcards": ("L", True), "--wildcards": ("L", False),
    "--no-wildcards-match-slash": ("S", True), "--wildcards-match-slash": ("S", False),
}  # fmt: skip
PER_FOLDER = ("--exclude-tag", "--exclude-tag-all", "--exclude-tag-under", "--exclude-ignore", "--exclude-ignore-recursive")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command, here or in a pipeline."""
    if command.host:
        return
    line = tar_line(command)
    if line.has("-c", "--create", "-r", "--append", "-u", "--update"):
        yield from packed(command, line, run)
    elif line.has("-x", "--extract", "--get"):
        yield from unpacked(command, line, run)


def tar_line(command: Command) -> Line:
    """The command line; the first word may be letters without a dash, whose values follow in their order."""
    words = list(command.arguments)
    if words and not words[0].text.startswith("-") and BUNDLED.match(words[0].text):
        letters = words.pop(0).text
        made: list[Word] = []
        for letter in letters:
            made.append(Word(f"-{letter}"))
            if letter in SHORT and words:
                made.append(words.pop(0))
        words = [*made, *words]
    return options.line(words, VALUED, short=SHORT)


def packed(command: Command, line: Line, run: Run) -> Iterator[Copy]:
    """An archive that is made, source by source: exclusions and `-C` count for what stands behind them."""
    name = next(iter(line.values("-f", "--file")), "-")
    name = name if name != "-" else next((one.output for one in (command, *command.then) if one.output), "-")
    for number, source in enumerate(line.operands):
        before = [option for option in line.options if option.behind <= number]
        cwd = entered(command.cwd, before)
        yield from of_source(command, source, cwd, excluded(before, command, run), name, run)
    cwd = entered(command.cwd, line.options)
    for option in line.options:
        if option.name in ("-T", "--files-from"):
            yield from listed(command, option.value, cwd, excluded(line.options, command, run), name, run)


def entered(cwd: str, given: list[Option] | tuple[Option, ...]) -> str:
    """Where tar stands behind these options: each `-C` is seen from the one before."""
    for option in given:
        if option.name in ("-C", "--directory"):
            cwd = place.joined(cwd, option.value)
    return cwd


def listed(command: Command, name: str, cwd: str, filters: tuple[Filter, ...], archive: str, run: Run) -> Iterator[Copy]:
    """The sources that a file names, one a line; what another command prints is not known."""
    inner = place.inside(place.joined(command.cwd, name))
    text = command.stdin if name == "-" else run.tree.text(inner) if inner is not None else ""
    if not text:
        filters = (Filter("unclear", ("it packs the names that a list holds, which nothing here shows",)),)
        text = "."
    for source in text.splitlines():
        if source.strip():
            yield from of_source(command, Word(source), cwd, filters, archive, run)


def of_source(command: Command, source: Word, cwd: str, filters: tuple[Filter, ...], archive: str, run: Run) -> Iterator[Copy]:
    """One source: noted under the archive's name, or sent on where the archive goes through a pipe."""
    where, own, _ = named(command._replace(cwd=cwd), source)
    own = (*own, *(one._replace(before=prefix(source, where, run)) if one.dialect == "tar" else one for one in filters))
    remote = next((one for one in command.then if one.host or one.name == "ssh"), None)
    if archive != "-":
        at = place.joined(command.cwd, archive)
        run.stage(where, at, own)
        run.archives.add(at)
    elif remote is not None:
        yield from run.sent(where, own, Copy("tar", run.path, command.line, target=remote.host))
    else:
        other = next((one for one in command.then if one.name in ("tar", "gtar", "bsdtar")), None)
        if other is not None:
            goal = entered(other.cwd, tar_line(other).options)
            run.stage(where, place.joined(goal, "" if source.text.rstrip("/") == "." else where.rpartition("/")[2]), own)
            if is_server(goal, goal):
                yield from run.sent(where, own, Copy("tar", run.path, command.line, target=goal))


def prefix(source: Word, where: str, run: Run) -> str:
    """What stands before a file's path in the name that tar compares: the source as it is written."""
    said = source.text
    if source.pattern:
        return said[: said.rfind("/") + 1]
    inner = place.inside(where)
    if inner is not None and inner in run.tree.names:
        return said[: said.rfind("/") + 1]
    return said.rstrip("/") + "/"


def excluded(given: list[Option] | tuple[Option, ...], command: Command, run: Run) -> tuple[Filter, ...]:
    """What these options leave out; how a pattern is read is said before it."""
    letters: set[str] = set()
    patterns: list[str] = []
    unknown: list[str] = []
    for option in given:
        if option.name in WAYS:
            letter, on = WAYS[option.name]
            letters = letters | {letter} if on else letters - {letter}
        elif option.name == "--exclude":
            patterns.append(f"{''.join(sorted(letters))}:{option.value}")
            unknown += [] if place.is_known(option.value) else [f"--exclude takes {place.told(option.value)}, which nothing here sets"]
        elif option.name in ("-X", "--exclude-from"):
            inner = place.inside(place.joined(command.cwd, option.value))
            text = run.tree.text(inner) if inner is not None else None
            unknown += [] if text is not None else [f"the file of patterns {place.told(option.value)} is not in the repository"]
            patterns += [f"{''.join(sorted(letters))}:{each.rstrip()}" for each in (text or "").splitlines() if each.strip()]
        elif option.name in PER_FOLDER:
            unknown.append(f"{option.name} leaves out what files in the folders say")
    return (Filter("tar", tuple(patterns)), *(Filter("unclear", (why,)) for why in unknown[:1]))


def unpacked(command: Command, line: Line, run: Run) -> Iterator[Copy]:
    """What was packed lies in another folder now; where that is a server's, it is a copy."""
    name = next(iter(line.values("-f", "--file")), "")
    if not name or name == "-":
        return
    folder = next(iter(line.values("--one-top-level")), "") or "."
    archive, goal = place.joined(command.cwd, name), place.joined(entered(command.cwd, line.options), folder)
    run.stage(archive, goal)
    if archive in run.archives and is_server(goal, goal):
        yield from run.sent(archive, (), Copy("tar", run.path, command.line, target=goal))
