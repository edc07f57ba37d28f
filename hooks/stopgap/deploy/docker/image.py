"""What reaches an image: its stages are built in their order, and what counts are the layers of the one that is the target.

Of another stage only that counts which lies there at its end, as far as a later `COPY --from` takes it along.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from .. import place, tools
from ..copy import Copy
from ..shell.commands import Script, commands
from .instructions import Instruction, assigned, filled
from .layers import copied
from .stages import Context, Stage, called, in_context, mounts

MOVES = re.compile(r"\b(?:cp|mv|rm|install|rsync)\b")


def built(path: str, instructions: Iterable[Instruction], context: Context, target: str = "") -> Iterator[Copy]:
    """The copies into the image of one stage, the last one where `target` is "" or none is called so. Raises Unreadable."""
    stages: list[Stage] = []
    shared: dict[str, str] = {}  # of the arguments above the first stage
    found = list(instructions)
    is_read = any(one.flag("from") or mounts(one) for one in found)
    for one in found:
        if one.name == "FROM":
            stages.append(begun(path, one, stages, context, shared))
        elif one.name == "ARG" and not stages:
            shared |= arguments(one, shared, context)
        elif stages and (one.name != "RUN" or is_read):
            applied(one, stages, context, shared)
    wanted = called(target, stages) or (stages[-1] if stages else None)
    yield from dict.fromkeys(wanted.layers if wanted else ())


def begun(path: str, one: Instruction, stages: list[Stage], context: Context, shared: Mapping[str, str]) -> Stage:
    """The stage that a `FROM` begins."""
    words = one.words()
    name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
    below = called(filled(words[0], shared), stages) if words else None
    return Stage(context.run.tree, path, (name or str(len(stages)), str(len(stages))), below)


def arguments(one: Instruction, known: Mapping[str, str], context: Context) -> dict[str, str]:
    """What an `ARG` sets: what the build is given, else its default."""
    said = {name: filled(value, known) for name, value in assigned(one) if value is not None}
    return said | {name: context.arguments[name] for name, _ in assigned(one) if name in context.arguments}


def applied(one: Instruction, stages: list[Stage], context: Context, shared: Mapping[str, str]) -> None:
    """What one instruction does to the stage that is being built."""
    stage = stages[-1]
    if one.name == "WORKDIR":
        stage.cwd = place.joined(stage.cwd, filled(one.rest, stage.known) or ".")
        stage.run.folders.add(stage.cwd)
    elif one.name == "ENV":
        stage.known |= {name: filled(value, stage.known) for name, value in assigned(one) if value is not None}
    elif one.name == "ARG":
        above = {name: shared[name] for name, value in assigned(one) if value is None and name in shared}
        stage.known |= above | arguments(one, stage.known, context)
    elif one.name in ("COPY", "ADD"):
        copied(one, stages, context)
    elif one.name == "RUN":
        ran(one, stages, context)


def ran(one: Instruction, stages: list[Stage], context: Context) -> None:
    """What a `RUN` copies and removes within its stage. What it copies out of a mount comes into a layer; the mount itself goes again."""
    source = "\n".join(body for _, body in one.documents) if one.documents else one.rest
    if not MOVES.search(source):
        return
    stage, script = stages[-1], shlex.join(one.words()) if source.startswith("[") else source
    targets = [mounted(pairs, stages, context) for pairs in mounts(one)]
    before = set(stage.run.staged)
    known = {name: [value] for name, value in stage.known.items()}
    list(tools.read(commands(Script(script, one.line, stage.cwd, stage.cwd, "sh", known)), stage.run))
    stage.run.staged = [each for each in stage.run.staged if not any(each.at == at or each.at.startswith(f"{at}/") for at in targets)]
    for each in stage.run.staged if targets else ():
        if each not in before:
            stage.put(stage.run.found(each, each.source, each.filters), each.at, one.line, each.at)


def mounted(pairs: Mapping[str, str], stages: list[Stage], context: Context) -> str:
    """Lays what a bind mount shows into the stage, and gives the place."""
    stage, source = stages[-1], in_context(pairs.get("source", pairs.get("src", "")))
    at = place.joined(stage.cwd, pairs.get("target") or pairs.get("dst") or pairs.get("destination") or ".")
    other = called(pairs.get("from", ""), stages[:-1])
    if other is not None:
        found = list(other.run.lying(place.joined("/", source or "."), ()))
    elif pairs.get("from"):
        found = []  # of an image
    else:
        found = list(context.run.lying(place.joined(context.place, source or "."), context.left_out(source)))
    for each in found:
        stage.add(each, at)
    return at
