"""Deploy scripts in Python: Fabric's fabfile, Invoke's tasks, and any that runs rsync, scp or git. Read, never run.

https://docs.fabfile.org/en/1.14/, https://docs.fabfile.org/en/latest/, https://docs.paramiko.org/, https://docs.python.org/3/library/subprocess.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import place
from ..code.python import Called, Module
from ..copy import Copy, Filter
from ..steps import SERVER, Steps
from ..tree import Tree

USES = re.compile(r"\b(?:fabric|invoke|paramiko|subprocess|os\.system|plumbum|sh|pysftp|ftplib|scp)\b")
THERE = ("run", "sudo", "exec_command", "run_command", "execute_command", "put_command", "ssh_run", "remote", "run_remote")
HERE = (
    "system",
    "popen",
    "call",
    "check_call",
    "check_output",
    "Popen",
    "getoutput",
    "getstatusoutput",
    "local",
    "run_local",
    "run_cmd",
    "shell",
)
COMMAND = re.compile(r"\s*(?:sudo\s+)?(?:cd|git|rsync|scp|tar|zip|cp|mv|ln|aws|sshpass|ssh|lftp|sftp|docker|gcloud|eb)\s")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies that its calls make. Raises Unreadable for what is no Python."""
    if not USES.search(text):
        return
    is_fabric = "fabric" in text
    steps = Steps(tree, path, "" if is_fabric else text)
    for called in Module(text, place.joined(place.ROOT, path.rpartition("/")[0] or ".")).calls():
        of_call(called, steps, is_fabric)
    yield from steps.found()


def of_call(called: Called, steps: Steps, is_fabric: bool) -> None:
    """One call: a command here, a command there, a copy."""
    owner, _, last = called.name.rpartition(".")
    if last == "rsync_project":
        rsync_project(called, steps)
    elif last == "upload_project":
        source = called.argument(0, "local_dir") or place.ROOT
        steps.sent(
            place.joined(called.here, str(source)), called.line, "fabric upload_project", str(called.argument(1, "remote_dir") or "")
        )
    elif last in ("put", "put_d", "put_r", "putfo", "upload_file", "upload") and owner != "requests":
        put(called, steps, is_fabric, last)
    elif owner == "subprocess" or called.name in ("os.system", "os.popen", "Popen", "check_call", "check_output") or last in HERE:
        command(called, steps, "")
    elif last in THERE:
        command(called, steps, SERVER if remote(owner, last, is_fabric) else "")
    elif not owner and is_fabric and COMMAND.match(said(called)):
        command(called, steps, SERVER)  # `caller = run if … else local`


def remote(owner: str, last: str, is_fabric: bool) -> bool:
    """Whether `run` is one of a connection: Fabric's is, Invoke's `c.run` is not."""
    return is_fabric or last not in ("run", "sudo") or "conn" in owner.lower() or "ssh" in owner.lower() or "client" in owner.lower()


def said(called: Called) -> str:
    """The command that a call is given: a text, or a list of words."""
    given = called.argument(0, "args", "command", "cmd")
    if isinstance(given, list):
        return " ".join(word_of(one) for one in given)
    return given if isinstance(given, str) else ""


def word_of(value: Any) -> str:
    """A word of a list, as the shell would write it: nothing in it has a meaning, but for what is not known."""
    text = value if isinstance(value, str) else "${...}"
    return '"' + re.sub(r'([\\"`]|\$(?!\{))', r"\\\1", text) + '"'


def command(called: Called, steps: Steps, host: str) -> None:
    """The command of a call, in the folder that stands around it or that it names."""
    folder = called.argument(99, "cwd", "chdir")
    cwd = called.there if host else called.here
    cwd = place.joined(cwd, folder) if isinstance(folder, str) else cwd
    steps.shell(said(called), called.line, cwd=cwd, host=host)


def rsync_project(called: Called, steps: Steps) -> None:
    """`rsync_project(remote_dir, local_dir, exclude, delete, extra_opts)`; without `local_dir` the folder itself is sent, one level down.

    https://docs.fabfile.org/en/1.14/api/contrib/project.html: `--delete`, the exclusions, the default options, `extra_opts`.
    """
    exclude = called.argument(2, "exclude")
    excluded = exclude if isinstance(exclude, list) else [exclude] if isinstance(exclude, str) and exclude else []
    if called.named.get("upload") is False:
        return
    words = ["rsync", *(["--delete"] if called.argument(3, "delete") in (True, "True") else [])]
    words += [f"--exclude={word_of(one)}" for one in excluded]
    words += [str(called.named.get("default_opts") or "-pthrvz"), str(called.argument(4, "extra_opts") or "")]
    source = called.argument(1, "local_dir")
    words += [word_of(source) if isinstance(source, str) else f'"{called.here}"', '"server:target"']
    before = len(steps.copies)
    steps.shell(" ".join(words), called.line, cwd=called.here)
    target = called.argument(0, "remote_dir")
    for number in range(before, len(steps.copies)):
        steps.copies[number] = steps.copies[number]._replace(
            mechanism="fabric rsync_project", target=target if isinstance(target, str) else ""
        )
        steps.places[number] = place.joined(called.there, steps.copies[number].target)


def put(called: Called, steps: Steps, is_fabric: bool, last: str) -> None:
    """`put(local, remote)`: a file or a folder; `*` is Python's glob, which takes no name that begins with a dot."""
    source, target = (
        called.argument(0, "local_path", "local", "localpath", "files"),
        called.argument(1, "remote_path", "remote", "remotepath"),
    )
    if not isinstance(source, str) or not isinstance(target, str):
        return
    if not is_fabric and (not place.is_known(source) or (last == "put" and not any(sign in source for sign in "/."))):
        return  # a queue's `put`, a cache's, or any file that a program works with
    folder, slash, name = source.rpartition("/")
    at = place.joined(called.there, target)
    kept = len(steps.copies)
    if any(sign in name for sign in "*?["):
        where, own = place.joined(called.here, folder + slash or "."), (Filter("shell", (name,)),)
        steps.sent(where, called.line, f"{'fabric' if is_fabric else 'sftp'} put", target, own)
    else:
        steps.sent(place.joined(called.here, source), called.line, f"{'fabric' if is_fabric else 'sftp'} put", target)
    added = steps.copies[kept:], steps.places[kept:]
    del steps.copies[kept:], steps.places[kept:]
    steps.replace(at)
    steps.replace(place.joined(at, name))
    steps.copies += added[0]
    steps.places += added[1]
