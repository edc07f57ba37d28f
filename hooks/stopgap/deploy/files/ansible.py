"""Ansible playbooks and the task files of roles: synchronize, copy, unarchive, git, template, and shell. Includes are not followed.

https://docs.ansible.com/ansible/latest/collections/ansible/posix/synchronize_module.html and ansible/builtin/ for the others.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .. import place
from ..copy import Copy
from ..shell.commands import Command
from ..shell.words import Word
from ..steps import SERVER, Steps, is_foreign
from ..tools import rsync
from ..tree import Tree
from ..yamls import DEEPEST, Map, Text, Unreadable, documents

COPIES = ("synchronize", "copy", "unarchive", "git", "template", "shell", "command", "script", "file", "win_copy")
MODULE = re.compile(
    rf"^[ \t-]*[\"']?(?:ansible\.(?:posix|builtin|windows)\.)?(?:{'|'.join(COPIES[:5])}|shell|command|action|local_action)[\"']?[ \t]*:",
    re.MULTILINE,
)
PLAY = re.compile(r"^[ \t-]*(?:hosts|tasks|import_playbook)[ \t]*:|(?:^|/)(?:tasks|handlers)/", re.MULTILINE)
TASKS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
ARGUMENT = re.compile(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")
JINJA = re.compile(r"\{\{\s*([^{}]{0,200}?)\s*\}\}")
DEFAULT = re.compile(r"(\w+)\s*\|\s*default\(\s*['\"]([^'\"]*)['\"].*\)\Z")
SUBSTITUTED, DEEPEST_NAME, LONGEST = 500, 5, 10_000  # names that one text is filled with, within one another, and its characters
LOCAL = ("localhost", "127.0.0.1")


class Play(NamedTuple):
    """Where a file's tasks look for their files, what its variables are, and whether they run on this machine."""

    folders: tuple[str, ...]
    known: dict[str, str]
    local: bool
    rows: list[str]


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of a playbook or of a file of tasks; of any other YAML none. Raises Unreadable for a playbook that is no YAML."""
    if not MODULE.search(text) or not (PLAY.search(text) or PLAY.search(path) or "name:" in text):
        return
    try:
        found = documents(text)
    except Unreadable:
        if re.search(r"^[ \t-]*hosts[ \t]*:", text, re.MULTILINE) and re.search(r"^[ \t]*(?:tasks|roles)[ \t]*:", text, re.MULTILINE):
            raise
        return
    steps = Steps(tree, path)
    shared, rows = variables_beside(path, tree), text.splitlines()
    for items in found:
        for item in items if isinstance(items, list) else []:
            if isinstance(item, Map):
                top(item, steps, shared, rows)
    yield from steps.found()


def top(item: Map, steps: Steps, shared: dict[str, str], rows: list[str]) -> None:
    """A play, or a task of a file of tasks."""
    named = (posixpath.normpath(posixpath.join(posixpath.dirname(steps.path), name)) for name in item.texts("vars_files"))
    known = {**shared, **variables(named, steps.run.tree), **texts(item.map("vars"))}
    local = item.text("connection") == "local" or item.text("hosts") in LOCAL
    play = Play(folders(steps.path), known, local, rows)
    if "hosts" in item:
        for name in TASKS[:4]:
            for task in item.list(name):
                of_task(task, play, steps, 0)
    else:
        of_task(item, play, steps, 0)


def folders(path: str) -> tuple[str, ...]:
    """Where a relative source may lie: in a role its own folders come first, then those of the playbook beside `roles`."""
    folder = posixpath.dirname(path)
    role = re.match(r"(.*?(?:^|/)roles/[^/]+)/", path)
    if role is None:
        return tuple(dict.fromkeys((folder, posixpath.dirname(folder) if posixpath.basename(folder) == "tasks" else folder)))
    return (role[1], posixpath.dirname(posixpath.dirname(role[1])))


def texts(where: Map) -> dict[str, str]:
    """The variables that are texts."""
    return {name: str(value) for name, value in where.items() if isinstance(value, Text)}


def variables_beside(path: str, tree: Tree) -> dict[str, str]:
    """The variables of the role, and of all hosts, in files beside."""
    beside = ("defaults/main", "group_vars/all", "group_vars/all/main", "group_vars/all/vars", "vars/main")
    return variables((f"{folder}/{name}.yml".lstrip("/") for folder in folders(path) for name in beside), tree)


def variables(names: Iterable[str], tree: Tree) -> dict[str, str]:
    """What some files of variables set; one that is encrypted, or no YAML, sets nothing that can be known."""
    found: dict[str, str] = {}
    for name in names:
        try:
            for one in documents(tree.text(name) or ""):
                found |= texts(one) if isinstance(one, Map) else {}
        except Unreadable:
            continue
    return found


def of_task(task: Any, play: Play, steps: Steps, depth: int) -> None:
    """One task, or the tasks of a block."""
    if not isinstance(task, Map) or depth > DEEPEST:
        return
    steps.spend()
    known = {**play.known, **texts(task.map("vars"))}
    local = play.local or task.text("delegate_to") in LOCAL or task.text("connection") == "local"
    own = play._replace(known=known, local=local)
    for name in TASKS[4:]:
        for inner in task.list(name):
            of_task(inner, own, steps, depth + 1)
    items = task.get("with_items", task.get("loop"))
    each = [one for one in items if isinstance(one, (Text, Map))][:32] if isinstance(items, list) else []
    for key, value in task.items():
        name = key.rpartition(".")[2]
        if name in ("action", "local_action") and isinstance(value, Text):
            name, _, rest = str(value).partition(" ")
            made = Text(rest)
            made.line = made.first = value.line
            value, own = made, own._replace(local=own.local or key == "local_action")
        if name in COPIES:
            for one in each or [Text()]:
                held = (
                    {"item": str(one)}
                    if isinstance(one, Text)
                    else {f"item.{k}": v for k, v in texts(one).items()}
                    if isinstance(one, Map)
                    else {}
                )
                of_module(name, value, task, own._replace(known={**known, **held}), steps)


def of_module(name: str, value: Any, task: Map, play: Play, steps: Steps) -> None:
    """What one module does; a value that is a line (`src=a dest=b`) is taken apart."""
    line = line_of(name, getattr(value, "line", task.line), play.rows)
    given = (
        value
        if isinstance(value, Map)
        else Map({key: Text(said.strip("\"'")) for key, said in ARGUMENT.findall(filled(str(value), play.known))})
    )
    said = {key: filled(str(one), play.known) for key, one in given.items() if isinstance(one, Text)}
    if name in ("shell", "command", "script"):
        command(
            str(value) if isinstance(value, Text) else given.text("cmd"),
            getattr(value, "first", line),
            {**texts(task.map("args")), **said},
            play,
            steps,
        )
    elif name == "synchronize":
        synchronize(given, said, task, line, play, steps)
    elif name == "git":
        checkout(said, line, play, steps)
    elif name in ("copy", "unarchive", "win_copy"):
        copied(name, said, line, play, steps)
    elif name in ("template", "file") and (name == "template" or said.get("state") in ("link", "hard")):
        steps.replace(target(said))


def line_of(name: str, line: int, rows: list[str]) -> int:
    """The line of the module's name: that of what it is given, or one above."""
    return next((at for at in (line, line - 1, line - 2) if 0 < at <= len(rows) and f"{name}:" in rows[at - 1]), line)


