"""netlify.toml: the folder that is published, without names that begin with a dot.

https://docs.netlify.com/configure-builds/file-based-configuration/, https://github.com/netlify/cli/issues/11
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import place
from ..copy import Copy, Filter
from ..shell.commands import Unreadable
from ..tree import Tree

DOTS = (Filter("gitignore", (".*", "node_modules", "__MACOSX")),)


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of `[build]` and of each context. Raises Unreadable for what is no TOML."""
    import tomli

    try:
        said = tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise Unreadable("it is no TOML") from error
    builds = [said.get("build"), *(said["context"].values() if isinstance(said.get("context"), dict) else ())]
    first = builds[0] if isinstance(builds[0], dict) else {}
    seen = set()
    for build in builds:
        publish = build.get("publish") if isinstance(build, dict) else None
        if isinstance(publish, str) and publish not in seen:
            seen.add(publish)
            yield from of_folder(publish, first, path, text)


def of_folder(publish: str, build: dict[str, Any], path: str, text: str) -> Iterator[Copy]:
    """One folder: `publish` is seen from `base`, which is seen from the file's own folder."""
    base = build.get("base")
    folder = place.joined(
        place.joined(place.ROOT, path.rpartition("/")[0] or "."), base.strip("/") or "." if isinstance(base, str) else "."
    )
    inner = place.inside(place.joined(folder, publish.strip("/") or "."))
    if inner is not None:
        at = text.find(publish, max(text.find("publish"), 0))
        yield Copy("Netlify", path, text.count("\n", 0, max(at, 0)) + 1, inner, "", "artifact", DOTS, follows_git=True)
