"""What became of another tool's entries: the repository's present content is scanned for them, and the commits that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..config import Config
from ..detect.allow import Entry
from ..detect.claims import Claim, Claims, Met
from ..detect.engine import Detector
from ..detect.text import to_utf8
from ..detect.theirs import Outcome
from ..git.blobs import Blobs
from ..git.diff import Change
from ..git.process import bytes_of, git
from ..git.repository import Repository
from ..model import CONFIDENCES, Fragment, Scope
from . import allowing
from .content import LARGEST, Content
from .rule_set import RuleSet
from .situation import Situation

if TYPE_CHECKING:
    from datetime import date

NAMED = 3  # places in a message


def outcomes(
    repository: Repository, settings: Config, rules: RuleSet, claims: Iterable[Claim], reason: str, expires: date | None
) -> tuple[list[Outcome], list[Entry]]:
    """What became of each claim, and the entries that allow what they are about."""
    asked = Claims.over(allowing.load(repository, settings, rules), claims, reason, expires)
    detector = Detector(rules.rules, asked, rules.others, rules.off)
    content = Content(repository, Situation("tree"), settings)
    seen: set[str] = set()
    if any(not claim.commit for claim in asked.met):
        anywhere = {claim.path for claim in asked.met if not claim.commit}
        for item in content:
            if isinstance(item, Change) and item.status != "D":
                seen.add(item.path)
            if isinstance(item, Fragment) and (item.path in anywhere or "" in anywhere):
                detector.scan(item)
    there = set(in_commits(detector, [claim for claim in asked.met if claim.commit]))
    scope = content.scope()
    told = [outcome(claim, met, repository, settings, seen, there, scope) for claim, met in asked.met.items()]
    reported = CONFIDENCES[CONFIDENCES.index(settings.min_confidence) :]
    entries = [one.entry for met in asked.met.values() for one in met if one.entry and one.confidence in reported]
    return told, list(dict.fromkeys(entries))


def in_commits(detector: Detector, claims: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    """Scans the files of the commits that claims name, and gives the commit and the path of those that git has."""
    wanted = list(dict.fromkeys((claim.commit, claim.path) for claim in claims))
    if not wanted:
        return
    names = b"".join(b"%s:%s\n" % (commit.encode("ascii"), bytes_of(path)) for commit, path in wanted)
    answers = git("cat-file", "--batch-check", stdin=names).splitlines()
    with Blobs() as blobs:
        for (commit, path), answer in zip(wanted, answers, strict=True):
            facts = answer.split(b" ")
            if facts[-1] == b"missing" or facts[-2:-1] != [b"blob"]:
                continue
            text = to_utf8(blobs.read(facts[0].decode("ascii"), LARGEST))
            if text is not None:
                detector.scan(Fragment(path, text, commit=commit))
            yield commit, path


def outcome(
    claim: Claim,
    met: list[Met],
    repository: Repository,
    settings: Config,
    seen: set[str],
    there: set[tuple[str, str]],
    scope: Scope,
) -> Outcome:
    """What became of one claim, in a sentence."""
    tail = f"; {claim.advice}" if claim.advice else ""
    reported = CONFIDENCES[CONFIDENCES.index(settings.min_confidence) :]
    counting = [one for one in met if one.confidence in reported]
    new = [one for one in counting if one.entry]
    if new:
        return Outcome(claim.where, "imported", places(new) + tail)
    if counting:
        return Outcome(claim.where, "already allowed", places(counting) + tail)
    if met:
        return Outcome(claim.where, "not reported", f"{places(met)}, with low confidence only, which fails no hook{tail}")
    if claim.commit:
        if (claim.commit, claim.path) in there:
            return Outcome(claim.where, "stale", f"{claim.what}: nothing is found there")
        if repository.shallow:
            return Outcome(claim.where, "unchecked", f"{claim.what}: this clone is shallow and does not have it; `git fetch --unshallow`")
        return Outcome(claim.where, "stale", f"{claim.what}: git has no such commit, or not this file in it")
    about = f"{claim.what}: " if claim.what else ""
    return Outcome(claim.where, "stale", f"{about}{absent(claim, seen, skipped(scope))}{tail}")


def skipped(scope: Scope) -> Mapping[str, str]:
    """Why a file was left out, by its path."""
    return {fact.path: fact.reason for fact in scope.skipped}


def absent(claim: Claim, seen: set[str], left_out: Mapping[str, str]) -> str:
    """Why nothing was found of a claim."""
    if claim.path in left_out:
        return f"the file is left out: {left_out[claim.path]}"
    if claim.path and claim.path not in seen:
        return "git has no such file any more"
    if claim.sha1:
        return "no finding has this value any more, or it is none to stopgap"
    return "nothing is found there any more" if claim.path else "no finding of stopgap's is about it"


def places(met: list[Met]) -> str:
    """`keyed-secret at src/app.py:12, and 3 more`."""
    found = list(dict.fromkeys(f"{one.rule} at {one.path}:{one.line}" for one in met))
    more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more
