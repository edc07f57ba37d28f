"""Compose files: `environment` of services, in both forms. docs.docker.com/reference/compose-file/services/#environment"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ..deploy.yamls import Map, Text, documents
from .pairs import once, pairs
from .places import place
from .setting import Raw, Read

# docs.docker.com/reference/compose-file/interpolation/: `$$` is a dollar sign, `${X:-default}` and `${X-default}` have a default,
# `${X:?error}` demands a value, `${X:+other}` replaces one that is there.
VARIABLE = re.compile(r"\$(?:\$|\{(?P<braced>[A-Za-z_]\w{0,99})(?P<operator>:?[-?+])?|(?P<bare>[A-Za-z_]\w{0,99}))")
DOLLARS = re.compile(r"\$\$")


def read(path: str, text: str) -> Iterator[Raw]:
    """The settings of each service. One that is built here belongs to the folder that it is built from. Raises Unreadable."""
    for document in documents(text):
        services = document.map("services") if isinstance(document, Map) else Map()
        once(services)
        for name, service in services.items():
            if isinstance(service, Map):
                unit, is_path = unit_of(path, name, service)
                for key, value, line in pairs(service.get("environment")):
                    yield Raw(key, plain(value), line, unit, unit_is_path=is_path)


def unit_of(path: str, name: str, service: Map) -> tuple[str, bool]:
    """Whom a service's settings are for: the folder of the repository that it is built from, or the service itself.

    Where one folder has several Dockerfiles or targets, each is a part of its own: `apps/web/Dockerfile` in the root's context.
    """
    build = service.get("build")
    context = build if isinstance(build, Text) else build.text("context") if isinstance(build, Map) else None
    if context is None or "$" in context or "://" in context:
        return name, False
    file, target = (build.text("dockerfile"), build.text("target")) if isinstance(build, Map) else ("", "")
    inside, _, base = file.rpartition("/")
    folder = posixpath.normpath(posixpath.join(path.rpartition("/")[0], context or ".", inside, place(base).rest, target))
    return (name, False) if folder.startswith("..") or "$" in folder else ("" if folder == "." else folder, True)


def plain(value: str | None) -> str | None:
    """The text as the container gets it; None where compose puts something of its environment in."""
    if value is None or any(found[0] != "$$" for found in VARIABLE.finditer(value)):
        return None
    return DOLLARS.sub("$", value)


def reads(path: str, text: str) -> Iterator[Read]:
    """The variables that compose takes from the env file beside it, and has no default for."""
    for number, line in enumerate(text.split("\n"), 1):
        if "$" not in line or line.lstrip().startswith("#"):
            continue
        for found in VARIABLE.finditer(line):
            key = found["braced"] or found["bare"]
            operator = found["operator"] or ""
            if key and operator[-1:] in ("", "?"):
                yield Read(key, path, number, hard=bool(operator), beside=True)
