"""Artifacts of GitHub's workflows: what one job uploads lies where another one downloads it.

https://github.com/actions/upload-artifact, https://github.com/actions/download-artifact; since 4.4 an upload leaves hidden files out.
"""

from __future__ import annotations

import posixpath

from .. import place
from ..actions import Step, numbers, parted
from ..copy import Filter
from ..run import Run, Staged

STEPS = frozenset(("actions/upload-artifact", "actions/download-artifact"))
SHELF = "/=artifacts="
SIGNS = "*?["


class Store:
    """What the jobs that were read have uploaded."""

    def __init__(self) -> None:
        self.staged: list[Staged] = []
        self.archives: set[str] = set()

    def copy(self) -> Store:
        """What is there now, whatever comes to it later."""
        made = Store()
        made.staged, made.archives = list(self.staged), set(self.archives)
        return made

    def bring(self, run: Run) -> None:
        """Puts it where a job finds it."""
        run.staged += self.staged
        run.archives |= self.archives

    def keep(self, run: Run) -> None:
        """Takes what a job has uploaded."""
        self.staged += [one for one in run.staged if one.at.startswith(SHELF) and one not in self.staged]
        self.archives |= {at for at in run.archives if at.startswith(SHELF)}


def read(step: Step, run: Run) -> None:
    """What an upload or a download puts where."""
    name = step.inputs.get("name", "").strip()
    path = step.inputs.get("path", "").strip()
    if step.name.lower() == "actions/upload-artifact":
        upload(step, parted(path, "line"), place.joined(SHELF, (name or "artifact").replace("/", "_")), run)
        return
    target = place.joined(step.workspace, path or ".")
    if name:
        # version 1 put it into a folder of its name
        named = numbers(step.version) < (2,) and not path
        moved(place.joined(SHELF, name.replace("/", "_")), place.joined(target, name) if named else target, run)
    elif step.has("merge-multiple"):
        for folder in sorted({"/".join(one.at.split("/")[:3]) for one in run.staged if one.at.startswith(SHELF)}):
            moved(folder, target, run)
    else:
        moved(SHELF, target, run)


def moved(source: str, target: str, run: Run) -> None:
    """Files of the shelf as they lie behind a download."""
    for at in [at for at in run.archives if at.startswith(source + "/")]:
        run.archives.add(target + at[len(source) :])
    for one in [one for one in run.staged if one.at == source or one.at.startswith(source + "/")]:
        run.stage(one.at, target + one.at[len(source) :])


def upload(step: Step, lines: list[str], shelf: str, run: Run) -> None:
    """An upload: its root is the folder that all its paths share; a single file lies in the root."""
    patterns = [line for line in lines if not line.startswith("#")]
    wanted = [line for line in patterns if not line.startswith("!")]
    if not wanted:
        return
    places = [place.joined(step.workspace, fixed(line)) for line in wanted]
    files = [is_file(at, line, run) for at, line in zip(places, wanted, strict=True)]
    tops = [at.rpartition("/")[0] if single else at for at, single in zip(places, files, strict=True)]
    root = posixpath.commonpath(tops)
    own: tuple[Filter, ...] = ()
    if len(wanted) > 1 or len(patterns) > 1 or any(sign in wanted[0] for sign in SIGNS):
        own = (Filter("actions_glob", tuple(seen_from(root, line, step.workspace) for line in patterns)),)
    if numbers(step.version) >= (4, 4) and not step.has("include-hidden-files"):
        name = root.rpartition("/")[2]
        own = (*own, Filter("hidden", (), f"{name}/" if root != step.workspace and not all(files) else ""))
    if (all(files) and not own) or (len(wanted) == 1 and files[0]):
        at = place.joined(shelf, places[0].rpartition("/")[2])
        run.stage(places[0], at, own)
        run.archives |= {at} if places[0] in run.archives else set()
        return
    run.stage(root, shelf, own)
    run.archives |= {shelf + at[len(root) :] for at in run.archives if at.startswith(root + "/") and not at.startswith(shelf)}


def fixed(pattern: str) -> str:
    """The part of a pattern before its first sign: where the search begins."""
    parts = pattern.split("/")
    size = next((number for number, part in enumerate(parts) if any(sign in part for sign in SIGNS)), len(parts))
    return "/".join(parts[:size]) or ("/" if pattern.startswith("/") else ".")


def is_file(at: str, pattern: str, run: Run) -> bool:
    """Whether a path without a sign is a file: one of the repository, an archive, or one that a step has put there."""
    if any(sign in pattern for sign in SIGNS) or pattern.endswith("/"):
        return False
    inner = place.inside(at)
    return at in run.archives or (inner is not None and inner in run.tree.names)


def seen_from(root: str, line: str, workspace: str) -> str:
    """A pattern as it is from the root on."""
    sign, bare = ("!", line[1:]) if line.startswith("!") else ("", line)
    start = fixed(bare)
    at = place.joined(workspace, start)
    rest = bare[len(start) :].lstrip("/") if start != "." or bare.startswith("./") else bare
    if at != root and not at.startswith(root + "/"):
        return sign + (rest if root.startswith(at + "/") or root == at else "=elsewhere=")
    between = at[len(root) :].lstrip("/")
    ending = "/" if bare.endswith("/") and not rest else ""
    return sign + ("/".join(part for part in (between, rest) if part) + ending or "**")