def target(said: dict[str, str]) -> str:
    """The place on the server that a task writes."""
    return place.joined(place.HOME, said.get("dest") or said.get("path") or said.get("name") or ".")


def filled(text: str, known: dict[str, str]) -> str:
    """Jinja's `{{ name }}` replaced by what the file says, or by a default; all else stays as `${name}`."""
    left = SUBSTITUTED

    def put(found: re.Match[str], depth: int) -> str:
        nonlocal left
        left -= 1
        said, default = found[1], DEFAULT.match(found[1])
        name = default[1] if default and said not in known else said
        if name in known and depth < DEEPEST_NAME and left > 0:
            return JINJA.sub(lambda inner: put(inner, depth + 1), known[name])[:LONGEST]
        return default[2] if default else "${" + (re.sub(r"\W+", "_", said).strip("_") or "...") + "}"

    return JINJA.sub(lambda found: put(found, 0), text)[:LONGEST]


def source_of(text: str, play: Play, steps: Steps, kind: str = "files") -> str:
    """The place of a source on the machine that runs Ansible: the first of the folders that has it, else the playbook's own."""
    if text.startswith(("${playbook_dir}", "${inventory_dir}")):
        return place.joined(place.joined(place.ROOT, play.folders[-1] or "."), "." + text.partition("}")[2])
    if text.startswith("${role_path}"):
        return place.joined(place.joined(place.ROOT, play.folders[0] or "."), "." + text.partition("}")[2])
    if text.startswith(("/", "~")) or not place.is_known(text):
        return place.joined(place.ROOT, text) if text.startswith(("/", "~")) else text
    for folder in play.folders:
        for inner in (posixpath.join(folder, kind), folder):
            at = posixpath.normpath(posixpath.join(inner, text))
            at = "" if at == "." else at
            if inner not in steps.run.tree.folders:
                continue
            if at in steps.run.tree.names or at in steps.run.tree.folders:
                return place.joined(place.ROOT, at)
    return place.joined(place.ROOT, posixpath.join(play.folders[-1], text))


