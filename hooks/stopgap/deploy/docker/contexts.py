"""Who builds which Dockerfile from which folder: compose files, workflows and commands of scripts say so, else the Dockerfile shows it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from .. import place
from ..kinds import among, modules
from ..names import Names
from ..shell.commands import Unreadable
from ..shell.words import Word
from ..tools import options
from ..tree import Tree
from ..yamls import Map, Text, document, walk
from ..yamls import Unreadable as UnreadableYaml
from . import lines
from .instructions import Instruction, filled
from .stages import in_context

MOST = 200  # files that are looked through, and builds of one of them


class Build(NamedTuple):
    """A build as some file tells it: paths are those of the repository. `inline`: the Dockerfile itself, and its first line."""

    dockerfile: str
    context: str
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    inline: tuple[int, str] = (0, "")


@lru_cache(maxsize=2)
def builds(tree: Tree) -> Mapping[str, tuple[Build, ...]]:
    """What the files of the repository say, by Dockerfile."""
    found: dict[str, list[Build]] = {}
    for path in sorted(among(Names(tree.names))):
        for one in of_file(path, tree):
            found.setdefault(one.dockerfile, []).append(one)
    return {path: tuple(dict.fromkeys(group))[:MOST] for path, group in found.items()}


def of_file(path: str, tree: Tree) -> Iterator[Build]:
    """The builds that one file speaks of."""
    kinds = modules(path)
    if "dockerfile" in kinds:
        return
    text = tree.text(path) or ""
    try:
        if "compose" in kinds:
            yield from of_compose(path, text)
        elif "build-push-action" in text:
            yield from of_workflow(text, tree)
    except (Unreadable, UnreadableYaml):
        return  # whoever reads that file says so
    yield from of_commands(path, text, tree)


def of_compose(path: str, text: str) -> Iterator[Build]:
    """The services' `build`. https://docs.docker.com/reference/compose-file/build/"""
    folder = path.rpartition("/")[0]
    for service in document(text).map("services").values():
        build = service.get("build") if isinstance(service, Map) else None
        given = build if isinstance(build, Map) else Map(context=build) if isinstance(build, Text) else None
        context = inside(folder, lines.resolved(given.get("context", "."))) if given is not None else None
        if given is None or context is None:
            continue
        inline = given.get("dockerfile_inline")
        name = inside(context, lines.resolved(given.get("dockerfile", "Dockerfile")))
        if isinstance(inline, Text):
            yield Build("", context, given.text("target"), pairs(given.get("args")), (), (inline.first, str(inline)))
        elif name is not None:
            others = ((key, inside(folder, said)) for key, said in pairs(given.get("additional_contexts")))
            known = tuple((key, inner) for key, inner in others if inner is not None)
            yield Build(name, context, given.text("target"), pairs(given.get("args")), known)


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """A mapping, or a list of `NAME=value`, less what is set outside."""
    if isinstance(value, Map):
        return tuple((name, str(said)) for name, said in value.items() if isinstance(said, Text) and "$" not in said)
    given = [str(one).partition("=") for one in value if isinstance(one, Text)] if isinstance(value, list) else []
    return tuple((name, said) for name, equals, said in given if equals and "$" not in said)


def of_workflow(text: str, tree: Tree) -> Iterator[Build]:
    """The steps of docker/build-push-action. Its context is the checkout's root by default. https://github.com/docker/build-push-action"""
    for key, steps in walk(document(text)):
        for step in steps if key == "steps" and isinstance(steps, list) else ():
            if not isinstance(step, Map) or not step.text("uses").startswith("docker/build-push-action@"):
                continue
            given = step.map("with")
            context = inside("", lines.expressed(given.text("context")) or ".")
            named = inside("", lines.expressed(given.text("file")) or posixpath.join(context or "", "Dockerfile"))
            if context is not None and named in tree.names:
                yield Build(named or "", context, given.text("target"))


def of_commands(path: str, text: str, tree: Tree) -> Iterator[Build]:
    """`docker build -f … …` wherever it stands in a text: the file's own reader knows better, this only says that somebody does."""
    for folder, said in list(lines.commands(text))[:MOST]:
        for cwd in dict.fromkeys(("", path.rpartition("/")[0])):
            one = of_command(said, posixpath.join(cwd, folder))
            if one is not None and one.dockerfile in tree.names:
                yield one
                break


def of_command(said: list[str], cwd: str) -> Build | None:
    """What the words behind `docker build` say. None: the context is a pipe, an address, or set elsewhere."""
    line = options.line([Word(one) for one in said], lines.VALUED, short=lines.SHORT)
    context = line.operands[-1].text if line.operands else next(iter(line.values("--context", "-c")), "").removeprefix("dir://")
    where = inside(cwd, lines.expressed(context)) if context and context != "-" and not lines.ELSEWHERE.match(context) else None
    name = lines.expressed(next(reversed(line.values("-f", "--file", "--dockerfile")), ""))
    file = inside(cwd, name) if name else posixpath.join(where or "", "Dockerfile")
    if where is None or file is None:
        return None
    return Build(file, where, next(reversed(line.values("--target")), ""))


def inside(folder: str, name: str | None) -> str | None:
    """A path of the repository, "" for its root. None: it lies outside, or nothing here says where."""
    if name is None or "$" in name or lines.ELSEWHERE.match(name):
        return None
    return place.inside(place.joined(place.joined(place.ROOT, folder), name or "."))


def guessed(path: str, found: list[Instruction], tree: Tree) -> list[str]:
    """Nobody says it: the folder of the Dockerfile, the root where the sources exist only from there, both where nothing tells."""
    own = path.rpartition("/")[0]
    if not own:
        return [""]
    sources = [source for source in named_sources(found) if source not in ("", ".")]
    here, root = (sum(exists(posixpath.join(folder, source), tree) for source in sources) for folder in (own, ""))
    if here != root:
        return [own] if here > root else [""]
    if any(f"{name}.dockerignore" in tree.names for name in (path, own + "/")):
        return [own]
    if any(f"{own}/{name}" in tree.names for name in lines.MANIFESTS):
        return [own]
    return ["", own] if ".dockerignore" not in tree.names else [""]


def named_sources(found: list[Instruction]) -> Iterator[str]:
    """The sources of `COPY` and `ADD` that are plain names in the context."""
    for one in found:
        if one.name in ("COPY", "ADD") and not one.flag("from"):
            for word in one.words()[:-1]:
                source = in_context(filled(word, {}))
                if not any(sign in source for sign in "*?[$<") and not lines.ELSEWHERE.match(word):
                    yield source


def exists(path: str, tree: Tree) -> bool:
    """Whether a file or a folder of the repository is called so."""
    return path in tree.names or path in tree.folders
