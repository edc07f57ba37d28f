"""Does a deploy carry the repository's config to where it would overwrite, delete or publish it? Pure: from copies and files to
findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..deploy import advice
from ..deploy.copy import Copy, relative
from ..model import Fact, Finding, Severity
from .deploy_effects import DELETES, UNKNOWN, Config, Facts, State, Told, carried, foreseen, is_env, judged, reason_of

__all__ = ["CHECK", "Config", "Facts", "State", "Told", "check", "finding", "incomplete", "judged", "named", "reason_of"]

CHECK = "check-deploy-sync"
SHOWN = 3  # files that one finding names
FORESEEN = 2  # names that one finding gives of files that are not here


def check(facts: Facts) -> list[Finding]:
    """The findings of all copies: one for each rule and step, which names the files."""
    found = [one for copy in facts.copies for one in of_copy(copy, facts)]
    found += [unread(fact) for fact in facts.unread if facts.config]
    return list(dict.fromkeys(found))


def of_copy(copy: Copy, facts: Facts) -> Iterator[Finding]:
    """What one step does to files that are there, and where no such finding mends it too, what it would do to names that could turn up."""
    would = list(foreseen(copy, facts.possible))
    others = seen(copy, (told.file for told in would))
    left = carried(copy, facts.templates) if would else ()
    by_rule: dict[tuple[str, Severity, str], list[Config]] = {}
    for told in judged(copy, facts):
        by_rule.setdefault((told.rule, told.severity, told.why), []).append(told.file)
    for (rule, severity, why), files in by_rule.items():
        yield finding(copy, rule, severity, why, files, others if any(map(is_env, files)) else (), left)
    if not any(is_env(file) for files in by_rule.values() for file in files):
        yield from warned(copy, would, left)


def warned(copy: Copy, would: Iterable[Told], left: Sequence[str]) -> Iterator[Finding]:
    """What a step would do to files of which none is here, a note each rule.

    Names that the ignore rules cover are no reason to say that it carries them: where one lies, it is found as the file that it is.
    """
    by_rule: dict[str, list[Config]] = {}
    for told in would:
        if told.rule == DELETES or told.file.state == "possible":
            by_rule.setdefault(told.rule, []).append(told.file)
    for rule, files in by_rule.items():
        message = advice.foreseen(copy, rule, named(files, FORESEEN))
        fix = advice.fix(copy, rule, (), seen(copy, files), left)
        yield Finding(CHECK, rule, "note", copy.path, message, fix, line=copy.line, key=copy.mechanism)


def unread(fact: Fact) -> Finding:
    """A deploy file that cannot be read: said, as it may do anything."""
    message = f"what this file deploys cannot be told: {fact.reason}"
    fix = "mend the file, or look yourself whether it leaves the server's config alone"
    return Finding(CHECK, UNKNOWN, "note", fact.path, message, fix)


def incomplete(found: Iterable[Finding], unread: Iterable[Fact]) -> tuple[Fact, ...]:
    """What could be judged only in part: the files that could not be read, and those with a step of which it is not known what it does."""
    known = tuple(unread)
    paths = {fact.path for fact in known}
    steps = dict.fromkeys(one.path for one in found if one.rule == UNKNOWN and one.path not in paths)
    return (*known, *(Fact(path, "what a step of it leaves out cannot be told") for path in steps))


def finding(
    copy: Copy,
    rule: str,
    severity: Severity,
    why: str,
    files: Sequence[Config],
    others: Sequence[str] = (),
    left: Sequence[str] = (),
) -> Finding:
    """One finding, with the words that mend it for these files, and for `others`, of which none is here; see `advice.fix`."""
    return Finding(
        CHECK,
        rule,
        severity,
        copy.path,
        advice.message(copy, rule, named(files), why),
        advice.fix(copy, rule, seen(copy, files), others, left),
        line=copy.line,
        key=copy.mechanism,
    )


def seen(copy: Copy, files: Iterable[Config]) -> list[str]:
    """The paths as they are seen from the folder that is copied."""
    return [relative(copy, file.path) or file.path for file in files]


def named(files: Iterable[Config], most: int = SHOWN) -> str:
    """The first files by name, and how many more there are."""
    paths = [file.path for file in files]
    more = len(paths) - most
    return ", ".join(paths[:most]) + (f" and {more} more" if more > 0 else "")
