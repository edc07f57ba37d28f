"""One deploy file being read: what its steps have put where, so that a copy of a copy is seen through to the repository's own files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import place
from .copy import Copy, Filter
from .filters import Unclear, passes
from .shell.commands import Unreadable
from .tree import Tree

# Folders of servers; others outside (`/tmp/build`, `../release`) are where a step puts things together.
SERVERS = re.compile(r"(?!/home/runner)/(?:var/www|srv|opt|usr/share/nginx|usr/local|home|data|app|www|inetpub|etc)(?:/|\Z)")
SCRATCH = re.compile(rf"(?:{place.TEMPORARY}|/tmp|/var/tmp|/dev/shm)(?:/|\Z)")  # no application runs from there
MOST = 100  # exclusions of a part, and parts that steps have put somewhere: a copy of all of them doubles them, and no deploy has so many


class Staged(NamedTuple):
    """Files of the repository that a step has put somewhere: what lies in `source` lies at `at` too, less what the filters leave out."""

    source: str
    at: str
    filters: tuple[Filter, ...] = ()
    follows_git: bool = False
    written: tuple[str, ...] = ()


def without(one: Staged, at: str) -> tuple[Filter, ...]:
    """The filter that leaves out a place below what was staged, none where it lies elsewhere."""
    above = one.at.rstrip("/") + "/"
    plain = "".join(f"\\{sign}" if sign in "*?[\\" else sign for sign in at[len(above) :])
    return (Filter("rsync", (f"- /{plain}",)),) if at.startswith(above) and place.is_known(at) else ()


class Run:
    """What the steps of one file have done so far. `path` is that file's; `copy` holds the fields that all its copies share."""

    def __init__(self, tree: Tree, path: str, mechanism: str = "") -> None:
        self.tree = tree
        self.path = path
        self.mechanism = mechanism
        self.staged: list[Staged] = []
        self.written: list[str] = []
        self.archives: set[str] = set()
        self.folders: set[str] = set()
        self.server = False

    def write(self, at: str) -> None:
        """A step writes this file itself: `printf … > .env`."""
        self.written.append(at)

    def stage(self, source: str, at: str, filters: tuple[Filter, ...] = (), *, follows_git: bool = False) -> None:
        """What lies at the place `source`, a file or a folder, is copied so that it lies at `at` too. Raises Unreadable."""
        found = [Staged(one.source, at, one.filters, one.follows_git or follows_git, one.written) for one in self.lying(source, filters)]
        self.staged += [one for one in found if one not in self.staged]
        if len(self.staged) > MOST:
            raise Unreadable("its steps copy more often than can be followed")

    def on_server(self, cwd: str) -> bool:
        """Whether a step that stands there runs where the application does: the file says so itself, or the folder is one of servers."""
        return SERVERS.match(cwd) is not None or (self.server and not SCRATCH.match(cwd))

    def is_folder(self, at: str) -> bool:
        """Whether a folder is there already, of the repository or by an earlier step; what lies outside is one unless it has an ending."""
        inner = place.inside(at)
        if inner is not None and inner in self.tree.folders:
            return True
        if any(one.at == at and one.source in self.tree.folders and at not in self.archives for one in self.staged):
            return True
        return any(one.at.startswith(at + "/") for one in self.staged) or at in self.folders

    def forget(self, at: str) -> None:
        """The place is removed, with all that was put below it; of what was put above it, the rest stays.

        Raises Unreadable.
        """
        left = [one for one in self.staged if one.at != at and not one.at.startswith(at + "/")]
        self.staged = [one._replace(filters=tuple(dict.fromkeys((*one.filters, *without(one, at))))) for one in left]
        if any(len(one.filters) > MOST for one in self.staged):
            raise Unreadable("its steps remove more often than can be followed")

    def lying(self, source: str, filters: tuple[Filter, ...]) -> Iterator[Copy]:
        """The repository's own files that lie at a place, as copies without a target: those of the checkout, and those that were put
        there.
        """
        within = place.inside(source)
        if within is not None:
            yield Copy("", self.path, 0, within, filters=filters, written=self.written_in(source))
        for one in self.staged:
            if one.at == source:
                before, deeper = "", ""
            elif one.at.startswith(source.rstrip("/") + "/"):
                before, deeper = one.at[len(source.rstrip("/")) + 1 :] + "/", ""
            elif source.startswith(one.at.rstrip("/") + "/"):
                before, deeper = "", source[len(one.at.rstrip("/")) + 1 :]
            else:
                continue
            if one.at in self.archives and one.at != source:
                # of an archive the filters see one file, and nothing of what is in it
                if may_pass(filters, before.rstrip("/")):
                    yield self.found(one, one.source, one.filters)
                continue
            later = tuple(each._replace(before=each.before + before) for each in filters)
            first = tuple(each._replace(before=f"{each.before}{deeper}/") for each in one.filters) if deeper else one.filters
            inner = "/".join(part for part in (one.source, deeper) if part)
            yield self.found(one, inner, (*first, *later))

    def found(self, one: Staged, source: str, filters: tuple[Filter, ...]) -> Copy:
        """What was staged, as a copy without a target."""
        return Copy("", self.path, 0, source, filters=filters, follows_git=one.follows_git, written=one.written)

    def written_in(self, source: str) -> tuple[str, ...]:
        """The files that a step wrote below the place, as paths of the repository."""
        return tuple(
            inner for at in self.written if (at == source or at.startswith(source + "/")) and (inner := place.inside(at)) is not None
        )

    def sent(self, source: str, filters: tuple[Filter, ...], made: Copy) -> Iterator[Copy]:
        """The copies that sending a place makes: one for each part of the repository that lies there. `made` holds all else."""
        # a name that is made at run time still is the one under which an earlier step put something
        if not place.is_known(source) and all(one.at != source for one in self.staged):
            if SCRATCH.match(source) and not any(SCRATCH.match(one.at) for one in self.staged):
                return  # nothing of the repository was put there
            why = f"it copies {place.told(source)}, and nothing here says what that is"
            yield made._replace(source=place.below(source), unknown=made.unknown or why, filters=filters)
            return
        for one in self.lying(source, filters):
            yield made._replace(
                source=one.source,
                filters=one.filters,
                follows_git=made.follows_git or one.follows_git,
                written=(*made.written, *one.written),
            )


def may_pass(filters: tuple[Filter, ...], path: str) -> bool:
    """Whether a file passes, or nobody can tell."""
    try:
        return passes(filters, path)
    except Unclear:
        return True
