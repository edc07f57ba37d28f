"""What a push to a store writes, what it refuses, and the words for both. Pure: from hashes and names to text."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ..detect import shown
from ..wording import plural
from .before_pull import file as quoted
from .before_pull import word
from .untrack_plan import Part, Step


class Known(NamedTuple):
    """A key whose value the history has: where, in which commit, and of which day, "" and None where no commit has it."""

    key: str
    path: str
    commit: str
    day: date | None


class Change(NamedTuple):
    """Keys that a push adds, replaces, or finds there with the same value. `conflicts`: those that differ and were not to be replaced.

    `others`: how many keys the target has beside these. `new`: there is no such secret yet.
    """

    add: tuple[str, ...]
    replace: tuple[str, ...]
    same: tuple[str, ...]
    conflicts: tuple[str, ...]
    others: int
    new: bool = False

    @property
    def written(self) -> tuple[str, ...]:
        """The keys that are written, if nothing is refused."""
        return (*self.add, *self.replace)


class Facts(NamedTuple):
    """All that the words need. `file`: as the user wrote it, "" for a pipe. `plain`: keys that do not go, as no secrets; `left`: as they
    were held back; `asked`: that go although they are no secrets. `tracked`: git tracks the file. `rotating`: the store rotates by itself.
    """

    file: str
    target: str
    change: Change
    known: tuple[Known, ...] = ()
    plain: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    tracked: bool = False
    rotating: bool = False

    @property
    def name(self) -> str:
        return self.file or "the file"


def change(here: Mapping[str, bytes], there: Mapping[str, bytes] | None, replace: Sequence[str]) -> Change:
    """Compares keyed hashes of values, which are under the same key. `there`: None where there is no secret. `here` names what goes."""
    found = there or {}
    same = tuple(key for key in here if key in found and hmac.compare_digest(here[key], found[key]))
    differing = [key for key in here if key in found and key not in same]
    return Change(
        tuple(key for key in here if key not in found),
        tuple(key for key in differing if key in replace),
        same,
        tuple(key for key in differing if key not in replace),
        len(found.keys() - here.keys()),
        there is None,
    )


def refusals(facts: Facts, *, accepted: bool) -> Iterator[str]:
    """Why nothing may be written, a line each; none where it may. `accepted`: values that history has may go as they are."""
    known = {one.key: one for one in facts.known}
    for key in facts.change.conflicts:
        name = shown.name(key)
        hint = f" ({facts.name} {standing(known[key])}, which speaks for the store's)" if key in known else ""
        yield (
            f"{name} differs between {facts.name} and {facts.target}, and neither the file's time nor the store's tells which one is old"
            f"{hint}: if the file's is right, --replace {name}; if the store's is, --ignore {name}"
        )
    for one in facts.known if not accepted else ():
        if one.key in facts.change.written:
            yield f"{shown.name(one.key)} {standing(one)}: make a new value and push that; --accept-exposed takes this one for now"


def standing(one: Known) -> str:
    """Where the history has a value, as the end of a sentence."""
    when = f" of {one.day.isoformat()}" if one.day else ""
    commit = f", commit {one.commit}{when}" if one.commit else ""
    return f"has a value that the history holds ({one.path}{commit})"


def parts(facts: Facts, *, applied: bool) -> list[Part]:
    """What is written, or was; and once it was, what comes next."""
    after = tuple(following(facts)) if applied else ()
    found = [Part(f"{facts.name} -> {facts.target}:", tuple(steps(facts, 1 if applied else 0))), Part("Next:", after)]
    return [part for part in found if part.steps]


def steps(facts: Facts, tense: int) -> Iterator[Step]:
    """What happens to the keys, in one of the two tenses."""
    done = facts.change
    if done.new:
        yield Step(f"{('make', 'made')[tense]} the secret, one JSON object with {counted(done.add)}")
    elif done.add:
        yield Step(f"{('add', 'added')[tense]} {counted(done.add)}")
    if done.replace:
        yield Step(f"{('replace', 'replaced')[tense]} {counted(done.replace)}")
    if done.conflicts:
        yield Step(f"refuse {counted(done.conflicts)}: another value is there")
    if done.same:
        yield Step(f"{counted(done.same)}: there already, with the same value")
    if done.others:
        kept = ("stays as it is", "left as it was") if done.others == 1 else ("stay as they are", "left as they were")
        yield Step(f"{plural(done.others, 'other key')} of the secret: {kept[tense]}")
    if facts.plain:
        yield Step(f"plain, so not written: {named(facts.plain)} (--also KEY takes one along)")
    if facts.left:
        yield Step(f"held back, as you said: {named(facts.left)}")


def following(facts: Facts) -> Iterator[Step]:
    """What is left to people, in the order that hurts nobody: the file goes last."""
    if facts.known:
        keys = [one.key for one in facts.known]
        file = quoted(facts.file) if facts.file else "FILE"
        options = " ".join(f"{'--also ' + word(key) + ' ' if key in facts.asked else ''}--replace {word(key)}" for key in keys)
        yield Step(
            f"rotate, because the history holds the values: {named(keys)}. Make a new value, put it into {facts.name}, push it, restart "
            "the application, and only then take the old one away",
            (f"stopgap store push {file} --to {word(facts.target)} {options} --apply",),
        )
    elsewhere = (*facts.plain, *facts.left)
    if elsewhere:
        yield Step(f"put what is not in the store into the deploy's own configuration, before {facts.name} goes: {named(elsewhere)}")
    yield Step("start the application from the store", (f"stopgap run --from {word(facts.target)} -- COMMAND",))
    if facts.tracked:
        yield Step("take the file out of git, and from nobody: a plan first", (f"stopgap untrack {quoted(facts.file)}",))
    removing = (f"rm {quoted(facts.file)}",) if facts.file else ()
    yield Step(f"when every server starts that way, delete {facts.name} there, and here", removing)


def counted(keys: Sequence[str]) -> str:
    """`2 keys (A, B)`."""
    return f"{plural(len(keys), 'key')} ({named(keys)})"


def named(keys: Sequence[str]) -> str:
    """All of them: a name that is left out is a secret that is forgotten."""
    return ", ".join(shown.name(key) for key in keys)
