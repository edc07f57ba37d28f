"""What the deploy steps of a repository do to a file once it is no longer tracked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..checks import deploy_sync
from ..checks.deploy_sync import Config as ConfigFile
from ..checks.deploy_sync import Facts, State
from ..checks.untrack import Steps
from ..config import Config
from ..deploy.copy import Copy, relative
from ..git.repository import Repository
from ..model import Finding
from . import allowing, deploying

DELETES = "deploy-deletes-config"
PULLS = "take the file aside there and put it back behind this step, or do so by hand before it runs, and go on with --force"


def steps(repository: Repository, settings: Config, paths: Iterable[str]) -> Steps:
    """The steps of the deploy files, sorted by what they would do; those that an allow entry covers are left out."""
    facts = deploying.look(repository, settings).facts
    allowed = allowing.load(repository, settings)
    blocking: list[Finding] = []
    doubtful: list[Finding] = []
    carrying: list[Finding] = []
    files = tuple(paths)
    for copy in facts.copies:
        blocking += deleting(copy, files)
        doubtful += unclear(copy, files)
        carrying += carried(copy, files)
    sides = (tuple(allowing.without_allowed(dict.fromkeys(found), allowed, settings)) for found in (blocking, doubtful, carrying))
    return Steps(*sides)


def told(copy: Copy, path: str, state: State) -> list[deploy_sync.Told]:
    """What a copy does to the file in this state, as check-deploy-sync judges it."""
    return list(deploy_sync.judged(copy, Facts((copy,), (ConfigFile(path, state, sent=True),), uses_env=True)))


def finding(copy: Copy, rule: str, message: str, fix: str = "") -> Finding:
    return Finding(
        deploy_sync.CHECK, rule, "error", copy.path, f"this {copy.mechanism} step {message}", fix, line=copy.line, key=copy.mechanism
    )


def named(paths: Iterable[str]) -> str:
    return deploy_sync.named(ConfigFile(path, "tracked") for path in paths)


def deleting(copy: Copy, paths: Iterable[str]) -> Iterator[Finding]:
    """A step that deletes what the repository no longer has, and git on the server, which deletes it with the commit."""
    gone = [one.file for path in paths for one in told(copy, path, "expected") if one.rule == DELETES]
    if gone:
        yield deploy_sync.finding(copy, DELETES, "error", "", gone)
    pulled = [path for path in paths if is_sent(copy, path, "tracked")] if pulls(copy) else []
    if pulled:
        yield finding(copy, DELETES, f"deletes the server's own {named(pulled)} with the commit that untracks it", PULLS)


def pulls(copy: Copy) -> bool:
    """Whether it brings an older checkout up to date; a clone goes to a new folder, where no file was."""
    return copy.kind == "checkout" and not copy.mechanism.endswith("clone")


def is_sent(copy: Copy, path: str, state: State) -> bool:
    return any(one.rule in ("deploy-copies-config", "deploy-ships-config") for one in told(copy, path, state))


def unclear(copy: Copy, paths: Iterable[str]) -> Iterator[Finding]:
    """A step that deletes at its target, of which nobody can tell what it spares."""
    for path in paths:
        why = deploy_sync.reason_of(copy) if copy.deletes and relative(copy, path) is not None else ""
        why = why or next((one.why for one in told(copy, path, "expected") if one.rule == "deploy-unknown"), "")
        if why:
            yield finding(copy, "deploy-unknown", f"may delete the server's own {path} ({why}): look at it yourself")
            return


def carried(copy: Copy, paths: Iterable[str]) -> Iterator[Finding]:
    """A step that brought the files so far: it no longer will, or only from a work tree that has them."""
    sent = [path for path in paths if is_sent(copy, path, "tracked")] if not pulls(copy) else []
    still = [path for path in sent if is_sent(copy, path, "untracked")]
    left = [path for path in sent if path not in still]
    rule = "deploy-ships-config" if copy.kind == "artifact" else "deploy-copies-config"
    if still:
        yield finding(copy, rule, f"still carries {named(still)} from a work tree that has it, and no longer from a clean checkout")
    if left:
        yield finding(copy, rule, f"brought {named(left)} so far and no longer will: see that it comes from elsewhere")
