"""lftp: `mirror -R` sends a folder, `put` and `mput` send files. lftp(1).

Its commands come from `-c` or `-e`, from a file, or from what it is fed; they part at `;`, `&&`, `||` and at line ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Deletes, Filter
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options
from .local import named
from .options import Line

OPTIONS = ("--log", "--port", "--user", "--slot")
# long options of mirror whose value may stand apart
VALUED = frozenset(
    [
        "--include",
        "--exclude",
        "--include-glob",
        "--exclude-glob",
        "--include-rx-from",
        "--exclude-rx-from",
        "--include-glob-from",
        "--exclude-glob-from",
        "--newer-than",
        "--older-than",
        "--size-range",
        "--on-change",
        "--file",
        "--directory",
        "--target-directory",
        "--log",
        "--script",
        "--max-errors",
        "--recursion",
    ]
)
SHORT = "NixIXfFO"
QUOTABLE = "\"'\\ \t\n>|;&"  # signs that a backslash makes plain; before any other it stays
PATTERNS = {
    "-x": "-r",
    "--exclude": "-r",
    "-i": "+r",
    "--include": "+r",
    "-X": "-g",
    "--exclude-glob": "-g",
    "-I": "+g",
    "--include-glob": "+g",
}
FILES = {"--exclude-rx-from": "-r", "--include-rx-from": "+r", "--exclude-glob-from": "-g", "--include-glob-from": "+g"}
LONGEST = 1 << 16  # characters of a script of lftp's


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of all commands that one lftp is given."""
    if command.host:
        return
    line = options.line(command.arguments, OPTIONS, short="fceups")
    cwd = command.cwd
    for first, script in scripts(command, line, run):
        for number, words in statements(script):
            name, given = words[0], words[1:]
            at = command._replace(cwd=cwd, line=first + number)
            if name == "lcd" and given:
                cwd = place.joined(cwd, given[0])
            elif name == "mirror":
                yield from mirror(given, at, run)
            elif name in ("put", "mput"):
                yield from put(given, at, run)


def scripts(command: Command, line: Line, run: Run) -> Iterator[tuple[int, str]]:
    """The scripts, each with the number of its first line in the deploy file."""
    for option in line.options:
        if option.name in ("-c", "-e"):
            yield command.line, option.value[:LONGEST]
        elif option.name == "-f":
            inner = place.inside(place.joined(command.cwd, option.value))
            for _, words in statements((run.tree.text(inner) or "")[:LONGEST] if inner is not None else ""):
                yield command.line, " ".join(quoted(word) for word in words)
    if command.stdin:
        yield command.line + 1, command.stdin[:LONGEST]


def quoted(word: str) -> str:
    """A word that reads as itself."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def statements(script: str) -> Iterator[tuple[int, list[str]]]:
    """The words of each command, and on which line of the script it begins, from 0."""
    words: list[str] = []
    word: str | None = None
    quote, line, begun, at = "", 0, 0, 0
    while at <= len(script):
        sign = script[at : at + 1]
        at += 1
        if sign == "\\" and script[at : at + 1] and script[at] in (f"\\{quote}" if quote else QUOTABLE):
            word = (word or "") + ("" if script[at] == "\n" else script[at])
            line += script[at] == "\n"
            at += 1
        elif quote and sign:
            word, quote = (word or "") + (sign if sign != quote else ""), quote if sign != quote else ""
        elif sign and sign in "\"'":
            word, quote = word or "", sign
        elif sign == "#" and word is None and not words:
            at = end if (end := script.find("\n", at)) >= 0 else len(script)
        elif sign and sign not in " \t\r\n;&|":
            word = (word or "") + sign
        else:
            if word is not None:
                begun = begun if words else line
                words.append(word)
                word = None
            if words and (sign == "" or sign in "\n;&|"):
                yield begun, words
                words = []
        line += sign == "\n"


def mirror(given: list[str], command: Command, run: Run) -> Iterator[Copy]:
    """`mirror -R`: what it sends, and what it deletes. The other way round it fetches, and with `--only-missing` it overwrites nothing."""
    line = options.line([Word(word) for word in given], VALUED, short=SHORT)
    if not line.has("-R", "--reverse") or line.has("--dry-run", "--just-print", "--script", "--only-missing"):
        return
    patterns, unknown = filters(line, command, run)
    own: tuple[Filter, ...] = (Filter("lftp", patterns),) if patterns else ()
    if line.has("-r", "--no-recursion"):
        own = (Filter("flat"), *own)
    operands = [word.text for word in line.operands]
    target = operands[1] if len(operands) > 1 else next(iter(line.values("-O", "--target-directory")), "")
    made = Copy("lftp", run.path, command.line, target=target, deletes=deletes(line), unknown=unknown)
    for name in line.values("-f", "--file"):
        yield from run.sent(place.joined(command.cwd, name), (Filter("flat"),), made._replace(deletes=""))
    folders = line.values("-F", "--directory") or ([] if line.has("-f", "--file") else operands[:1] or ["."])
    for folder in folders:
        yield from run.sent(place.joined(command.cwd, folder.removeprefix("file://")), own, made)


def deletes(line: Line) -> Deletes:
    """What `--delete` and its like do."""
    if line.has("--delete-excluded"):
        return "all"
    return "extraneous" if line.has("-e", "--delete", "--delete-first") else ""


def filters(line: Line, command: Command, run: Run) -> tuple[tuple[str, ...], str]:
    """The patterns in their order, and why they cannot be known, "" where they can."""
    patterns: list[str] = []
    unknown = ""
    for option in line.options:
        if option.name in PATTERNS:
            patterns.append(PATTERNS[option.name] + option.value)
            unknown = unknown or (
                "" if place.is_known(option.value) else f"{option.name} takes {place.told(option.value)}, which nothing here sets"
            )
        elif option.name in FILES:
            inner = place.inside(place.joined(command.cwd, option.value))
            text = run.tree.text(inner) if inner is not None else None
            unknown = unknown or ("" if text is not None else f"the file of patterns {place.told(option.value)} is not in the repository")
            patterns += [FILES[option.name] + each.strip() for each in (text or "").splitlines() if each.strip()]
    return tuple(patterns), unknown


def put(given: list[str], command: Command, run: Run) -> Iterator[Copy]:
    """`put FILE -o NAME`, `mput *.php`: files, and no folder."""
    line = options.line([Word(word) for word in given], ("--target-directory", "--parallel"), short="oOP")
    target = next(iter(line.values("-O", "-o")), "")
    for word in line.operands:
        where, own, _ = named(command, Word(word.text, any(sign in word.text for sign in "*?[")))
        yield from run.sent(where, (*own, Filter("flat")), Copy("lftp put", run.path, command.line, target=target))
