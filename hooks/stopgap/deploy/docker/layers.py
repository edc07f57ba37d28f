"""`COPY` and `ADD`: what they take from the build context, or from an earlier stage. https://docs.docker.com/reference/dockerfile/#copy"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from .instructions import Instruction, filled
from .stages import Context, Stage, called, in_context

ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|git@")
ENDING = re.compile(r"[^/]\.[A-Za-z]\w*\Z")
MOST = 20  # files that an unknown source is said to be


def copied(one: Instruction, stages: list[Stage], context: Context) -> None:
    """What one instruction puts into the last of the stages. Addresses and here-documents are no files of the repository."""
    stage = stages[-1]
    *sources, target = [filled(word, stage.known) for word in one.words()] or [""]
    at = place.joined(stage.cwd, target)
    if target.endswith(("/", "/.")) or target in (".", "..") or len(sources) > 1:
        stage.run.folders.add(at)
    for source in sources:
        if source.startswith("<<") or ELSEWHERE.match(source):
            continue
        for found, whole in taken(one, source, target, stages, context):
            name = found.source.rpartition("/")[2] if whole and stage.run.is_folder(at) else ""
            stage.put(found, place.joined(at, name) if name else at, one.line, target)


def taken(one: Instruction, source: str, target: str, stages: list[Stage], context: Context) -> Iterator[tuple[Copy, bool]]:
    """What a source is, less what is left out, and whether it is one file."""
    stage, origin = stages[-1], filled(one.flag("from"), stages[-1].known).lower()
    other = called(origin, stages[:-1])
    excluded = tuple(filled(value, stage.known) for name, value in one.flags if name == "exclude")
    parents = any(name == "parents" and value != "false" for name, value in one.flags)
    base = "/" if other else context.named.get(origin, "") if origin else context.place
    run = other.run if other else context.run
    if not base:
        return  # out of an image
    if not place.is_known(source):
        found = unknown(source, None if other else place.inside(base), target, run)
        yield from ((each, False) for each in found)
        return
    folder, pattern = pivoted(source) if parents else parted(in_context(source))
    where = place.joined(base, folder or ".")
    whole = not pattern and any(each.source in run.tree.names for each in run.lying(where, ()))
    own = (*((Filter("dockerignore", excluded),) if excluded else ()), *only(pattern))
    ignore = context.left_out(folder.rpartition("/")[0] if whole else folder) if base == context.place and not other else ()
    yield from ((each, whole) for each in run.lying(where, (*ignore, *own)))


def parted(source: str) -> tuple[str, str]:
    """A source's folders before the first wildcard, and the rest from there. Two stars are one: Go's filepath.Match knows no other."""
    parts = source.split("/")
    first = next((number for number, part in enumerate(parts) if re.search(r"(?<!\\)[*?\[]", part)), len(parts))
    return "/".join(parts[:first]), re.sub(r"\*+", "*", "/".join(parts[first:]))


def pivoted(source: str) -> tuple[str, str]:
    """A source of `--parents`: what stands before `/./` is left away at the target, the rest is a pattern that knows `**`."""
    before, pivot, rest = source.partition("/./")
    folder, pattern = (in_context(before), rest) if pivot else ("", in_context(source))
    return folder, pattern.rstrip("/") if pattern not in (".", "./") else ""


def only(pattern: str) -> tuple[Filter, ...]:
    """The filter that lets pass what a wildcard finds, with all that is below it."""
    return (Filter("dockerignore", ("**", f"!{pattern}")),) if pattern else ()


def unknown(source: str, base: str | None, target: str, run: Run) -> Iterator[Copy]:
    """What a source may be that an argument of the build names: below the folders that are known, files of the name that is.

    One file under another name (`COPY $JAR app.jar`) is what it was built for, and no config.
    """
    before, behind = place.UNKNOWN.split(source)[0], place.UNKNOWN.split(source)[-1]
    if base is None or (ENDING.search(target) and not (before + behind).strip("/.")):
        return
    folder, name = in_context(f"{base}/{before.rpartition('/')[0]}"), behind.rpartition("/")[2]
    made = Copy("docker", run.path, 0, folder, unknown=f"it copies {place.told(source)}, which is set when the image is built")
    files = [path for path in run.tree.names if path.rpartition("/")[2] == name and path.startswith(f"{folder}/" if folder else "")]
    if files:
        yield from (made._replace(source=path) for path in sorted(files)[:MOST])
    elif not ENDING.search(name):
        yield made
