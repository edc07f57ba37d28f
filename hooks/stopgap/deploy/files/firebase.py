"""firebase.json: the folders that Firebase Hosting publishes, less what `ignore` names. https://firebase.google.com/docs/hosting/full-config"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .. import place
from ..copy import Copy, Filter
from ..shell.commands import Unreadable
from ..tree import Tree
from .package_json import line_of


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of `hosting`, one site or a list of them. Raises Unreadable for what is no JSON object."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON") from error
    hosting = said.get("hosting") if isinstance(said, dict) else None
    folder = place.joined(place.ROOT, path.rpartition("/")[0] or ".")
    for site in hosting if isinstance(hosting, list) else [hosting]:
        if isinstance(site, dict) and isinstance(site.get("public"), str):
            yield from of_site(site, path, line_of(text, "public"), folder)


def of_site(site: dict[str, Any], path: str, line: int, folder: str) -> Iterator[Copy]:
    """The folder of one site."""
    inner = place.inside(place.joined(folder, site["public"].removeprefix("/")))
    ignore = site.get("ignore")
    patterns = tuple(f"-{one}" for one in ignore if isinstance(one, str)) if isinstance(ignore, list) else ()
    if inner is not None:
        yield Copy("Firebase Hosting", path, line, inner, "", "artifact", (Filter("globs", patterns),) if patterns else ())
