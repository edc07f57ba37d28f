"""dploy: `dploy.yaml` names servers; it sends what git has and is told to leave out, as PHPloy does. https://github.com/lucasmotta/dploy#readme

`path.local` is the folder that is sent, `include` maps files that git does not have to their names on the server.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..copy import Copy, Filter
from ..tree import Tree
from ..yamls import Map, document


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """A copy for each server; what git has no more is deleted there. Raises Unreadable."""
    for name, own in document(text).items():
        if not isinstance(own, Map) or not own.text("host"):
            continue
        folder = own.map("path").text("local").removeprefix("./").strip("/")
        patterns = tuple(f"-{one}" for one in own.texts("exclude"))
        filters = (Filter("globs", patterns, f"{folder}/" if folder else ""),)
        line = getattr(own.get("host"), "line", own.line)
        yield Copy("dploy", path, line, folder, own.text("host") or name, filters=filters, deletes="recorded", follows_git=True)
        for source in own.map("include"):
            yield Copy("dploy", path, line, source.removeprefix("./").strip("/"), own.text("host"))
