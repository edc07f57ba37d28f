"""The instructions of a Dockerfile, as BuildKit's parser reads them. https://docs.docker.com/reference/dockerfile/"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..shell.commands import Unreadable

MOST = 2_000  # instructions; the longest Dockerfiles have some hundred
LONGEST = 1 << 12  # characters that a word may grow to by its variables
DIRECTIVE = re.compile(r"#\s*(?P<name>\w+)\s*=\s*(?P<value>\S.*?)\s*\Z")
INSTRUCTION = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:\s+(?P<rest>.*))?\Z", re.DOTALL)
FLAG = re.compile(r"\s*--(?P<name>[a-z][a-z-]*)(?:=(?P<value>\S*))?(?=\s|\Z)")
HEREDOC = re.compile(r"(?<!<)<<(?P<tabs>-?)(?P<quote>[\"']?)(?P<name>[A-Za-z_]\w*)(?P=quote)(?!\S)")
FLAGGED = ("ADD", "COPY", "FROM", "RUN")
# `${NAME}` with a word for where it is set or not, `$NAME`, an escaped sign, a quoted part.
PART = re.compile(
    r"""(?P<escaped>\\(?P<sign>.)) | '(?P<plain>[^']*)' | (?P<quote>")
    | \$(?:(?P<bare>[A-Za-z_]\w*) | \{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-+])(?P<word>[^{}]*))?\})""",
    re.VERBOSE | re.DOTALL,
)


class Instruction(NamedTuple):
    """`COPY --chown=x a b`: its line, its flags in order, what stands behind them, and the texts of its here-documents."""

    name: str
    line: int
    flags: tuple[tuple[str, str], ...]
    rest: str
    documents: tuple[tuple[int, str], ...] = ()

    def flag(self, name: str) -> str:
        """The value of a flag, "" without it."""
        return next((value for each, value in self.flags if each == name), "")

    def words(self) -> list[str]:
        """The arguments: a JSON list's, or what blanks part."""
        return in_json(self.rest) or self.rest.split()


def in_json(rest: str) -> list[str]:
    """The words of the JSON form, none where it is not one."""
    if not rest.lstrip().startswith("["):
        return []
    import json  # many a Dockerfile needs none

    try:
        found = json.loads(rest)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else []


def instructions(text: str) -> list[Instruction]:
    """All of a Dockerfile. Raises Unreadable where it is none: no `FROM`, a first line that no Dockerfile has, too many instructions."""
    lines = text.replace("\r\n", "\n").split("\n")
    found = []
    for one in parsed(lines, escape_of(lines)):
        found.append(one)
        if len(found) > MOST:
            raise Unreadable(f"it has more than {MOST} instructions")
    if not any(one.name == "FROM" for one in found):
        raise Unreadable("it is no Dockerfile: it has no FROM")
    return found


def escape_of(lines: list[str]) -> str:
    """The sign that the `escape` directive names; directives stand above all else."""
    for line in lines:
        found = DIRECTIVE.match(line.strip())
        if found is None:
            break
        if found["name"].lower() == "escape" and found["value"] == "`":
            return "`"
    return "\\"


def parsed(lines: list[str], escape: str) -> Iterator[Instruction]:
    """The instructions: continued lines put together, comments between them left out."""
    at = 0
    while at < len(lines):
        if is_blank(lines[at]):
            at += 1
            continue
        first, said = at, ""
        while at < len(lines):
            line, at = lines[at], at + 1
            if said and is_blank(line):
                continue
            body = line.rstrip(" \t")
            continued = body.endswith(escape) and not body.endswith(escape * 2)
            said += body[:-1] if continued else line
            if not continued:
                break
        documents: list[tuple[int, str]] = []
        found = INSTRUCTION.match(said)
        if found is not None:
            name, rest = found["name"].upper(), (found["rest"] or "").strip()
            if name in ("RUN", "COPY", "ADD"):
                at = here_documents(lines, at, rest, documents)
            flags, rest = flags_of(rest) if name in FLAGGED else ((), rest)
            yield Instruction(name, first + 1, flags, rest, tuple(documents))


def is_blank(line: str) -> bool:
    """An empty line or a comment, neither of which ends a continued instruction."""
    said = line.lstrip()
    return not said or said.startswith("#")


def here_documents(lines: list[str], at: int, rest: str, found: list[tuple[int, str]]) -> int:
    """Puts the here-documents that begin at a line into `found`, each with its first line's number; gives the line behind them."""
    for each in HEREDOC.finditer(rest):
        start, body = at, []
        while at < len(lines):
            line, at = lines[at], at + 1
            if (line.lstrip("\t") if each["tabs"] else line) == each["name"]:
                break
            body.append(line)
        found.append((start + 1, "\n".join(body)))
    return at


def flags_of(rest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The flags before the arguments, and the arguments."""
    flags, at = [], 0
    while found := FLAG.match(rest, at):
        flags.append((found["name"], found["value"] or ""))
        at = found.end()
    return tuple(flags), rest[at:].strip()


def filled(text: str, known: Mapping[str, str]) -> str:
    """A word without its quotes, its variables replaced; one that nothing sets stays, as `${NAME}`; what grows without end is not known."""

    def said(found: re.Match[str]) -> str:
        if found["sign"] is not None:
            return found["sign"] if found["sign"] in "$\"'\\ " else found[0]
        if found["plain"] is not None:
            return found["plain"]
        if found["quote"]:
            return ""
        name = found["bare"] or found["name"]
        value, operator = known.get(name), found["operator"]
        if not operator:
            return "${" + name + "}" if value is None else value
        is_set = bool(value) if operator[0] == ":" else value is not None
        if operator[-1] == "+":
            return found["word"] if is_set else ""
        return value if is_set and value is not None else found["word"]

    found = PART.sub(said, text)
    return found if len(found) <= max(len(text), LONGEST) else "${...}"


def assigned(one: Instruction) -> list[tuple[str, str | None]]:
    """The names that `ENV` and `ARG` set, None where `ARG` gives no default. `ENV NAME value` is the old form of one."""
    if one.name == "ENV" and "=" not in one.rest.partition(" ")[0]:
        name, _, value = one.rest.partition(" ")
        return [(name, value.strip())]
    found: list[tuple[str, str | None]] = []
    for word in re.findall(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|[^\s\"'\\])+", one.rest, re.DOTALL):
        name, equals, value = word.partition("=")
        found.append((name, value if equals else None))
    return found