def yes(text: str) -> bool:
    """YAML's truth, as Ansible reads it."""
    return text.strip().lower() in ("yes", "true", "on", "1", "y")


def synchronize(given: Map, said: dict[str, str], task: Map, line: int, play: Play, steps: Steps) -> None:
    """rsync with `rsync_opts` behind its own options. A pull, and a copy from one folder of a server to another, take nothing from here."""
    delegated = filled(task.text("delegate_to"), play.known)
    if said.get("mode") == "pull" or (delegated and delegated not in LOCAL) or not said.get("src"):
        return
    options = given.get("rsync_opts")
    listed = (
        [filled(str(one), play.known) for one in options if isinstance(one, Text)]
        if isinstance(options, list)
        else said.get("rsync_opts", "").split(",")
    )
    words = ["-a", *(["--delete"] if yes(said.get("delete", "")) else []), *(one.strip() for one in listed if one.strip())]
    source = source_of(said["src"], play, steps) + ("/" if said["src"].rstrip().endswith(("/", "/.")) or said["src"] in (".", "./") else "")
    is_local = play.local and not delegated
    goal = said.get("dest", "") if is_local else f"server:{said.get('dest', '')}"
    arguments = tuple(Word(one) for one in (*words, source, goal))
    at = target(said)
    for copy in rsync.read(Command("rsync", arguments, line, place.ROOT), steps.run):
        nested = not source.endswith("/") and place.inside(source) is not None
        steps.add(copy._replace(mechanism="ansible synchronize"), place.joined(at, source.rpartition("/")[2]) if nested else at)


def copied(name: str, said: dict[str, str], line: int, play: Play, steps: Steps) -> None:
    """`copy` and `unarchive`: a file or a whole folder from here, over what was sent before; `content` and `remote_src` take nothing."""
    at = target(said)
    source = said.get("src", "")
    kept = len(steps.copies)
    if source and not yes(said.get("remote_src", "")) and said.get("copy", "yes").lower() not in ("no", "false") and "://" not in source:
        where = source_of(source, play, steps)
        is_folder = place.inside(where) in steps.run.tree.folders
        nested = is_folder and not source.endswith("/")
        steps.sent(where, line, f"ansible {name}", said.get("dest", ""), at=place.joined(at, where.rpartition("/")[2]) if nested else at)
        is_file = not is_folder
    else:
        is_file = name != "unarchive"
    added = steps.copies[kept:], steps.places[kept:]
    del steps.copies[kept:], steps.places[kept:]
    if is_file and name != "unarchive":
        steps.replace(at)
        steps.replace(place.joined(at, source.rpartition("/")[2]))
    steps.copies += added[0]
    steps.places += added[1]


def checkout(said: dict[str, str], line: int, play: Play, steps: Steps) -> None:
    """`git`: a checkout on the server; with `update: no` only where there is none yet. A tool's repository is none of ours."""
    repository, goal = said.get("repo", said.get("name", "")), said.get("dest", "")
    asked = Command("git", (Word("clone"), Word(repository), Word(goal)), line, place.HOME)
    if (
        not goal
        or not repository
        or said.get("update", "yes").lower() in ("no", "false")
        or said.get("clone", "yes").lower() in ("no", "false")
    ):
        return
    if not play.local and not is_foreign(asked):
        steps.add(Copy("ansible git", steps.path, line, target=goal, kind="checkout", follows_git=True), place.joined(place.HOME, goal))


def command(source: str, line: int, said: dict[str, str], play: Play, steps: Steps) -> None:
    """The shell of a task, in `chdir`."""
    cwd = filled(said.get("chdir", "."), play.known)
    host = "" if play.local else SERVER
    script = filled(re.sub(r"\bchdir=\S+\s*", "", source), play.known)
    found = re.search(r"\bchdir=(\S+)", source)
    cwd = filled(found[1], play.known) if found else cwd
    steps.shell(script, line, cwd=place.joined(place.HOME if host else place.joined(place.ROOT, play.folders[-1] or "."), cwd), host=host)
