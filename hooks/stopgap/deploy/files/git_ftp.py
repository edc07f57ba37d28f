"""git-ftp where only its ignore file shows it: `git ftp push` sends what git has, less what the file names. https://github.com/git-ftp/git-ftp

`.git-ftp-include` brings files that git does not have: `!path` always, `target:source` with a file that changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..copy import Copy, Filter
from ..tools.git import patterns
from ..tree import Tree


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copy of the tracked files, and one for each file that is brought along."""
    if path.endswith(".git-ftp-include"):
        for number, line in enumerate(text.splitlines(), 1):
            name = line.strip().removeprefix("!") if line.startswith("!") else line.strip().partition(":")[0]
            if not line.startswith("#") and name.strip("/") in tree.names:
                yield Copy("git-ftp", path, number, name.strip("/"), "FTP")
        return
    folder = path.rpartition("/")[0]
    if not folder:
        yield Copy("git-ftp", path, 1, "", "FTP", filters=(Filter("git_ftp", patterns(text)),), deletes="recorded", follows_git=True)
