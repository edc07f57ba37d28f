"""Tasks of Grunt and gulp, and the clients that send files: what each takes along and leaves out. `javascript` names the sources."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from .. import place
from ..code.given import Call
from ..code.values import Program
from ..copy import Copy, Deletes, Filter
from ..steps import Steps
from ..yamls import Map

TEMPLATE = re.compile(r"<%=\s*([\w.]+)[^%]{0,80}%>")
STAR = re.compile(r"[*?\[{]")
# Calls that send a folder as it is: the number of the argument that names it.
FOLDERS = {
    "uploadFromDir": 0,
    "uploadDir": 0,
    "putDirectory": 0,
    "scp": 0,
    "uploadDirectory": 0,
    "fastPut": 0,
    "put": 0,
    "putFile": 0,
    "uploadFrom": 0,
}
WHOLE = ("uploadFromDir", "uploadDir", "putDirectory", "uploadDirectory", "scp")
CLIENTS = re.compile(r"(?i)ftp|ssh|scp|client|conn")


def word(value: Any) -> str:
    """A word of the shell in which nothing has a meaning but what is not known."""
    text = value if isinstance(value, str) else "${...}"
    return '"' + re.sub(r'([\\"`]|\$(?!\{))', r"\\\1", text) + '"'


def texts(value: Any) -> list[str]:
    """The texts of a list, or the one that stands for it."""
    return (
        [str(one) for one in value if isinstance(one, str)] if isinstance(value, list) else [str(value)] if isinstance(value, str) else []
    )


def configured(calls: list[Call], program: Program, steps: Steps) -> None:
    """What `grunt.initConfig`, or a file of one task, holds for the tasks that send; and the maps that ftp-deploy is given."""
    for call in calls:
        if call.name in ("grunt.initConfig", "grunt.config", "grunt.config.set", "grunt.config.merge", "grunt.extendConfig"):
            tasks(call.map(), call.line, steps)
        elif call.name.endswith(".deploy") and call.map().text("localRoot"):
            ftp_deploy(call.map(), call.line, steps)
    exported = next(
        (number for number, token in enumerate(program.tokens[:-2]) if token.text == "exports" and program.tokens[number + 1].text == "="),
        -1,
    )
    if exported >= 0:
        program.at = exported + 2
        value = program.value(0)
        if isinstance(value, Map):
            tasks(value, value.line, steps)


def tasks(whole: Map, line: int, steps: Steps) -> None:
    """The tasks of a configuration, each with the options that all of its kind share."""
    for name, made in GRUNT:
        shared = whole.map(name)
        for key, own in shared.items():
            if isinstance(own, Map) and key not in ("options", "auth"):
                made(templated(Map({**shared.map("options"), **own, **own.map("options")}), whole, 0), line, steps)


def templated(value: Any, whole: Map, depth: int) -> Any:
    """A value with Grunt's `<%= name %>` replaced by what the configuration says; all else stays as `${name}`."""
    if depth > 8:
        return value
    if isinstance(value, Map):
        return Map({key: templated(one, whole, depth + 1) for key, one in value.items()})
    if isinstance(value, list):
        return [templated(one, whole, depth + 1) for one in value]
    return TEMPLATE.sub(lambda found: looked_up(found[1], whole), value) if isinstance(value, str) and "<%" in value else value


def looked_up(name: str, whole: Map) -> str:
    """`vars.build` in a configuration."""
    held: Any = whole
    for part in name.split("."):
        held = held.get(part) if isinstance(held, Map) else None
    return str(held) if isinstance(held, str) and "<%" not in held else "${" + re.sub(r"\W+", "_", name) + "}"


def line_of(own: Map, *names: str, other: int) -> int:
    """The line of the first of these keys."""
    return next((line for name in names if (line := getattr(own.get(name), "line", 0))), other)


def grunt_rsync(own: Map, line: int, steps: Steps) -> None:
    """grunt-rsync: `args`, then `exclude`, `src` as the command takes it, `delete`."""
    at = line_of(own, "src", "dest", other=line)
    words = ["rsync -r", *texts(own.get("args")), *(["--delete"] if own.text("delete", "syncDest") == "true" else [])]
    words += [f"--exclude={word(one)}" for one in texts(own.get("exclude"))]
    host = texts(own.get("host"))
    goal = f"{host[0] if host else ''}:{own.text('dest')}" if host or "host" in own else own.text("dest")
    for source in texts(own.get("src")):
        before = len(steps.copies)
        steps.shell(" ".join([*words, source if STAR.search(source) else word(source), word(goal)]), at)
        for number in range(before, len(steps.copies)):
            steps.copies[number] = steps.copies[number]._replace(mechanism="grunt-rsync")


def grunt_ftp(own: Map, line: int, steps: Steps) -> None:
    """grunt-ftp-deploy: `src`, a folder, without `exclusions`, which are globs seen from where Grunt runs."""
    source = own.text("src")
    if source:
        patterns = tuple(f"-{one}" for one in texts(own.get("exclusions")) + texts(own.get("exclude")))
        inner = place.joined(place.ROOT, source)
        before = (place.inside(inner) or "") + "/" if place.inside(inner) else ""
        steps.sent(inner, line_of(own, "src", other=line), "grunt-ftp-deploy", own.text("dest"), (Filter("globs", patterns, before),))


