"""A compose file: its Dockerfiles tell what it builds, but for one that stands in it; `develop.watch` copies into running containers.

https://docs.docker.com/reference/compose-file/develop/. `env_file` and bind mounts read the host's own file: they copy nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..docker.contexts import of_compose
from ..docker.lines import resolved
from ..docker.stages import Context
from ..run import Run
from ..tree import Tree
from ..yamls import Map, document
from . import dockerfile, modules

SYNCS = ("sync", "sync+restart", "sync+exec")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of the services. Raises Unreadable."""
    for one in of_compose(path, text):
        run, at = Run(tree, path), place.joined(place.ROOT, one.context or ".")
        if one.inline[1]:
            yield from dockerfile.of_text(one.inline[1], at, run, one.inline[0], target=one.target, arguments=one.arguments)
        elif "dockerfile" not in modules(one.dockerfile) and one.dockerfile in tree.names:
            yield from dockerfile.of_context(one.context, one.dockerfile, tree, path, 1, target=one.target)
    folder = place.joined(place.ROOT, path.rpartition("/")[0] or ".")
    for service in document(text).map("services").values():
        if isinstance(service, Map):
            yield from watched(service, folder, Run(tree, path))


def watched(service: Map, folder: str, run: Run) -> Iterator[Copy]:
    """What `docker compose watch` copies into a service's container, less what the .dockerignore of its build context names."""
    build = service.get("build")
    context = place.joined(folder, resolved(build.get("context") if isinstance(build, Map) else build) or ".")
    for rule in service.map("develop").list("watch"):
        if not isinstance(rule, Map) or rule.text("action") not in SYNCS or not rule.text("path"):
            continue
        at = place.joined(folder, rule.text("path"))
        patterns, included = tuple(rule.texts("ignore")), tuple(f"!{one}" for one in rule.texts("include"))
        filters = [Filter("dockerignore", lines) for lines in (patterns, ("**", *included) if included else ()) if lines]
        if at == context or at.startswith(f"{context}/"):
            filters += Context(context, run, dockerfile.ignored("", context, run)).left_out(at[len(context) + 1 :])
        made = Copy("compose-watch", run.path, rule.line, target=rule.text("target"), kind="artifact")
        yield from run.sent(at, tuple(filters), made)
