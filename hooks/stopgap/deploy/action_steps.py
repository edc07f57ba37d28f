"""What a step that names an action does: its commands are read like any others, its inputs say what it sends."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from . import place, scripts, tools
from .action_inputs import sent
from .actions import Step, parted, rows_of
from .copy import Copy
from .run import Run
from .shell.commands import Script, commands

SLOT = re.compile(r"(?<!\$)\{([\w-]+)\}")
OPTIONS = re.compile(r"switch|arg|flag|opt|exclude")  # inputs that hold options


def read(step: Step, run: Run) -> Iterator[Copy]:
    """The copies of one step; an action that is not in the table makes none."""
    for row in rows_of(step.system, step.name, step.version):
        defaults = {name.lower(): value for name, value in row.get("defaults", {}).items()}
        given = {name.lower(): value for name, value in step.inputs.items() if value.strip() or name.lower() not in defaults}
        filled_in = step._replace(inputs={**defaults, **given})
        if is_off(row, filled_in, run):
            continue
        own = "source" in row or not any(key in row for key in ("remote", "local"))
        for copy in of_row(row, filled_in, run):
            kind = row.get("kind", copy.kind)
            name = copy.mechanism if kind == "checkout" else row["names"][0]
            yield copy._replace(mechanism=name, kind=kind, line=step.line if own else copy.line)


def is_off(row: dict[str, Any], step: Step, run: Run) -> bool:
    """Whether an input, or a file, makes the step do something else than the row says."""
    held = step.inputs
    return (
        ("dry" in row and step.has(row["dry"]))
        or ("unless" in row and bool(held.get(row["unless"].lower())))
        or ("when" in row and not step.has(row["when"]))
        or ("needs" in row and not held.get(row["needs"].lower()))
        or ("has" in row and row["has"] not in run.tree.names)
        or ("lacks" in row and row["lacks"] in run.tree.names)
    )


def of_row(row: dict[str, Any], step: Step, run: Run) -> Iterator[Copy]:
    """What a row says: files that are written, commands, and what is sent."""
    if "write" in row:
        run.write(place.joined(step.workspace, filled(row["write"], row, step, run)))
    for name in row.get("remote", ()):
        yield from shell(step, name, run, "server")
    for name in row.get("local", ()):
        yield from shell(step, name, run, "")
    for name in row.get("remote-file", ()):
        yield from from_file(step, name, run)
    if "script" in row:
        source = filled(row["script"], row, step, run)
        known = {"GITHUB_WORKSPACE": [step.workspace], "BITBUCKET_CLONE_DIR": [step.workspace]}
        why = unread(row["script"], step)
        for copy in scripts.read([(step.line, source)], run, step.workspace, known, row.get("shell", "bash")):
            yield copy._replace(unknown=copy.unknown or why)
    elif "source" in row:
        yield from sent(row, step, run)


def shell(step: Step, name: str, run: Run, host: str) -> Iterator[Copy]:
    """An input that is shell, which runs here or on the server."""
    source = step.inputs.get(name.lower(), "")
    if source.strip():
        cwd = place.HOME if host else step.workspace
        yield from tools.read(commands(Script(source, step.lines.get(name.lower(), step.line), cwd, cwd, host=host)), run)


def from_file(step: Step, name: str, run: Run) -> Iterator[Copy]:
    """A script of the repository that runs on the server."""
    inner = place.inside(place.joined(step.workspace, step.inputs.get(name.lower(), "").strip() or "."))
    text = run.tree.text(inner) if inner else None
    if text is not None:
        for copy in tools.read(commands(Script(text, 1, place.HOME, place.HOME, host="server")), run):
            yield copy._replace(line=step.line)


def unread(template: str, step: Step) -> str:
    """Why the options of a script cannot be known, "" where they can."""
    held = {name: step.inputs.get(name.lower(), "") for name in SLOT.findall(template) if OPTIONS.search(name.lower())}
    return next(
        (f"{name} takes {place.told(value)}, which nothing here sets" for name, value in held.items() if not place.is_known(value)), ""
    )


def filled(template: str, row: dict[str, Any], step: Step, run: Run) -> str:
    """A template with the inputs in it: a list as options, a flag or a file that is there as its option, any other as it stands."""
    flags = {name.lower(): option for name, option in row.get("flags", {}).items()}
    lists = {name.lower(): held for name, held in row.get("lists", {}).items()}

    files = {name.lower(): option for name, option in row.get("files", {}).items()}

    def said(found: re.Match[str]) -> str:
        name = found[1].lower()
        value = step.inputs.get(name, "")
        if name in files:
            return f"{files[name]}{value}" if place.inside(place.joined(step.workspace, value)) in run.tree.names else ""
        if name in flags:
            return str(flags[name]) if step.has(name) else ""
        if name in lists:
            between, before = lists[name]
            held = parted(value, between) or ([""] if name in step.inputs and not before.startswith("-") else [])
            return " ".join(before + (shlex.quote(one) if before.startswith("-") else one) for one in held)
        if OPTIONS.search(name):
            value = place.UNKNOWN.sub("", value)  # `unread` says so
        return " ".join(value.split())

    return SLOT.sub(said, template)
