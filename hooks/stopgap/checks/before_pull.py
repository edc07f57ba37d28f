"""The commands that keep a file which a pull would delete, for whoever runs them in another clone or on a server.

git deletes a file in the work tree when it checks out the commit that untracks it, and refuses to pull where the file was changed there.
So the file is copied aside, put back to what git knows, pulled away, and copied back. The copies lie in git's own folder: in the work
tree a `git clean` would take them, and a temporary folder is everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..quoting import word as word

AT_ROOT = 'cd "$(git rev-parse --show-toplevel)"'
ASIDE = 'aside=$(mktemp -d "$(git rev-parse --absolute-git-dir)/aside.XXXXXX")'
FOLDER = '"$aside"/'
PATTERN = re.compile(r"[*?\[\\]|\A:")  # what a pathspec takes for more than a name (gitglossary(7))


def file(path: str) -> str:
    """A path as an operand that no command takes for an option."""
    return word(f"./{path}" if path.startswith("-") else path)


def pathspec(path: str) -> str:
    """A path as an argument of git, behind `--`."""
    return word(f":(literal){path}" if PATTERN.search(path) else path)


def names_aside(paths: Sequence[str]) -> list[str]:
    """What the copies are called, each once."""
    names: list[str] = []
    for path in paths:
        name = path.replace("/", "-")
        names.append(name if name not in names else f"{len(names)}-{name}")
    return names


def commands(paths: Sequence[str], pull: str = "git pull") -> list[str]:
    """The commands, in order, for a POSIX shell anywhere in the clone. Nothing is undone where the copy could not be made."""
    named = list(zip(paths, names_aside(paths), strict=True))
    together = " ".join(pathspec(path) for path in paths)
    plain = " ".join(word(path) for path in paths)
    return [
        AT_ROOT,
        ASIDE,
        *(f"cp -pP {file(path)} {FOLDER}{word(name)} &&" for path, name in named),
        # of a file that git was told to skip, checkout says that there is none
        f"git update-index --no-skip-worktree -- {plain} &&",
        f"git checkout -q HEAD -- {together} && {pull}",
        *(put_back(path, name) for path, name in named),
    ]


def saving(paths: Sequence[str]) -> list[str]:
    """The commands that keep copies on a server without git, out of the reach of what is copied there."""
    named = zip(paths, names_aside(paths), strict=True)
    return ['aside=$(mktemp -d "$HOME/aside.XXXXXX")', *(f"cp -pP {file(path)} {FOLDER}{word(name)}" for path, name in named)]


def put_back(path: str, name: str) -> str:
    """The copy goes where the file was; git removes a folder with its last file."""
    folder = path.rpartition("/")[0]
    return f"{f'mkdir -p {file(folder)} && ' if folder else ''}cp -pP {FOLDER}{word(name)} {file(path)}"
