"""Does a deploy carry the repository's config to where it would overwrite, delete or publish it? Pure: from copies and files to
findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from ..deploy import advice
from ..deploy.copy import Copy, relative
from ..deploy.filters import Unclear, is_kept, passes
from ..detect import shown
from ..model import Fact, Finding, Severity

CHECK = "check-deploy-sync"
SHOWN = 3  # files that one finding names

# tracked: git has it. untracked: it lies in the work tree only. expected: a template, or history, says that the server has one.
State = Literal["tracked", "untracked", "expected"]


class Config(NamedTuple):
    """A config file. `secret`: it holds a value that looks like a secret, or nobody can tell. `sent`: an earlier run may have carried
    it.
    """

    path: str
    state: State
    secret: bool = True
    sent: bool = False


class Facts(NamedTuple):
    """What the repository has. `uses_env`: it shows that the application reads an env file (a template, one in history, a reader).

    `unread` are deploy files that could not be read, or only in part.
    """

    copies: tuple[Copy, ...]
    config: tuple[Config, ...]
    uses_env: bool
    unread: tuple[Fact, ...] = ()


class Told(NamedTuple):
    """What one copy does to one file."""

    rule: str
    file: Config
    severity: Severity
    why: str = ""


def check(facts: Facts) -> list[Finding]:
    """The findings of all copies: one for each rule and step, which names the files."""
    found = []
    for copy in facts.copies:
        by_rule: dict[tuple[str, Severity, str], list[Config]] = {}
        for told in judged(copy, facts):
            by_rule.setdefault((told.rule, told.severity, told.why), []).append(told.file)
        found += [finding(copy, rule, severity, why, files) for (rule, severity, why), files in by_rule.items()]
    found += [unread(fact) for fact in facts.unread if facts.config]
    return list(dict.fromkeys(found))


def unread(fact: Fact) -> Finding:
    """A deploy file that cannot be read: said, as it may do anything."""
    message = f"what this file deploys cannot be told: {fact.reason}"
    fix = "mend the file, or look yourself whether it leaves the server's config alone"
    return Finding(CHECK, "deploy-unknown", "note", fact.path, message, fix)


def incomplete(found: Iterable[Finding], unread: Iterable[Fact]) -> tuple[Fact, ...]:
    """What could be judged only in part: the files that could not be read, and those with a step of which it is not known what it does."""
    known = tuple(unread)
    paths = {fact.path for fact in known}
    steps = dict.fromkeys(one.path for one in found if one.rule == "deploy-unknown" and one.path not in paths)
    return (*known, *(Fact(path, "what a step of it leaves out cannot be told") for path in steps))


def judged(copy: Copy, facts: Facts) -> Iterator[Told]:
    """What a copy does to each config file that lies where it copies from."""
    for file in facts.config:
        inner = relative(copy, file.path)
        if inner is None:
            continue
        try:
            yield from of_file(copy, file, inner, facts.uses_env)
        except Unclear as reason:
            yield Told("deploy-unknown", file, "note", reason_of(copy, str(reason)))


def of_file(copy: Copy, file: Config, inner: str, uses_env: bool) -> Iterator[Told]:
    """What a copy does to one file. Raises Unclear."""
    if copy.unknown:
        if may_travel(copy, file):
            yield Told("deploy-unknown", file, "note", reason_of(copy))
        return
    travels = may_travel(copy, file) and passes(copy.filters, inner) and file.path not in copy.replaced
    if travels:
        yield sent(copy, file)
    elif copy.deletes and copy.kind == "server" and is_deleted(copy, file, inner):
        yield Told("deploy-deletes-config", file, "error" if uses_env and file.secret else "note")


def reason_of(copy: Copy, why: str = "") -> str:
    """Why it cannot be told what a copy does, as it may be shown: it can quote a pattern or a path, in which a secret may stand."""
    return shown.name(copy.unknown or why)


def may_travel(copy: Copy, file: Config) -> bool:
    """Whether the file is there when the step runs: an expected one is not, an untracked one only outside of a clean checkout."""
    return file.state == "tracked" or (file.state == "untracked" and not copy.follows_git) or file.path in copy.written


def sent(copy: Copy, file: Config) -> Told:
    """The file travels: how bad is that?"""
    rule = "deploy-ships-config" if copy.kind == "artifact" else "deploy-copies-config"
    if file.path in copy.written:
        return Told(rule, file, "note", "an earlier step writes it, so it seems to be meant")
    if not file.secret:
        return Told(rule, file, "note", "it holds no value that looks like a secret")
    return Told(rule, file, "error")


def is_deleted(copy: Copy, file: Config, inner: str) -> bool:
    """Whether the deploy deletes the target's own file of that name, as the source has none. Raises Unclear."""
    if copy.deletes == "everything":
        return True
    if copy.deletes == "recorded" and not file.sent:
        return False  # it deletes only what it sent itself
    if copy.protects:
        return not is_kept(copy.protects, inner)
    return copy.deletes == "all" or passes(copy.filters, inner)


def finding(copy: Copy, rule: str, severity: Severity, why: str, files: list[Config]) -> Finding:
    """One finding, with the words that mend it."""
    return Finding(
        CHECK,
        rule,
        severity,
        copy.path,
        advice.message(copy, rule, named(files), why),
        advice.fix(copy, rule, [relative(copy, file.path) or file.path for file in files]),
        line=copy.line,
        key=copy.mechanism,
    )


def named(files: Iterable[Config]) -> str:
    """The first files by name, and how many more there are."""
    paths = [file.path for file in files]
    more = len(paths) - SHOWN
    return ", ".join(paths[:SHOWN]) + (f" and {more} more" if more > 0 else "")
