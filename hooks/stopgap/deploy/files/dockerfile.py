"""A Dockerfile: the files of the build context that reach the image. https://docs.docker.com/reference/dockerfile/"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy
from ..docker.contexts import Build, builds, guessed
from ..docker.image import built
from ..docker.instructions import Instruction, instructions
from ..docker.stages import Context
from ..run import Run
from ..shell.commands import Unreadable
from ..tree import Tree
from . import modules

TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}")  # of Jinja and Go: what stands there is known when the file is made


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies into the image, for each build that the repository speaks of. Raises Unreadable.

    What is reached by the last stage counts, and by one that a build names as its target. An editor's container is no deploy.
    """
    if f"/{path}".rpartition("/")[0].endswith("/.devcontainer"):
        return
    found = instructions(TEMPLATE.sub("${template}", text))
    said = builds(tree).get(path, ())
    contexts = said or tuple(Build(path, context) for context in guessed(path, found, tree))
    copies = [copy for one in contexts for copy in of_build(one, found, Run(tree, path))]
    if said and all(one.target for one in said):
        copies += [copy for one in said for copy in of_build(one._replace(target=""), found, Run(tree, path))]
    yield from dict.fromkeys(copies)


def of_build(one: Build, found: list[Instruction], run: Run, where: str = "") -> Iterator[Copy]:
    """The copies of one build, whose context is the place `where` if it is not the one that the build names."""
    at = where or place.joined(place.ROOT, one.context or ".")
    named = {name.lower(): place.joined(place.ROOT, folder or ".") for name, folder in one.named}
    context = Context(at, run, ignored(one.dockerfile, at, run), dict(one.arguments), named)
    yield from built(one.dockerfile or run.path, found, context, one.target)


def of_context(
    context: str, dockerfile: str, tree: Tree, path: str, line: int, *, target: str = "", run: Run | None = None
) -> Iterator[Copy]:
    """The copies of a build that a step makes, as the Dockerfile's. `context` and `dockerfile` are paths of the repository, or places; ""
    is its root, and the context's own `Dockerfile`. `path` and `line` are the step's, for a Dockerfile that is not there.

    What an earlier step of `run` has put into the context counts too. Nothing is said twice: a build that the Dockerfile's own reader finds
    gives no copies here.
    """
    at = place.joined(place.ROOT, context or ".")
    file = place.joined(place.ROOT, dockerfile) if dockerfile else place.joined(at, "Dockerfile")
    if not place.is_known(at) or not place.is_known(file):
        return  # the Dockerfile's own reader finds the context that is likely
    run = run or Run(tree, path)
    inner = file_at(run, file)
    text = tree.text(inner) if inner is not None else None
    if inner is None or text is None:
        why = f"it builds from {place.told(file)}, which is not in the repository"
        yield from run.sent(at, (), Copy("docker", path, line, kind="artifact", unknown=why))
        return
    try:
        found = instructions(text)
    except Unreadable:
        return  # its own reader says so
    if not is_told(inner, found, at, target, run):
        yield from of_build(Build(inner, "", target), found, run, at)


def is_told(path: str, found: list[Instruction], at: str, target: str, run: Run) -> bool:
    """Whether the reader of the Dockerfile itself tells of this build: nothing was put into the context, which is one that it looks at."""
    if run.staged or run.written or "dockerfile" not in modules(path):
        return False
    said = builds(run.tree).get(path, ())
    contexts = [(one.context, one.target) for one in said] or [(one, "") for one in guessed(path, found, run.tree)]
    return (place.inside(at), target) in contexts


def of_text(text: str, at: str, run: Run, line: int, *, target: str = "", arguments: tuple[tuple[str, str], ...] = ()) -> Iterator[Copy]:
    """The copies of a Dockerfile that stands in another file from `line` on. Raises Unreadable."""
    for copy in of_build(Build("", "", target, arguments), instructions(text), run, at):
        yield copy._replace(path=run.path, line=copy.line + line - 1)


def ignored(dockerfile: str, context: str, run: Run) -> tuple[str, ...]:
    """The lines of the ignore file that counts: the Dockerfile's own, else the context's."""
    names = [f"{place.joined(place.ROOT, dockerfile)}.dockerignore"] if dockerfile else []
    if "containerfile" in posixpath.basename(dockerfile).lower():
        names.append(place.joined(context, ".containerignore"))  # containerignore(5)
    for name in (*names, place.joined(context, ".dockerignore")):
        inner = file_at(run, name)
        if inner is not None and (text := run.tree.text(inner)) is not None:
            return tuple(text.split("\n"))
    return ()


def file_at(run: Run, at: str) -> str | None:
    """The file of the repository that lies at a place, or was put there."""
    return next((one.source for one in run.lying(at, ()) if one.source in run.tree.names), None)
