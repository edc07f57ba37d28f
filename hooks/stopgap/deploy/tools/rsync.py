"""rsync: from where, with which filter rules, and whether it deletes. rsync(1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Deletes, Filter
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from ..tree import Tree
from . import options
from .local import is_server, named
from .options import Line
from .rsync_merge import merged

VALUED = frozenset(
    [
        "--exclude",
        "--include",
        "--exclude-from",
        "--include-from",
        "--filter",
        "--files-from",
        "--rsh",
        "--rsync-path",
        "--chmod",
        "--chown",
        "--usermap",
        "--groupmap",
        "--log-file",
        "--log-file-format",
        "--out-format",
        "--password-file",
        "--port",
        "--bwlimit",
        "--timeout",
        "--contimeout",
        "--partial-dir",
        "--temp-dir",
        "--backup-dir",
        "--suffix",
        "--compare-dest",
        "--copy-dest",
        "--link-dest",
        "--max-size",
        "--min-size",
        "--max-delete",
        "--block-size",
        "--info",
        "--debug",
        "--modify-window",
        "--compress-level",
        "--skip-compress",
        "--compress-choice",
        "--checksum-choice",
        "--iconv",
        "--protocol",
        "--sockopts",
        "--address",
        "--remote-option",
        "--out-format",
        "--stop-after",
        "--stop-at",
        "--outbuf",
        "--copy-as",
        "--max-alloc",
        "--read-batch",
        "--write-batch",
        "--only-write-batch",
        "--early-input",
        "--checksum-seed",
    ]
)
SHORT = "eTBMf"
REMOTE = re.compile(r"(?:rsync://|(?![./~])[^/\s]*:)")
DRY = ("--dry-run", "-n", "--list-only")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one rsync command. One that only shows what it would do makes none."""
    line = options.line(command.arguments, VALUED, short=SHORT)
    if line.has(*DRY) or len(line.operands) < 2:
        return
    *sources, target = line.operands
    rules, unknown = filters(line, command, run)
    if len(sources) > 1 and (given := next((word.text for word in sources if place.UNKNOWN.fullmatch(word.text)), "")):
        # `rsync $OPTIONS ./ host:`: what stands beside a source and is not known is taken for options
        sources = [word for word in sources if word.text != given]
        unknown = unknown or f"it takes {place.told(given)}, and nothing here says what that is"
    made = Copy("rsync", run.path, command.line, target=target.text, deletes=deletes(line), unknown=unknown)
    for source in sources:
        if REMOTE.match(source.text):
            continue  # from another machine to here
        where, own = rooted(source, command, rules, run.tree)
        if command.host:
            continue
        goal = place.joined(command.cwd, target.text)
        if REMOTE.match(target.text) or is_server(target.text, goal):
            yield from run.sent(where, own, made._replace(protects=kept(own, made.deletes)))
        else:
            local(source, where, own, goal, run)


def local(source: Word, where: str, own: tuple[Filter, ...], target: str, run: Run) -> None:
    """A copy on the same machine: `dir/` puts what is in it there, `dir` itself one level down."""
    name = "" if source.text.endswith(("/", "/.")) or source.text == "." or source.pattern else where.rpartition("/")[2]
    run.stage(where, place.joined(target, name) if name else target, own)


def rooted(source: Word, command: Command, rules: tuple[str, ...], tree: Tree) -> tuple[str, tuple[Filter, ...]]:
    """The place that is sent, and the filters: a source without a slash behind it is the first name of what the rules are matched with.

    `dir/*` is what the shell finds there: no name that begins with a dot.
    """
    said = source.text
    if source.pattern:
        where, own, _ = named(command, source)
        return where, (*own, Filter("rsync", rules))
    where = place.joined(command.cwd, said)
    if said.endswith(("/", "/.")) or said in (".", ".."):
        return where, (Filter("rsync", merged(rules, where, "", tree)),)
    name = where.rpartition("/")[2] + "/"
    return where, (Filter("rsync", merged(rules, where, name, tree), name),)


def deletes(line: Line) -> Deletes:
    """What `--delete` and its like do."""
    if line.has("--delete-excluded"):
        return "all"
    some = ("--delete", "--del", "--delete-before", "--delete-during", "--delete-delay", "--delete-after")
    return "extraneous" if line.has(*some) else ""


def kept(own: tuple[Filter, ...], deletes: Deletes) -> tuple[Filter, ...]:
    """What the receiver keeps of its own, by the same rules."""
    dialect = "rsync_kept_excluded" if deletes == "all" else "rsync_kept"
    return tuple(one._replace(dialect=dialect) for one in own if one.dialect == "rsync") if deletes else ()


def filters(line: Line, command: Command, run: Run) -> tuple[tuple[str, ...], str]:
    """The filter rules in their order, and why they cannot be known, "" where they can."""
    rules: list[str] = []
    unknown = ""
    for option in line.options:
        name, value = option.name, option.value
        if not place.is_known(value) and name in (
            "--exclude",
            "--include",
            "--exclude-from",
            "--include-from",
            "--filter",
            "-f",
            "--files-from",
        ):
            unknown = unknown or f"{name} takes {place.told(value)}, which nothing here sets"
        elif name in ("--exclude", "--include"):
            rules.append(f"{'-' if name == '--exclude' else '+'} {value}")
        elif name in ("--exclude-from", "--include-from"):
            lines, why = from_file(value, command, run, "-" if name == "--exclude-from" else "+")
            rules += lines
            unknown = unknown or why
        elif name in ("--filter", "-f"):
            rules.append(value.strip())
        elif name in ("--cvs-exclude", "-C"):
            rules.append("-C")
        elif name == "--files-from":
            lines, why = from_file(value, command, run, "+")
            rules = [*rules, *only(lines)]
            unknown = unknown or why
    return tuple(rules), unknown


def only(lines: list[str]) -> list[str]:
    """`--files-from`: what is named, and the folders above it, and nothing else."""
    rules = []
    for line in lines:
        name = line[2:].strip("/")
        parts = name.split("/")
        rules += [f"+ /{'/'.join(parts[:size])}" for size in range(1, len(parts) + 1)]
    return [*rules, "- *"]


def from_file(name: str, command: Command, run: Run, sign: str) -> tuple[list[str], str]:
    """The patterns of a file, one a line; `;` and `#` begin a comment, `!` alone clears what stands above it. Or why they cannot be
    known.
    """
    if name == "-":
        text: str | None = command.stdin
    else:
        inner = place.inside(place.joined(command.cwd, name))
        text = run.tree.text(inner) if inner is not None else None
    if text is None:
        return [], f"the file of patterns {place.told(name)} is not in the repository"
    rules = []
    for line in text.splitlines():
        if line.strip() == "" or line[:1] in ("#", ";"):
            continue
        rules.append("!" if line == "!" else line if line[:2] in ("+ ", "- ") else f"{sign} {line}")
    return rules, ""
