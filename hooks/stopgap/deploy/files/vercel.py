"""vercel.json: the folder goes to Vercel, by its CLI or by a push, and `.vercelignore` is what speaks for it where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from ..copy import Copy
from ..platforms import PLATFORMS, taken
from ..tree import Tree


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copy of the folder: a push takes what is tracked, and no more is taken for granted. https://vercel.com/docs/project-configuration"""
    folder = path.rpartition("/")[0]
    if f"{folder}/.vercelignore".lstrip("/") not in tree.names:
        yield Copy("vercel", path, 1, folder, "", "artifact", taken(PLATFORMS["vercel"], folder, tree).filters, follows_git=True)
