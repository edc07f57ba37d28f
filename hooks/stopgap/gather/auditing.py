"""What history was ever told, put together: the commits, what they did to config files, the values in these, and what is in use now."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ..audit import Audit, Value
from ..audit.state import Standing
from ..audit.values import Reader
from ..git.blobs import Blobs
from ..git.commits import resolve
from ..git.repository import Repository
from ..git.tips import Tip, named, tips
from ..git.walk import Graph, graph
from . import audit_now, audit_secrets
from .audit_cache import Cache
from .audit_contents import Contents
from .audit_contents import detection as detection
from .audit_gaps import incomplete, skipped
from .audit_inventory import ASKED, SINCE, Inventory
from .audit_now import Now
from .audit_paths import walk
from .audit_search import Tell, detector_of, search
from .audit_secrets import Secrets
from .policies import Policy
from .rule_set import RuleSet


class Asked(NamedTuple):
    """What is to be audited: the commits that these names reach, all refs where there is none. `since`: not what this commit's history has.

    `cache`: what earlier audits found to be clean need not be looked at again, and what this one finds clean is remembered.
    """

    names: tuple[str, ...] = ()
    reflog: bool = False
    unreachable: bool = False
    since: str = ""
    cache: bool = False


def audit(repository: Repository, policy: Policy, asked: Asked, tell: Tell | None = None) -> Audit:
    """All that is to be said, by the settings and rules of `policy`. `tell` is told how far it has come.

    Raises StopgapError for a name that is no commit here, and where git cannot be run.
    """
    wanted = named(asked.names)
    since = (Tip(SINCE, resolve(asked.since)),) if asked.since else ()
    known = tips(repository.head, reflog=asked.reflog, unreachable=asked.unreachable)
    begins = tuple(Tip(f"{ASKED}{tip.name}", tip.object) for tip in wanted)
    cache = Cache(repository, policy.settings, asked.cache and not repository.shallow)
    every = (*known.tips, *begins, *since)
    detector = detector_of(policy)
    commits = graph(every, repository.shallow, cache.load(every[0].object if every else ""), detector.prepare)
    reached = bits(commits, begins or known.tips)
    chosen = [number for number, mask in enumerate(commits.masks) if mask & reached]
    key = secrets.token_bytes(32)
    found = search(cache, policy.settings, detector, commits, chosen, tell)
    walked = walk(commits, chosen, policy.settings, found, shallow=repository.shallow)
    with Blobs() as blobs:
        contents = Contents(Reader(key, detection(policy.rules)), blobs, found.hits)
        inventory = Inventory(commits, walked, contents, policy.settings)
        inventory.measure(chosen)
        now = audit_now.here(repository)
        places, problems, large = audit_now.places(now, repository, contents, inventory.written)
    standing = Standing(places)
    others = Secrets(found.hits, contents.told)
    used = audit_secrets.in_use(now, others)
    problems += look_everywhere(standing, {**inventory.texts(), **audit_secrets.texts(others, used, key)}, now)
    left = commits.reached(SINCE)
    anywhere = audit_secrets.values(others, used, commits, chosen, found.touched, standing, key, left, inventory.refs)
    here = {walked.groups.group(place.path) for place in places if place.where == "HEAD"}
    return Audit(
        tuple(sorted(inventory.files(here, left))),
        tuple(sorted(with_provider((*inventory.values(standing, left), *anywhere), policy.rules))),
        len(chosen),
        len(contents),
        len({tip.name for tip in known.tips}),
        tuple(dict.fromkeys((*incomplete(repository, known, commits, walked, contents, (*now.problems, *problems)), *found.incomplete))),
        (*skipped(walked, contents), *large),
    )


def look_everywhere(standing: Standing, texts: Mapping[bytes, str], now: Now) -> list[str]:
    """Adds to what is in use the values that stand in any file of HEAD or of the index. Returns why there may be more.

    `texts`: values by digest, of which those count that are not known to be in use.
    """
    wanted = {digest: text for digest, text in texts.items() if digest not in standing}
    if not wanted:
        return []
    from .audit_everywhere import UNREAD, everywhere

    found, unread = everywhere(wanted, now)
    for digest, where in found:
        standing.add(digest, where)
    return [UNREAD.format(unread)] if unread else []


def with_provider(values: Collection[Value], rules: RuleSet) -> Iterator[Value]:
    """The values with who issued them, as far as a rule's table says; it is read only where there is a value that a rule knows."""
    issued = {rule.description: rule.provider for rule in rules.all()} if any(value.what for value in values) else {}
    return (value._replace(provider=issued.get(value.what, "")) for value in values)


def bits(commits: Graph, begins: Iterable[Tip]) -> int:
    """One mask for all of the names."""
    mask = 0
    for name in {tip.name for tip in begins}:
        mask |= commits.reached(name)
    return mask
