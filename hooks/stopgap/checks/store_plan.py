"""The plan of `stopgap store plan`: numbered steps. Pure: from facts to text, and no fact holds a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..detect import shown
from ..wording import plural
from .before_pull import word
from .store_push import Known, named, standing
from .store_setup import Setup, permissions, start
from .untrack_plan import Part, Step

There = Literal["unknown", "nothing", "empty", "values"]


class Keys(NamedTuple):
    """The file's keys, each in one place. `left`: secrets that --only or --ignore hold back; `asked`: secrets by --also alone;
    `public`: those secrets that a build puts into what every browser loads. `refers`: those of all whose value refers to other settings.
    """

    secrets: tuple[str, ...]
    plain: tuple[str, ...]
    left: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()


class Held(NamedTuple):
    """What the target holds: the file's keys with the same value and with another one, and the keys that the file does not have.

    `rotates`: the store writes it by itself. `own_key`: it is encrypted with a key of the customer's.
    """

    there: There
    same: frozenset[str] = frozenset()
    differ: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    rotates: bool = False
    own_key: bool = False


class History(NamedTuple):
    """Of the secrets: what history knows, what it was not asked for, why the answer may not be whole; how much was read, or why nothing."""

    known: tuple[Known, ...] = ()
    weak: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    contents: int = 0
    note: str = ""


class Facts(NamedTuple):
    """Everything the plan says. `unused`: keys that no tracked file names; None where there is none to ask. `push`: the command."""

    file: str
    address: str
    keys: Keys
    held: Held
    history: History
    unused: tuple[str, ...] | None
    setup: Setup
    push: str


def plan(facts: Facts) -> list[Part]:
    """All parts that have a step in them."""
    parts = [
        Part(f"Secrets of {facts.file}, for {facts.address}:", tuple(secrets(facts))),
        Part("Settings that are no secrets, and stay out of it:", tuple(plain(facts))),
        Part("Of both, what no code names:", tuple(unnamed(facts))),
        Part("What the history of this repository knows:", tuple(history(facts))),
        Part("The start of the application:", tuple(start(facts.address, own_key=facts.held.own_key))),
        Part("Permissions, which hold no value:", tuple(permissions(facts.setup, made=facts.held.there in ("empty", "values")))),
        Part("Then:", (Step("the same decisions once more, and with --apply they are carried out", (facts.push,)),)),
    ]
    return [part for part in parts if part.steps]


def secrets(facts: Facts) -> Iterator[Step]:
    """Which keys go, and what of them is there."""
    keys, held = facts.keys, facts.held
    yield Step(state(facts))
    new = [key for key in keys.secrets if key not in held.same | held.differ]
    if not keys.secrets:
        yield Step("no setting of the file looks like a secret; --also KEY names one that is")
    if new:
        yield Step(f"{'to be there' if held.there == 'unknown' else 'new there'}: {named(new)}")
    if same := [key for key in keys.secrets if key in held.same]:
        yield Step(f"there already, with the same value: {named(same)}")
    if differ := [key for key in keys.secrets if key in held.differ]:
        flags = " ".join(f"--replace {word(shown.name(key))}" for key in differ)
        yield Step(
            f"there already, with another value: {named(differ)}. push refuses, as neither the file's time nor the store's says which "
            f"one is old: find out, then push with {flags}, or set the store's value in the file"
        )
    if refers := [key for key in keys.secrets if key in keys.refers]:
        yield Step(f"a value refers to other settings, which a store does not work out: {named(refers)}. push refuses: write it out")
    if keys.asked:
        yield Step(f"of these only by --also: {named(keys.asked)}")
    if keys.left:
        yield Step(f"secrets too, but held back by --only or --ignore: {named(keys.left)}")
    if keys.public:
        yield Step(
            f"public by their names, so that a build puts them where every visitor can read them: {named(keys.public)}. No store hides "
            "these: take them out of what the browser gets, or hold them back with --ignore"
        )


def state(facts: Facts) -> str:
    """What there is at the target."""
    held, count = facts.held, len(facts.held.others)
    if held.there == "unknown":
        return "it could not be read, so what it holds is not compared here (the reason stands on standard error)"
    if held.there == "nothing":
        return "there is no such secret yet: push makes it, or make it without a value first, as below"
    rotates = "; AWS rotates it by itself, and what it writes then takes the place of what is pushed" if held.rotates else ""
    if held.there == "empty":
        return f"the secret is there, and has no value yet{rotates}"
    others = f" and {plural(count, 'key')} that the file does not have, which stay as they are: {named(held.others)}" if count else ""
    return f"it holds {plural(len(held.same | held.differ), 'key')} of the file{others}{rotates}"


def plain(facts: Facts) -> Iterator[Step]:
    """What is to become of the rest."""
    held, keys = facts.held, facts.keys
    if keys.plain:
        yield Step(f"{named(keys.plain)}: keep them in the template, or where the deploy keeps its own settings")
    if refers := [key for key in keys.plain if key in keys.refers]:
        yield Step(
            f"of these, {named(refers)} refers to other settings. Once one of those is in the store, no reader of the file finds it: "
            "write the value out and take it along with --also"
        )
    if same := [key for key in keys.plain if key in held.same]:
        yield Step(f"the store has these too, with the same value: {named(same)}")
    if differ := [key for key in keys.plain if key in held.differ]:
        yield Step(
            f"the store has these too, with another value: {named(differ)}. At the start the store's counts: take one of the two away"
        )


def unnamed(facts: Facts) -> Iterator[Step]:
    """What may be left of a feature that is gone."""
    every, unused = (*facts.keys.secrets, *facts.keys.plain, *facts.keys.left), frozenset(facts.unused or ())
    if facts.unused is None:
        yield Step("not known: there is no repository to look in, or it could not be searched")
    elif unused and unused.issuperset(every):
        yield Step("no tracked file names any of these settings: the code that reads them is probably not in this repository")
    elif unused:
        yield Step(
            f"named by no tracked file but env files, templates and documents: {named([key for key in every if key in unused])}. Where "
            "nothing reads one any more, leave it out; a secret is to be withdrawn too where it was issued"
        )


def history(facts: Facts) -> Iterator[Step]:
    """What must not be carried over as it is."""
    found = facts.history
    for one in found.known:
        yield Step(f"{shown.name(one.key)} {standing(one)}")
    if found.known:
        yield Step("whoever has a clone has these: give them new values first; push refuses them as they are, but for --accept-exposed")
    elif found.contents and not found.incomplete:
        yield Step(f"none of the secrets: {found.contents:,} versions of files were read")
    if found.weak:
        yield Step(
            f"too short or too plain to be looked for outside of env files: {named(found.weak)}. Such a value is guessed, not found: "
            "give it a new one"
        )
    for why in found.incomplete:
        yield Step(f"not all of it could be read: {why}")
    if found.note:
        yield Step(found.note)
