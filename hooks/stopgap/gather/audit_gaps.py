"""What an audit could not look at, and what it left out by design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote

from ..git.commits import COMPLETE
from ..git.repository import Repository
from ..git.tips import Tips
from ..git.walk import Graph
from ..model import Fact
from .audit_contents import LARGE, Contents
from .audit_paths import ROUNDS, Walked
from .audit_search import DAMAGE, MISSING, PARTIAL

SHALLOW = f"this clone is shallow, its history ends early; {COMPLETE}"
ALLOWED = "allowed or excluded by the configuration"
SUBMODULE = "a submodule, whose own repository is to be audited"


def incomplete(
    repository: Repository, known: Tips, commits: Graph, walked: Walked, contents: Contents, problems: Iterable[str]
) -> Iterator[Fact]:
    """Why there may be more, and what to do."""
    if repository.shallow:
        yield Fact("", SHALLOW)
    yield from (Fact("", f"{one}; {remedy(one)}") for one in known.problems)
    yield from (Fact("", one) for one in problems)
    if commits.lost:
        yield Fact("", f"{counted(len(commits.lost), 'commit')}, {commits.lost[0][:10]} one of them, and what is behind it is {PARTIAL}")
    for folder, commit in sorted(walked.unread.items()):
        yield Fact(folder, f"cannot be read in commit {commit[:10]}, and maybe others: it is {PARTIAL}")
    yield from (Fact(path, MISSING) for path in sorted(contents.unread))
    if walked.cut:
        yield Fact("", f"renames led to ever more names, and were followed {ROUNDS} times: audit one part after the other, by REV")


def remedy(problem: str) -> str:
    """What to do about a name that stands for nothing. Git itself removes no ref that it cannot read."""
    ref = problem.partition(" ")[0]
    if not ref.startswith("refs/"):
        return DAMAGE
    if "broken" in problem:
        return f'write the name of a commit to it, or remove it: rm "$(git rev-parse --git-path {quote(ref)})"'
    return f"fetch what it names, or remove it: git update-ref -d {quote(ref)}"


def skipped(walked: Walked, contents: Contents) -> Iterator[Fact]:
    """What was left out, or not read value by value, by design."""
    yield from (Fact(path, ALLOWED) for path in sorted(walked.left_out))
    yield from (Fact(path, SUBMODULE) for path in sorted(walked.submodules))
    yield from (Fact(path, LARGE) for path in sorted(contents.large))


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
