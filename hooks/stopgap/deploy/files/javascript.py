"""Deploys that are written in JavaScript: shipit, Grunt, gulp, PM2's ecosystem file, ftp-deploy, and scripts that run rsync, scp or git.

Read by its tokens, never run. Sources: https://github.com/shipitjs/shipit, https://pm2.keymetrics.io/docs/usage/deployment/,
https://github.com/simonh1000/ftp-deploy, https://github.com/jedrichards/grunt-rsync, https://github.com/zonak/grunt-ftp-deploy,
https://github.com/jerrysu/gulp-rsync, https://github.com/patrickjuchli/basic-ftp, https://github.com/steelbrain/node-ssh
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..code.given import Call
from ..code.values import Program
from ..copy import Copy
from ..steps import SERVER, Steps
from ..tree import Tree
from . import js_tasks, pm2, shipit

LONGEST = 10_000  # characters of a line that somebody has written
SIGNS = re.compile(r"rsync|scp|sftp|ftp|git |shipit|deploy|\btar |\bzip |aws s3|ssh")
HERE = frozenset(
    (
        "exec",
        "execSync",
        "execAsync",
        "execa",
        "execaCommand",
        "execaSync",
        "spawn",
        "spawnSync",
        "execFile",
        "execFileSync",
        "local",
        "sh",
        "$",
        "system",
    )
)
THERE = frozenset(("execCommand", "remote", "ssh"))
SHELLS = frozenset(("cmd", "command", "exec", "cmds", "commands"))
COMMAND = re.compile(
    r"\s*(?:sudo\s+|npx\s+)?(?:cd|git|rsync|scp|tar|zip|cp|mv|ln|aws|sshpass|ssh|lftp|sftp|docker|gcloud|eb|echo|printf)\s"
)


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of one file."""
    if (not SIGNS.search(text) and "shipit" not in path) or is_built(path, text):
        return
    program = Program(text, "js", place.joined(place.ROOT, path.rpartition("/")[0] or "."))
    steps = Steps(tree, path, "" if "shipit" in path else text)
    if path.endswith(".json"):
        pm2.apps(program.value(0), steps)
        yield from steps.found()
        return
    calls = list(program.calls())
    shipit.config(calls, steps)
    pm2.exported(program, steps)
    js_tasks.configured(calls, program, steps)
    for call in calls:
        command(call, steps)
        js_tasks.sent(call, steps, program)
    for value, line in commands(program):
        if COMMAND.match(value):
            steps.shell(value, line)
    yield from steps.found()


def is_built(path: str, text: str) -> bool:
    """Whether the file is a bundle: nobody deploys with it."""
    return ".min." in path or "node_modules/" in path or max(map(len, text.splitlines()), default=0) > LONGEST


def command(call: Call, steps: Steps) -> None:
    """`execSync('rsync …')`, `spawn('rsync', […])`, `shipit.remote('…')`, `ssh.execCommand('…', { cwd })`."""
    last = call.name.rpartition(".")[2]
    if last not in HERE and last not in THERE:
        return
    said = call.text(0)
    if (
        last in ("spawn", "spawnSync", "execFile", "execFileSync", "execa", "execaSync")
        and len(call.arguments) > 1
        and isinstance(call.arguments[1], list)
    ):
        said = " ".join([said, *(js_tasks.word(one) for one in call.arguments[1])])
    if not said.strip():
        return
    folder = call.map().text("cwd") if call.map() else ""
    host = SERVER if last in THERE else ""
    steps.shell(said, call.line, cwd=place.joined(place.HOME if host else place.ROOT, folder or "."), host=host)


def commands(program: Program) -> Iterator[tuple[str, int]]:
    """Texts under a key of a map, and their lines: `cmd: 'rsync …'`, `command: ['…', '…']`."""
    tokens = program.tokens
    for number, token in enumerate(tokens[:-2]):
        if token.text not in SHELLS or tokens[number + 1].text != ":" or tokens[number + 1].kind != "sign":
            continue
        program.at = number + 2
        value = program.value(0)
        if isinstance(value, str):
            yield str(value), token.line
        elif isinstance(value, list):
            yield "\n".join(js_tasks.texts(value)), token.line
