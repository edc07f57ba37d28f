"""The plan of `stopgap untrack`: numbered steps, as commands that people can read and run. Pure: from facts to text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import before_pull
from .before_pull import pathspec, word
from .gitignore import ROOT as IGNORE
from .gitignore import listed
from .untrack import Draft, Facts, Steps

SERVER = "git pull          # or what the deploy runs in its place: git fetch, and git reset --hard"


class Step(NamedTuple):
    """A sentence, and the commands that belong to it. Commands are safe to print as they are, a sentence is not."""

    text: str
    commands: tuple[str, ...] = ()


class Part(NamedTuple):
    """Steps under a heading."""

    heading: str
    steps: tuple[Step, ...]


def plan(facts: Facts, *, applied: bool = False) -> list[Part]:
    """All parts that have a step in them."""
    parts = [
        Part("In this clone, from its root" + (", done:" if applied else ":"), (*here(facts, applied=applied), *commit(facts))),
        Part("The deploy:", tuple(deploy(facts.deploy))),
        Part(f"Before anybody pulls that commit, because it deletes {listed(gone(facts))} in every clone:", tuple(before(facts))),
        Part("Afterwards:", tuple(afterwards(facts))),
    ]
    return [part for part in parts if part.steps]


def here(facts: Facts, *, applied: bool) -> tuple[Step, ...]:
    """What `--apply` does; once it is done, without the commands."""
    return tuple(step._replace(commands=()) if applied else step for step in steps(facts, 1 if applied else 0))


def steps(facts: Facts, tense: int) -> Iterator[Step]:
    """The steps in one of the two tenses."""
    for draft in facts.templates:
        keys = f"{len(draft.added)} {'key' if len(draft.added) == 1 else 'keys'}"
        verb = (("make", "made") if draft.new else ("complete", "completed"))[tense]
        yield Step(f"{verb} {draft.path}: {keys} ({listed(draft.added)}), without a value", staging(draft))
    if facts.ignore:
        words = f"{('add', 'added')[tense]} to {IGNORE}: {', '.join(facts.ignore.added)}"
        yield Step(words, (*adding(facts.ignore), *staging(facts.ignore)))
    if facts.removed():
        command = f"git rm --cached -- {' '.join(pathspec(path) for path in facts.removed())}"
        words = f"{('stop', 'stopped')[tense]} tracking {listed(facts.removed())}; what lies in the work tree stays as it is"
        yield Step(words, (command,))


def adding(draft: Draft) -> tuple[str, ...]:
    """The command that adds lines at the end; one that puts them elsewhere nobody would type."""
    return () if not draft.appended else (f"printf '%s\\n' {' '.join(word(line) for line in draft.added)} >> {IGNORE}",)


def staging(draft: Draft) -> tuple[str, ...]:
    """The command that stages a written file, where it is staged."""
    return () if draft.apart else (f"git add -- {pathspec(draft.path)}",)


def commit(facts: Facts) -> Iterator[Step]:
    """What is left to whoever runs it. A commit that names the file takes it in again, as git-commit(1) takes it from the work tree."""
    for draft in facts.drafts():
        if draft.apart:
            yield Step(
                f"you: look at {draft.path} and stage it; this is left to you, as {draft.apart}", (f"git add -- {pathspec(draft.path)}",)
            )
    yield from (Step(note) for note in facts.notes)
    if gone(facts) or facts.removed():
        also = f"; {facts.staged} other staged {'file goes' if facts.staged == 1 else 'files go'} along" if facts.staged else ""
        names = dict.fromkeys((*facts.removed(), *gone(facts)))
        command = f"git commit -m {word('Untrack ' + listed(names))}"
        yield Step(f"you: when all of the below is ready, commit without naming the file, or git takes it in again{also}", (command,))


def gone(facts: Facts) -> tuple[str, ...]:
    """The files that the next commit deletes elsewhere."""
    return tuple(target.path for target in facts.targets if target.committed)


def deploy(steps: Steps) -> Iterator[Step]:
    """What the deploy steps do to the file."""
    for found in (*steps.blocking, *steps.doubtful, *steps.carrying):
        yield Step(f"{found.path}:{found.line}: {found.message}" + (f"; {found.fix}" if found.fix else ""))


def before(facts: Facts) -> Iterator[Step]:
    """What others must do. A server that files are copied to needs no more than that the deploy does not delete them."""
    paths = gone(facts)
    if not paths:
        return
    yield Step(
        "each teammate, in place of the next `git pull` (changes that were made to the file are kept):", tuple(before_pull.commands(paths))
    )
    server = tuple(before_pull.commands(paths, SERVER))
    yield Step("each server that runs git, before a deploy does, and with no restart in between:", server)
    if facts.deploy.blocking or facts.deploy.doubtful:
        yield Step("each server that a step above copies to, in that folder, before it runs again:", tuple(before_pull.saving(paths)))
    yield Step("look at the files; then remove the copies", ('rm -r "$aside"',))
    if facts.branches:
        yield Step(
            f"these branches still track it: {listed(facts.branches)}. To switch to one puts its copy over yours without asking, and to "
            "switch back deletes it: keep a copy until they have the commit too"
        )


def afterwards(facts: Facts) -> Iterator[Step]:
    """What must be rotated: history keeps it for whoever has a clone."""
    for target in facts.targets:
        if not target.known:
            continue
        if target.secrets:
            more = f" (and look at {target.others} other {'setting' if target.others == 1 else 'settings'} of it)" if target.others else ""
            yield Step(f"rotate, because history still holds the values of {target.path}: {', '.join(target.secrets)}{more}")
        elif target.dotenv:
            yield Step(f"history still holds {target.path}: none of its values looks like a secret; if one is, rotate it")
        elif target.here != "link":
            yield Step(f"rotate what {target.path} holds, because history still has it")


def lines(parts: Sequence[Part]) -> Iterator[tuple[str, bool]]:
    """The text, a line each, and whether it is a command, which must be printed as it is. Steps are numbered through all parts."""
    number = 0
    for part in parts:
        yield "", False
        yield part.heading, False
        for step in part.steps:
            number += 1
            yield f"{number:3}. {step.text}", False
            yield from ((f"       {command}", True) for command in step.commands)
