"""What `stopgap untrack` knows of the files before anything is changed."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..model import Finding

Lying = Literal["", "file", "link"]  # in the work tree


class Target(NamedTuple):
    """A file to untrack. `tracked`: the index has it; `committed`: the last commit has it; `known`: history has it, or nobody can tell.

    `here`: what lies in the work tree. `secrets` are the keys whose value, as git has it, looks like a secret; `others` counts the rest;
    `dotenv` is False for a file of which no keys can be read.
    """

    path: str
    tracked: bool
    committed: bool
    known: bool
    here: Lying = "file"
    secrets: tuple[str, ...] = ()
    others: int = 0
    dotenv: bool = True


class Draft(NamedTuple):
    """A file to be written: a template or the ignore file.

    `added`: the keys or lines that it gets; `apart`: why it is not staged, "" where it is. `appended`: `added` are lines that go to its
    end as they are.
    """

    path: str
    data: bytes
    added: tuple[str, ...]
    new: bool
    apart: str = ""
    appended: bool = False


class Steps(NamedTuple):
    """What the deploy does. `blocking` would delete the server's file, `doubtful` may, `carrying` brought it so far."""

    blocking: tuple[Finding, ...] = ()
    doubtful: tuple[Finding, ...] = ()
    carrying: tuple[Finding, ...] = ()


class Facts(NamedTuple):
    """All that the plan is made of. `branches` still track a file; `staged` counts other staged files; `notes` are left to people."""

    targets: tuple[Target, ...]
    templates: tuple[Draft, ...] = ()
    ignore: Draft | None = None
    deploy: Steps = Steps()
    branches: tuple[str, ...] = ()
    staged: int = 0
    notes: tuple[str, ...] = ()

    def drafts(self) -> tuple[Draft, ...]:
        """The files to be written."""
        return (*self.templates, *((self.ignore,) if self.ignore else ()))

    def removed(self) -> tuple[str, ...]:
        """The paths that leave the index."""
        return tuple(target.path for target in self.targets if target.tracked)


def refused(facts: Facts) -> bool:
    """Whether untracking would lose a server its file. What is untracked already cannot be refused any more."""
    return bool(facts.deploy.blocking and facts.removed())
