"""A PHP page that a git host calls: it runs `git pull` and the like on the server that it lies on. Its commands stand in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..code.given import Call
from ..code.values import Program
from ..copy import Copy
from ..steps import SERVER, Steps
from ..tree import Tree
from .deployer import DEPLOYER

RUNS = frozenset(
    ("exec", "shell_exec", "system", "passthru", "popen", "proc_open", "`", "Process", "fromShellCommandline", "run", "execute")
)
CALLS = re.compile(r"\b(?:exec|shell_exec|system|passthru|popen|proc_open|Process)\s*\(|`")
COMMAND = re.compile(
    r"\s*(?:sudo\s+(?:-\S+\s+)*(?:-u\s+\S+\s+)?)?(?:cd\s|(?:/[\w./-]{1,80}/)?git\s|\$\{\w*git\w*\}\s|rsync\s|cp\s|mv\s|ln\s)"
)
GIT = re.compile(r"(?i)\$\{[\w.]*git[\w.]*\}")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of the commands that it runs. Where one comes out of a variable, any command among its texts may be that."""
    if "git" not in text or not CALLS.search(text) or DEPLOYER.search(text):
        return
    steps = Steps(tree, path)
    program = Program(text, "php", place.joined(place.ROOT, path.rpartition("/")[0] or "."))
    runs = [call for call in program.calls() if call.name.rpartition(".")[2] in RUNS]
    said = [(call.line, command_of(call)) for call in runs]
    if any(not COMMAND.match(command) and not place.is_known(command) for _, command in said):
        said = list(said_texts(program))
    for line, command in said:
        if COMMAND.match(command):
            steps.shell(GIT.sub("git", command), line, cwd=place.HOME, host=SERVER)
    yield from steps.found()


def command_of(call: Call) -> str:
    """The command that a call is given: a text, or a list of words."""
    given = call.arguments[0] if call.arguments else ""
    return " ".join(str(one) for one in given) if isinstance(given, list) else str(given)


def said_texts(program: Program) -> Iterator[tuple[int, str]]:
    """Every text with what is joined to it, by its line."""
    done = 0
    for number, token in enumerate(program.tokens):
        if token.kind != "text" or number < done:
            continue
        program.at = number
        value = program.value(0)
        done = max(program.at, number + 1)
        if isinstance(value, str):
            yield token.line, str(value)
