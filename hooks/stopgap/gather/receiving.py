"""A push as the server sees it before it takes it in: what it brings, judged by what the repository said before.

A push must not allow itself. So settings and what is allowed are those of each ref's old tip, of HEAD for a ref that is new, and comments
in what is pushed allow nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from ..checks.secrets import without_key_files
from ..detect.text import to_utf8
from ..git import received
from ..git.blobs import Blobs
from ..git.commits import Commits, resolve
from ..git.diff import Item
from ..git.received import Object, Update
from ..git.repository import Repository
from ..model import MESSAGE, Confidence, Fact, Finding, Fragment, Report, Scope, StopgapError
from . import allowing
from .content import Content
from .env_scan import EnvScan
from .parallel import available
from .policies import Policies, Policy
from .secret_scan import SecretScan
from .situation import Situation
from .time_limit import TimeLimit

MODE = "received"
MOST = 1000  # findings after which nothing more is looked for: the push is refused
BRANCHES = "refs/heads/"
DELETES = "the push only deletes"
STOPPED = f"nothing more was looked for after {MOST:,} findings"


class Asked(NamedTuple):
    """How to judge. `settings_from`: the revision whose settings count for every ref, "" for each ref's old tip."""

    minimum: Confidence | None = None
    settings_from: str = ""
    comments: bool = False


def look(repository: Repository, updates: Sequence[Update], asked: Asked, limit: TimeLimit) -> Report:
    """What is wrong with a push. Raises StopgapError where that cannot be told, OutOfTimeError."""
    wanted = [update for update in updates if not update.deletes]
    if not wanted:
        return Report((), Scope(MODE, note=DELETES))
    base = revision(asked.settings_from) if asked.settings_from else ""
    objects = received.peeled([name for update in wanted for name in (update.old, update.new)] + [base or repository.head or received.NULL])
    for update in wanted:
        if "missing" in (objects[update.new].kind, objects[update.old].kind if update.old in objects else ""):
            raise StopgapError(f"git does not have what {update.ref} was or is to become")
    with Blobs() as blobs:
        policies = Policies(blobs, asked.comments)
        groups: dict[int, tuple[Policy, list[Update]]] = {}
        for update in wanted:
            policy = policies.of(*before(repository, update, objects, base))
            groups.setdefault(id(policy), (policy, []))[1].append(update)
        check_after(policies, wanted, objects)
    parts = [judged(repository, policy, its, objects, asked, limit) for policy, its in groups.values()]
    return together(parts)


def revision(name: str) -> str:
    """The commit whose settings were asked for. Raises StopgapError where there is none."""
    try:
        return resolve(name)
    except StopgapError:
        raise StopgapError(f"--settings-from: this repository has no commit {name!r}") from None


def before(repository: Repository, update: Update, objects: Mapping[str, Object], base: str) -> tuple[str, str]:
    """The tree whose settings count for an update, "" for none, and how to call it."""
    old = objects.get(update.old)
    if base:
        return objects[base].tree, f"the settings of {base[:10]}, which count for this push"
    if old and old.tree:
        return old.tree, f"the settings of {update.ref} as the server has it ({update.old[:10]})"
    if repository.head:
        return objects[repository.head].tree, f"the settings of the server's HEAD ({repository.head[:10]})"
    return "", "the default settings"


def check_after(policies: Policies, updates: Sequence[Update], objects: Mapping[str, Object]) -> None:
    """Raises StopgapError where a branch would have settings that cannot be read: every later push to it would be refused."""
    for update in updates:
        if update.ref.startswith(BRANCHES):
            policies.of(objects[update.new].tree, f"{update.ref} would have settings that cannot be read, in this push")


def judged(
    repository: Repository, policy: Policy, updates: Sequence[Update], objects: Mapping[str, Object], asked: Asked, limit: TimeLimit
) -> Report:
    """What is wrong with the updates that one policy is for."""
    tips = sorted({objects[update.new].name for update in updates if objects[update.new].kind == "commit"})
    commits = received.brought(repository, tips) if tips else Commits()
    given = chain(received.items(commits, tips, repository.git_dir, available()), named(updates, objects))
    settings = policy.settings
    content = Content(repository, Situation(MODE), settings, given=given)
    env = EnvScan(content, settings, asked.minimum)
    note = ""
    with SecretScan(repository, settings, asked.minimum, loaded=(policy.rules, policy.allowed)) as secrets:
        for item in content:
            limit.check()
            secrets.see(env.see(item))
            if len(secrets.matches) + len(env) > MOST:
                note = STOPPED
                break
        for fragment in () if note else messages(commits, updates, objects):
            limit.check()
            secrets.see(fragment)
        about_values = [in_message(one) if one.path == MESSAGE else one for one in secrets.findings(MODE)]
    about_files = [advised(one) for one in allowing.without_allowed(env.findings(), policy.allowed, settings)]
    limit.check()
    return Report(
        (*about_files, *without_key_files(about_values, about_files, about_files)),
        content.scope()._replace(commits=len(commits), note=note),
    )


def messages(commits: Commits, updates: Sequence[Update], objects: Mapping[str, Object]) -> Iterator[Fragment]:
    """The messages of the commits, and of the tags that refs name."""
    tags = dict.fromkeys(update.new for update in updates if objects[update.new].name != update.new)
    for name, data in received.messages(chain(commits.plain, commits.merges), tags):
        if text := to_utf8(data):
            yield Fragment(MESSAGE, text, commit=name)


def in_message(finding: Finding) -> Finding:
    """The finding as scan-message would have it."""
    return finding._replace(check="scan-message", fix="take it out of the message; if it was ever shared, rotate it")


def advised(finding: Finding) -> Finding:
    """A config file's finding; without advice where no commit brings it, as that is about commits and the index."""
    return finding if finding.commit else finding._replace(fix="")


def named(updates: Sequence[Update], objects: Mapping[str, Object]) -> Iterator[Item]:
    """What refs name that stand for no commit: a tree with all its files, a content without a path, which gets the ref's name."""
    for update in updates:
        found = objects[update.new]
        if found.kind == "tree":
            yield from received.files_of(found.name)
        elif found.kind == "blob":
            yield received.added(update.ref, found.name)


def together(parts: Sequence[Report]) -> Report:
    """The reports of all policies as one; what several of them found, once."""
    found: dict[tuple[str | int, ...], Finding] = {}
    for finding in chain.from_iterable(part.findings for part in parts):
        found.setdefault((finding.rule, finding.path, finding.line, finding.column, finding.commit), finding)
    scopes = [part.scope for part in parts]
    counts = {name: sum(getattr(scope, name) for scope in scopes) for name in ("files", "lines", "bytes", "commits")}
    skipped, incomplete = (facts(getattr(scope, name) for scope in scopes) for name in ("skipped", "incomplete"))
    note = next((scope.note for scope in scopes if scope.note), "")
    return Report(tuple(found.values()), Scope(MODE, **counts, added=True, skipped=skipped, incomplete=incomplete, note=note))


def facts(parts: Iterator[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