def grunt_files(own: Map, line: int, steps: Steps) -> None:
    """grunt-scp and grunt-ssh: `files`, whose globs take no name that begins with a dot unless they say so."""
    files = own.get("files")
    for one in files if isinstance(files, list) else [files] if isinstance(files, Map) else []:
        if not isinstance(one, Map):
            continue
        patterns = texts(one.get("src")) or [pattern for value in one.values() for pattern in texts(value)]
        globbed(patterns, one.text("cwd"), one.text("dot") == "true", line_of(one, "src", other=line), "grunt sftp", steps)


def globbed(patterns: list[str], folder: str, dot: bool, line: int, mechanism: str, steps: Steps, own: tuple[Filter, ...] = ()) -> None:
    """Globs, `!` before one that leaves out, sent from a folder."""
    if not patterns:
        return
    if not all(place.is_known(pattern) for pattern in patterns):
        steps.add(Copy(mechanism, steps.path, line, unknown="the globs that it takes come from outside of this file"))
        return
    signed = tuple(f"-{one[1:]}" if one.startswith("!") else f"+{one}" for one in map(relative, patterns))
    filters = (Filter("picked", (*signed, *(["dot"] if dot else []))), *own)
    steps.sent(place.joined(place.ROOT, folder or "."), line, mechanism, "", filters)


def relative(pattern: str) -> str:
    """A glob seen from the repository, its sign before it."""
    sign = "!" if pattern.startswith("!") else ""
    bare = posixpath.normpath(pattern.removeprefix("!"))
    return sign + bare.removeprefix(place.ROOT + "/").lstrip("/")


def ftp_deploy(own: Map, line: int, steps: Steps) -> None:
    """ftp-deploy: minimatch with `matchBase` and without `dot`, so that `*` and `**/*` take no name that begins with a dot."""
    source = own.text("localRoot")
    patterns = [f"+{one}" for one in texts(own.get("include"))] + [f"-{one}" for one in texts(own.get("exclude"))]
    deletes: Deletes = "everything" if own.text("deleteRemote") == "true" else ""
    made = Copy("ftp-deploy", steps.path, line, deletes=deletes)
    at = line_of(own, "localRoot", "include", other=line)
    steps.sent(
        place.joined(place.ROOT, source), at, "ftp-deploy", own.text("remoteRoot"), (Filter("picked", (*patterns, "base")),), made=made
    )


GRUNT = (
    ("rsync", grunt_rsync),
    ("ftp-deploy", grunt_ftp),
    ("ftpush", grunt_ftp),
    ("sftp-deploy", grunt_ftp),
    ("scp", grunt_files),
    ("sftp", grunt_files),
)


def sent(call: Call, steps: Steps, program: Program) -> None:
    """`client.uploadFromDir('dist')`, `ssh.putDirectory('.', …)`, gulp's `src(…).pipe(conn.dest(…))`."""
    owner, _, last = call.name.rpartition(".")
    if last in FOLDERS and CLIENTS.search(owner):
        source = call.text(FOLDERS[last])
        # a single file whose name is not known may be any that a program works with
        if source and (place.is_known(source) or last in WHOLE):
            whole = call.map()
            unknown = "a function decides what is left out" if whole and ("validate" in whole or "filter" in whole) else ""
            own = (Filter("shell", (source.rpartition("/")[2],)),) if STAR.search(source) else ()
            where = posixpath.dirname(source) or "." if STAR.search(source) else source
            steps.sent(
                place.joined(place.ROOT, where), call.line, last, call.text(1), own, made=Copy("", steps.path, call.line, unknown=unknown)
            )
    elif last == "src" and owner in ("gulp", "") and call.arguments:
        steps.spend()
        gulp(call, steps, program)


def gulp(call: Call, steps: Steps, program: Program) -> None:
    """A stream of files that ends at a server: vinyl-ftp's `conn.dest`, gulp-sftp, gulp-rsync."""
    start = call.number
    chain = [token.text for token in program.tokens[start : start + 400]]
    chain = chain[: chain.index(";")] if ";" in chain else chain
    named = call.map()
    patterns = texts(call.arguments[0])
    if "rsync" in chain and "pipe" in chain:
        program.at = start + chain.index("rsync") + 2
        own = next((one for one in program.items(")", 0) if isinstance(one, Map)), Map())
        excluded = tuple(f"- {one}" for one in texts(own.get("exclude")))
        if own.text("recursive") == "true" or own.text("archive") == "true":
            whole = [pattern for pattern in patterns if not STAR.search(pattern)]
            for source in whole:
                steps.sent(place.joined(place.ROOT, source), call.line, "gulp-rsync", own.text("destination"), (Filter("rsync", excluded),))
            patterns = [pattern for pattern in patterns if pattern not in whole]
        globbed(patterns, "", named.text("dot") == "true", call.line, "gulp-rsync", steps, (Filter("rsync", excluded),))
    elif any(word_ in chain for word_ in ("sftp", "scp", "ftp")) or (
        "dest" in chain and any(token in ("conn", "connection", "remote") for token in chain)
    ):
        globbed(patterns, "", named.text("dot") == "true", call.line, "gulp", steps)
