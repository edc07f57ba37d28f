"""Jenkinsfiles: `sh` steps are shell, `dir` says where they run, and the publishers over SSH and to S3 send files.

https://www.jenkins.io/doc/pipeline/steps/, https://www.jenkins.io/doc/book/pipeline/syntax/. Groovy is not run: its
strings and braces are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .. import place, tools
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Script, commands
from ..tree import Tree

# What does not close goes on to the end, so that nothing is looked at twice.
TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<long>'''(?:[^\\]|\\(?:.|\Z))*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\(?:.|\Z))*?(?:\"\"\"|\Z))
    |(?P<short>'(?:[^'\\\n]|\\(?:.|\Z))*(?:'|(?=\n)|\Z)|"(?:[^"\\\n]|\\(?:.|\Z))*(?:"|(?=\n)|\Z))
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>[{}()\[\],:=\n])
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
EXPRESSION = re.compile(r"(?<!\\)\$\{\s*(?:env\.)?([A-Za-z_][\w.]*)\s*\}")
STEPS = ("sh", "sshTransfer", "sshPut", "sshCommand", "sshScript", "s3Upload", "dir")
SEPARATOR = re.compile(r"[,\s]+")
WORDS = ("true", "false", "null")


class Token(NamedTuple):
    """A word, a string or a sign. `kind`: word, string, or the sign itself."""

    kind: str
    text: str
    line: int


class Argument(NamedTuple):
    """What a step is given under a name, "" for what has none."""

    text: str
    line: int


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all steps: one run, as the stages of a pipeline share their folder."""
    run, known = Run(tree, path), dict[str, list[str]]()
    said = tuple(tokens(text.replace("\r\n", "\n")))
    folders, opening, at = [place.ROOT], "", 0
    while at < len(said):
        token, at = said[at], at + 1
        if token.kind == "{":
            folders.append(opening or folders[-1])
            opening = ""
        elif token.kind == "}" and len(folders) > 1:
            folders.pop()
        elif token.kind == "word" and said[at : at + 2] and [one.kind for one in said[at : at + 2]] == ["=", "string"]:
            known[token.text] = [said[at + 1].text]
        elif token.kind == "word" and token.text in STEPS and called(said, at):
            given, at = arguments(said, at, known)
            if token.text == "dir":
                opening = place.joined(folders[-1], given["path" if "path" in given else ""].text) if given else ""
            else:
                yield from of_step(token, given, folders[-1], run, known)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text. What is none of them means nothing here."""
    line, last = 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", last, found.start())
        last = found.start()
        kind = found.lastgroup or ""
        if kind in ("long", "short"):
            yield Token("string", plain(found[0], 3 if kind == "long" else 1), line)
        elif kind == "word":
            yield Token("word", found[0], line)
        elif kind == "sign":
            yield Token(found[0], found[0], line)


def plain(quoted: str, size: int) -> str:
    """A string's text. Between double quotes `${env.NAME}` and `${name}` stand for values, which are left as the shell's variables."""
    inner = quoted[size:-size]
    if quoted[0] == '"':
        inner = EXPRESSION.sub(lambda found: "${" + found[1].replace(".", "_") + "}", inner)
    return ESCAPE.sub(lambda found: CONTROLS.get(found[1], found[1]), inner)


def called(said: tuple[Token, ...], at: int) -> bool:
    """Whether the word before is a step that is called: a string, a name with a colon or a parenthesis stands behind it."""
    kinds = [one.kind for one in said[at : at + 2]]
    return bool(kinds) and (kinds[0] in ("string", "(") or kinds == ["word", ":"])


def arguments(said: tuple[Token, ...], at: int, known: dict[str, list[str]]) -> tuple[dict[str, Argument], int]:
    """What a step is given, and where its call ends: at the parenthesis that closes it, or else at the end of the line."""
    found: dict[str, Argument] = {}
    depth, name = 0, ""
    start = at
    while at < len(said):
        token = said[at]
        depth += (token.kind in "([") - (token.kind in ")]")
        if token.kind == "\n" and depth == 0 and said[at - 1].kind != ",":
            break
        if token.kind == "string":
            found.setdefault(name, Argument(token.text, token.line))
        elif token.kind == "word" and said[at + 1 : at + 2] and said[at + 1].kind == ":":
            name = token.text
        elif token.kind == "word" and name:
            found.setdefault(
                name, Argument(known.get(token.text, ["${" + token.text + "}"])[0] if token.text not in WORDS else token.text, token.line)
            )
        elif token.kind == ",":
            name = ""
        at += 1
        if depth == 0 and said[start].kind == "(":
            break
        if token.kind in "{}":
            return found, at - 1
    return found, at


def of_step(step: Token, given: dict[str, Argument], cwd: str, run: Run, known: dict[str, list[str]]) -> Iterator[Copy]:
    """The copies of one step."""
    if step.text == "sh":
        script = given.get("script") or given.get("")
        if script:
            yield from tools.read(commands(Script(script.text, script.line, cwd, cwd, "sh", known)), run)
    elif step.text == "sshTransfer":
        yield from published(step, given, cwd, run, known)
    elif step.text in ("sshPut", "s3Upload"):
        yield from put(step, given, cwd, run)
    elif step.text == "sshCommand" and "command" in given:
        yield from remote(given["command"], run, known)
    elif step.text == "sshScript" and "script" in given:
        inner = place.inside(place.joined(cwd, given["script"].text))
        text = run.tree.text(inner) if inner else None
        for copy in remote(Argument(text or "", step.line), run, known):
            yield copy._replace(line=step.line)


def remote(script: Argument, run: Run, known: dict[str, list[str]]) -> Iterator[Copy]:
    """Commands that run on the server."""
    yield from tools.read(commands(Script(script.text, script.line, place.HOME, place.HOME, "sh", known, "server")), run)


def published(step: Token, given: dict[str, Argument], cwd: str, run: Run, known: dict[str, list[str]]) -> Iterator[Copy]:
    """A transfer of sshPublisher: files by Ant's patterns, then a command there. https://plugins.jenkins.io/publish-over-ssh/"""
    taken, left = patterns(given, "sourceFiles"), patterns(given, "excludes")
    if taken:
        own = (Filter("ant", (*(f"+{one}" for one in taken), *(f"-{one}" for one in left))),)
        made = Copy("sshPublisher", run.path, step.line)
        if given.get("cleanRemote", Argument("", 0)).text == "true":
            made = made._replace(deletes="everything")
        unknown = next((one for one in (*taken, *left) if not place.is_known(one)), "")
        why = f"it takes {place.told(unknown)}, which nothing here sets" if unknown else ""
        yield from run.sent(cwd, own, made._replace(unknown=why))
    if "execCommand" in given:
        yield from remote(given["execCommand"], run, known)


def patterns(given: dict[str, Argument], name: str) -> list[str]:
    """The patterns of a list with commas or blanks."""
    return [one for one in SEPARATOR.split(given[name].text) if one] if name in given else []


def put(step: Token, given: dict[str, Argument], cwd: str, run: Run) -> Iterator[Copy]:
    """`sshPut from:`, `s3Upload file:` a file or a folder; `includePathPattern` and `excludePathPattern` of s3Upload are Ant's."""
    source = given.get("from") or given.get("file")
    taken = patterns(given, "includePathPattern")
    if source is None and not taken:
        return
    where = place.joined(cwd, source.text if source else given["workingDir"].text if "workingDir" in given else ".")
    left = patterns(given, "excludePathPattern")
    own = (Filter("ant", (*(f"+{one}" for one in taken or ["**"]), *(f"-{one}" for one in left))),) if taken or left else ()
    yield from run.sent(where, own, Copy(step.text, run.path, step.line))
