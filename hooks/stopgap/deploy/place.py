"""Places in a deploy's world: the repository stands at `ROOT`, all else where the step says.

Paths are absolute, `/`-separated and normalised. A part that nobody can know without running the step is written as the variable it
comes from, `${TARGET}`.
"""

from __future__ import annotations

import posixpath
import re

from ..detect import shown as names

ROOT = "/=repository="  # no real path is called so
HOME = "/=home="
TEMPORARY = "/=temporary="  # what mktemp makes
UNKNOWN = re.compile(r"\$\{[^}]*\}")


def joined(folder: str, name: str) -> str:
    """Where `name` lies, seen from `folder`; `~` is the home of whoever runs the step."""
    if name == "~" or name.startswith("~/"):
        name = HOME + name[1:]
    return posixpath.normpath(posixpath.join(folder, name)).replace("//", "/")


def inside(place: str) -> str | None:
    """The path in the repository, "" for its root. None: it is somewhere else."""
    if place == ROOT:
        return ""
    return place[len(ROOT) + 1 :] if place.startswith(ROOT + "/") else None


def is_known(text: str) -> bool:
    """Whether nothing in it comes from outside of the file."""
    return UNKNOWN.search(text) is None


def shown(text: str) -> str:
    """The place as a reader of the deploy file knows it."""
    inner = inside(text)
    return (inner or ".") if inner is not None else text.replace(HOME, "~")


def told(text: str) -> str:
    """What may be said of a text of the file: of one that holds something unknown its variables alone: beside them a secret may stand."""
    return names.name(" and ".join(dict.fromkeys(UNKNOWN.findall(text))) or shown(text))


def below(text: str) -> str:
    """Of a place that begins with something unknown, any folder that ends like it: `**/dist` of `${ROOT}/dist`; "" where nothing
    follows.
    """
    known = text.rpartition("}")[2]
    return f"**{known}" if known.startswith("/") and known != "/" else ""
