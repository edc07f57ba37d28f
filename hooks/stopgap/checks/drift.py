"""Is one setting given in several places, and do they disagree? Pure: from settings to findings, none of which holds a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..drift.setting import Held, Read, Setting, Template
from ..model import Fact, Finding, Severity
from . import drift_keys
from .drift_pairs import Pair, disagreeing, hosts_of, is_left_out

CHECK = "check-drift"
SHOWN = 3  # places that one finding names
DISAGREE = (
    "keep {key} in one of them and let the others refer to it (`${{{key}}}`, a secret's reference), or make them agree; where they are "
    "meant to differ, add {key} to `ignore` of [tool.stopgap.check-drift]"
)
AGREE = "keep {key} in one of them and let the others refer to it: one day only one of them is changed"


class Facts(NamedTuple):
    """What the tree gives. `unknown` are the files that could not be read.

    `reads` are those that no default covers, of keys that no file sets; `ignored` says which keys the project's settings leave out.
    """

    settings: tuple[Setting, ...] = ()
    templates: tuple[Template, ...] = ()
    held: tuple[Held, ...] = ()
    reads: tuple[Read, ...] = ()
    unknown: tuple[Fact, ...] = ()
    ignored: Callable[[str], bool] = lambda key: False


def check(facts: Facts) -> list[Finding]:
    """All findings, one for each setting and environment."""
    real = {(one.path, one.line) for one in facts.held}  # said of the template, it need not be said of its places
    kept = [one for one in facts.settings if not facts.ignored(one.key) and not (one.template and (one.path, one.line) in real)]
    found = [*compared(kept)]
    found += (template_value(one) for one in facts.held if not facts.ignored(one.key))
    found += drift_keys.check(facts.templates, [one for one in facts.reads if not facts.ignored(one.key)])
    return [*found, *unknown(facts.unknown)]


def compared(settings: Sequence[Setting]) -> Iterator[Finding]:
    """What the places of each setting say together."""
    hosts = hosts_of(settings)
    groups: dict[tuple[str, str], list[Setting]] = {}
    for one in settings:
        if not is_left_out(one):
            groups.setdefault((one.name, one.environment), []).append(one)
    for group in groups.values():
        if len(group) > 1:
            pairs = list(disagreeing(group, hosts))
            yield from differs(pairs)
            told = {place for pair in pairs for place in (pair.one, pair.other)}
            yield from copies([one for one in group if one not in told])


def differs(pairs: list[Pair]) -> Iterator[Finding]:
    """One finding for each owner's places that disagree: at the last of them, and naming those that differ from it."""
    by_owner: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs:
        by_owner.setdefault(min(pair.one.owner, pair.other.owner, key=len), []).append(pair)
    for alike in by_owner.values():
        worst = [pair for pair in alike if pair.severity == "error"] or alike
        later = max((pair.other for pair in worst), key=lambda place: (place.path, place.line))
        others = list(dict.fromkeys(pair.one for pair in worst if pair.other == later))
        message = f"{later.key} has a different value here than in {listed(others)}{within(later)}: one of them is wrong, or wins by chance"
        yield made("drift-differs", worst[0].severity, later, message, DISAGREE.format(key=later.key))


def copies(group: list[Setting]) -> Iterator[Finding]:
    """One note for a secret, or the address of a server, that is written in several files."""
    by_digest: dict[bytes, list[Setting]] = {}
    for one in group:
        if not one.sample and one.environment != "test" and (one.nature != "connection" or one.reach == "remote"):
            by_digest.setdefault(one.digest, []).append(one)
    for alike in by_digest.values():
        first = {one.path: one for one in sorted(alike, key=lambda one: (one.path, -one.line))}
        if len(first) > 1:
            *others, later = first.values()
            message = f"{later.key} has the same value here and in {listed(others)}{within(later)}, and nothing keeps them so"
            yield made("drift-copies", "note", later, message, AGREE.format(key=later.key))


def template_value(one: Held) -> Finding:
    """A template that holds what it should only ask for."""
    message = f"a template holds a real value for {one.key} ({one.what}): everybody who copies it uses it, and git has it for good"
    fix = f"leave the value of {one.key} empty, or write a placeholder such as <{one.key.lower()}>, and rotate what stood there"
    return Finding(
        CHECK, "drift-template-value", "error", one.path, message, fix, "medium", one.line, one.column, one.line, one.column, key=one.key
    )


def unknown(facts: Iterable[Fact]) -> Iterator[Finding]:
    """One note for the files of a folder that cannot be read for the same reason."""
    folders: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        folders.setdefault((fact.path.rpartition("/")[0], fact.reason), []).append(fact.path)
    for (folder, reason), paths in folders.items():
        more = f" (and {len(paths) - 1} more in {folder or 'this folder'})" if len(paths) > 1 else ""
        message = f"its settings are not compared: {reason}{more}"
        yield Finding(CHECK, "drift-unknown", "note", paths[0], message, "nothing is wrong with it by this; compare its settings by hand")


def made(rule: str, severity: Severity, at: Setting, message: str, fix: str) -> Finding:
    """A finding at a setting."""
    return Finding(CHECK, rule, severity, at.path, message, fix, line=at.line, end_line=at.line, key=at.key)


def within(one: Setting) -> str:
    """The environment, where it has a name."""
    return f" (environment {one.environment})" if one.environment else ""


def listed(places: list[Setting]) -> str:
    """The first few places."""
    more = len(places) - SHOWN
    return ", ".join(f"{one.path}:{one.line}" for one in places[:SHOWN]) + (f" and {more} more" if more > 0 else "")
