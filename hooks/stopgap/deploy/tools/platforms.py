"""Commands that hand a folder to a platform: `eb deploy`, `vercel`, `func azure functionapp publish`, `az webapp`.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/eb3-deploy.html, https://vercel.com/docs/cli/deploy,
https://learn.microsoft.com/azure/azure-functions/functions-core-tools-reference, https://learn.microsoft.com/cli/azure/webapp
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..platforms import PLATFORMS, taken
from ..run import Run
from ..shell.commands import Command
from . import options
from .options import Line

VERCEL = (
    "--token",
    "-t",
    "--cwd",
    "--scope",
    "-S",
    "--env",
    "-e",
    "--build-env",
    "-b",
    "--meta",
    "-m",
    "--name",
    "-n",
    "--local-config",
    "-A",
    "--regions",
)
FUNC = ("--script-root", "--slot", "--resource-group", "--publish-settings-only", "--build", "--access-token", "--subscription", "--prefix")
AZ = (
    "--src",
    "--src-path",
    "--name",
    "--resource-group",
    "--type",
    "--target-path",
    "--slot",
    "--sku",
    "--location",
    "--plan",
    "--runtime",
    "--html",
)
# The words that send a bundle: of all other commands of these tools nothing travels.
VERCEL_OTHER = frozenset(
    [
        "alias",
        "build",
        "bisect",
        "certs",
        "curl",
        "dev",
        "dns",
        "domains",
        "env",
        "git",
        "help",
        "init",
        "inspect",
        "link",
        "list",
        "ls",
        "login",
        "logout",
        "logs",
        "project",
        "promote",
        "pull",
        "redeploy",
        "remove",
        "rm",
        "rollback",
        "secrets",
        "switch",
        "teams",
        "telemetry",
        "whoami",
    ]
)


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if command.host:
        return
    yield from READERS[command.name](command, run)


def sent(name: str, folder: str, command: Command, run: Run, file: str = "") -> Iterator[Copy]:
    """The copies of a folder's content that a platform takes."""
    platform, inner = PLATFORMS[name], place.inside(folder)
    filters, follows_git = taken(platform, inner or "", run.tree, file) if inner is not None else ((), False)
    made = Copy(platform.mechanism, run.path, command.line, kind="artifact", follows_git=follows_git)
    if inner is not None and file and f"{inner}/{file}".lstrip("/") not in run.tree.names:
        made = made._replace(unknown=f"the ignore file {file} is not in the repository")
    yield from run.sent(folder, filters, made)


def eb(command: Command, run: Run) -> Iterator[Copy]:
    """`eb deploy` and `eb create` send the project, wherever in it they run; an `artifact` in its config was made before."""
    line = options.line(command.arguments, ("--label", "--message", "--profile", "--region", "--timeout", "--source"), short="lmr")
    words = [word.text for word in line.operands]
    if words[:1] not in (["deploy"], ["create"]):
        return
    text = run.tree.text(".elasticbeanstalk/config.yml") or ""
    if "artifact:" not in text:
        yield from sent("eb", place.ROOT if place.inside(command.cwd) is not None else command.cwd, command, run)


def vercel(command: Command, run: Run) -> Iterator[Copy]:
    """`vercel`, `vercel deploy [folder]`; `--prebuilt` sends only what `vercel build` made."""
    line = options.line(command.arguments, VERCEL, short="tSebmnA")
    words = [word.text for word in line.operands]
    if words[:1] == ["deploy"]:
        words = words[1:]
    if (words and words[0] in VERCEL_OTHER) or line.has("--prebuilt", "--help", "--version", "-v", "-h"):
        return
    yield from sent("vercel", place.joined(command.cwd, (words or line.values("--cwd") or ["."])[0]), command, run)


def func(command: Command, run: Run) -> Iterator[Copy]:
    """`func azure functionapp publish NAME`."""
    line = options.line(command.arguments, FUNC)
    if [word.text for word in line.operands[:3]] == ["azure", "functionapp", "publish"]:
        yield from sent("func", place.joined(command.cwd, (line.values("--script-root") or ["."])[0]), command, run)


def az(command: Command, run: Run) -> Iterator[Copy]:
    """`az webapp up` sends the folder where it runs; the others a zip that is made before, over the application's own files."""
    line = options.line(command.arguments, AZ, short="ngsl")
    words = [word.text for word in line.operands]
    if words[:2] == ["webapp", "up"] and not line.has("--dryrun"):
        own = (Filter("gitignore", (".git/", "node_modules/")),)
        yield from run.sent(command.cwd, own, Copy("az webapp", run.path, command.line))
    elif words[:2] in (["webapp", "deploy"], ["webapp", "deployment"], ["functionapp", "deployment"]):
        yield from packaged(line, command, run)


def packaged(line: Line, command: Command, run: Run) -> Iterator[Copy]:
    """What lies in an archive that an earlier step made."""
    for name in line.values("--src", "--src-path"):
        if place.joined(command.cwd, name) in run.archives:
            yield from run.sent(place.joined(command.cwd, name), (), Copy("az webapp", run.path, command.line))


READERS = {
    "eb": eb,
    "vercel": vercel,
    "vc": vercel,
    "func": func,
    "az": az,
}
